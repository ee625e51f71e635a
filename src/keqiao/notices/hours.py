"""When e-mail about work may reach an employee."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from django.utils import timezone

from keqiao.calendars.queries import calendar_for
from keqiao.kernel.worktime import NeverOpen, WorkCalendar
from keqiao.notices.kinds import Kind, Way
from keqiao.notices.models import NoticeChoice, NoticeHours

Window = tuple[time, time]
DAYS = 60  # after so many days without a minute the own quiet hours give way


def window_of(hours: NoticeHours | None) -> Window | None:
    """The own quiet hours; None without any."""
    if hours is None or hours.quiet_from is None or hours.quiet_until is None or hours.quiet_from == hours.quiet_until:
        return None
    return hours.quiet_from, hours.quiet_until


def after_quiet(at: datetime, window: Window | None) -> datetime:
    """The instant itself, or the end of the quiet hours that it falls into."""
    if window is None:
        return at
    start, end = window
    wall = timezone.localtime(at, timezone.get_default_timezone())
    now = wall.time()
    if not (start <= now < end if start < end else now >= start or now < end):
        return at
    day = wall.date() if now < end else wall.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=timezone.get_default_timezone())


def mail_time(calendar: WorkCalendar, window: Window | None, at: datetime) -> datetime:
    """The first instant from `at` on that lies in working time and not in the quiet hours."""
    first = at
    try:
        while at - first < timedelta(days=DAYS):
            opened = calendar.next_open(at)
            at = after_quiet(opened, window)
            if at == opened:
                return at
        return calendar.next_open(first)
    except NeverOpen:
        return first


def mail_times(units: dict[int, int], at: datetime, *, urgent: bool) -> dict[int, datetime]:
    """When each employee (id → unit id) may be written to; at once when it is urgent."""
    if urgent or not units:
        return dict.fromkeys(units, at)
    kept = NoticeHours.objects.in_bulk(list(units))
    return {pk: mail_time(calendar_for(unit), window_of(kept.get(pk)), at) for pk, unit in units.items()}


def ways(employees: Collection[int], kind: Kind) -> dict[int, Way]:
    """How each employee hears of that kind."""
    chosen = NoticeChoice.objects.filter(employee__in=employees, kind=kind.code).values_list("employee_id", "way")
    allowed = set(kind.ways())
    named = {pk: Way(way) for pk, way in chosen if way in Way.values and Way(way) in allowed}
    return {pk: named.get(pk, kind.way) for pk in employees}
