"""What every app holds about a customer: the port by which one copy, one erasure and one plan reach all of them.

An app registers its part when it is ready. `rows` gives what a copy of the person's data contains; `kept` says what
cannot go, or not yet; `erase` takes away what the search for the person's words would not find.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that stays: how many, why, and until when. `blocks`: nothing can be erased before it is over."""

    what: str
    count: int
    why: str
    until: date | None = None
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """One app's part. All functions take the ids of the archive and of those that were merged into it."""

    name: str
    title: str | Promise
    rows: Callable[[Sequence[int]], list[Row]]
    kept: Callable[[Sequence[int], date], list[Kept]] = lambda ids, since: []
    erase: Callable[[Sequence[int]], int] = lambda ids: 0
    gone: str | Promise = ""


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Add a part; called from AppConfig.ready."""
    _holdings[holding.name] = holding


def every() -> list[Holding]:
    """All parts in the order of registration."""
    return list(_holdings.values())
