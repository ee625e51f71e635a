"""On which days birthdays and festivals fall, by both calendars."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lunardate import LunarDate

from keqiao.care.models import CarePlan
from keqiao.care.occasions import falls, festival_day, festival_days, yearly
from keqiao.customers.models import ImportantDate

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def kept(
    month: int, day: int, *, year: int = 0, leap: bool = False, lunar: bool = True, yearly: bool = True
) -> ImportantDate:
    return ImportantDate(
        kind="birthday",
        calendar="lunar" if lunar else "solar",
        year=year,
        month=month,
        day=day,
        leap=leap,
        yearly=yearly,
    )


def test_the_29th_of_february_is_kept_on_the_28th_of_a_common_year() -> None:
    assert yearly(2, 29, *YEAR) == [date(2026, 2, 28)]
    assert yearly(2, 29, date(2028, 1, 1), date(2028, 12, 31)) == [date(2028, 2, 29)]


def test_a_lunar_birthday_moves_through_the_solar_year() -> None:
    assert falls(kept(8, 15), *YEAR) == [date(2026, 9, 25)]
    assert falls(kept(8, 15), date(2025, 1, 1), date(2025, 12, 31)) == [date(2025, 10, 6)]


def test_a_birthday_in_a_leap_month_is_kept_there_or_in_the_plain_month() -> None:
    """2025 has a leap sixth month, 2026 has none."""
    assert falls(kept(6, 10, leap=True), date(2025, 1, 1), date(2025, 12, 31)) == [
        LunarDate(2025, 6, 10, is_leap_month=True).to_solar_date()
    ]
    assert falls(kept(6, 10, leap=True), *YEAR) == [LunarDate(2026, 6, 10).to_solar_date()]
    assert falls(kept(6, 10), date(2025, 1, 1), date(2025, 12, 31)) == [LunarDate(2025, 6, 10).to_solar_date()]


def test_the_30th_of_a_short_lunar_month_is_kept_on_the_29th() -> None:
    """The twelfth month of 2025 has 29 days: the 30th is kept on 16 February 2026, the day before the new year."""
    assert date(2026, 2, 16) in falls(kept(12, 30), *YEAR)


def test_a_lunar_date_that_comes_twice_in_a_solar_year_is_kept_twice() -> None:
    """The 11th of the twelfth month: 20 January 2024 is of the lunar year 2023; the next is 10 January 2025."""
    assert len(falls(kept(12, 1), date(2024, 1, 1), date(2024, 12, 31))) == 2


def test_what_comes_once_comes_once() -> None:
    assert falls(kept(11, 30, year=2026, lunar=False, yearly=False), *YEAR) == [date(2026, 11, 30)]
    assert falls(kept(11, 30, year=2025, lunar=False, yearly=False), *YEAR) == []
    assert falls(kept(8, 15, year=2025, yearly=False), *YEAR) == []


@pytest.mark.parametrize(
    ("festival", "day"),
    [
        ("new_year", date(2026, 1, 1)), ("eve", date(2026, 2, 16)), ("spring", date(2026, 2, 17)),
        ("lantern", date(2026, 3, 3)), ("dragon", date(2026, 6, 19)), ("qixi", date(2026, 8, 19)),
        ("moon", date(2026, 9, 25)), ("elders", date(2026, 10, 18)), ("national", date(2026, 10, 1)),
    ],
)  # fmt: skip
def test_festivals_fall_on_their_published_days(festival: str, day: date) -> None:
    assert festival_day(festival, 2026) == day
    assert festival_days(festival, *YEAR) == [day]


@given(st.dates(date(1902, 1, 1), date(2098, 12, 1)))
def test_every_lunar_day_comes_back_once_or_twice_each_year(day: date) -> None:
    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    found = falls(
        kept(lunar.month, lunar.day, leap=lunar.is_leap_month), day, date(day.year + 1, day.month, min(day.day, 28))
    )
    assert found[0] == day
    assert 1 <= len(found) <= 3


@given(st.sampled_from(CarePlan.Festival.values), st.integers(1950, 2090))
def test_every_festival_comes_once_in_each_of_its_years(festival: str, year: int) -> None:
    day = festival_day(festival, year)
    assert day is not None
    assert festival_days(festival, day, day) == [day]
