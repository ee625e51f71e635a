"""Making the summary of a month: one for each unit that has a leader, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.calendars.queries import calendar_for, is_quiet
from keqiao.customers.models import CustomerTag
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.dates import add_months, bounds
from keqiao.kernel.sql import hold
from keqiao.notices.actions import notify
from keqiao.org.models import OrgUnit
from keqiao.tickets.models import Escalation, SpecialMonth, Ticket
from keqiao.tickets.ruling.reading import rules


def due(now: datetime | None = None) -> int:
    """Make the summaries of last month where they are missing; nothing while people rest. Returns how many were made."""
    now = now or timezone.now()
    month = add_months(timezone.localdate(now).replace(day=1), -1)
    if not calendar_for(None).is_open(now) or is_quiet(now) or SpecialMonth.objects.filter(month=month).exists():
        return 0
    return len(make(actor=SYSTEM, month=month))


@transaction.atomic
def make(*, actor: Actor, month: date) -> list[SpecialMonth]:
    """The summaries of a month, given by its first day; those that exist already stay as they are."""
    hold(f"tickets.special:{month}")
    there = set(SpecialMonth.objects.filter(month=month).values_list("unit_id", flat=True))
    by_unit: dict[int, list[Ticket]] = {}
    leading = Leading()
    for ticket in of_month(month):
        unit = leading.unit_of(ticket.unit_id)
        if unit is not None and unit.pk not in there:
            by_unit.setdefault(unit.pk, []).append(ticket)
    return [make_one(actor, month, leading.units[pk], tickets) for pk, tickets in by_unit.items()]


def of_month(month: date) -> QuerySet[Ticket]:
    """Tickets of special customers that came in by the end of the month and were still open at some time in it."""
    special = rules().special
    start, end = bounds(month, add_months(month, 1))
    tagged = CustomerTag.objects.filter(customer_id=OuterRef("customer_id"), tag_id__in=special.tags)
    rows = Ticket.objects.filter(Q(customer__tier__in=special.tiers) | Exists(tagged), accepted_at__lt=end)
    return rows.filter(Q(closed_at=None) | Q(closed_at__gte=start)).order_by("pk")


class Leading:
    """Which unit reports a ticket: its own if it has a leader, else the nearest above that has."""

    def __init__(self) -> None:
        self.units = {one.pk: one for one in OrgUnit.objects.select_related("leader")}

    def unit_of(self, pk: int | None) -> OrgUnit | None:
        """The unit, None where nobody leads."""
        while pk is not None:
            unit = self.units[pk]
            if unit.leader is not None and unit.leader.is_active:
                return unit
            pk = unit.parent_id
        return None


def make_one(actor: Actor, month: date, unit: OrgUnit, tickets: Iterable[Ticket]) -> SpecialMonth:
    """One unit's summary, its numbers, its record and its notice."""
    rows = list(tickets)
    _start, end = bounds(month, add_months(month, 1))
    closed = [one for one in rows if one.stage == Ticket.Stage.CLOSED and one.closed_at and one.closed_at < end]
    gone = [one for one in rows if one.stage == Ticket.Stage.WITHDRAWN and one.closed_at and one.closed_at < end]
    scores = [one.satisfaction for one in closed if one.satisfaction is not None]
    pks = [one.pk for one in rows]
    climbed = Escalation.objects.filter(ticket__in=pks, at__lt=end).values("ticket").distinct().count()
    made = SpecialMonth.objects.create(
        month=month, unit=unit, leader_id=unit.leader_id, made_at=timezone.now(), matters=len(rows),
        customers=len({one.customer_id for one in rows}), complaints=sum(one.is_complaint for one in rows),
        closed=len(closed), closed_late=sum(one.late for one in closed), waiting=len(rows) - len(closed) - len(gone),
        escalated=climbed, score_sum=sum(scores), scores=len(scores),
    )  # fmt: skip
    made.tickets.set(rows)
    record(actor, "special_month.made", made, {"matters": made.matters, "customers": made.customers})
    if unit.leader_id:
        title = _("%(month)s重点客户月报：%(customers)d 位客户，%(matters)d 张工单，月末在办 %(waiting)d 张") % {
            "month": f"{month:%Y-%m} ", "customers": made.customers, "matters": made.matters, "waiting": made.waiting,
        }  # fmt: skip
        notify(
            actor=actor, to={unit.leader_id}, title=title, url=reverse("special-months:detail", args=[made.pk]),
            kind="special_month", key=f"special_month:{made.pk}",
        )  # fmt: skip
    return made
