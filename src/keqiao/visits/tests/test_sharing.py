"""Visits are shared out fairly: one apart at most, nobody above the limit, nothing lost."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.visits.models import Visitor
from keqiao.visits.sharing import Hand, deal, is_away

hands = st.lists(
    st.builds(
        Hand, id=st.integers(1, 10_000), weight=st.integers(0, 4), load=st.integers(0, 9), room=st.integers(0, 12)
    ),
    max_size=8, unique_by=lambda hand: hand.id,
)  # fmt: skip


@given(count=st.integers(0, 120), people=hands)
def test_nobody_above_the_limit_and_nothing_lost(count: int, people: list[Hand]) -> None:
    found = deal([()] * count, people)
    given_out = Counter(one for one in found if one is not None)
    assert len(found) == count
    assert all(given_out[hand.id] <= (hand.room if hand.weight else 0) for hand in people)
    assert sum(given_out.values()) == min(count, sum(hand.room for hand in people if hand.weight))
    assert None not in found[: sum(given_out.values())]


@given(count=st.integers(0, 120), size=st.integers(1, 8), room=st.integers(0, 30), weight=st.integers(1, 4))
def test_equals_are_never_more_than_one_apart(count: int, size: int, room: int, weight: int) -> None:
    people = [Hand(number, weight, 0, room) for number in range(1, size + 1)]
    given_out = Counter(deal([()] * count, people))
    shares = [given_out[hand.id] for hand in people]
    assert max(shares) - min(shares) <= 1


@given(count=st.integers(0, 120), people=hands)
def test_two_of_the_same_weight_end_even_where_both_have_room(count: int, people: list[Hand]) -> None:
    given_out = Counter(deal([()] * count, people))
    got = [hand for hand in people if hand.weight and 0 < given_out[hand.id] < hand.room]
    for one in got:
        for other in got:
            if one.weight == other.weight:
                ends = [hand.load + given_out[hand.id] for hand in (one, other)]
                assert abs(ends[0] - ends[1]) <= 1


@given(count=st.integers(1, 40), size=st.integers(2, 6))
def test_whoever_is_to_be_avoided_gets_none_while_others_have_room(count: int, size: int) -> None:
    people = [Hand(number, room=count) for number in range(1, size + 1)]
    assert 1 not in deal([{1}] * count, people)
    assert deal([{1}] * count, [Hand(1, room=count)]) == [1] * count


def test_a_double_weight_gets_twice_as_many() -> None:
    given_out = Counter(deal([()] * 30, [Hand(1, 2), Hand(2, 1)]))
    assert given_out == {1: 20, 2: 10}


@pytest.mark.parametrize(
    ("since", "until", "away"),
    [(None, None, False), (date(2026, 11, 20), None, True), (date(2026, 11, 24), None, False),
     (date(2026, 11, 20), date(2026, 11, 23), True), (date(2026, 11, 20), date(2026, 11, 22), False)],
)  # fmt: skip
def test_who_is_away(since: date | None, until: date | None, away: bool) -> None:
    assert is_away(Visitor(away_from=since, away_until=until), date(2026, 11, 23)) is away
    assert not is_away(None, date(2026, 11, 23))
