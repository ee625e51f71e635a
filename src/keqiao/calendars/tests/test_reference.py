"""The fast calendars against the slow reference: any week, holidays and make-up days, local days, units with their own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from keqiao.calendars import actions, holidays, queries
from keqiao.calendars.models import Calendar
from keqiao.calendars.tests.reference import SPAN, ZONE, Reference, Window, day_windows, stored, weeks
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM

Week = Mapping[int, Sequence[Window]]
OFFICE: Week = dict.fromkeys(range(5), [(540, 720), (780, 1080)])
FESTIVAL = datetime(2026, 2, 13, 9, 30, tzinfo=ZONE)
days = st.dictionaries(st.dates(*SPAN), day_windows(), max_size=4)
instants = st.integers(0, (SPAN[1] - SPAN[0]).days * 1440).map(
    lambda minutes: datetime(2025, 9, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
)
slow = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def undone() -> Iterator[None]:
    """What one example writes is gone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    queries.forget()


def calendar(week: Week, local: Mapping[date, Sequence[Window]], *, follows: bool = True) -> Calendar:
    """A calendar with its own days, made by the actions that the pages call."""
    made = actions.create_calendar(
        actor=SYSTEM, name="所试日历", zone="Asia/Shanghai", follows_holidays=follows,
        weekly={str(weekday): stored(windows) for weekday, windows in week.items()},
    )  # fmt: skip
    for day, windows in local.items():
        actions.set_day(actor=SYSTEM, calendar=made, day=day, open_windows=stored(windows), reason="本地安排")
    return made


@slow
@given(
    week=weeks,
    local=days,
    follows=st.booleans(),
    start=instants,
    span=st.integers(0, 9 * 1440),
    wanted=st.integers(1, 2500),
)
@example(week=OFFICE, local={}, follows=True, start=FESTIVAL, span=12 * 1440, wanted=1441)
@example(week=OFFICE, local={date(2026, 2, 14): []}, follows=True, start=FESTIVAL, span=12 * 1440, wanted=700)
@example(week={5: [(1200, 1500)]} | OFFICE, local={}, follows=True, start=FESTIVAL, span=4 * 1440, wanted=900)
def test_minutes_deadlines_and_openings_are_those_of_the_reference(
    company: Company,
    week: Week,
    local: dict[date, list[Window]],
    follows: bool,
    start: datetime,
    span: int,
    wanted: int,
) -> None:
    slowly = Reference(week, follows, local)
    team, end = company.units["team"], start + timedelta(minutes=span)
    with undone():
        actions.assign_calendar(
            actor=SYSTEM, unit=company.units["service"], calendar=calendar(week, local, follows=follows)
        )
        fast = queries.calendar_for(team.pk)
        assert fast.minutes_between(start, end) == slowly.worked(start, end)
        assert fast.minutes_between(end, start) == -slowly.worked(start, end)
        assert fast.is_open(start) == slowly.is_open(start)
        due = slowly.after(start, wanted, timedelta(days=45))
        if due is not None:
            assert fast.add(start, wanted) == due
            assert fast.minutes_between(start, fast.add(due, -wanted)) >= 0, "counted back, not before the start"
            assert fast.minutes_between(fast.add(due, -wanted), due) == wanted
        opening = slowly.opening(start)
        if opening is not None:
            assert fast.next_open(start) == opening


@slow
@given(day=st.dates(*SPAN), local=day_windows())
def test_a_local_change_holds_for_its_unit_and_those_below_alone(
    company: Company, day: date, local: list[Window]
) -> None:
    usual, changed = Reference(OFFICE), Reference(OFFICE, days={day: local})
    begin = datetime.combine(day, datetime.min.time(), tzinfo=ZONE)
    end = begin + timedelta(days=2)
    with undone():
        actions.assign_calendar(actor=SYSTEM, unit=company.units["service"], calendar=calendar(OFFICE, {day: local}))
        for unit, reference in (("team", changed), ("service", changed), ("quality", usual), ("head", usual)):
            fast = queries.calendar_for(company.units[unit].pk)
            assert fast.minutes_between(begin, end) == reference.worked(begin, end), unit


@slow
@given(week=weeks, start=instants, first=st.integers(0, 4000), second=st.integers(0, 4000))
def test_time_adds_up_and_never_runs_backwards(
    company: Company, week: Week, start: datetime, first: int, second: int
) -> None:
    with undone():
        actions.assign_calendar(actor=SYSTEM, unit=company.units["team"], calendar=calendar(week, {}))
        fast = queries.calendar_for(company.units["team"].pk)
        middle, end = start + timedelta(minutes=first), start + timedelta(minutes=first + second)
        assert fast.minutes_between(start, middle) + fast.minutes_between(middle, end) == fast.minutes_between(
            start, end
        )
        assume(first and second)
        assert fast.add(fast.add(start, first), second) == fast.add(start, first + second)
        assert fast.add(start, first) <= fast.add(start, first + second)


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_official_day_of_the_year_is_the_package_s(company: Company, year: int) -> None:
    """Each day of the year from both sides: the package asked day by day, and the table that the program keeps."""
    reference, fast = Reference(OFFICE), queries.calendar_for(company.units["team"].pk)
    day: Any = date(year, 1, 1)
    odd = 0
    while day.year == year:
        expected = sum(end - start for start, end in reference.windows(day))
        assert fast.day_minutes(day) == expected, day
        odd += (expected > 0) != (day.weekday() < 5)
        day += timedelta(days=1)
    assert odd > 20, "holidays on weekdays and make-up days on weekends"
    assert all(moved.weekday() >= 5 for moved in holidays.MAKE_UP_DAYS if moved.year == year)
