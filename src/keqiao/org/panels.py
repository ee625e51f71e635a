"""Parts that higher apps add to the pages of employees and positions, without this app knowing them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from keqiao.kernel.actor import Actor

Url = Callable[[Actor, Any], str]


@dataclass(frozen=True, slots=True)
class Panel:
    """A card that loads its content from `url(actor, record)`; an empty address leaves it out."""

    name: str
    title: str | Promise
    url: Url


_panels: dict[type[Model], dict[str, Panel]] = {}


def register(model: type[Model], name: str, title: str | Promise, url: Url) -> None:
    """Add a card; called when the app is ready. The address answers with an HTML part to people who see the record."""
    _panels.setdefault(model, {})[name] = Panel(name, title, url)


def panels_for(actor: Actor, obj: Model) -> list[tuple[str, str | Promise, str]]:
    """(name, title, address) of the cards on this record's page."""
    found = [(panel.name, panel.title, panel.url(actor, obj)) for panel in _panels.get(type(obj), {}).values()]
    return [one for one in found if one[2]]
