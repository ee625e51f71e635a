"""The card of surveys on the pages of a ticket and of a customer."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.customers import panels as customer_panels
from keqiao.customers.models import Customer
from keqiao.kernel.actor import Actor
from keqiao.tickets import panels as ticket_panels
from keqiao.tickets.models import Ticket


def shown(actor: Actor) -> bool:
    """To whom surveys about somebody are any business."""
    return actor.can("survey.send") or actor.can("survey.answers")


def of_ticket(actor: Actor, ticket: Ticket) -> str:
    """The card of a ticket."""
    return reverse("surveys-of-ticket", args=[ticket.pk]) if shown(actor) else ""


def of_customer(actor: Actor, customer: Customer) -> str:
    """The card of a customer."""
    return reverse("surveys-of-customer", args=[customer.pk]) if shown(actor) else ""


ticket_panels.register("surveys", _("问卷"), of_ticket)
customer_panels.register("surveys", _("问卷"), of_customer)
