"""What is known of a customer's dealings. Higher apps say what they know; rules and reports ask here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Deals = Callable[[Sequence[int]], Mapping[int, int]]
Contacts = Callable[[Sequence[int]], Mapping[int, datetime]]

_deals: list[Deals] = []
_contacts: list[Contacts] = []


@dataclass(frozen=True, slots=True)
class Known:
    """How often a customer has bought, and when there was last contact; None for never."""

    deals: int = 0
    contact: datetime | None = None


def count_deals(source: Deals) -> None:
    """Let the life cycle count these purchases: of the given customers, how many each has. Called from ready."""
    _deals.append(source)


def count_contacts(source: Contacts) -> None:
    """Let the life cycle know these contacts: of the given customers, when each was last spoken with."""
    _contacts.append(source)


def known(ids: Iterable[int]) -> dict[int, Known]:
    """Everything about these customers; one query for each source."""
    wanted = list(ids)
    deals: dict[int, int] = {}
    contact: dict[int, datetime] = {}
    for count in _deals:
        for pk, number in count(wanted).items():
            deals[pk] = deals.get(pk, 0) + number
    for last in _contacts:
        for pk, at in last(wanted).items():
            contact[pk] = max(at, contact.get(pk, at))
    return {pk: Known(deals.get(pk, 0), contact.get(pk)) for pk in wanted}
