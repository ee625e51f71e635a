"""How a person looks at a list: chosen columns and saved views. They are kept above; this is the port they come through."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

from keqiao.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Saved:
    """One saved view: its query string, its columns by name (none for the usual ones), and whether it is one's own."""

    pk: int
    name: str
    query: str
    columns: tuple[str, ...]
    own: bool

    @property
    def address(self) -> str:
        """The list's query string that opens it."""
        return f"?saved={self.pk}" + (f"&{self.query}" if self.query else "")


@dataclass(frozen=True, slots=True)
class Habits:
    """A person's ways with one list."""

    columns: tuple[str, ...] = ()
    views: tuple[Saved, ...] = ()
    default: int | None = None

    def current(self, query: QueryDict) -> Saved | None:
        """The saved view that the query string names."""
        return next((view for view in self.views if str(view.pk) == query.get("saved")), None)

    def first(self, query: QueryDict) -> Saved | None:
        """The person's own default, where a list is opened without saying how."""
        return None if query else next((view for view in self.views if view.pk == self.default), None)


Port = Callable[[Actor, str], Habits]
_ports: list[Port] = []


def install(port: Port) -> None:
    """Whoever keeps the habits calls this once when it is ready."""
    _ports[:] = [port]


def of(actor: Actor, resource: str) -> Habits:
    """The actor's habits with that list; none where nobody keeps them."""
    for port in _ports:
        return port(actor, resource)
    return Habits()
