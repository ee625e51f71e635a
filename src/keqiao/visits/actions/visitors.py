"""Who makes visits, how many, and what happens to those of somebody who is away: they are shared out anew."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.kernel import dates
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org.models import Employee
from keqiao.visits import policies
from keqiao.visits.actions.base import note_deed
from keqiao.visits.actions.plans import give, share_hold, tell_people
from keqiao.visits.models import Visit, Visitor
from keqiao.visits.sharing import deal, is_away, on_duty

FIELDS = ("quota", "daily_limit", "weight", "away_from", "away_until")


@transaction.atomic
def add_visitor(*, actor: Actor, employee: Employee, **values: Any) -> Visitor:
    """Settings for somebody who has none of his own yet."""
    row = Visitor(employee=employee)
    if not policies.allowed_visitor(actor, "create", row):
        raise NotAllowed(_("您不能安排这位员工的回访。"))
    return kept(actor, row, "visitor.added", values)


@transaction.atomic
def change_visitor(*, actor: Actor, obj: Visitor, **values: Any) -> Visitor:
    """Other settings; who is away from today on hands what must be done meanwhile to the others at once."""
    row = Visitor.objects.select_for_update(of=("self",)).select_related("employee").get(pk=obj.pk)
    if not policies.allowed_visitor(actor, "edit", row):
        raise NotAllowed(_("您不能安排这位员工的回访。"))
    return kept(actor, row, "visitor.changed", values)


def kept(actor: Actor, row: Visitor, verb: str, values: dict[str, Any]) -> Visitor:
    """Save, record, and share out anew where the person is away today."""
    start, end = values.get("away_from"), values.get("away_until")
    if end is not None and (start is None or end < start):
        raise Refused(_("请填写从哪天起不在岗，结束日期不能早于开始日期。"), field="away_from")
    before = {name: plain(getattr(row, name)) for name in FIELDS}
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("这位员工已经有自己的回访安排，请直接修改。"), field="employee") from error
    record(actor, verb, row, {"changes": changes(before, {name: plain(getattr(row, name)) for name in FIELDS})})
    if is_away(row, dates.today()):
        reshare(actor=actor, away=row)
    return row


def plain(value: Any) -> Any:
    """Days as text, for the history."""
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def reshare(*, actor: Actor, away: Visitor) -> int:
    """Give what somebody who is away would have to do meanwhile to the others of each unit; returns how many.

    A visit that is before somebody at the desk just now stays. What fits nobody's day waits for the unit.
    """
    rows = Visit.objects.filter(resting(), assignee_id=away.employee_id, open=True)
    if away.away_until is not None:
        rows = rows.filter(due_at__lt=dates.start_of(away.away_until + timedelta(days=1)))
    units = sorted(set(rows.order_by().values_list("unit_id", flat=True)))
    return sum(deal_out(actor, unit, rows.filter(unit_id=unit), away.employee_id) for unit in units)


def share_all() -> int:
    """Every morning: what people who are away have, and what nobody has yet, is shared out; returns how many."""
    today = dates.today()
    absent = Visitor.objects.filter(away_from__lte=today, employee__visits__open=True).distinct()
    count = sum(reshare(actor=SYSTEM, away=one) for one in absent.order_by("pk") if is_away(one, today))
    nobodys = Visit.objects.filter(resting(), assignee=None, open=True)
    for unit in sorted(set(nobodys.order_by().values_list("unit_id", flat=True))):
        with transaction.atomic():
            count += deal_out(SYSTEM, unit, nobodys.filter(unit_id=unit), None)
    return count


def resting() -> Q:
    """Visits that are before nobody at the desk."""
    return Q(held_until=None) | Q(held_until__lte=timezone.now())


def deal_out(actor: Actor, unit_id: int, rows: QuerySet[Visit], giver: int | None) -> int:
    """Share out the visits of one unit that `giver` (or nobody) has, the most urgent first; returns how many moved."""
    share_hold(unit_id)
    visits = list(
        rows.select_related("customer", "ticket", "assignee").select_for_update(of=("self",)).order_by("due_at", "pk")
    )
    day = timezone.localdate()
    hands = [hand for hand in on_duty(unit_id, day) if hand.id != giver]
    people = deal([{one.ticket.owner_id} if one.ticket and one.ticket.owner_id else () for one in visits], hands)
    moved = [(visit, person) for visit, person in zip(visits, people, strict=True) if person != visit.assignee_id]
    names = dict(
        Employee.objects.filter(pk__in={person for _visit, person in moved if person}).values_list("pk", "name")
    )
    for visit, person in moved:
        old = visit.assignee.name if visit.assignee else None
        give(visit, person, day)
        note_deed(actor, "visit.assigned", visit, {"changes": {"assignee": [old, names.get(person or 0)]}})
    tell_given(actor, [visit for visit, _person in moved])
    return len(moved)


def tell_given(actor: Actor, visits: Sequence[Visit]) -> None:
    """One notice to each who got some; they begin anew with the clock that tells about overdue ones."""
    Visit.objects.filter(pk__in=[visit.pk for visit in visits]).update(alarm_level=0)
    tell_people(actor, visits)
