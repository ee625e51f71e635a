"""What a version calls the types of matters, and which of them can be chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from keqiao.tickets.ruling.kinds.base import Row

Types = dict[int, dict[str, Any]]


def types_of(rows: Iterable[Row]) -> Types:
    """Each type by its id: its name with the one above it, and whether it is in use; JSON-safe."""
    found = {int(row.key): row for row in rows if row.kind == "category"}
    return {pk: {"name": named(row, found), "active": row.active} for pk, row in found.items()}


def named(row: Row, rows: dict[int, Row]) -> str:
    """Its whole name."""
    parent = rows.get(row.data.get("parent") or 0)
    return f"{parent.data['name']} / {row.data['name']}" if parent else str(row.data["name"])


def both(category: int | None, old: Types, new: Types) -> tuple[dict[str, Any], dict[str, Any]]:
    """How two versions have the type of a ticket; one that a version does not have can't be chosen in it."""
    before, after = old.get(category or 0), new.get(category or 0)
    known = before or after
    if known is None:
        return {}, {}
    gone = {**known, "active": False}
    return before or gone, after or gone
