"""Visits are made by rule, once for each ticket and round, and given to somebody who did not handle the matter."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers.consents import free_from
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.tickets.models import Ticket
from keqiao.visits.actions.base import close, note_deed, waits
from keqiao.visits.actions.limits import due_from
from keqiao.visits.actions.plans import hand_out, share_hold
from keqiao.visits.models import Visit, VisitRule

DEFAULT_RULE = "投诉处理结果告知后三天内回访"


def rule_for(event: str, kind: str) -> VisitRule | None:
    """The first active rule for an event and a kind of ticket; a new installation begins with one for complaints."""
    rules = list(VisitRule.objects.filter(event=event, occasion=VisitRule.Occasion.EVENT).order_by("pk"))
    if not rules:
        rules = [VisitRule.objects.get_or_create(name=DEFAULT_RULE, defaults={"event": event})[0]]
    return next((rule for rule in rules if rule.active and kind in rule.kinds), None)


@transaction.atomic
def plan_for_ticket(*, actor: Actor, ticket: Ticket) -> Visit | None:
    """The visit of the ticket's present round, made if it is not there yet; None where no rule asks for one.

    Safe to call again and in parallel: ticket and round are unique together.
    """
    ticket = Ticket.objects.select_related("customer", "owner").get(pk=ticket.pk)
    number_of_round = ticket.reopened + 1
    existing = Visit.objects.filter(ticket=ticket, round=number_of_round).first()
    if existing is not None or not waits(ticket):
        return existing
    rule = rule_for(VisitRule.Event.TICKET_TOLD, ticket.kind)
    if rule is None:
        return None
    visit = new_visit(ticket, number_of_round, rule)
    share_hold(visit.unit_id)
    made = hand_out(actor, visit.unit_id, [visit], [{pk for pk in (ticket.owner_id, told_at(ticket)[1]) if pk}])
    return made[0] if made else Visit.objects.get(ticket=ticket, round=number_of_round)


def new_visit(ticket: Ticket, number_of_round: int, rule: VisitRule) -> Visit:
    """The visit of a ticket, not saved yet: time counts from when the customer was told, rest times are respected."""
    told, _by = told_at(ticket)
    unit_id = ticket.owner.unit_id if ticket.owner else ticket.unit_id
    return Visit(
        customer=ticket.customer,
        ticket=ticket,
        round=number_of_round,
        rule=rule,
        matter=ticket.subject[:120],
        unit_id=unit_id,
        planned_at=timezone.now(),
        not_before=free_from(ticket.customer, told),
        due_at=due_from(rule, unit_id, told),
    )


def told_at(ticket: Ticket) -> tuple[datetime, int | None]:
    """When and by whom the customer was told."""
    complaint = getattr(ticket, "complaint", None)
    at = complaint.told_at if complaint else None
    return at or timezone.now(), complaint.told_by_id if complaint else None


@transaction.atomic
def settle(*, actor: Actor = SYSTEM, ticket: Ticket) -> int:
    """Cancel open visits that a ticket no longer needs: it went on without them, or was withdrawn. Returns how many."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    overtaken = Visit.objects.filter(ticket=ticket, open=True).exclude(rule__event=VisitRule.Event.TICKET_CLOSED)
    if waits(ticket):
        overtaken = overtaken.exclude(round=ticket.reopened + 1)
    count = 0
    for visit in overtaken:
        reason = _("工单%(stage)s，不再需要回访") % {"stage": ticket.get_stage_display()}
        cancelled = close(visit, Visit.Status.CANCELLED, reason=reason)
        note_deed(actor, "visit.cancelled", cancelled, {"note": reason})
        count += 1
    return count
