"""What an entry can be turned into: apps above offer it here, without this app knowing them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from keqiao.kernel.actor import Actor
from keqiao.reception.models import Entry


@dataclass(frozen=True, slots=True)
class Door:
    """A way on from an entry; an empty address leaves it out."""

    label: str | Promise
    icon: str
    url: Callable[[Actor, Entry], str]


_doors: dict[str, Door] = {}


def register(name: str, label: str | Promise, icon: str, url: Callable[[Actor, Entry], str]) -> None:
    """Offer a way on; called from AppConfig.ready. Its action calls `actions.turn` in its own transaction."""
    _doors[name] = Door(label, icon, url)


def doors_for(actor: Actor, entry: Entry) -> list[tuple[str | Promise, str, str]]:
    """(label, icon, address) of the ways on from this entry."""
    found = [(door.label, door.icon, door.url(actor, entry)) for door in _doors.values()]
    return [one for one in found if one[2]]
