"""What the clock does: warn before a deadline, mark what is late, and let tickets climb the ladder of their rules."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.calendars.queries import calendar_for, is_quiet, next_contact_time
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.prepared import Prepared
from keqiao.kernel.worktime import WorkCalendar
from keqiao.tickets.actions.base import lock, note_deed, tell_people
from keqiao.tickets.actions.climbing import climb, pending
from keqiao.tickets.ladder import awake, clock_name, line_of, next_look
from keqiao.tickets.models import Dispatch, Severity, Ticket
from keqiao.tickets.queries import calendar_of, current_stage
from keqiao.tickets.ruling.kinds.escalating import Role

M = TypeVar("M", bound=Model)
BATCH = 500
WAITING, WARNED, LATE = 0, 1, 2


def sound(now: datetime | None = None) -> int:
    """Do everything whose time has come; returns how many alarms were given. Safe to run twice, and in parallel."""
    now = now or timezone.now()
    given = sum(ring(ticket, now) for ticket in _due_tickets.all(now))
    return given + sum(ring_dispatch(row, now) for row in _due_dispatches.all(now))


def due(rows: QuerySet[M], now: Any) -> QuerySet[M]:
    """Those whose time has come, the earliest first."""
    return rows.filter(open=True, alarm_at__isnull=False, alarm_at__lte=now).order_by("alarm_at")[:BATCH]


# asked every minute, and nearly always without finding any
_due_tickets = Prepared(lambda now: due(Ticket.objects.select_related("unit"), now), 1)
_due_dispatches = Prepared(lambda now: due(Dispatch.objects.select_related("ticket", "unit"), now), 1)


def quiet_until(calendar: WorkCalendar, severity: int, now: datetime) -> datetime | None:
    """When the next working time begins, if people rest now; a critical matter knows no rest."""
    if severity == Severity.CRITICAL:
        return None
    later = calendar.next_open(now)
    if is_quiet(later):
        later = calendar.next_open(next_contact_time(later))
    return later if later > now else None


@transaction.atomic
def ring(seen: Ticket, now: datetime) -> int:
    """One ticket's alarm: 1 if anybody was told, 0 if people rest or another process was faster."""
    ticket = lock(seen)
    if not ticket.open or ticket.paused_at is not None or ticket.alarm_at != seen.alarm_at:
        return 0
    late = ticket.due_at <= now
    clock = clock_name(ticket, current_stage(ticket).pk)
    ladder = pending(ticket, clock, now)
    ready = [one for one in ladder if one.told_at <= now]
    ahead = [one for one in ladder if one.told_at > now]
    warn_at = None if ticket.alarm_level or late else warned_at(ticket, now)
    warned = warn_at is not None and warn_at <= now
    level = max(ticket.alarm_level, WARNED if warned or late else WAITING)
    following = next_look(warn_at, ticket.due_at, ahead, now)
    if warned and not ready:
        warn(ticket)
    if ready:
        climb(ticket, clock, ready, ahead[0] if ahead else None, now)
        ticket.climbed = ready[-1].number
    mine = Ticket.objects.filter(pk=ticket.pk, alarm_at=seen.alarm_at)
    mine.update(alarm_at=following, alarm_level=level, late=late, climbed=ticket.climbed)
    return int(bool(warned or ready))


def warned_at(ticket: Ticket, now: datetime) -> datetime:
    """When the owner is warned: at the warning's instant, or when work begins again; a critical matter knows no rest."""
    at = max(ticket.warn_at or ticket.due_at, now)
    return at if ticket.severity == Severity.CRITICAL else awake(calendar_of(ticket), at)


def warn(ticket: Ticket) -> None:
    """Tell the owner, or where there is none the leader, that the deadline comes near, and put it on record."""
    person = ticket.owner_id or line_of(ticket.unit).person(Role.HANDLER, ticket)
    title = _("%(ticket)s（%(stage)s）即将到期") % {"ticket": ticket, "stage": ticket.get_stage_display()}
    key = f"{ticket.reopened}:{ticket.stage}:{WARNED}:{ticket.due_at:%Y%m%d%H%M}"
    tell_people(SYSTEM, {person}, ticket, title, "ticket.warned", key)
    data = {"stage": ticket.stage, "due_at": ticket.due_at.isoformat(), "to": [person] if person else []}
    note_deed(SYSTEM, "ticket.warned", ticket, data)


@transaction.atomic
def ring_dispatch(row: Dispatch, now: datetime) -> int:
    """One dispatch's alarm: the handler (else the unit's leader) is warned; when late the leader and the owner know."""
    late = row.due_at <= now
    mine = Dispatch.objects.filter(pk=row.pk, open=True, alarm_at=row.alarm_at, alarm_level=row.alarm_level)
    calendar = calendar_for(row.unit_id)
    rest = quiet_until(calendar, row.ticket.severity, now)
    if rest is not None:
        mine.update(alarm_at=rest, late=late)
        return 0
    level = LATE if late else WARNED
    following = None if late else max(row.due_at, now)
    if mine.update(alarm_at=following, alarm_level=level, late=late) != 1:
        return 0
    people: set[int | None] = {row.handler_id or row.unit.leader_id}
    words = _("%(ticket)s：%(unit)s的答复即将到期")
    if late:
        people |= {row.unit.leader_id, row.ticket.owner_id}
        words = _("%(ticket)s：%(unit)s的答复已超时")
    title = words % {"ticket": row.ticket.number, "unit": row.unit.name}
    verb = "dispatch.late" if late else "dispatch.warned"
    tell_people(SYSTEM, people, row.ticket, title, verb, f"{row.pk}:{level}:{row.due_at:%Y%m%d%H%M}")
    note_deed(SYSTEM, verb, row.ticket, {"dispatch": row.pk, "unit": row.unit.name})
    return 1
