"""Addresses of lists that show exactly the records behind a figure. Every figure of a page is made beside its link."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse


def listing(name: str, view: str = "all", **query: object) -> str:
    """The list of a resource with a preset and filters; filters that are None are left out."""
    chosen = {"view": view, **{key: value for key, value in query.items() if value is not None}}
    return f"{reverse(f'{name}:list')}?{urlencode(chosen)}"


def tickets(view: str = "all", **query: object) -> str:
    """Tickets by preset ("mine", "open", "all" …) and filters."""
    return listing("tickets", view, **query)


def due_on(day: date) -> dict[str, object]:
    """The filters for what is due on a day and not late yet."""
    return {"late": 0, "due_after": day, "due_before": day}
