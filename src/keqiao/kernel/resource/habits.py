"""How a person looks at a list: chosen columns and saved views. They are kept above; this is the port they come through."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

from keqiao.kernel.actor import Actor
from keqiao.kernel.resource.declare import Column, Resource

KEPT = {"q", "view", "sort"}
PASSING = {"after", "limit", "saved", "columns", "format"}
NONE = "0"


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


def of(actor: Actor, resource: Resource) -> Habits:
    """The actor's habits with that list; none where nobody keeps them."""
    for port in _ports:
        return port(actor, resource.name)
    return Habits()


def columns(resource: Resource, names: tuple[str, ...]) -> tuple[Column, ...]:
    """The named columns in that order, without names that are no more; the usual ones for no names.

    The first column is the way to the record, so it always stands first.
    """
    usual = resource.listed()
    known = {column.name: column for column in resource.every_column()}
    chosen = [known[name] for name in dict.fromkeys(names) if name in known and name != usual[0].name]
    return (usual[0], *chosen) if names else usual


def shown(resource: Resource, habits: Habits, query: QueryDict) -> tuple[Column, ...]:
    """The columns of the page: those of the saved view that is open, else the person's own choice."""
    view = habits.current(query)
    return columns(resource, view.columns if view is not None else habits.columns)


def exported(resource: Resource, query: QueryDict) -> tuple[Column, ...]:
    """The columns of a file: those that the address names (`columns=number,state`), else all."""
    named = tuple(name for name in query.get("columns", "").split(",") if name)
    return columns(resource, named) if named else resource.every_column()


def canonical(resource: Resource, query: QueryDict) -> str:
    """What of a query string makes a view: tab, search, order and filters that are set, always in the same order."""
    declared = resource.filterset()
    filters = declared.base_filters if declared else {}
    suffixes = ("", "_after", "_before", "_min", "_max")
    names = KEPT | {f"{name}{suffix}" for name in filters for suffix in suffixes}
    kept = QueryDict(mutable=True)
    for name in sorted(names - PASSING):
        values = [value for value in query.getlist(name) if value.strip()]
        if values:
            kept.setlist(name, values)
    if resource.presets and kept.get("view") == resource.presets[0].name:
        del kept["view"]
    return kept.urlencode()
