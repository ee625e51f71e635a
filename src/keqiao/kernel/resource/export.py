"""A list taken away as a file: the same rows, the same masks, the same order. Who may, and how much, is asked above."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.resource.declare import Column, Resource
from keqiao.kernel.resource.listing import Listing

CHUNK = 1_000
KINDS = ("xlsx", "csv")


def kind_of(query: QueryDict) -> str:
    """ "csv" or "xlsx", as the address asks."""
    return "csv" if query.get("format") == "csv" else "xlsx"


def header(columns: Sequence[Column]) -> list[str]:
    """The labels of the columns."""
    return [str(column.label) for column in columns]


def keys(found: Listing) -> list[int]:
    """The ids of all rows, in the order of the list. They stay the same while the file is made; rows do not repeat."""
    tie = "-pk" if found.order.startswith("-") else "pk"
    order = [found.order] if found.order.lstrip("-") == "pk" else [found.order, tie]
    return list(found.rows.order_by(*order).values_list("pk", flat=True))


def lines(
    resource: Resource,
    columns: Sequence[Column],
    actor: Actor,
    ids: Sequence[int],
    tell: Callable[[int], None] | None = None,
) -> Iterator[list[Any]]:
    """The cells of the rows with these ids, a chunk at a time, as far as the actor sees them; `tell` hears how far it is."""
    # prefetched, not joined: the forty owners of a chunk are read once each, not once a row
    rows = resource.visible(actor).prefetch_related(*resource.related, *resource.added().prefetch)
    for at in range(0, len(ids), CHUNK):
        chunk = ids[at : at + CHUNK]
        found = rows.in_bulk(chunk)
        for pk in chunk:
            if pk in found:
                yield [plain((column.figure or column.value)(found[pk], actor)) for column in columns]
        if tell is not None:
            tell(at + len(chunk))


def described(found: Listing) -> list[tuple[str, str]]:
    """What narrows the list, in words: tab, search and every filter that is set, as (label, value)."""
    told = [] if found.preset is None else [(_("视图"), str(found.preset.label))]
    if (term := found.query.get("q", "").strip()) and found.resource.search is not None:
        told.append((_("搜索"), term[:100]))
    filters = found.resource.filterset()
    for name, one in (filters.base_filters if filters else {}).items():
        if words := chosen(found, name, one.field):
            told.append((str(one.label or name), words))
    return told


def chosen(found: Listing, name: str, field: Any) -> str:
    """The value of one filter as people read it; empty where it is not set."""
    if hasattr(field, "choices"):
        given = {value for value in found.query.getlist(name) if value}
        return _("、").join(str(label) for value, label in field.choices if str(value) in given) if given else ""
    if hasattr(field, "fields"):
        first, last = (found.query.get(f"{name}_{end}", "") for end in ("after", "before"))
        return _("%(first)s 至 %(last)s") % {"first": first or "…", "last": last or "…"} if first or last else ""
    return str(found.query.get(name, ""))[:100]


def file_name(title: str, kind: str) -> str:
    """What the file is called, with the local time: 客户-20261123-1015.xlsx."""
    return f"{title}-{timezone.localtime():%Y%m%d-%H%M}.{kind}"


def plain(value: Any) -> Any:
    """A value as a sheet can hold it: times in the local zone, without one."""
    if value is None:
        return ""
    if isinstance(value, str | int | float):
        return value
    if getattr(value, "tzinfo", None) is not None:
        return timezone.localtime(value).replace(tzinfo=None)
    return value if hasattr(value, "isoformat") else str(value)
