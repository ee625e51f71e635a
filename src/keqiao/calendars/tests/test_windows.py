"""Hours as people type them."""

from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.calendars import windows


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("09:00-12:00 13:30-18:00", [["09:00", "12:00"], ["13:30", "18:00"]]),
        ("13:30~18:00，9:00 至 12:00", [["09:00", "12:00"], ["13:30", "18:00"]]),
        ("０９：００－１２：００", [["09:00", "12:00"]]),
        ("22:00-次日06:00", [["22:00", "06:00"]]),
        ("00:00-24:00", [["00:00", "00:00"]]),
        ("", []),
        ("  ", []),
    ],
)
def test_parse(typed: str, stored: list[list[str]]) -> None:
    assert windows.parse(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "9点到12点", "09:00", "09:00-25:00", "24:30-08:00", "09:60-10:00", "09:00-12:00 11:00-13:00",
        "22:00-06:00 05:00-08:00", "00:00-24:00 09:00-10:00", "09:00-12:00 x",
        " ".join(f"{hour:02}:00-{hour:02}:30" for hour in range(9)),
    ],
)  # fmt: skip
def test_refused(typed: str) -> None:
    with pytest.raises(windows.BadWindows, match="[\u4e00-\u9fff]"):
        windows.parse(typed)


@pytest.mark.parametrize(
    "raw",
    [None, "09:00", [["09:00"]], [["09:00", 12]], [[["09:00"], "12:00"]], [["09:00", "12:00", "13:00"]], {"a": 1}],
)
def test_stored_shape(raw: Any) -> None:
    with pytest.raises(windows.BadWindows):
        windows.read_day(raw)
    with pytest.raises(windows.BadWindows):
        windows.read_week({"0": raw} if raw else [])


def test_week() -> None:
    assert windows.read_week({"6": [["10:00", "00:00"]], "0": []}) == {6: [(time(10), time(0))]}
    with pytest.raises(windows.BadWindows):
        windows.read_week({"7": []})


@given(st.lists(st.times().map(lambda t: t.replace(second=0, microsecond=0)), max_size=8, unique=True).map(sorted))
def test_shown_is_typed(times: list[time]) -> None:
    pairs = windows.store_day(list(zip(times[::2], times[1::2], strict=False)))
    assert windows.parse(windows.show(pairs)) == pairs
