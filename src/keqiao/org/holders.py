"""Who holds which power, and which would be left without a holder by a change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from keqiao.kernel import powers
from keqiao.kernel.actor import Actor
from keqiao.org.models import Appointment, Employee, Position

KEEPS_ITSELF = "org.change"


@dataclass(slots=True)
class Holders:
    """The active positions with their powers, and who at work holds each; small enough to be looked at as a whole."""

    powers: dict[int, frozenset[str]] = field(default_factory=dict)
    people: dict[int, set[int]] = field(default_factory=dict)

    def of_power(self) -> dict[str, set[int]]:
        """Power → ids of the employees who hold it."""
        found: dict[str, set[int]] = defaultdict(set)
        for position, codes in self.powers.items():
            for code in codes:
                found[code] |= self.people.get(position, set())
        return found

    def with_position(self, position_id: int, codes: Iterable[str]) -> "Holders":
        """The same, had the position these powers."""
        return Holders({**self.powers, position_id: frozenset(codes)}, self.people)

    def with_employee(self, employee_id: int, positions: Iterable[int]) -> "Holders":
        """The same, did the employee hold exactly these positions."""
        held = set(positions)
        people = {
            position: (self.people.get(position, set()) - {employee_id})
            | ({employee_id} if position in held else set())
            for position in {*self.powers, *held}
        }
        return Holders(self.powers, people)


def holders() -> Holders:
    """As it is now; two queries whatever the size."""
    rows = Position.objects.filter(active=True).values_list("pk", "powers")
    people: dict[int, set[int]] = defaultdict(set)
    held = Appointment.objects.filter(employee__is_active=True, position__active=True)
    for position, employee in held.values_list("position_id", "employee_id"):
        people[position].add(employee)
    return Holders({pk: frozenset(codes) for pk, codes in rows}, dict(people))


def orphaned(before: Holders, after: Holders) -> list[powers.Power]:
    """The declared powers that somebody holds before and nobody after."""
    had, has = before.of_power(), after.of_power()
    return [power for power in powers.every() if had.get(power.code) and not has.get(power.code)]


def warnings(actor: Actor, before: Holders, after: Holders) -> list[str]:
    """What the person should know before this is saved, in sentences; empty when there is nothing to say."""
    found = []
    lost = orphaned(before, after)
    if lost:
        found.append(_("保存后没有人再能：%s。") % powers.labels_of(lost))
    mine = actor.id is not None and actor.id in before.of_power().get(KEEPS_ITSELF, set())
    if mine and actor.id not in after.of_power().get(KEEPS_ITSELF, set()):
        found.append(_("保存后您自己不再能维护组织、员工和岗位，也不能自己改回来。"))
    return found


def able(codes: Iterable[str]) -> Mapping[int, frozenset[str]]:
    """Employee → which of these powers they hold."""
    found: dict[int, set[str]] = defaultdict(set)
    held = holders().of_power()
    for code in codes:
        for employee in held.get(code, set()):
            found[employee].add(code)
    return {employee: frozenset(some) for employee, some in found.items()}


def who(power: str) -> list[tuple[Position, list[Employee]]]:
    """The active positions that carry the power, each with the people at work who hold it; three queries."""
    positions = [one for one in Position.objects.filter(active=True).order_by("name") if power in one.powers]
    people: dict[int, list[Employee]] = defaultdict(list)
    rows = Appointment.objects.filter(position__in=positions, employee__is_active=True)
    for row in rows.select_related("employee__unit").order_by("employee__name"):
        people[row.position_id].append(row.employee)
    return [(one, people[one.pk]) for one in positions]
