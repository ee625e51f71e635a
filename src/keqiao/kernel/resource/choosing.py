"""What a person's habits make of a list: which columns it shows, and what of a query string is worth saving."""

from django.http import QueryDict

from keqiao.kernel.habits import Habits
from keqiao.kernel.resource.declare import Column, Resource

KEPT = {"q", "view", "sort"}
PASSING = {"after", "limit", "saved", "columns", "format"}
NONE = "0"


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
