"""Days and times as people say them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.kernel import dates

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 14, 2, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("minutes", "day", "said"),
    [
        (0, 1440, "0分钟"),
        (45, 1440, "45分钟"),
        (60, 1440, "1小时"),
        (125, 1440, "2小时5分钟"),
        (51 * 60 + 10, 1440, "2天3小时"),
        (1440 + 5, 1440, "1天"),
        (-90, 1440, "-1小时30分钟"),
        (480 * 2 + 180, 480, "2天3小时"),
    ],
)
def test_humanise(minutes: int, day: int, said: str) -> None:
    assert dates.humanise(minutes, day_minutes=day) == said


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(seconds=-30), "刚刚"),
        (timedelta(seconds=30), "马上"),
        (timedelta(minutes=-3), "3 分钟前"),
        (timedelta(minutes=59), "59 分钟后"),
        (timedelta(hours=-2), "今天 12:02"),
        (timedelta(days=-1), "昨天 14:02"),
        (timedelta(days=1), "明天 14:02"),
        (timedelta(days=-18), "11月5日 14:02"),
        (timedelta(days=-365), "2025年11月23日"),
    ],
)
def test_relative(away: timedelta, said: str) -> None:
    assert dates.relative((NOW + away).astimezone(UTC), NOW, SHANGHAI) == said


def test_yesterday_is_a_matter_of_the_zone() -> None:
    at = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # 01:00 on the 23rd in Shanghai
    assert dates.relative(at, NOW, SHANGHAI) == "今天 01:00"
    assert dates.full(at, SHANGHAI) == "2026-11-23 01:00"
    assert dates.clock(at, SHANGHAI) == "01:00"


def test_day_bounds() -> None:
    start, end = dates.day_bounds(date(2026, 11, 23), SHANGHAI)
    assert (start, end) == (datetime(2026, 11, 22, 16, tzinfo=UTC), datetime(2026, 11, 23, 16, tzinfo=UTC))
    start, end = dates.day_bounds(date(2026, 3, 8), ZoneInfo("America/New_York"))
    assert end - start == timedelta(hours=23)


def test_naive_is_refused() -> None:
    with pytest.raises(ValueError):
        dates.local(NOW.replace(tzinfo=None))


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(-60, 60))
def test_ranges(day: date, months: int) -> None:
    monday, following = dates.week_range(day)
    assert monday.weekday() == 0
    assert monday <= day < following
    assert (following - monday).days == 7
    first, after = dates.month_range(day)
    assert first.day == after.day == 1
    assert first <= day < after
    assert (after - first).days <= 31
    moved = dates.add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1
