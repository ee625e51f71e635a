"""Where this app hangs itself into the services below it."""

from django.utils.translation import gettext_lazy as _

from keqiao.approvals.registry import on_decision
from keqiao.customers.merging.registry import follow
from keqiao.files.registry import guard
from keqiao.kernel.actor import Actor
from keqiao.tickets import knowledge, policies, wordings
from keqiao.tickets.actions.handling import APPROVAL, APPROVE, compensation_decided
from keqiao.tickets.models import Evidence, Ticket


def sees_ticket(actor: Actor, pk: int) -> bool:
    """The files of a ticket are for those who see the ticket."""
    return policies.visible(actor).filter(pk=pk).exists()


def adds_to_ticket(actor: Actor, pk: int) -> bool:
    """Files are added to a ticket by those who investigate it, while it is open."""
    ticket = Ticket.objects.filter(pk=pk, open=True).first()
    return ticket is not None and policies.empowered(actor, "evidence", ticket)


def sees_evidence(actor: Actor, pk: int) -> bool:
    """Evidence is for those who see its ticket; nobody changes it afterwards."""
    return Evidence.objects.filter(pk=pk, ticket__in=policies.visible(actor)).exists()


def declare() -> None:
    """Called when the app is ready."""
    on_decision(APPROVAL, compensation_decided, title=_("投诉补偿"), power=APPROVE, tells=True)
    guard("tickets.ticket", sees_ticket, adds_to_ticket)
    guard("tickets.evidence", sees_evidence)
    follow(Ticket, "customer")
    knowledge.declare()
    wordings.declare()
