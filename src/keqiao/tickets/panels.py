"""Parts that higher apps add to a ticket's page, without this app knowing them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from keqiao.kernel.actor import Actor
from keqiao.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Panel:
    """A card that loads its content from `url(actor, ticket)`; an empty address leaves it out."""

    name: str
    title: str | Promise
    url: Callable[[Actor, Ticket], str]


_panels: dict[str, Panel] = {}


def register(name: str, title: str | Promise, url: Callable[[Actor, Ticket], str]) -> None:
    """Add a card; called from AppConfig.ready. The address answers with an HTML part for people who see the ticket."""
    _panels[name] = Panel(name, title, url)


def panels_for(actor: Actor, ticket: Ticket) -> list[tuple[str, str | Promise, str]]:
    """(name, title, address) of the cards on this ticket's page."""
    found = [(panel.name, panel.title, panel.url(actor, ticket)) for panel in _panels.values()]
    return [one for one in found if one[2]]
