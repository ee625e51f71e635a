"""Visits are made by rule, once for each ticket and round, and given to somebody who did not handle the matter."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers.consents import free_from
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.notices.actions import notify
from keqiao.org.models import Employee
from keqiao.runtime import counters
from keqiao.tickets.models import Ticket
from keqiao.visits.actions.base import ask, close, note_deed, url_of, waits
from keqiao.visits.models import Visit, VisitRule

DEFAULT_RULE = "投诉处理结果告知后三天内回访"


def rule_for(event: str, kind: str) -> VisitRule | None:
    """The first active rule for an event and a kind of ticket; a new installation begins with one for complaints."""
    rules = list(VisitRule.objects.filter(event=event).order_by("pk"))
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
    try:
        with transaction.atomic():
            visit = new_visit(ticket, number_of_round, rule)
    except IntegrityError:
        return Visit.objects.get(ticket=ticket, round=number_of_round)
    ask(visit)
    note_deed(actor, "visit.planned", visit, {"round": number_of_round, "due_at": visit.due_at.isoformat()})
    if visit.assignee_id:
        notify(
            actor=actor, to=[visit.assignee_id], title=_("新的回访：%(visit)s") % {"visit": visit}, url=url_of(visit),
            kind="visit.planned", key=f"visit.planned:{visit.pk}:{visit.assignee_id}",
        )  # fmt: skip
    return visit


def new_visit(ticket: Ticket, number_of_round: int, rule: VisitRule) -> Visit:
    """The saved visit of a ticket: time counts from when the customer was told, and rest times are respected."""
    told, _by = told_at(ticket)
    unit_id = ticket.owner.unit_id if ticket.owner else ticket.unit_id
    visit = Visit(
        customer=ticket.customer,
        ticket=ticket,
        round=number_of_round,
        rule=rule,
        matter=ticket.subject[:120],
        unit_id=unit_id,
        assignee_id=fair_assignee(ticket, unit_id),
        planned_at=timezone.now(),
        not_before=free_from(ticket.customer, told),
        due_at=told + timedelta(hours=rule.within_hours),
    )
    visit.number = counters.number("HF", timezone.localdate())
    visit.save(force_insert=True)
    return visit


def told_at(ticket: Ticket) -> tuple[datetime, int | None]:
    """When and by whom the customer was told."""
    complaint = getattr(ticket, "complaint", None)
    at = complaint.told_at if complaint else None
    return at or timezone.now(), complaint.told_by_id if complaint else None


def fair_assignee(ticket: Ticket, unit_id: int) -> int | None:
    """Who in the unit makes the visit: of those who may, the one with the fewest open ones.

    Whoever handled the matter or told the customer is asked only if there is nobody else; None leaves it to the unit.
    """
    involved = {ticket.owner_id, told_at(ticket)[1]}
    members = Employee.objects.filter(unit_id=unit_id, is_active=True).prefetch_related("positions")
    able = [
        person
        for person in members.annotate(waiting=Count("visits", filter=Q(visits__open=True))).order_by("waiting", "pk")
        if any(post.active and "visit.do" in post.powers for post in person.positions.all())
    ]
    others = [person for person in able if person.pk not in involved]
    return next((person.pk for person in [*others, *able]), None)


@transaction.atomic
def settle(*, actor: Actor = SYSTEM, ticket: Ticket) -> int:
    """Cancel open visits that a ticket no longer needs: it went on without them, or was withdrawn. Returns how many."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    overtaken = Visit.objects.filter(ticket=ticket, open=True)
    if waits(ticket):
        overtaken = overtaken.exclude(round=ticket.reopened + 1)
    count = 0
    for visit in overtaken:
        reason = _("工单%(stage)s，不再需要回访") % {"stage": ticket.get_stage_display()}
        cancelled = close(visit, Visit.Status.CANCELLED, reason=reason)
        note_deed(actor, "visit.cancelled", cancelled, {"note": reason})
        count += 1
    return count
