"""Scores against published figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.kernel.statistics import Score, csat, nps, pareto, wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998)
    # 857–872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_published(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_wilson_holds_the_share(successes: int, failures: int) -> None:
    n = successes + failures
    low, high = wilson(successes, n)
    assert 0 <= low < high <= 1
    if n:
        assert low <= successes / n <= high
        wide = wilson(successes, n, 0.99)
        assert wide[0] <= low
        assert wide[1] >= high


@pytest.mark.parametrize(("successes", "n"), [(2, 1), (-1, 5)])
def test_wilson_refuses_nonsense(successes: int, n: int) -> None:
    with pytest.raises(ValueError):
        wilson(successes, n)


def test_csat() -> None:
    score = csat({5: 6, 4: 2, 3: 1, 1: 1})
    assert (score.value, score.n) == (0.8, 10)
    assert (score.low, score.high) == wilson(8, 10)
    assert csat({}) == Score(None, 0, None, None)
    with pytest.raises(ValueError):
        csat({6: 1})


def test_nps_each_score_once() -> None:
    score = nps(dict.fromkeys(range(11), 1))
    assert score.value == pytest.approx(-45.45, abs=0.005)
    assert score.n == 11
    assert nps({10: 3}).value == 100
    assert nps({7: 1, 8: 1}).value == 0
    assert nps({}) == Score(None, 0, None, None)


@given(st.dictionaries(st.integers(0, 10), st.integers(0, 50)))
def test_nps_interval_holds_the_score(counts: dict[int, int]) -> None:
    score = nps(counts)
    if score.value is not None:
        assert score.low is not None
        assert score.high is not None
        assert -100 <= score.low <= score.value + 1e-9
        assert score.value - 1e-9 <= score.high <= 100


def test_pareto() -> None:
    rows = pareto([("物流", 2), ("质量", 5), ("态度", 3), ("其他", 0)])
    assert [(row.key, row.count, row.share, round(row.cumulative, 9)) for row in rows] == [
        ("质量", 5, 0.5, 0.5),
        ("态度", 3, 0.3, 0.8),
        ("物流", 2, 0.2, 1.0),
    ]
    assert pareto([]) == []
