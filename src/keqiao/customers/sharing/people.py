"""To whom customers may be given: people at work who may take customers, with what they have and can carry."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from keqiao.customers.models import Ability, SharingSettings
from keqiao.customers.owning import limits
from keqiao.kernel.actor import Actor
from keqiao.org.models import Employee, OrgUnit, Position

POWER = "customer.pick"


@dataclass(frozen=True, slots=True)
class Load:
    """One person: how many customers now, how many at most, and the weight in percent."""

    employee: Employee
    has: int
    most: int
    weight: int
    paused: bool = False

    @property
    def room(self) -> int:
        """How many more."""
        return max(self.most - self.has, 0)

    @property
    def limited(self) -> bool:
        """Whether there is a limit at all."""
        return self.most < limits.ENDLESS


def takers() -> QuerySet[Employee]:
    """People at work whose positions let them have customers of the pool."""
    posts = [pk for pk, powers in Position.objects.filter(active=True).values_list("pk", "powers") if POWER in powers]
    held = Employee.objects.filter(is_active=True, appointments__position__in=posts)
    return Employee.objects.filter(pk__in=held.values("pk")).select_related("unit").order_by("unit__path", "pk")


def within(actor: Actor) -> QuerySet[Employee]:
    """Those to whom the actor may give customers."""
    reach = actor.reach("customer.share")
    if reach is None:
        return takers().none()
    return takers() if reach.everything else takers().filter(unit_id__in=reach.units)


def of_unit(unit: OrgUnit) -> QuerySet[Employee]:
    """Those of a unit and of what is below it."""
    return takers().filter(unit__path__startswith=unit.path)


def loads(people: Iterable[Employee], rules: SharingSettings) -> list[Load]:
    """What each has and can carry. Three queries."""
    several = list(people)
    ids = [one.pk for one in several]
    has, most = limits.owned(ids), limits.most(ids, rules)
    abilities = {one.employee_id: one for one in Ability.objects.filter(employee__in=ids)}
    usual = Ability()
    return [
        Load(
            one, has.get(one.pk, 0), most[one.pk], abilities.get(one.pk, usual).weight,
            abilities.get(one.pk, usual).paused,
        )
        for one in several
    ]  # fmt: skip
