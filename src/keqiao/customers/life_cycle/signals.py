"""What is known of a customer's dealings. Higher apps say what they know; rules and reports ask here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Deals = Callable[[Sequence[int]], Mapping[int, int]]
Contacts = Callable[[Sequence[int]], Mapping[int, datetime]]
Losses = Callable[[Sequence[int]], Mapping[int, datetime | None]]

_deals: list[Deals] = []
_contacts: list[Contacts] = []
_losses: list[Losses] = []


@dataclass(frozen=True, slots=True)
class Known:
    """How often a customer has bought, when there was last contact (None for never), and whether he is marked as lost."""

    deals: int = 0
    contact: datetime | None = None
    lost: bool = False


def count_deals(source: Deals) -> None:
    """Let the life cycle count these purchases: of the given customers, how many each has. Called from ready."""
    _deals.append(source)


def count_contacts(source: Contacts) -> None:
    """Let the life cycle know these contacts: of the given customers, when each was last spoken with."""
    _contacts.append(source)


def tell_lost(source: Losses) -> None:
    """Let the life cycle know who is marked as lost. Called from ready.

    Of the given customers, since when a contact would say that he is back; None where only winning him back does.
    """
    _losses.append(source)


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
    lost = {
        pk
        for marked in _losses
        for pk, until in marked(wanted).items()
        if until is None or pk not in contact or contact[pk] <= until
    }
    return {pk: Known(deals.get(pk, 0), contact.get(pk), pk in lost) for pk in wanted}
