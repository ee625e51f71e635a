"""What an empty list offers beside adding a record: declared by the app that can do it, shown to those who may."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from keqiao.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Offer:
    """A way out of an empty list."""

    label: str | Promise
    url: str
    icon: str = ""


_makers: dict[str, Callable[[Actor], Iterable[Offer]]] = {}


def declare(resource: str, maker: Callable[[Actor], Iterable[Offer]]) -> None:
    """Let the empty list of that resource offer what `maker` gives for whoever looks at it."""
    _makers[resource] = maker


def offers(resource: str, actor: Actor) -> list[Offer]:
    """What to offer, in order."""
    maker = _makers.get(resource)
    return list(maker(actor)) if maker else []
