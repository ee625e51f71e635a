"""What a paper consists of, whatever it is written out as."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

Word = str | Promise
UNBROKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9:./-]+")
LONGEST_RUN, SHORT_HEAD = 20, 4  # characters
# shares of the 170 mm of a line, in cells of 9.5 points: a Latin letter or digit, a Chinese character, both edges
LATIN, HAN, EDGES = 5.5 / 482, 9.6 / 482, 13 / 482


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the paper; level 1 opens a section, level 2 a part of it."""

    text: Word
    level: int = 1
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True, slots=True)
class Text:
    """Running text; its line ends are kept. `quiet` is for remarks."""

    text: Word
    quiet: bool = False
    kind: str = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values in two columns, with lines around them."""

    pairs: Sequence[tuple[Word, object]]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head comes again on each page. `widths` are relative; without rows `empty` is said instead."""

    heads: Sequence[Word]
    rows: Sequence[Sequence[object]]
    widths: Sequence[float] = ()
    empty: Word = ""
    kind: str = field(default="table", init=False)

    def shares(self) -> list[float]:
        """The width of each column as a share of the whole; a number, a date or a short head stays in one line."""
        wide = list(self.widths) if len(self.widths) == len(self.heads) else [1.0] * len(self.heads)
        shares = [one / sum(wide) for one in wide]
        least = [needed(head, [row[at] for row in self.rows]) for at, head in enumerate(self.heads)]
        lacking = sum(max(0.0, need - share) for need, share in zip(least, shares, strict=True))
        spare = sum(max(0.0, share - need) for need, share in zip(least, shares, strict=True))
        if not lacking or lacking > spare:
            return shares
        return [
            need if share <= need else share - (share - need) * lacking / spare
            for need, share in zip(least, shares, strict=True)
        ]


def needed(head: Word, values: Iterable[object]) -> float:
    """The share of the line that a column's longest number or date, or its short head, takes in one piece."""
    runs = [len(run) for value in values for run in UNBROKEN.findall(str(value)) if len(run) <= LONGEST_RUN]
    text = str(head)
    return EDGES + max([*(one * LATIN for one in runs), len(text) * HAN if len(text) <= SHORT_HEAD else 0.0, 0.0])


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, described as on a page: type (bar, line, pareto, stacked), labels, series with name and data."""

    spec: Mapping[str, Any]
    title: Word = ""
    kind: str = field(default="chart", init=False)


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign and date, one for each role."""

    roles: Sequence[Word]
    kind: str = field(default="signatures", init=False)


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page."""

    kind: str = field(default="new_page", init=False)


Part = Heading | Text | Facts | Table | Chart | Signatures | NewPage


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper. `number` and `version` make it a controlled document, `mark` says on every sheet whether
    it is one (controlled, uncontrolled); `printed_by` and `printed_at` are filled by `answer`."""

    title: Word
    parts: Iterable[Part]
    organisation: str = ""
    number: str = ""
    version: str = ""
    mark: Word = ""
    subtitle: Word = ""
    printed_by: str = ""
    printed_at: datetime | None = None
