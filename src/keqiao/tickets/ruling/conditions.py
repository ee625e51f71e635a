"""Which conditions of closing a ticket meets."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from keqiao.tickets.models import Dispatch, Ticket
from keqiao.tickets.ruling.kinds.closing import UNFOUNDED, Demand, demands_of
from keqiao.tickets.ruling.reading import case_of, rules_of

VERBS = {
    Demand.EVIDENCE: "evidence",
    Demand.CORRECTION: "correct",
    Demand.RESPONSIBLE: "plan",
    Demand.ANSWERED: "dispatch",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition, whether it is met, and by which step it can be met."""

    demand: Demand
    met: bool
    verb: str
    url: str


def asked_of(ticket: Ticket, *, founded: bool = True) -> list[Asked]:
    """The conditions of closing a ticket, by its rules; no query where there are none."""
    codes = demands_of(rules_of(ticket).conditions, case_of(ticket, customer=False))
    wanted = [Demand(code) for code in codes if founded or code in UNFOUNDED]
    wanted = [one for one in wanted if ticket.is_complaint or one != Demand.RESPONSIBLE]
    return [
        Asked(one, met(ticket, one), VERBS[one], reverse("tickets:verb", args=[ticket.pk, VERBS[one]]))
        for one in wanted
    ]


def met(ticket: Ticket, demand: Demand) -> bool:
    """Whether it is there."""
    if demand == Demand.EVIDENCE:
        return ticket.evidence.exists()
    if demand == Demand.CORRECTION:
        return ticket.corrections.exists()
    if demand == Demand.RESPONSIBLE:
        return ticket.complaint.responsible_id is not None
    return ticket.dispatches.filter(status=Dispatch.Status.ANSWERED).exists()
