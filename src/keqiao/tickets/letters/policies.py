"""Who sees which papers, and what can be done with one."""

from typing import Any

from django.db.models import QuerySet

from keqiao.kernel.actor import Actor
from keqiao.tickets import policies as tickets
from keqiao.tickets.issued_papers import fits
from keqiao.tickets.models import Letter, LetterKind, Ticket

POWER = "ticket.tell"


def visible(actor: Actor) -> QuerySet[Letter]:
    """The papers of tickets within sight."""
    seen = tickets.visible(actor)
    return Letter.objects.all() if actor.rows("ticket.view") is None else Letter.objects.filter(ticket__in=seen)


def fitting(ticket: Ticket) -> list[str]:
    """The kinds of paper that the ticket is ready for."""
    return [kind for kind in LetterKind.values if fits(kind, ticket)]


def empowered(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor may write to this customer in this matter."""
    return tickets.covers(actor, POWER, ticket)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no for papers: power and status together."""
    if verb == "create":
        return actor.can(POWER)
    if verb == "export":
        return actor.can("ticket.export")
    if obj is None:
        return (
            actor.can("ticket.view") or actor.can("dispatch.answer")
            if verb in {"list", "view", "history"}
            else actor.can(POWER)
        )
    if verb in {"view", "history"}:
        return tickets.allowed(actor, "view", obj.ticket)
    issued = obj.status == Letter.Status.ISSUED
    possible = {
        "edit": obj.status == Letter.Status.DRAFT,
        "issue": obj.status == Letter.Status.DRAFT,
        "drop": obj.status == Letter.Status.DRAFT,
        "send": issued,
        "deliver": issued,
        "answer": issued,
    }
    return possible.get(verb, False) and empowered(actor, obj.ticket)


def keeps(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Templates are kept by those who keep the rules."""
    return verb != "export" and actor.can("settings.change")
