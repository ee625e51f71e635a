"""Public holidays and make-up days against the official notices."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from keqiao.calendars import holidays, queries
from keqiao.calendars.models import Calendar, DayOverride

SHANGHAI = ZoneInfo("Asia/Shanghai")
MAKE_UP_2026 = {date(2026, *day) for day in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]}


def test_days_of_the_notices() -> None:
    off = Counter(day.year for day in holidays.DAYS_OFF)
    made_up = Counter(day.year for day in holidays.MAKE_UP_DAYS)
    assert (off[2025], made_up[2025]) == (28, 5)
    assert (off[2026], made_up[2026]) == (33, 6)
    assert {day for day in holidays.MAKE_UP_DAYS if day.year == 2026} == MAKE_UP_2026
    assert holidays.name_of(date(2026, 2, 17)) == "春节"
    assert holidays.name_of(date(2026, 10, 10)) == "国庆节"
    assert holidays.name_of(date(2026, 11, 23)) == ""
    assert all(holidays.name_of(day) for day in [*holidays.DAYS_OFF, *holidays.MAKE_UP_DAYS])


def test_years_without_a_notice_are_said() -> None:
    assert queries.coverage_warning(2026) is None
    assert "2027" in (queries.coverage_warning(2027) or "")
    assert queries.coverage_warning(1999)


def test_work_follows_them() -> None:
    work = queries.build(Calendar(), ())
    for day in holidays.DAYS_OFF:
        assert work.day_minutes(day) == 0
    for day in holidays.MAKE_UP_DAYS:
        assert work.day_minutes(day) == 480
    # Friday evening before the Spring Festival: the make-up Saturday counts, then nine days of rest.
    start = datetime(2026, 2, 13, 17, 30, tzinfo=SHANGHAI)
    assert work.add(start, 60) == datetime(2026, 2, 14, 9, 30, tzinfo=SHANGHAI)
    assert work.add(start, 600) == datetime(2026, 2, 24, 10, 30, tzinfo=SHANGHAI)
    # 7 working days from 30 September 2026: 8, 9, 10 (made up), 12, 13, 14, 15 October.
    assert work.add(datetime(2026, 9, 30, 18, tzinfo=SHANGHAI), 7 * 480) == datetime(2026, 10, 15, 18, tzinfo=SHANGHAI)
    # Beyond the data, weekdays work: 1 October 2027 is a Friday.
    assert work.day_minutes(date(2027, 10, 1)) == 480


def test_a_desk_that_never_closes_keeps_its_hours() -> None:
    every_day: dict[str, Any] = {str(weekday): [["00:00", "00:00"]] for weekday in range(7)}
    work = queries.build(Calendar(weekly=every_day, follows_holidays=False), ())
    year = datetime(2026, 1, 1, tzinfo=UTC)
    assert work.minutes_between(year, year + timedelta(days=365)) == 365 * 1440
    shop = queries.build(Calendar(weekly={str(weekday): [["10:00", "20:00"]] for weekday in range(7)}), ())
    assert shop.day_minutes(date(2026, 10, 10)) == 600
    assert shop.day_minutes(date(2026, 10, 1)) == 0


@pytest.mark.parametrize(
    ("day", "hours", "minutes"),
    [(date(2026, 10, 1), [["10:00", "12:00"]], 120), (date(2026, 11, 23), [], 0), (date(2026, 10, 10), [], 0)],
)
def test_own_days_come_before_everything(day: date, hours: list[list[str]], minutes: int) -> None:
    assert queries.build(Calendar(), [DayOverride(day=day, open_windows=hours)]).day_minutes(day) == minutes
