"""Who decides: from a rule to people, without the requester, and with deputies in the place of who is away."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from keqiao.approvals.models import Deputy, Rule, Who
from keqiao.org.models import Employee, OrgUnit, Position
from keqiao.org.queries import actor_for


def people(rule: Rule, requester_id: int | None, unit_id: int) -> list[int]:
    """Ids of the active employees who decide by the rule; never the requester."""
    if rule.who == Who.POWER:
        return deciders(rule.power, unit_id, besides=requester_id)
    if rule.who == Who.POSITION:
        return nearest(rule.position_id or 0, unit_id, besides=requester_id)
    if rule.who == Who.MANAGER:
        return superior(requester_id, rule.levels) if requester_id else []
    person = Employee.objects.filter(pk=rule.person_id or 0, is_active=True).exclude(pk=requester_id or 0)
    return list(person.values_list("pk", flat=True))


def deciders(power: str, unit_id: int, *, besides: int | None = None) -> list[int]:
    """Ids of the active employees who hold the power within reach of the unit, without `besides`."""
    able = [one.pk for one in holders(power) if actor_for(one).covers(power, unit_id=unit_id)]
    return [pk for pk in able if pk != besides]


def holders(power: str) -> list[Employee]:
    """The active employees who hold the power, whatever its reach."""
    positions = [row.pk for row in Position.objects.filter(active=True) if power in row.powers]
    return list(Employee.objects.filter(positions__in=positions, is_active=True).distinct().order_by("pk"))


def nearest(position_id: int, unit_id: int, *, besides: int | None = None) -> list[int]:
    """Who holds the position closest to the unit, going up the line; whoever holds it where nobody on the line does."""
    rows = Employee.objects.filter(positions=position_id, positions__active=True, is_active=True).exclude(
        pk=besides or 0
    )
    found = dict(rows.order_by("pk").values_list("pk", "unit_id"))
    for one in reversed(path_of(unit_id)):
        here = [pk for pk, unit in found.items() if unit == one]
        if here:
            return here
    return list(found)


def superior(employee_id: int, levels: int) -> list[int]:
    """The line manager so many levels up; where the line ends before, its last one."""
    seen, last = [employee_id], employee_id
    for _level in range(levels):
        above = manager_of(last, seen)
        if above is None:
            break
        seen.append(above)
        last = above
    return seen[1:][-1:]


def manager_of(employee_id: int, besides: Iterable[int]) -> int | None:
    """The manager of an employee, else the closest leader above, if at work and not among `besides`."""
    one = Employee.objects.select_related("manager").get(pk=employee_id)
    if one.manager is not None and one.manager.is_active and one.manager.pk not in besides:
        return one.manager.pk
    path = path_of(one.unit_id)
    units = OrgUnit.objects.filter(pk__in=path, leader__is_active=True).exclude(leader__in=list(besides))
    leaders = dict(units.values_list("pk", "leader_id"))
    return next((leaders[pk] for pk in reversed(path) if pk in leaders), None)


def path_of(unit_id: int) -> list[int]:
    """Ids of the unit's ancestors from the top, and its own."""
    path = OrgUnit.objects.filter(pk=unit_id).values_list("path", flat=True).first() or ""
    return [int(part) for part in path.strip("/").split("/") if part]


def able(rule: Rule, principal_id: int, unit_id: int) -> bool:
    """Whether the person may still decide by the rule; whose line manager it was stays it."""
    one = Employee.objects.filter(pk=principal_id, is_active=True).first()
    if one is None:
        return False
    if rule.who == Who.POWER:
        return actor_for(one).covers(rule.power, unit_id=unit_id)
    if rule.who == Who.POSITION:
        return one.positions.filter(pk=rule.position_id or 0, active=True).exists()
    return True


def away() -> dict[int, int]:
    """Who is away today, and by whom each is represented."""
    today = timezone.localdate()
    rows = Deputy.objects.filter(
        Q(ended_at__isnull=True), from_day__lte=today, until_day__gte=today, deputy__is_active=True
    )
    return dict(rows.order_by("pk").values_list("employee_id", "deputy_id"))


def sitters(principals: Iterable[int], requester_id: int | None) -> dict[int, int]:
    """Who sits on each one's seat today: the deputy, or the deputy's own; never the requester."""
    absent = away()
    return {pk: sitter(pk, absent, requester_id) for pk in principals}


def sitter(principal: int, absent: dict[int, int], requester_id: int | None) -> int:
    """The last one along the deputies who is not the requester; the person where they lead in a circle."""
    seen, last = {principal}, principal
    while last in absent:
        following = absent[last]
        if following in seen:
            return principal
        if following == requester_id:
            break
        seen.add(following)
        last = following
    return last
