"""On which solar days occasions fall: birthdays by both calendars, festivals, anniversaries.

The rules are those of `customers.models.days`: where a year lacks the day, the nearest one before is kept (29 February
on the 28th, the 30th of a short lunar month on the 29th), so that nobody is greeted late; a leap month is kept in the
leap month where the year has one, else in the plain month of that name, which is what families do.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from keqiao.care.models import CarePlan
from keqiao.customers.models import ImportantDate
from keqiao.customers.models.days import lunar, solar

Festival = CarePlan.Festival
SOLAR = {
    Festival.NEW_YEAR: (1, 1), Festival.WOMEN: (3, 8), Festival.LABOUR: (5, 1), Festival.TEACHERS: (9, 10),
    Festival.NATIONAL: (10, 1),
}  # fmt: skip
LUNAR = {
    Festival.SPRING: (1, 1), Festival.LANTERN: (1, 15), Festival.DRAGON: (5, 5), Festival.QIXI: (7, 7),
    Festival.MOON: (8, 15), Festival.ELDERS: (9, 9),
}  # fmt: skip


def festival_day(festival: str, year: int) -> date | None:
    """The day of a festival that belongs to that (solar or lunar) year; New Year's Eve is the day before it begins."""
    if festival in SOLAR:
        return solar(year, *SOLAR[Festival(festival)])
    if festival == Festival.EVE:
        first = lunar(year, 1, 1)
        return first - timedelta(days=1) if first else None
    return lunar(year, *LUNAR[Festival(festival)])


def festival_days(festival: str, first: date, last: date) -> list[date]:
    """The days of a festival from `first` to `last`, both included."""
    found = (festival_day(festival, year) for year in range(first.year - 1, last.year + 1))
    return within(found, first, last)


def yearly(month: int, day: int, first: date, last: date) -> list[date]:
    """The days in the span on which a solar date returns."""
    return within((solar(year, month, day) for year in range(first.year, last.year + 1)), first, last)


def falls(kept: ImportantDate, first: date, last: date) -> list[date]:
    """The days in the span on which an important date is kept. A lunar date may come twice in one solar year."""
    if kept.calendar == ImportantDate.Calendar.SOLAR:
        return within((kept.falls_in(year) for year in range(first.year, last.year + 1)), first, last)
    years = range(first.year - 1, last.year + 1) if kept.yearly else (kept.year,)
    return within((lunar(year, kept.month, kept.day, leap=kept.leap) for year in years), first, last)


def within(days: Iterable[date | None], first: date, last: date) -> list[date]:
    """Those of the days that lie in the span, in order."""
    return sorted({day for day in days if day is not None and first <= day <= last})
