"""What was joined to a main matter: how it goes along with it, and how it is parted from it again."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.tickets.actions.base import clock, enter, guard, note_deed, required, say, tell_people
from keqiao.tickets.actions.climbing import rebased
from keqiao.tickets.actions.clocks import overtaken
from keqiao.tickets.actions.dividing import hand_on
from keqiao.tickets.models import WAITING_ALONG, Complaint, Progress, Stage, Ticket
from keqiao.tickets.queries import current_stage

COPIED = (
    "founded", "findings", "explanation", "cause_id", "cause_note", "responsible_id", "responsible_unit_id", "plan",
)  # fmt: skip


def hold_matter(ticket: Ticket) -> None:
    """Lock a matter with what is joined to it, in the order of their ids, as whoever joins or shares out does."""
    rows = Ticket.objects.select_for_update().filter(Q(pk=ticket.pk) | Q(main=ticket)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def take_along(actor: Actor, main: Ticket) -> int:
    """A main matter has its result: everything joined to it waits for its own customer to be told. Returns how many."""
    rows = main.joined.select_for_update().filter(open=True, stage__in=WAITING_ALONG).order_by("pk")
    found = list(rows)
    for ticket in found:
        bring(actor, main, ticket)
    return len(found)


def bring(actor: Actor, main: Ticket, ticket: Ticket) -> Ticket:
    """Give one joined matter the result of its main one.

    The money stays with the main one, which shows here but is counted there; what had been planned here goes.
    """
    changes: dict[str, Any] = {"result": main.result}
    if ticket.category_id is None:
        changes["category_id"] = main.category_id
    if main.is_complaint:
        found = Complaint.objects.values(*COPIED).get(pk=main.pk)
        Complaint.objects.filter(pk=ticket.pk).update(**found, compensation_fen=0, approved_fen=None)
        hand_on(main, ticket)
    fresh = enter(actor, ticket, Ticket.Stage.RESOLVED, _("随主工单 %s 办理完毕") % main.number, along=True, **changes)
    if main.is_complaint and found["founded"] is False:
        say(actor, fresh, Progress.Kind.EXPLANATION, found["explanation"])
    note_deed(actor, "ticket.taken_along", fresh, {"main": main.number, "result": main.result})
    title = _("%(number)s 的主工单已有结果，请告知客户") % {"number": fresh.number}
    tell_people(actor, {fresh.owner_id}, fresh, title, "ticket.taken_along", f"{fresh.reopened}:{main.pk}")
    return fresh


@transaction.atomic
def part(*, actor: Actor, obj: Ticket, reason: str) -> Ticket:
    """Take a joined matter out again: it goes on by itself where it stood, with the time of its stage anew."""
    ticket = guard(actor, "part", obj)
    reason = required(reason, _("请写明为什么拆开。"), "reason")
    return set_free(actor, ticket, reason)


def release(actor: Actor, main: Ticket, why: str) -> None:
    """Part everything that still waits for a main matter which will have no result."""
    rows = main.joined.select_for_update().filter(open=True, stage__in=WAITING_ALONG).order_by("pk")
    for ticket in list(rows):
        set_free(actor, ticket, why)


def set_free(actor: Actor, ticket: Ticket, why: str) -> Ticket:
    """Part one locked matter."""
    main, now = ticket.main, timezone.now()
    fields = clock(ticket, ticket.stage, now)
    due = fields.pop("stage_due")
    values = {"main": None, **fields}
    if main is None or Ticket.objects.filter(pk=ticket.pk, main=main, stage=ticket.stage).update(**values) != 1:
        raise overtaken()
    Stage.objects.filter(pk=current_stage(ticket).pk).update(due_at=due)
    for name, value in values.items():
        setattr(ticket, name, value)
    rebased(ticket, now)
    say(actor, ticket, Progress.Kind.PROGRESS, _("您反映的情况改为单独办理。"), to_customer=True)
    note_deed(actor, "ticket.parted", ticket, {"main": main.number, "reason": why})
    note_deed(actor, "ticket.let_go", main, {"number": ticket.number, "reason": why})
    key = f"{main.pk}:{now.timestamp():.0f}"
    title = _("%(number)s 已从 %(main)s 拆开，请单独办理") % {"number": ticket.number, "main": main.number}
    tell_people(actor, {ticket.owner_id}, ticket, title, "ticket.parted", key)
    return ticket
