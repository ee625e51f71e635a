"""A chart as plain shapes: PDF draws them as vectors, DOCX as a picture. Points, from the lower left corner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Any

from django.utils.translation import gettext as _

from keqiao.documents.words import plain

WIDTH, HEIGHT = 482.0, 210.0  # points: the line of an A4 sheet
LEFT, RIGHT, BASE, TOP = 34.0, 34.0, 34.0, 32.0
SIZE = 8.0
LONGEST = 12  # characters of a label
FEW = 18  # below so many bars each tells its value
COLOURS = ("#3b6ea5", "#8fb3d9", "#7a9e7e", "#b8a26a", "#8d7aa8")
DANGER, TREND, GRID, INK, QUIET = "#c0564b", "#c98a2b", "#dfe3e8", "#1b1f24", "#5b6570"


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle."""

    x: float
    y: float
    wide: float
    high: float
    colour: str


@dataclass(frozen=True, slots=True)
class Path:
    """Points joined by a line."""

    points: tuple[tuple[float, float], ...]
    colour: str
    thick: float = 0.6


@dataclass(frozen=True, slots=True)
class Word:
    """Text beginning, centred or ending at a point."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    colour: str = QUIET


Shape = Box | Path | Word


def shapes(spec: Any) -> list[Shape]:
    """The shapes of a chart; the same description as that of a page's chart: type, labels, series, share."""
    labels = [cut(one) for one in spec["labels"]]
    series = [[float(value or 0) for value in one["data"]] for one in spec["series"]]
    if not labels or not series:
        return []
    colours = [DANGER if one.get("tone") == "danger" else COLOURS[at % 5] for at, one in enumerate(spec["series"])]
    drawn = lying if spec.get("horizontal") else standing
    return [*drawn(spec, labels, series, colours), *legend(spec, colours)]


def cut(label: object) -> str:
    """A label that is not too long."""
    text = plain(label).replace("\n", " ")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def steps(highest: float) -> list[float]:
    """Round numbers from 0 to above the highest value, four to six of them."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / 4
    size = 10 ** int(log10(rough)) if rough >= 1 else 1
    step = next(factor * size for factor in (1, 2, 5, 10) if factor * size >= rough)
    return [float(step * at) for at in range(ceil(highest / step) + 1)]


def standing(
    spec: Any, labels: Sequence[str], series: Sequence[Sequence[float]], colours: Sequence[str]
) -> Iterator[Shape]:
    """Bars beside or upon each other, a line, or bars with their cumulative share."""
    stacked, kind = spec["type"] == "stacked", spec["type"]
    tops = [sum(column) if stacked else max(column) for column in zip(*series, strict=True)]
    ticks = steps(max(tops, default=0))
    high, wide = HEIGHT - BASE - TOP, WIDTH - LEFT - RIGHT
    scale = high / (ticks[-1] or 1)
    for tick in ticks:
        at = BASE + tick * scale
        yield Path(((LEFT, at), (WIDTH - RIGHT, at)), GRID)
        yield Word(LEFT - 4, at - 3, f"{tick:g}", "end")
    slot = wide / len(labels)
    middles = [LEFT + slot * (at + 0.5) for at in range(len(labels))]
    yield from named(labels, middles, slot)
    if kind == "line":
        for values, colour in zip(series, colours, strict=True):
            yield Path(tuple((x, BASE + value * scale) for x, value in zip(middles, values, strict=True)), colour, 1.4)
        return
    yield from columns(series, colours, middles, slot, scale, stacked=stacked)
    if len(labels) <= FEW:
        for x, top in zip(middles, tops, strict=True):
            yield Word(x, BASE + top * scale + 3, f"{top:g}", colour=INK)
    if kind == "pareto":
        yield from cumulative(series[0], middles, high)


def columns(
    series: Sequence[Sequence[float]], colours: Sequence[str], middles: Sequence[float], slot: float, scale: float, *,
    stacked: bool,
) -> Iterator[Shape]:  # fmt: skip
    """The bars themselves."""
    wide = min(slot * 0.62, 36.0)
    one = wide if stacked else wide / len(series)
    for at, x in enumerate(middles):
        below = 0.0
        for place, values in enumerate(series):
            left = x - wide / 2 + (0 if stacked else place * one)
            yield Box(left, BASE + below * scale, one, values[at] * scale, colours[place])
            below += values[at] if stacked else 0


def cumulative(values: Sequence[float], middles: Sequence[float], high: float) -> Iterator[Shape]:
    """The line of a Pareto diagram, with its own scale on the right."""
    total, running, points = sum(values) or 1, 0.0, []
    for x, value in zip(middles, values, strict=True):
        running += value
        points.append((x, BASE + running / total * high))
    yield Path(tuple(points), TREND, 1.4)
    for share in (0, 50, 80, 100):
        yield Word(WIDTH - RIGHT + 4, BASE + share / 100 * high - 3, f"{share}%", "start")


def named(labels: Sequence[str], middles: Sequence[float], slot: float) -> Iterator[Shape]:
    """Labels below; in two rows by turns where they are close, and only some where they are many."""
    longest = max(width(one) for one in labels)
    rows = 1 if longest <= slot else 2
    every = ceil(min(longest, 6.5 * SIZE) / (rows * slot)) if rows > 1 else 1
    for at in range(0, len(labels), every):
        yield Word(middles[at], BASE - 12 - (at // every % rows) * 11, fitting(labels[at], rows * slot * every))


def width(text: str) -> float:
    """About how wide a text is drawn: Chinese characters are square, Latin ones half as wide."""
    return sum(SIZE * (0.58 if char.isascii() else 1.0) for char in text)


def fitting(text: str, room: float) -> str:
    """The text, cut with an ellipsis where it would run into its neighbour."""
    if width(text) <= room:
        return text
    while len(text) > 1 and width(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"


def lying(
    spec: Any, labels: Sequence[str], series: Sequence[Sequence[float]], colours: Sequence[str]
) -> Iterator[Shape]:
    """Bars from the left, the first label above."""
    values, left = series[0], 92.0
    highest, slot = max(values) or 1, (HEIGHT - TOP - 10) / len(labels)
    for at, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = HEIGHT - TOP - slot * (at + 0.5)
        high, wide = min(slot * 0.6, 20.0), value / highest * (WIDTH - left - 50)
        yield Word(left - 6, y - 3, label, "end")
        yield Box(left, y - high / 2, wide, high, colours[0])
        yield Word(left + wide + 5, y - 3, f"{value:g}", "start", INK)


def legend(spec: Any, colours: Sequence[str]) -> Iterator[Shape]:
    """What the colours mean, where there is more than one."""
    names = [(plain(one["name"]), colour) for one, colour in zip(spec["series"], colours, strict=True)]
    if spec["type"] == "pareto":
        names.append((plain(spec.get("share") or _("累计占比")), TREND))
    if len(names) < 2:
        return
    x = LEFT
    for name, colour in names:
        yield Box(x, HEIGHT - 12, 8, 8, colour)
        yield Word(x + 12, HEIGHT - 11, name, "start")
        x += 12 + width(name) + 16
