"""Paging by key: the next page starts behind the last row, so page 1,000 costs what page 1 costs."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from keqiao.kernel import sql

LIMIT = 25
COUNTED = 10_000
MANY = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows with the cursors of its neighbours, None where there is none."""

    rows: list[Any]
    next: str | None
    prev: str | None


def page(rows: QuerySet[Any], *, order: str, cursor: str = "", limit: int = LIMIT) -> Page:
    """The page behind (or before) the cursor. `order` is a non-null field, "-" for descending; ties go by id.

    A cursor that cannot be read, or that belongs to another order, gives the first page.
    """
    field, descending = order.lstrip("-"), order.startswith("-")
    start = read_cursor(rows, field, cursor)
    backwards = start is not None and start[0] == "<"
    if start is not None:
        rows = rows.filter(beyond(field, start[1], start[2], descending != backwards))
    sign = "-" if descending != backwards else ""
    keys = [f"{sign}pk"] if field == "pk" else [f"{sign}{field}", f"{sign}pk"]
    found = list(rows.order_by(*keys)[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    behind = more or backwards
    before = more if backwards else start is not None
    return Page(
        found,
        write_cursor(">", found[-1], field) if found and behind else None,
        write_cursor("<", found[0], field) if found and before else None,
    )


def beyond(field: str, value: Any, pk: int, descending: bool) -> Q:
    """Rows behind (value, pk). The first, redundant bound lets both planners start in the index."""
    op = "lt" if descending else "gt"
    if field == "pk":
        return Q(**{f"pk__{op}": pk})
    return Q(**{f"{field}__{op}e": value}) & (Q(**{f"{field}__{op}": value}) | Q(**{f"pk__{op}": pk}))


def write_cursor(direction: str, row: Any, field: str) -> str:
    """Direction, key and id as a URL-safe word."""
    value = None if field == "pk" else getattr(row, field)
    text = json.dumps([direction, field, value, row.pk], default=str, ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(rows: QuerySet[Any], field: str, cursor: str) -> tuple[str, Any, int] | None:
    """Direction, key and id of a cursor made for this order, else None."""
    try:
        direction, made_for, value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if made_for != field or direction not in {"<", ">"}:
            return None
        if field != "pk":
            value = rows.model._meta.get_field(field).to_python(value)
        return direction, value, int(pk)
    except Exception:  # noqa: BLE001 – a cursor is foreign input; to_python may raise anything
        return None


def count(rows: QuerySet[Any], most: int = COUNTED) -> tuple[int, bool]:
    """How many rows, counted up to `most`; and whether there are more."""
    found = sql.count(rows, most + 1)
    return min(found, most), found > most
