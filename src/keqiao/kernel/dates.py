"""Days, spans and times as people say them. Instants are aware and kept in UTC; days belong to a zone."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _

DAY_MINUTES = 24 * 60


def local(at: datetime, zone: tzinfo | None = None) -> datetime:
    """The instant on the clock of a zone (default: the active one). Raises ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return at.astimezone(zone or timezone.get_current_timezone())


def today(zone: tzinfo | None = None) -> date:
    """Today's date in a zone."""
    return local(timezone.now(), zone).date()


def start_of(day: date, zone: tzinfo | None = None) -> datetime:
    """The first instant of a day in a zone, in UTC (a zone may skip midnight when its clocks change)."""
    midnight = datetime.combine(day, time.min, tzinfo=zone or timezone.get_current_timezone())
    return midnight.astimezone(UTC)


def bounds(first: date, after: date, zone: tzinfo | None = None) -> tuple[datetime, datetime]:
    """The instants of the days from ``first`` up to, not including, ``after``: ``start <= at < end``."""
    return start_of(first, zone), start_of(after, zone)


def day_bounds(day: date, zone: tzinfo | None = None) -> tuple[datetime, datetime]:
    """First instant of the day and of the next one."""
    return bounds(day, day + timedelta(days=1), zone)


def week_range(day: date) -> tuple[date, date]:
    """Monday of the day's week and the Monday after."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=7)


def month_range(day: date) -> tuple[date, date]:
    """First day of the day's month and of the next one."""
    return day.replace(day=1), add_months(day.replace(day=1), 1)


def add_months(day: date, months: int) -> date:
    """The same day months later or earlier; the last day of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def humanise(minutes: int, *, day_minutes: int = DAY_MINUTES) -> str:
    """A span as ``2天3小时``, ``45分钟``: its two largest units, the smaller rounded down; below zero with a minus.

    ``day_minutes`` is the length of a day: 1,440 for calendar time; give the working minutes of a day for working time.
    """
    days, rest = divmod(abs(minutes), day_minutes)
    hours, mins = divmod(rest, 60)
    counts = (days, hours, mins)
    largest = next((place for place, count in enumerate(counts) if count), 2)
    shown = [
        _span(place, counts[place]) for place in range(largest, min(largest + 2, 3)) if counts[place] or largest == 2
    ]
    text = shown[0] if len(shown) == 1 else _("%(large)s%(small)s") % {"large": shown[0], "small": shown[1]}
    return f"-{text}" if minutes < 0 else text


def _span(place: int, count: int) -> str:
    """So many days, hours or minutes."""
    if place == 0:
        return _("%(n)d天") % {"n": count}
    return (_("%(n)d小时") if place == 1 else _("%(n)d分钟")) % {"n": count}


def clock(at: datetime, zone: tzinfo | None = None) -> str:
    """The time of day, ``14:02``."""
    return local(at, zone).strftime("%H:%M")


def full(at: datetime, zone: tzinfo | None = None) -> str:
    """Date and time for papers and tooltips, ``2026-11-23 14:02``."""
    return local(at, zone).strftime("%Y-%m-%d %H:%M")


def relative(at: datetime, now: datetime | None = None, zone: tzinfo | None = None) -> str:
    """An instant as people say it: ``刚刚``, ``3 分钟前``, ``昨天 14:02``, ``3月5日 14:02``, ``2025年3月5日``."""
    reference = now or timezone.now()
    minutes = int(abs((reference - at).total_seconds()) // 60)
    past = at <= reference
    if minutes < 1:
        return _("刚刚") if past else _("马上")
    if minutes < 60:
        return (_("%(n)d 分钟前") if past else _("%(n)d 分钟后")) % {"n": minutes}
    return _on_day(local(at, zone), local(reference, zone).date())


def _on_day(at: datetime, current: date) -> str:
    """A local instant seen from a day."""
    named = {0: _("今天 %(time)s"), -1: _("昨天 %(time)s"), 1: _("明天 %(time)s")}
    distance = (at.date() - current).days
    if distance in named:
        return named[distance] % {"time": at.strftime("%H:%M")}
    if at.year == current.year:
        return f"{day_words(at)} {at:%H:%M}"
    return full_day(at)


def day_words(day: date) -> str:
    """A day without its year, ``3月5日``."""
    return dateformat.format(day, _("n月j日"))


def full_day(day: date) -> str:
    """A day with its year, ``2025年3月5日``."""
    return dateformat.format(day, _("Y年n月j日"))
