"""Who would get what and why. A plan changes nothing; it is written down and carried out exactly as it was seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.customers import policies as customers
from keqiao.customers.models import Customer, Poaching, ShareLine, ShareOut, Territory, tier_name
from keqiao.customers.owning import limits
from keqiao.customers.sharing import people
from keqiao.customers.sharing.people import Load
from keqiao.customers.territories.fitting import member
from keqiao.kernel import bulk, divisions
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.dealing import Hand, deal
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org.models import Employee
from keqiao.runtime import counters

MOST = 20_000
FEW = 200  # customers; up to so many are given out at once, more in the background


@dataclass(frozen=True, slots=True)
class Step:
    """One customer's place in the plan."""

    customer_id: int
    employee_id: int | None
    why: str
    had: int = 0
    weight: int = 100
    unit_id: int | None = None


def divide(
    wanted: Iterable[tuple[int, int | None, int | None]], loads: Sequence[Load], *, weighted: bool, by_territory: bool,
    territories: dict[int, Territory],
) -> list[Step]:  # fmt: skip
    """Give each (customer, territory, unit) to whose hands would be least full by weight; of equals to the first.

    A customer whose territory refuses strangers, or every one with `by_territory`, goes to the territory's own people.
    """
    able = [load for load in loads if not load.paused]
    everybody = {
        one.employee.pk: Hand(one.employee.pk, one.has, one.most, one.weight if weighted else 100) for one in able
    }
    all_of_them = list(everybody.values())
    weights = {one.employee.pk: one.weight for one in able}
    own = {
        pk: [everybody[one.employee.pk] for one in able if member(territory, one.employee.unit)]
        for pk, territory in territories.items()
    }
    steps = []
    for customer_id, territory_id, unit_id in wanted:
        territory = territories.get(territory_id or 0)
        bound = by_territory or (territory is not None and territory.poaching == Poaching.REFUSE)
        some = (own[territory.pk] if territory else []) if bound else all_of_them
        found = place(customer_id, some, weighted=weighted, bound=bound, territory=territory)
        steps.append(replace(found, unit_id=unit_id, weight=weights.get(found.employee_id or 0, 100)))
    return steps


def place(customer_id: int, some: Sequence[Hand], *, weighted: bool, bound: bool, territory: Territory | None) -> Step:
    """The next person for one customer, or why there is none."""
    if not some:
        missing = "none" if not bound else "stranger" if territory else "nowhere"
        return Step(customer_id, None, missing)
    best = deal(some)
    if best is None:
        return Step(customer_id, None, "full")
    why = ("weighted" if weighted else "even") + ("_own" if bound else "")
    return Step(customer_id, best.id, why, best.has - 1)


def pool(actor: Actor) -> QuerySet[Customer]:
    """Customers of nobody that the actor may share out: within reach of the power, and those of the own unit."""
    rows = customers.visible(actor).filter(owner=None, erased=False)
    reach = actor.reach("customer.share")
    if reach is None:
        return rows.none()
    return (
        rows if reach.everything else rows.filter(unit__in={*reach.units, *([actor.unit_id] if actor.unit_id else [])})
    )


def chosen(actor: Actor, wanted: dict[str, Any]) -> QuerySet[Customer]:
    """Those of the pool that are asked for, the oldest first."""
    rows = pool(actor)
    for name in ("source", "tier", "territory"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if wanted.get("customers"):
        rows = rows.filter(pk__in=wanted["customers"])
    if wanted.get("place"):
        inside = Q(pk__in=())
        for first, last in map(divisions.within, wanted["place"]):
            inside |= Q(division__gte=first, division__lte=last)
        rows = rows.filter(inside)
    return rows.order_by("pk")


@transaction.atomic
def plan(
    *,
    actor: Actor,
    employees: Iterable[Employee],
    way: str,
    by_territory: bool = False,
    most: int = MOST,
    **wanted: Any,
) -> ShareOut:
    """Work out a sharing-out and keep it; nothing is given to anybody yet."""
    if not actor.can("customer.share"):
        raise NotAllowed(_("您没有分配客户的权限。如工作需要，请联系主管。"))
    may = {one.pk: one for one in people.within(actor)}
    some = [may[one.pk] for one in employees if one.pk in may]
    if not some:
        raise Refused(_("请至少选择一个人。"), field="employees")
    rules = limits.settings()
    rows = list(chosen(actor, wanted).values_list("pk", "territory_id", "unit_id")[: min(most, MOST)])
    if not rows:
        raise Refused(_("公海里没有符合条件的客户。"))
    share = ShareOut(way=way, by_territory=by_territory, wanted={"said": described(wanted, most)})
    share.by_id, share.unit_id = actor.id, actor.unit_id
    write(
        share,
        divide(
            rows, people.loads(some, rules), weighted=way == ShareOut.Way.WEIGHTED, by_territory=by_territory,
            territories=in_force(),
        ),
    )  # fmt: skip
    record(actor, "share_out.planned", share, {"planned": share.planned, "people": [one.name for one in some]})
    return share


def in_force() -> dict[int, Territory]:
    """Every territory with its unit; one that is no longer in force still has its customers until they are sorted."""
    return {one.pk: one for one in Territory.objects.select_related("unit")}


def write(share: ShareOut, steps: Sequence[Step]) -> None:
    """The plan with its lines."""
    share.number, share.made_at = counters.number("FP", today()), timezone.now()
    share.planned = len(steps)
    share.left = sum(step.employee_id is None for step in steps)
    share.save()
    add_lines(share, steps)


def add_lines(share: ShareOut, steps: Sequence[Step]) -> None:
    """Lines of a plan; those that nobody gets are over already."""
    bulk.insert(
        ShareLine,
        (
            {
                "share_id": share.pk, "customer_id": step.customer_id, "employee_id": step.employee_id, "why": step.why,
                "unit_id": step.unit_id, "had": step.had, "weight": step.weight,
                "state": ShareLine.State.PLANNED if step.employee_id else ShareLine.State.LEFT,
            }
            for step in steps
        ),
    )  # fmt: skip


def described(wanted: dict[str, Any], most: int) -> list[list[str]]:
    """What was asked for, in words that stay true."""
    said = []
    if wanted.get("source"):
        said.append([_("来源"), str(Customer.Source(wanted["source"]).label)])
    if wanted.get("tier"):
        said.append([_("客户等级"), tier_name(wanted["tier"])])
    if wanted.get("territory"):
        said.append([_("销售区域"), str(wanted["territory"])])
    if wanted.get("place"):
        names = ["".join(step.name for step in divisions.path(code)) for code in wanted["place"]]
        said.append([_("地区"), _("、").join(names)])
    if most < MOST:
        said.append([_("公海客户"), _("最多 %(n)s 位") % {"n": f"{most:,}"}])
    return said
