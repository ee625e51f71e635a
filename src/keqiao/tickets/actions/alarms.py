"""What the clock does: warn before a deadline, mark what is late, and tell people up the line, once each."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.calendars.queries import calendar_for, is_quiet, next_contact_time
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.worktime import WorkCalendar
from keqiao.org.models import OrgUnit
from keqiao.tickets.actions.base import note_deed, tell_people
from keqiao.tickets.models import Dispatch, Severity, Ticket

BATCH = 500
# working minutes after which the next one up the line is told
STEP = {Severity.GENERAL: 480, Severity.SERIOUS: 240, Severity.MAJOR: 120, Severity.CRITICAL: 60}
WAITING, WARNED, LATE = 0, 1, 2


def sound(now: datetime | None = None) -> int:
    """Do everything whose time has come; returns how many alarms were given. Safe to run twice, and in parallel."""
    now = now or timezone.now()
    tickets = Ticket.objects.filter(open=True, alarm_at__isnull=False, alarm_at__lte=now).order_by("alarm_at")
    given = sum(ring(ticket, now) for ticket in tickets.select_related("unit")[:BATCH])
    waiting = Dispatch.objects.filter(open=True, alarm_at__isnull=False, alarm_at__lte=now).order_by("alarm_at")
    return given + sum(ring_dispatch(row, now) for row in waiting.select_related("ticket", "unit")[:BATCH])


def quiet_until(calendar: WorkCalendar, severity: int, now: datetime) -> datetime | None:
    """When the next working time begins, if people rest now; a critical matter knows no rest."""
    if severity == Severity.CRITICAL:
        return None
    later = calendar.next_open(now)
    if is_quiet(later):
        later = calendar.next_open(next_contact_time(later))
    return later if later > now else None


@transaction.atomic
def ring(ticket: Ticket, now: datetime) -> int:
    """One ticket's alarm: 1 if it was given, 0 if people rest or another process was faster."""
    late = ticket.due_at <= now
    mine = Ticket.objects.filter(
        pk=ticket.pk, open=True, paused_at=None, alarm_at=ticket.alarm_at, alarm_level=ticket.alarm_level
    )
    calendar = calendar_for(ticket.unit_id)
    rest = quiet_until(calendar, ticket.severity, now)
    if rest is not None:
        mine.update(alarm_at=rest, late=late)
        return 0
    level = max(ticket.alarm_level + 1, LATE) if late else WARNED
    people, more = whom(ticket, level)
    following = next_alarm(calendar, ticket, level, more, now)
    if mine.update(alarm_at=following, alarm_level=level, late=late) != 1:
        return 0
    ticket.late = late
    announce(ticket, level, people)
    return 1


def next_alarm(calendar: WorkCalendar, ticket: Ticket, level: int, more: bool, now: datetime) -> datetime | None:
    """When to look again: at the deadline after a warning, one step later while there is somebody further up."""
    if level == WARNED:
        return max(ticket.due_at, now)
    return calendar.add(now, STEP[Severity(ticket.severity)]) if more else None


def whom(ticket: Ticket, level: int) -> tuple[set[int | None], bool]:
    """Who is told at a level, and whether anybody remains for the next: owner, leader of the unit, then up the line.

    A matter without an owner concerns the leader from the start.
    """
    leaders = line_of(ticket.unit)
    if level <= LATE:
        return {ticket.owner_id or (leaders[0] if leaders else None)}, bool(leaders)
    place = level - LATE - 1
    return set(leaders[place : place + 1]), place + 1 < len(leaders)


def line_of(unit: OrgUnit) -> list[int]:
    """The leaders from the unit upwards, each once."""
    ids = [int(part) for part in unit.path.strip("/").split("/")]
    leaders = dict(OrgUnit.objects.filter(pk__in=ids, leader__is_active=True).values_list("pk", "leader_id"))
    return list(dict.fromkeys(leaders[pk] for pk in reversed(ids) if pk in leaders))


def announce(ticket: Ticket, level: int, people: set[int | None]) -> None:
    """Tell people and put it on record."""
    stage = ticket.get_stage_display()
    key = f"{ticket.reopened}:{ticket.stage}:{level}:{ticket.due_at:%Y%m%d%H%M}"
    if level == WARNED:
        title = _("%(ticket)s（%(stage)s）即将到期") % {"ticket": ticket, "stage": stage}
        verb = "ticket.warned"
    else:
        title = _("%(ticket)s（%(stage)s）已超时") % {"ticket": ticket, "stage": stage}
        verb = "ticket.escalated"
    tell_people(SYSTEM, people, ticket, title, verb, key)
    data: dict[str, Any] = {"level": level, "stage": ticket.stage, "due_at": ticket.due_at.isoformat()}
    note_deed(SYSTEM, verb, ticket, data | {"to": sorted(pk for pk in people if pk)})


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
