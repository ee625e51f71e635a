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
    early: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """A button of its own on a customer's page: what one does for this customer elsewhere. No address, no button."""

    label: str | Promise
    icon: str
    url: Callable[[Actor, Customer], str]


_deeds: dict[str, Deed] = {}
_panels: dict[str, Panel] = {}


def register(name: str, title: str | Promise, url: Callable[[Actor, Customer], str], *, early: bool = False) -> None:
    """Add a card; called from AppConfig.ready. The address answers with an HTML part to people who see the customer.

    An early one stands above the profile: what somebody on the telephone asks about first.
    """
    _panels[name] = Panel(name, title, url, early)


def offer(name: str, label: str | Promise, icon: str, url: Callable[[Actor, Customer], str]) -> None:
    """Add a button before those of the customer itself; called from AppConfig.ready."""
    _deeds[name] = Deed(label, icon, url)


def panels_for(actor: Actor, customer: Customer, *, early: bool = False) -> list[tuple[str, str | Promise, str]]:
    """(name, title, address) of the cards on this customer's page, those above the profile or those below it."""
    chosen = [panel for panel in _panels.values() if panel.early is early]
    found = [(panel.name, panel.title, panel.url(actor, customer)) for panel in chosen]
    return [one for one in found if one[2]]


def deeds_for(actor: Actor, customer: Customer) -> list[tuple[str | Promise, str, str, str, bool]]:
    """The buttons, as a page's own verbs are: (label, url, icon, tone, opens in the dialog)."""
    found = [(deed.label, deed.url(actor, customer), deed.icon) for deed in _deeds.values()]
    return [(label, url, icon, "primary", False) for label, url, icon in found if url]
