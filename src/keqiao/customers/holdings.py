"""What every app holds about a customer: the port by which one copy, one erasure and one plan reach all of them.

An app registers its part when it is ready. `rows` gives what a copy of the person's data contains; `kept` says what
cannot go, or not yet; `erase` takes away what the search for the person's words would not find.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
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
    """One app's part. All functions take the ids of the archive and of those that were merged into it.

    `told` names by label what the history of its records repeats of the content that goes: keys of an event's data.
    """

    name: str
    title: str | Promise
    rows: Callable[[Sequence[int]], list[Row]]
    kept: Callable[[Sequence[int], date], list[Kept]] = lambda ids, since: []
    erase: Callable[[Sequence[int]], int] = lambda ids: 0
    gone: str | Promise = ""
    told: Mapping[str, Collection[str]] = field(default_factory=dict)


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Add a part; called from AppConfig.ready."""
    _holdings[holding.name] = holding


def every() -> list[Holding]:
    """All parts in the order of registration."""
    return list(_holdings.values())


def told() -> dict[str, Collection[str]]:
    """What histories repeat of the content of records, by label, of all parts."""
    return {label: keys for holding in every() for label, keys in holding.told.items()}
