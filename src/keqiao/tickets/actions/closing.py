"""Closing, and taking up again. A complaint is closed by its visit only."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused, WrongState
from keqiao.tickets.actions.base import enter, guard, lock, note_deed, required, tell_people, touch_reopened, why_not
from keqiao.tickets.actions.dividing import forget
from keqiao.tickets.models import Complaint, Ticket


def first_stage(ticket: Ticket) -> str:
    """Where a matter that is taken up again goes on."""
    return Ticket.Stage.INVESTIGATING if ticket.is_complaint else Ticket.Stage.HANDLING


def visited(ticket: Ticket) -> Ticket:
    """The locked ticket, if it waits for its visit (other kinds: for its closing). Raises WrongState."""
    fresh = lock(ticket)
    waiting = Ticket.Stage.TOLD if fresh.is_complaint else Ticket.Stage.RESOLVED
    if fresh.stage != waiting:
        raise WrongState(why_not("close", fresh))
    return fresh


@transaction.atomic
def close_after_visit(*, actor: Actor, ticket: Ticket, satisfaction: int | None, note: str = "") -> Ticket:
    """The visit found the customer satisfied (or could not be made by its rule): the matter is closed.

    For the visits app only; it has checked that the actor may make the visit.
    """
    if satisfaction is not None and satisfaction not in range(1, 6):
        raise Refused(_("满意度为 1 至 5 分。"), field="satisfaction")
    fresh = enter(actor, visited(ticket), Ticket.Stage.CLOSED, note, satisfaction=satisfaction)
    note_deed(actor, "ticket.closed", fresh, {"satisfaction": satisfaction, "note": note, "late": fresh.late})
    return fresh


@transaction.atomic
def reopen_after_visit(*, actor: Actor, ticket: Ticket, satisfaction: int | None, reason: str) -> Ticket:
    """The visit found the customer not satisfied: a new round begins. For the visits app only."""
    fresh = visited(ticket)
    return begin_again(actor, fresh, required(reason, _("请记录客户不满意的原因。"), "reason"), satisfaction)


@transaction.atomic
def close(*, actor: Actor, obj: Ticket, note: str = "", satisfaction: int | None = None) -> Ticket:
    """Close a matter that is no complaint, after its result was given."""
    ticket = guard(actor, "close", obj)
    if satisfaction is not None and satisfaction not in range(1, 6):
        raise Refused(_("满意度为 1 至 5 分。"), field="satisfaction")
    fresh = enter(actor, ticket, Ticket.Stage.CLOSED, note.strip(), satisfaction=satisfaction)
    note_deed(actor, "ticket.closed", fresh, {"satisfaction": satisfaction, "note": note.strip(), "late": fresh.late})
    return fresh


@transaction.atomic
def reopen(*, actor: Actor, obj: Ticket, reason: str) -> Ticket:
    """Take a closed matter up again, saying why."""
    ticket = guard(actor, "reopen", obj)
    return begin_again(actor, ticket, required(reason, _("请写明重新办理的原因。"), "reason"), ticket.satisfaction)


def begin_again(actor: Actor, ticket: Ticket, reason: str, satisfaction: int | None) -> Ticket:
    """A new round: new deadlines, a new conclusion; what was found before stays in the log and the audit."""
    if ticket.is_complaint:
        values = Complaint.objects.filter(pk=ticket.pk).values("founded", "findings", "plan", "explanation").get()
        before: dict[str, Any] | None = {**values, "shares": forget(ticket)}
        Complaint.objects.filter(pk=ticket.pk).update(founded=None, plan="", approved_fen=None, told_at=None)
    else:
        before = None
    again = touch_reopened(ticket)
    if ticket.main_id is not None:
        again["main"] = None  # this customer's own matter from now on
    fresh = enter(actor, ticket, first_stage(ticket), reason, satisfaction=satisfaction, **again)
    data = {"reason": reason, "round": fresh.reopened, "satisfaction": satisfaction, "before": before}
    note_deed(actor, "ticket.reopened", fresh, data)
    title = _("%s 客户不满意，请重新办理") % fresh.number
    tell_people(actor, {fresh.owner_id}, fresh, title, "ticket.reopened", str(fresh.reopened))
    return fresh
