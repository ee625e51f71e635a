"""What sorts of mail there are. Each app declares its own when it is ready, and may hear what came of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Ended = Callable[[Any], None]  # of the mail; apps declare before models may be imported


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of mail. `ended` is called in the transaction in which a mail reaches its end: sent, failed, unsure, held.

    `against` is asked right before each attempt: why the mail may not go any more, empty when it may. `headers` gives
    further lines of the mail's head. `again` says whether the administrator may send it again; not where the app itself offers to.
    """

    label: str | Promise
    ended: Ended | None = None
    again: bool = True
    against: Callable[[Any], str] | None = None
    headers: Callable[[Any], dict[str, str]] | None = None


_kinds: dict[str, Kind] = {}


def declare(
    code: str, label: str | Promise, *, ended: Ended | None = None, again: bool = True,
    against: Callable[[Any], str] | None = None, headers: Callable[[Any], dict[str, str]] | None = None,
) -> None:  # fmt: skip
    """Make a sort of mail known."""
    _kinds[code] = Kind(label, ended, again, against, headers)


def of(code: str) -> Kind:
    """The sort of that code; one that nobody declared has its code for a label."""
    return _kinds.get(code) or Kind(code)


def choices() -> list[tuple[str, str]]:
    """Every sort with its words."""
    return [(code, str(kind.label)) for code, kind in _kinds.items()]
