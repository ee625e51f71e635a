"""Who sees which papers, and what can be done with one."""

from typing import Any

from django.db.models import QuerySet

from keqiao.kernel.actor import Actor
from keqiao.tickets import policies as tickets
from keqiao.tickets.models import Letter, LetterKind, Ticket

POWER = "ticket.tell"
S = Ticket.Stage
CONCLUDED = frozenset({S.HANDLING, S.APPROVING, S.RESOLVED, S.TOLD, S.CLOSED})
DONE = frozenset({S.RESOLVED, S.TOLD, S.CLOSED})


def visible(actor: Actor) -> QuerySet[Letter]:
    """The papers of tickets within sight."""
    seen = tickets.visible(actor)
    return Letter.objects.all() if actor.rows("ticket.view") is None else Letter.objects.filter(ticket__in=seen)


def fits(kind: str, ticket: Ticket) -> bool:
    """Whether the ticket is so far that a paper of the kind can say something.

    An explanation needs a complaint that was found not to be true, a decision one that was found to be and has a plan,
    a closing letter a matter whose handling is done. A receipt is possible at any time.
    """
    if kind == LetterKind.RECEIPT:
        return True
    if kind == LetterKind.CLOSING:
        return ticket.stage in DONE and bool(ticket.result)
    if not ticket.is_complaint or ticket.stage not in CONCLUDED:
        return False
    if kind == LetterKind.UNFOUNDED:
        return ticket.complaint.founded is False
    return ticket.complaint.founded is True and bool(ticket.complaint.plan)


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
