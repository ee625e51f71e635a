"""The clock: visits that are overdue are told, first to whoever has them, later to the leader, once each."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import SYSTEM
from keqiao.notices.actions import notify
from keqiao.org.models import Employee
from keqiao.runtime import jobs
from keqiao.visits.actions import follow_results, generate_all
from keqiao.visits.actions.base import leader_of, note_deed, url_of
from keqiao.visits.actions.rectifying_late import tell_late
from keqiao.visits.actions.visitors import share_all
from keqiao.visits.models import Visit

LEADER_AFTER = timedelta(hours=4)
TOLD_ASSIGNEE, TOLD_LEADER = 1, 2
BATCH = 500


@jobs.every("*/5 * * * *")
def tell_overdue() -> int:
    """Tell about overdue visits; returns how many were told about now."""
    now = timezone.now()
    late = Q(due_at__lt=now, alarm_level__lt=TOLD_ASSIGNEE)
    very_late = Q(due_at__lt=now - LEADER_AFTER, alarm_level__lt=TOLD_LEADER)
    rows = Visit.objects.filter(late | very_late, open=True).select_related("unit").order_by("due_at", "pk")
    return sum(tell(visit, now) for visit in rows[:BATCH])


@jobs.every("*/10 * * * *")
def tell_late_rectifications() -> int:
    """Tell about rectifications that are not done by their deadline; returns how many were told about now."""
    return tell_late()


@jobs.every("* * * * *")
def follow_desk() -> int:
    """Close and reopen tickets and order rectifications after results that nobody took back; returns how many."""
    return follow_results()


@jobs.every("35 0 * * *")
def plan_visits() -> int:
    """Make the day's visits of all plans shortly after midnight; returns how many."""
    return generate_all()


@jobs.every("5 8 * * *")
def share_visits() -> int:
    """Before work begins: share out what nobody has, and what those have who are away; returns how many."""
    return share_all()


@transaction.atomic
def tell(visit: Visit, now: datetime) -> bool:
    """Take the next step for one visit, if no other process has taken it."""
    level = visit.alarm_level + 1
    if Visit.objects.filter(pk=visit.pk, open=True, alarm_level=visit.alarm_level).update(alarm_level=level) != 1:
        return False
    if level == TOLD_ASSIGNEE:
        people = {visit.assignee_id} if visit.assignee_id else members(visit.unit_id)
        title = _("回访已超时，请尽快联系：%(visit)s") % {"visit": visit}
        note_deed(SYSTEM, "visit.missed", visit, {"due_at": visit.due_at.isoformat()})
    else:
        people = {leader_of(visit.unit_id)}
        title = _("下属的回访超时未完成：%(visit)s") % {"visit": visit}
        note_deed(SYSTEM, "visit.escalated", visit)
    to = {pk for pk in people if pk is not None}
    notify(actor=SYSTEM, to=to, title=title, url=url_of(visit), kind="visit.late", key=f"visit.late:{visit.pk}:{level}")
    return True


def members(unit_id: int) -> set[int | None]:
    """Everybody at work in a unit, for visits that nobody has."""
    return set(Employee.objects.filter(unit_id=unit_id, is_active=True).values_list("pk", flat=True))
