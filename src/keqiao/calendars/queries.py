"""Working calendars ready to compute with, kept in the process.

Deadlines are asked for in every list and every job, calendars change a few times a year. So each process keeps what it
built and, at most every five seconds, reads one number that every change replaces (Revision): a change made by another
process is felt within that time. The caller's own process feels it at once.
"""

import time as stopwatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from keqiao.calendars import holidays, windows
from keqiao.calendars.holidays import coverage_warning
from keqiao.calendars.models import Calendar, DayOverride, QuietHours, Revision, UnitCalendar
from keqiao.kernel.worktime import Window, WorkCalendar
from keqiao.org.models import OrgUnit

__all__ = [
    "build",
    "calendar_for",
    "coverage_warning",
    "forget",
    "is_quiet",
    "next_contact_time",
    "next_quiet_time",
    "quiet_window",
]

PATIENCE = 5.0  # seconds between two looks at the revision
QUIET_FROM, QUIET_UNTIL = time(21), time(8, 30)  # rest times where none are set


@dataclass
class _Kept:
    """What a process keeps of one revision."""

    revision: int
    calendars: dict[int, WorkCalendar]
    default: WorkCalendar
    assigned: dict[int, int]
    quiet: dict[str, Window]
    looked_at: float
    by_unit: dict[int, WorkCalendar] = field(default_factory=dict)


class _Memory:
    """The process's copy; replaced as a whole, so threads never see half of one."""

    kept: _Kept | None = None


def forget() -> None:
    """Make this process read everything anew at the next question."""
    _Memory.kept = None


def calendar_for(unit_id: int | None) -> WorkCalendar:
    """The calendar that a unit works by: its own, else that of its nearest ancestor with one, else the default."""
    kept = _current()
    if unit_id is None or not kept.assigned:
        return kept.default
    found = kept.by_unit.get(unit_id)
    if found is None:
        found = kept.by_unit[unit_id] = _nearest(kept, unit_id)
    return found


def _nearest(kept: _Kept, unit_id: int) -> WorkCalendar:
    path = OrgUnit.objects.filter(pk=unit_id).values_list("path", flat=True).first() or ""
    for part in reversed(path.strip("/").split("/")):
        if part and int(part) in kept.assigned:
            return kept.calendars[kept.assigned[int(part)]]
    return kept.default


def quiet_window(region: str | None = None) -> Window:
    """The rest times of a region's customers, of all others where it has none of its own."""
    quiet = _current().quiet
    return quiet.get(region or "") or quiet.get("") or (QUIET_FROM, QUIET_UNTIL)


def is_quiet(at: datetime, region: str | None = None) -> bool:
    """Whether customers rest at the instant, by the installation's clock; equal bounds mean that they never do."""
    start, end = quiet_window(region)
    wall = timezone.localtime(at, timezone.get_default_timezone()).time()
    if start <= end:
        return start <= wall < end
    return wall >= start or wall < end


def next_contact_time(at: datetime, region: str | None = None) -> datetime:
    """The instant itself, or the end of the rest time that it falls into (UTC)."""
    if not is_quiet(at, region):
        return at.astimezone(UTC)
    zone = timezone.get_default_timezone()
    end = quiet_window(region)[1]
    wall = timezone.localtime(at, zone)
    day = wall.date() if wall.time() < end else wall.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=zone).astimezone(UTC)


def next_quiet_time(at: datetime, region: str | None = None) -> datetime:
    """When the region's customers rest next; the instant itself while they do, a day later where they never do (UTC)."""
    if is_quiet(at, region):
        return at.astimezone(UTC)
    start, end = quiet_window(region)
    if start == end:
        return at.astimezone(UTC) + timedelta(days=1)
    zone = timezone.get_default_timezone()
    wall = timezone.localtime(at, zone)
    day = wall.date() if wall.time() < start else wall.date() + timedelta(days=1)
    return datetime.combine(day, start, tzinfo=zone).astimezone(UTC)


def _current() -> _Kept:
    """What is kept, if it is fresh or still of the current revision."""
    kept, now = _Memory.kept, stopwatch.monotonic()
    if kept is not None and now - kept.looked_at < PATIENCE:
        return kept
    revision = Revision.objects.filter(pk=1).values_list("value", flat=True).first() or 0
    if kept is not None and kept.revision == revision:
        # Units may have moved in the tree, which is none of our revisions.
        kept.by_unit, kept.looked_at = {}, now
        return kept
    _Memory.kept = kept = _load(revision, now)
    return kept


def _load(revision: int, now: float) -> _Kept:
    overrides: dict[int, list[DayOverride]] = {}
    for row in DayOverride.objects.all():
        overrides.setdefault(row.calendar_id, []).append(row)
    rows = list(Calendar.objects.all())
    calendars = {row.pk: build(row, overrides.get(row.pk, ())) for row in rows}
    default = next((calendars[row.pk] for row in rows if row.is_default), None)
    return _Kept(
        revision=revision,
        calendars=calendars,
        default=default or build(Calendar(zone=timezone.get_default_timezone_name()), ()),
        assigned=dict(UnitCalendar.objects.values_list("unit_id", "calendar_id")),
        quiet={row.region: (row.start, row.end) for row in QuietHours.objects.all()},
        looked_at=now,
    )


def build(calendar: Calendar, overrides: Iterable[DayOverride]) -> WorkCalendar:
    """A calendar to compute with: its week, the public holidays if it follows them, its own days on top."""
    week = windows.read_week(calendar.weekly)
    closed: set[date] = set()
    opened: dict[date, list[Window]] = {}
    if calendar.follows_holidays:
        closed.update(holidays.DAYS_OFF)
        opened.update({day: make_up_windows(week, day) for day in holidays.MAKE_UP_DAYS})
    for row in overrides:
        opened[row.day] = windows.read_day(row.open_windows)
    return WorkCalendar(week, frozenset(closed), opened, ZoneInfo(calendar.zone))


def make_up_windows(week: Mapping[int, list[Window]], day: date) -> list[Window]:
    """The hours of a make-up day: that weekday's own if it has any, else those of the first working day of the week."""
    own = week.get(day.weekday())
    return own or next((week[weekday] for weekday in range(7) if week.get(weekday)), [])
