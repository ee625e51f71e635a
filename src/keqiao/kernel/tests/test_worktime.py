"""Working time against a reference that looks at every single minute."""

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqiao.kernel.worktime import NeverOpen, Window, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
OFFICE: list[Window] = [(time(9), time(12)), (time(13), time(18))]
WEEKDAYS = dict.fromkeys(range(5), OFFICE)
MINUTE = timedelta(minutes=1)


def calendar(zone: ZoneInfo = SHANGHAI, **kwargs: object) -> WorkCalendar:
    values: dict[str, object] = {"windows": WEEKDAYS, "closed": frozenset(), "opened": {}, "zone": zone} | kwargs
    return WorkCalendar(**values)  # type: ignore[arg-type]


def slow_is_open(cal: WorkCalendar, at: datetime) -> bool:
    """Look at the wall clock, today's windows and those of yesterday that run past midnight."""
    wall = at.astimezone(cal.zone)
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        windows = cal.opened.get(day)
        if windows is None:
            windows = [] if day in cal.closed else cal.windows.get(day.weekday(), [])
        for start, end in windows:
            overnight = end <= start
            if back == 0 and start <= wall.time() and (overnight or wall.time() < end):
                return True
            if back == 1 and overnight and wall.time() < end:
                return True
    return False


def slow_minutes(cal: WorkCalendar, a: datetime, b: datetime) -> int:
    count, at = 0, a
    while at < b:
        count += slow_is_open(cal, at)
        at += MINUTE
    return count


# Clocks change between 1 and 3 o'clock: the reference reads the wall, so bounds keep away from those hours there.
def bounds(zone: ZoneInfo) -> st.SearchStrategy[time]:
    hours = st.integers(0, 23) if zone is SHANGHAI else st.integers(4, 23)
    return st.builds(time, hours, st.sampled_from([0, 15, 30, 59]))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[WorkCalendar, datetime]:
    zone = draw(st.sampled_from([SHANGHAI, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")]))
    first = draw(st.sampled_from([date(2026, 3, 4), date(2026, 3, 30), date(2026, 10, 1), date(2026, 10, 30)]))
    windows = st.lists(st.tuples(bounds(zone), bounds(zone)), max_size=3)
    days = st.integers(0, 9).map(lambda n: first + timedelta(days=n))
    made = WorkCalendar(
        windows=draw(st.dictionaries(st.integers(0, 6), windows)),
        closed=frozenset(draw(st.sets(days, max_size=3))),
        opened=draw(st.dictionaries(days, windows, max_size=3)),
        zone=zone,
    )
    return made, datetime.combine(first, time(), tzinfo=UTC) + MINUTE * draw(st.integers(0, 6 * 1440))


@settings(max_examples=60, deadline=None)
@given(calendars(), st.integers(0, 4 * 1440))
def test_minutes_like_the_reference(made: tuple[WorkCalendar, datetime], span: int) -> None:
    cal, start = made
    end = start + span * MINUTE
    assert cal.minutes_between(start, end) == slow_minutes(cal, start, end)
    assert cal.minutes_between(end, start) == -slow_minutes(cal, start, end)


@settings(max_examples=200, deadline=None)
@given(calendars())
def test_open_like_the_reference(made: tuple[WorkCalendar, datetime]) -> None:
    cal, at = made
    assert cal.is_open(at) == slow_is_open(cal, at)


@settings(max_examples=100, deadline=None)
@given(calendars(), st.integers(1, 3000), st.integers(0, 59_999_999))
def test_add_is_undone_by_minutes_between(made: tuple[WorkCalendar, datetime], minutes: int, micros: int) -> None:
    cal, start = made
    start += timedelta(microseconds=micros)
    try:
        due = cal.add(start, minutes)
    except NeverOpen:
        assert not any(cal.windows.values())
        return
    assert cal.minutes_between(start, due) == minutes
    assert cal.minutes_between(start, due - timedelta(microseconds=1)) == minutes - 1
    back = cal.add(due, -minutes)
    assert back >= start
    assert cal.minutes_between(back, due) == minutes
    assert cal.minutes_between(back + timedelta(microseconds=1), due) == minutes - 1


@settings(max_examples=100, deadline=None)
@given(calendars())
def test_next_open_is_the_first(made: tuple[WorkCalendar, datetime]) -> None:
    cal, at = made
    try:
        opening = cal.next_open(at)
    except NeverOpen:
        assert slow_minutes(cal, at, at + timedelta(days=7)) == 0
        return
    assert cal.is_open(opening)
    assert cal.minutes_between(at, opening) == 0


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        (shanghai(23, 9), 60, shanghai(23, 10)),
        (shanghai(23, 11, 30), 30, shanghai(23, 12)),
        (shanghai(23, 11, 30), 31, shanghai(23, 13, 1)),
        (shanghai(23, 17, 30), 60, shanghai(24, 9, 30)),
        (shanghai(27, 17), 120, shanghai(30, 10)),
        (shanghai(28, 3), 1, shanghai(30, 9, 1)),
        (shanghai(23, 3), 0, shanghai(23, 3)),
        (shanghai(24, 9, 30), -60, shanghai(23, 17, 30)),
        (shanghai(24, 9), -30, shanghai(23, 17, 30)),
    ],
)
def test_add(start: datetime, minutes: int, due: datetime) -> None:
    answer = calendar().add(start, minutes)
    assert answer == due
    assert answer.tzinfo is UTC


def test_whole_days_end_at_closing_time_and_begin_at_opening() -> None:
    """Over a year, so that every seam between the blocks that are computed at once is crossed."""
    cal, start = calendar(), shanghai(23, 9)
    workdays = (date(2026, 11, 23) + timedelta(days=n) for n in range(400))
    closing = [datetime.combine(day, time(18), tzinfo=SHANGHAI) for day in workdays if day.weekday() < 5]
    assert [cal.add(start, 480 * (n + 1)) for n in range(len(closing))] == closing
    for due in closing:
        assert cal.add(due, -480) == due - timedelta(hours=9)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (shanghai(23, 10), 3, shanghai(26, 10)),
        (shanghai(23, 7), 3, shanghai(25, 18)),  # before opening: three whole days
        (shanghai(23, 20), 3, shanghai(26, 18)),  # after closing the next day is the first
        (shanghai(26, 17), 3, shanghai(30, 17) + timedelta(days=1)),
        (shanghai(28, 12), 1, shanghai(30, 18)),
        (shanghai(23, 10), 0, shanghai(23, 10)),
    ],
)
def test_add_days(start: datetime, days: int, due: datetime) -> None:
    answer = calendar().add_days(start, days)
    assert answer == due
    assert answer.tzinfo is UTC


@pytest.mark.parametrize("window", [(time(8), time(20)), (time(10), time(14)), (time(22), time(6))])
def test_a_working_day_is_as_long_as_it_is(window: Window) -> None:
    cal = calendar(windows=dict.fromkeys(range(7), [window]))
    start = datetime.combine(date(2026, 11, 23), window[0], tzinfo=SHANGHAI) + timedelta(hours=1)
    assert cal.add_days(start, 3) == start + timedelta(days=3)


def test_a_short_last_day_ends_it() -> None:
    cal = calendar(opened={date(2026, 11, 26): [(time(9), time(10))]})
    assert cal.add_days(shanghai(23, 15), 3) == shanghai(26, 10)


def test_days_of_a_calendar_that_never_opens() -> None:
    with pytest.raises(NeverOpen):
        calendar(windows={}).add_days(shanghai(23, 9), 3)


def test_closed_and_opened_days() -> None:
    cal = calendar(closed=frozenset({date(2026, 11, 24)}), opened={date(2026, 11, 28): [(time(10), time(11))]})
    assert cal.add(shanghai(23, 17), 120) == shanghai(25, 10)
    assert cal.minutes_between(shanghai(28, 0), shanghai(29, 0)) == 60
    assert cal.day_minutes(date(2026, 11, 23)) == 480
    assert cal.day_minutes(date(2026, 11, 24)) == 0
    assert cal.day_minutes(date(2026, 11, 28)) == 60


def test_night_shift_belongs_to_its_evening() -> None:
    nights = calendar(windows=dict.fromkeys(range(7), [(time(22), time(6))]), closed=frozenset({date(2026, 11, 24)}))
    assert nights.is_open(shanghai(24, 5, 59))
    assert not nights.is_open(shanghai(24, 6))
    assert not nights.is_open(shanghai(24, 23))
    assert not nights.is_open(shanghai(25, 3))
    assert nights.is_open(shanghai(25, 22))
    always = calendar(windows=dict.fromkeys(range(7), [(time(), time())]))
    assert always.minutes_between(shanghai(1, 0), shanghai(30, 0)) == 29 * 1440


def test_overlapping_windows_count_once() -> None:
    cal = calendar(windows={0: [(time(20), time(8)), (time(21), time(23))], 1: [(time(6), time(9))]})
    assert cal.minutes_between(shanghai(23, 0), shanghai(25, 0)) == 13 * 60
    assert cal.day_minutes(date(2026, 11, 24)) == 60


def test_nights_when_clocks_change() -> None:
    night = calendar(NEW_YORK, windows=dict.fromkeys(range(7), [(time(22), time(6))]))
    whole = [(date(2026, 3, 7), 7), (date(2026, 3, 9), 8), (date(2026, 10, 31), 9)]
    for day, hours in whole:
        noon = datetime.combine(day, time(12), tzinfo=NEW_YORK)
        assert night.minutes_between(noon, noon + timedelta(hours=24)) == hours * 60
    skipped = calendar(NEW_YORK, windows={6: [(time(2, 30), time(4))]})  # 02:30 did not happen on 2026-03-08
    assert skipped.next_open(datetime(2026, 3, 8, tzinfo=NEW_YORK)) == datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert skipped.minutes_between(datetime(2026, 3, 8, tzinfo=NEW_YORK), datetime(2026, 3, 9, tzinfo=NEW_YORK)) == 60
    twice = calendar(NEW_YORK, windows={6: [(time(1, 30), time(3))]})  # 01:30 came twice on 2026-11-01
    assert twice.next_open(datetime(2026, 11, 1, tzinfo=NEW_YORK)) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert twice.minutes_between(datetime(2026, 11, 1, tzinfo=NEW_YORK), datetime(2026, 11, 2, tzinfo=NEW_YORK)) == 150


def test_never_open() -> None:
    cal = calendar(windows={})
    for ask in (
        lambda: cal.add(shanghai(23, 9), 1),
        lambda: cal.add(shanghai(23, 9), -1),
        lambda: cal.next_open(shanghai(23, 9)),
    ):
        with pytest.raises(NeverOpen):
            ask()
    with pytest.raises(ValueError):
        cal.is_open(datetime(2026, 11, 23))  # noqa: DTZ001


def test_months_ahead_take_far_less_than_a_millisecond() -> None:
    cal = calendar()
    due = cal.add(shanghai(23, 9), 480 * 130)
    start = stopwatch.perf_counter()
    for _ in range(200):
        cal.add(shanghai(23, 9), 480 * 130)
        cal.minutes_between(shanghai(23, 9), due)
    assert (stopwatch.perf_counter() - start) / 200 < 0.001
