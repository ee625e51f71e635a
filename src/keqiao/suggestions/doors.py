"""The ways from a visit, the reception register, a ticket and a customer to a suggestion."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.customers import panels as customer_panels
from keqiao.customers.models import Customer
from keqiao.kernel.actor import Actor
from keqiao.reception.doors import DOORS as ENTRIES
from keqiao.reception.models import Entry
from keqiao.suggestions import policies
from keqiao.tickets import panels as ticket_panels
from keqiao.tickets.models import Ticket
from keqiao.visits.doors import DOORS as VISITS
from keqiao.visits.models import Visit

LABEL = _("登记建议")


def form(actor: Actor, name: str, pk: int) -> str:
    """The form with what the record knows."""
    return f"{reverse('suggestions:create')}?{name}={pk}" if policies.allowed(actor, "create") else ""


def of_visit(actor: Actor, visit: Visit) -> str:
    """From a visit that was made."""
    return form(actor, "visit", visit.pk) if visit.status == Visit.Status.DONE else ""


def of_entry(actor: Actor, entry: Entry) -> str:
    """From an entry that counts."""
    return form(actor, "entry", entry.pk) if entry.status != Entry.Status.VOID else ""


def of_ticket(actor: Actor, ticket: Ticket) -> str:
    """The card on a ticket's page, for those who see suggestions."""
    return reverse("suggestions-of", args=["ticket", ticket.pk]) if policies.allowed(actor, "list") else ""


def of_customer(actor: Actor, customer: Customer) -> str:
    """The card on a customer's page, for those who see suggestions."""
    return reverse("suggestions-of", args=["customer", customer.pk]) if policies.allowed(actor, "list") else ""


def declare() -> None:
    """Called when the app is ready."""
    VISITS.register("suggestion", LABEL, "suggestion", of_visit)
    ENTRIES.register("suggestion", LABEL, "suggestion", of_entry)
    ticket_panels.register("suggestions", _("客户建议"), of_ticket)
    customer_panels.register("suggestions", _("客户建议"), of_customer)
