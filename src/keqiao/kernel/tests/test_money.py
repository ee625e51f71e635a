"""Amounts in fen, exact to the last one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.kernel import money


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.5", 123450),
        ("¥1,234.50", 123450),
        ("￥ 1234.50 元", 123450),
        ("１２３４．５", 123450),
        ("0", 0),
        (".5", 50),
        ("5.", 500),
        ("-3.07", -307),
        ("-¥3.07", -307),
        ("+3", 300),
        ("0.29", 29),
        ("10000000000000", money.LARGEST),
    ],
)
def test_parse(text: str, fen: int) -> None:
    assert money.parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["", ".", "-", "¥", "abc", "1,23", "12,34.5", "1.005", "1.000", "1e3", "--1", "+-1", "1 2", "nan", "1" * 50]
)
def test_refused_with_a_message_for_people(text: str) -> None:
    with pytest.raises(ValueError, match=r"金额"):
        money.parse_yuan(text)


def test_too_large() -> None:
    with pytest.raises(ValueError, match="金额过大"):
        money.parse_yuan("10000000000000.01")


@given(st.integers(-money.LARGEST, money.LARGEST))
def test_round_trip(fen: int) -> None:
    assert money.parse_yuan(money.format_yuan(fen)) == fen
    assert money.parse_yuan(money.plain_yuan(fen)) == fen


def test_format() -> None:
    assert money.format_yuan(123450) == "¥1,234.50"
    assert money.format_yuan(-7) == "-¥0.07"
    assert money.plain_yuan(123450) == "1234.50"


@given(st.integers(-money.LARGEST, money.LARGEST), st.lists(st.integers(0, 1000), min_size=1, max_size=12))
def test_split_adds_up_and_is_fair(fen: int, weights: list[int]) -> None:
    if not sum(weights):
        with pytest.raises(ValueError, match="分摊比例"):
            money.split(fen, weights)
        return
    parts = money.split(fen, weights)
    assert sum(parts) == fen
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - fen * weight) < sum(weights)
        if weight == 0:
            assert part == 0


def test_split_example() -> None:
    assert money.split(100, [1, 1, 1]) == [34, 33, 33]
    with pytest.raises(ValueError, match="分摊比例"):
        money.split(100, [2, -1])
