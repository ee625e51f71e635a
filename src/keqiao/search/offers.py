"""What to do with a number that nobody is found by: other apps say, without this one knowing them."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise

from keqiao.kernel import phones
from keqiao.kernel.actor import Actor

LONG = 7  # digits from which a number may be a whole one


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: its words and drawing, the page, the name that the phone has in its form, and who may."""

    label: str | Promise
    icon: str
    url: Callable[[], str]
    field: str
    power: str


_offers: list[Offer] = []


def offer(label: str | Promise, icon: str, url: Callable[[], str], *, field: str, power: str) -> None:
    """Offer to register the number there; called from AppConfig.ready."""
    _offers.append(Offer(label, icon, url, field, power))


def for_query(actor: Actor, query: str) -> list[tuple[str | Promise, str, str]]:
    """(label, address, icon) where the query is a phone that may be whole; nothing for words and ends of numbers."""
    number = phones.normalise(query)
    if not number or sum(char.isdigit() for char in number) < LONG:
        return []
    return [
        (one.label, f"{one.url()}{'&' if '?' in one.url() else '?'}{urlencode({one.field: number})}", one.icon)
        for one in _offers
        if actor.can(one.power)
    ]
