"""What a paper consists of, whatever it is written out as."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise

Word = str | Promise


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
        """The width of each column as a share of the whole."""
        wide = list(self.widths) if len(self.widths) == len(self.heads) else [1.0] * len(self.heads)
        return [one / sum(wide) for one in wide]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign and date, one for each role."""

    roles: Sequence[Word]
    kind: str = field(default="signatures", init=False)


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page."""

    kind: str = field(default="new_page", init=False)


Part = Heading | Text | Facts | Table | Signatures | NewPage


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
