"""The days of a report, and when it is due to be drafted."""

from datetime import date, timedelta

from keqiao.calendars.queries import calendar_for
from keqiao.kernel.dates import add_months, month_range, week_range
from keqiao.reports.models import WEEKLY

FARTHEST = 31  # days within which a working day is looked for


def span_of(kind: str, day: date) -> tuple[date, date]:
    """First and last day, both included, of the month or the week (from Monday) that the day lies in."""
    first, after = week_range(day) if kind in WEEKLY else month_range(day)
    return first, after - timedelta(days=1)


def before(kind: str, day: date) -> tuple[date, date]:
    """The period before the one that the day lies in."""
    return span_of(kind, day - timedelta(days=7) if kind in WEEKLY else add_months(day.replace(day=1), -1))


def due_on(kind: str, unit_id: int, day: date) -> date:
    """The first working day, by the unit's calendar, of the period that the day lies in.

    Where the calendar has none within a month it is the period's first day.
    """
    start, _last = span_of(kind, day)
    calendar = calendar_for(unit_id)
    for later in range(FARTHEST):
        if calendar.day_minutes(start + timedelta(days=later)) > 0:
            return start + timedelta(days=later)
    return start
