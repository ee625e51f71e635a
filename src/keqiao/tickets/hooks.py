"""Where this app hangs itself into the services below it."""

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from keqiao.approvals.registry import on_decision
from keqiao.customers import panels
from keqiao.customers.merging.registry import follow
from keqiao.customers.models import Customer
from keqiao.files.registry import guard
from keqiao.kernel.actor import Actor
from keqiao.search.offers import offer
from keqiao.tickets import knowledge, policies, wordings
from keqiao.tickets.actions.handling import APPROVAL, APPROVE, compensation_decided
from keqiao.tickets.models import Evidence, Ticket


def sees_ticket(actor: Actor, pk: int) -> bool:
    """The files of a ticket are for those who see the ticket."""
    return policies.visible(actor).filter(pk=pk).exists()


def adds_to_ticket(actor: Actor, pk: int) -> bool:
    """Files are added to a ticket by those who investigate it or took it in, while it is open."""
    ticket = policies.visible(actor).filter(pk=pk).first()
    return ticket is not None and policies.attaches(actor, ticket)


def sees_evidence(actor: Actor, pk: int) -> bool:
    """Evidence is for those who see its ticket; nobody changes it afterwards."""
    return Evidence.objects.filter(pk=pk, ticket__in=policies.visible(actor)).exists()


def sees_correction(actor: Actor, pk: int) -> bool:
    """What proves a corrective action is for those who see it; nobody changes it afterwards."""
    return policies.visible_corrections(actor).filter(pk=pk).exists()


def entering(actor: Actor, customer: Customer) -> str:
    """Where a ticket for this customer is registered."""
    may = actor.can("ticket.create") and not customer.erased
    return f"{reverse('tickets:create')}?kind=complaint&customer={customer.pk}" if may else ""


def declare() -> None:
    """Called when the app is ready."""
    on_decision(APPROVAL, compensation_decided, title=_("投诉补偿"), power=APPROVE, tells=True)
    guard("tickets.ticket", sees_ticket, adds_to_ticket)
    guard("tickets.evidence", sees_evidence)
    guard("tickets.correctiveaction", sees_correction)
    follow(Ticket, "customer")
    panels.offer("ticket", _("登记工单"), "ticket", entering)
    new = reverse_lazy("tickets:create")
    offer(_("登记投诉"), "ticket", lambda: f"{new}?kind=complaint", field="contact_phone", power="ticket.create")
    knowledge.declare()
    wordings.declare()
