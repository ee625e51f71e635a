"""Which conditions of closing a ticket meets."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from keqiao.tickets.issued_papers import issued_papers
from keqiao.tickets.models import Dispatch, LetterKind, Ticket
from keqiao.tickets.ruling.kinds.closing import UNFOUNDED, Demand, demands_of
from keqiao.tickets.ruling.reading import case_of, rules_of

LETTER = "letter"  # met by a paper, which is no step of the ticket
VERBS = {
    Demand.EVIDENCE: "evidence",
    Demand.CORRECTION: "correct",
    Demand.RESPONSIBLE: "plan",
    Demand.ANSWERED: "dispatch",
    Demand.RECEIPT: LETTER,
    Demand.DECISION: LETTER,
    Demand.EXPLAINED: LETTER,
}
COMPLAINTS = frozenset({Demand.RESPONSIBLE, Demand.DECISION, Demand.EXPLAINED})  # other kinds have none of these
PAPERS = {
    Demand.RECEIPT: LetterKind.RECEIPT, Demand.DECISION: LetterKind.DECISION, Demand.EXPLAINED: LetterKind.UNFOUNDED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition, whether it is met, and by which step it can be met."""

    demand: Demand
    met: bool
    verb: str
    url: str


def asked_of(ticket: Ticket, *, founded: bool = True, telling: bool = False) -> list[Asked]:
    """The conditions of closing a ticket, by its rules; no query where there are none.

    `telling`: also what is asked only before the customer of an unfounded complaint is told; it can't be there earlier.
    """
    codes = demands_of(rules_of(ticket).conditions, case_of(ticket, customer=False))
    fitting = set(Demand) - {Demand.EXPLAINED} if founded else UNFOUNDED | ({Demand.EXPLAINED} if telling else set())
    wanted = [Demand(code) for code in codes if code in fitting]
    wanted = [one for one in wanted if ticket.is_complaint or one not in COMPLAINTS]
    return [Asked(one, met(ticket, one), VERBS[one], where(ticket, one)) for one in wanted]


def where(ticket: Ticket, demand: Demand) -> str:
    """The page on which it can be met."""
    if demand in PAPERS:
        return f"{reverse('letters:create')}?ticket={ticket.pk}"
    return reverse("tickets:verb", args=[ticket.pk, VERBS[demand]])


def met(ticket: Ticket, demand: Demand) -> bool:
    """Whether it is there."""
    if demand in PAPERS:
        return PAPERS[demand] in issued_papers(ticket)
    if demand == Demand.EVIDENCE:
        return ticket.evidence.exists()
    if demand == Demand.CORRECTION:
        return ticket.corrections.exists()
    if demand == Demand.RESPONSIBLE:
        return ticket.complaint.responsible_id is not None
    return ticket.dispatches.filter(status=Dispatch.Status.ANSWERED).exists()
