"""Which territory a customer belongs to: the first by `place` whose conditions all hold, or the one set by hand."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import record_many
from keqiao.customers.models import Customer, Territory
from keqiao.kernel import divisions
from keqiao.kernel.actor import SYSTEM
from keqiao.org.models import OrgUnit

CHUNK = 1000
FIELDS = ("pk", "name", "division", "industry", "unit__path", "territory_id")
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Place:
    """What of a customer the conditions ask about."""

    division: str = ""
    industry: str = ""
    unit_path: str = ""


def ladder() -> list[Territory]:
    """The territories in force, in the order in which they are asked."""
    return list(Territory.objects.filter(active=True).select_related("unit", "agent").order_by("place", "pk"))


def fits(territory: Territory, where: Place) -> bool:
    """Whether every condition of the territory holds."""
    if territory.divisions and not any(lies_in(where.division, code) for code in territory.divisions):
        return False
    if territory.industries and where.industry not in territory.industries:
        return False
    return territory.agent is None or where.unit_path.startswith(territory.agent.path)


def lies_in(code: str, area: str) -> bool:
    """Whether the division is the area or lies in it."""
    first, last = divisions.within(area)
    return bool(code) and first <= code <= last


def fitting(steps: Iterable[Territory], where: Place) -> Territory | None:
    """The first that fits; None when the customer belongs to none."""
    return next((one for one in steps if fits(one, where)), None)


def where_is(customer: Customer) -> Place:
    """What the conditions ask of this customer."""
    return Place(customer.division, customer.industry, customer.unit.path if customer.unit else "")


def settle_all(progress: Callable[[int, int], None]) -> int:
    """Every customer whose territory nobody set by hand; returns how many changed. Safe to run again after a crash."""
    rows = Customer.objects.filter(merged_into=None, territory_by_hand=False)
    total, done, changed, last, steps = rows.count(), 0, 0, 0, ladder()
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        changed += settle(ids, steps)
        last, done = ids[-1], done + len(ids)
        progress(min(done, total), total)
    return changed


@transaction.atomic
def settle(ids: Sequence[int], steps: Sequence[Territory] | None = None) -> int:
    """These customers; written only where it is still what was read and nobody set it by hand. Returns how many moved."""
    steps = ladder() if steps is None else steps
    rows = Customer.objects.filter(territory_by_hand=False, merged_into=None)
    if not steps:
        return rows.filter(pk__in=ids).exclude(territory=None).update(territory=None)
    moves: dict[tuple[int | None, int | None], list[dict[str, Any]]] = defaultdict(list)
    for one in rows.filter(pk__in=ids).order_by("pk").values(*FIELDS):
        found = fitting(steps, Place(one["division"], one["industry"], one["unit__path"] or ""))
        target = found.pk if found else None
        if target != one["territory_id"]:
            moves[one["territory_id"], target].append(one)
    names = dict(Territory.objects.values_list("pk", "name")) if any(before for before, _after in moves) else {}
    for (before, target), some in moves.items():
        rows.filter(pk__in=[one["pk"] for one in some], territory=before).update(territory=target)
        if before is not None:  # the first territory of an archive is no event of its own
            change = {"changes": {"territory": [names[before], names.get(target or 0)]}}
            record_many(
                SYSTEM, "customer.territory_moved", Customer, [(o["pk"], o["name"], change) for o in some], about=True
            )
    return sum(map(len, moves.values()))


def words(territory: Territory) -> str:
    """The conditions in one line."""
    parts = []
    if territory.divisions:
        parts.append(_("地区：%s") % shortened([area(code) for code in territory.divisions]))
    if territory.industries:
        labels = dict(Customer.Industry.choices)
        parts.append(_("行业：%s") % shortened([str(labels[code]) for code in territory.industries if code in labels]))
    if territory.agent is not None:
        parts.append(_("代理公司：%s") % territory.agent.name)
    return _("；").join(parts) or _("全部客户")


def shortened(names: list[str]) -> str:
    """The first few, and how many there are."""
    if len(names) <= SHOWN:
        return _("、").join(names)
    return _("%(first)s 等 %(n)d 个") % {"first": _("、").join(names[:SHOWN]), "n": len(names)}


def area(code: str) -> str:
    """A division from the province down, as it is written."""
    return "".join(step.name for step in divisions.path(code))


def overlaps(one: Territory, other: Territory) -> bool:
    """Whether some customer could fit both."""
    near = (lies_in(a, b) or lies_in(b, a) for a in one.divisions for b in other.divisions)
    if one.divisions and other.divisions and not any(near):
        return False
    if one.industries and other.industries and not set(one.industries) & set(other.industries):
        return False
    if one.agent is None or other.agent is None:
        return True
    return one.agent.path.startswith(other.agent.path) or other.agent.path.startswith(one.agent.path)


def why(customer: Customer) -> str:
    """Why the customer is in its territory, for people."""
    if customer.territory is None:
        return _("没有符合条件的销售区域。")
    if customer.territory_by_hand:
        return _("由主管指定，不随规则变化。")
    said = {"place": customer.territory.place, "words": words(customer.territory)}
    return _("按规则划入（判断顺序 %(place)s）：%(words)s。") % said


def member(territory: Territory, unit: OrgUnit | None) -> bool:
    """Whether people of the unit look after the territory."""
    return unit is not None and unit.path.startswith(territory.unit.path)
