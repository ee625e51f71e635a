"""Ways on from a record, offered by apps above that the record's own app doesn't know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.utils.functional import Promise

from keqiao.kernel.actor import Actor

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Door(Generic[R]):
    """One way on; an empty address leaves it out."""

    label: str | Promise
    icon: str
    url: Callable[[Actor, R], str]


@dataclass(slots=True)
class Doors(Generic[R]):
    """The ways on from records of one kind."""

    known: dict[str, Door[R]] = field(default_factory=dict)

    def register(self, name: str, label: str | Promise, icon: str, url: Callable[[Actor, R], str]) -> None:
        """Offer a way on; called from AppConfig.ready."""
        self.known[name] = Door(label, icon, url)

    def open_to(self, actor: Actor, record: R) -> list[tuple[str | Promise, str, str]]:
        """(label, icon, address) of the ways on from this record."""
        found = [(door.label, door.icon, door.url(actor, record)) for door in self.known.values()]
        return [one for one in found if one[2]]

    def buttons(self, actor: Actor, record: R) -> list[tuple[str | Promise, str, str, str, bool]]:
        """The same as a detail page's buttons."""
        return [(label, url, icon, "plain", False) for label, icon, url in self.open_to(actor, record)]
