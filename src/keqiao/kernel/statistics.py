"""The few figures that a service department is judged by, each with its source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Generic, TypeVar

Key = TypeVar("Key")


@dataclass(frozen=True)
class Score:
    """A score with what it stands on. ``value``, ``low`` and ``high`` share a unit and are None without answers."""

    value: float | None
    n: int
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ParetoRow(Generic[Key]):
    """One cause: how often, its share and the share of it and all larger ones (0–1)."""

    key: Key
    count: int
    share: float
    cumulative: float


def _z(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError("confidence lies between 0 and 1")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a share, both ends 0–1; (0, 1) when nothing was counted.

    Wilson's score interval without continuity correction: E. B. Wilson, Probable inference, the law of succession, and
    statistical inference, JASA 22 (1927) 209–212. Holds for small n and shares near 0 and 1, where p ± z·s.e. does not.
    Raises ValueError unless 0 ≤ successes ≤ n.
    """
    if not 0 <= successes <= n:
        raise ValueError("successes must lie between 0 and n")
    if n == 0:
        return 0.0, 1.0
    z = _z(confidence)
    share = successes / n
    scale = 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / scale
    # At the ends the formula gives exactly 0 and 1; rounding must not step over them.
    return (0.0 if successes == 0 else middle - half), (1.0 if successes == n else middle + half)


def _answers(counts: Mapping[int, int], scale: range) -> int:
    """How many answers there are; ValueError for a score off the scale or a negative count."""
    if any(score not in scale or count < 0 for score, count in counts.items()):
        raise ValueError(f"scores run from {scale.start} to {scale.stop - 1}, counts are not negative")
    return sum(counts.values())


def csat(counts: Mapping[int, int], confidence: float = 0.95) -> Score:
    """Satisfaction as the share (0–1) of the top two of five, with its Wilson interval.

    ``counts`` maps the score 1–5 to how many gave it. The "top-two-box" convention of customer surveys.
    """
    n = _answers(counts, range(1, 6))
    if n == 0:
        return Score(None, 0, None, None)
    happy = counts.get(4, 0) + counts.get(5, 0)
    low, high = wilson(happy, n, confidence)
    return Score(happy / n, n, low, high)


def nps(counts: Mapping[int, int], confidence: float = 0.95) -> Score:
    """Net promoter score, −100 to 100: % of 9–10 less % of 0–6; 7–8 count in the denominator.

    F. F. Reichheld, The one number you need to grow, Harvard Business Review 81 (2003) 46–54. The interval is that of a
    difference of two shares of one sample, variance (p + d − (p − d)²)/n, cut at ±100.
    """
    n = _answers(counts, range(11))
    if n == 0:
        return Score(None, 0, None, None)
    promoters = sum(counts.get(score, 0) for score in (9, 10)) / n
    detractors = sum(counts.get(score, 0) for score in range(7)) / n
    net = promoters - detractors
    half = _z(confidence) * sqrt(max(promoters + detractors - net * net, 0.0) / n)
    return Score(100 * net, n, max(100 * (net - half), -100.0), min(100 * (net + half), 100.0))


def ces(counts: Mapping[int, int], confidence: float = 0.95) -> Score:
    """Customer effort as the share (0–1) of 5–7 of seven, who agree that it was easy, with its Wilson interval.

    M. Dixon, K. Freeman, N. Toman, Stop trying to delight your customers, Harvard Business Review 88 (2010) 116–122, in
    the later form of agreement from 1 to 7. The mean of the same answers is told beside it.
    """
    n = _answers(counts, range(1, 8))
    if n == 0:
        return Score(None, 0, None, None)
    easy = sum(counts.get(score, 0) for score in (5, 6, 7))
    low, high = wilson(easy, n, confidence)
    return Score(easy / n, n, low, high)


def pareto(pairs: Iterable[tuple[Key, int]]) -> list[ParetoRow[Key]]:
    """Causes from the most frequent down, with cumulative share; equal ones keep their order, zero counts are left out.

    The Pareto diagram of quality control (GB/T 19012 asks for the causes; J. M. Juran, Quality Control Handbook, 1951).
    """
    ranked = sorted(((key, count) for key, count in pairs if count > 0), key=lambda pair: -pair[1])
    total = sum(count for _key, count in ranked)
    rows, running = [], 0
    for key, count in ranked:
        running += count
        rows.append(ParetoRow(key, count, count / total, running / total))
    return rows


SIGMAS = 3  # the convention of control charts since W. A. Shewhart, Economic Control of Quality of Manufactured Product (1931)


def c_limits(counts: Sequence[int]) -> tuple[float, float, float] | None:
    """Centre, lower and upper limit of counts over equal stretches of time (c-chart); None where there is none.

    c̄ ± 3 √c̄, for counts that come by themselves (Poisson), the lower limit not below 0.
    """
    if not counts:
        return None
    centre = sum(counts) / len(counts)
    reach = SIGMAS * sqrt(centre)
    return centre, max(centre - reach, 0.0), centre + reach


def p_limits(hits: Sequence[int], totals: Sequence[int]) -> list[tuple[float, float, float] | None]:
    """Centre, lower and upper limit of a share 0–1 for each total (p-chart); None where nothing was counted.

    p̄ ± 3 √(p̄ (1 − p̄) / n), p̄ over everything, n the total at that place; cut at 0 and 1. Raises ValueError unless
    0 ≤ hits ≤ total everywhere.
    """
    if len(hits) != len(totals) or any(not 0 <= hit <= total for hit, total in zip(hits, totals, strict=True)):
        raise ValueError("hits must lie between 0 and their total")
    whole = sum(totals)
    if not whole:
        return [None] * len(totals)
    centre = sum(hits) / whole
    reaches = [SIGMAS * sqrt(centre * (1 - centre) / total) if total else None for total in totals]
    return [
        None if reach is None else (centre, max(centre - reach, 0.0), min(centre + reach, 1.0)) for reach in reaches
    ]
