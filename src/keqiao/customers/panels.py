"""Parts that higher apps add to a customer's page, without this app knowing them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from keqiao.customers.models import Customer
from keqiao.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A card that loads its content from `url(actor, customer)`; an empty address leaves it out."""

    name: str
    title: str | Promise
    url: Callable[[Actor, Customer], str]


_panels: dict[str, Panel] = {}


def register(name: str, title: str | Promise, url: Callable[[Actor, Customer], str]) -> None:
    """Add a card; called from AppConfig.ready. The address answers with an HTML part to people who see the customer."""
    _panels[name] = Panel(name, title, url)


def panels_for(actor: Actor, customer: Customer) -> list[tuple[str, str | Promise, str]]:
    """(name, title, address) of the cards on this customer's page."""
    found = [(panel.name, panel.title, panel.url(actor, customer)) for panel in _panels.values()]
    return [one for one in found if one[2]]
