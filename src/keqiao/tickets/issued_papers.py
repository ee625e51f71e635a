"""Which papers a ticket is ready for, and which were issued: what conditions of closing ask."""

from django.db.models import Q

from keqiao.tickets.models import Letter, LetterKind, Ticket

S = Ticket.Stage
CONCLUDED = frozenset({S.HANDLING, S.APPROVING, S.RESOLVED, S.TOLD, S.CLOSED})
DONE = frozenset({S.RESOLVED, S.TOLD, S.CLOSED})


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


def issued_papers(ticket: Ticket) -> set[str]:
    """The kinds of paper (LetterKind) that were issued on the ticket, delivered or not.

    Of a matter that is taken up again only its receipt still counts: what follows is decided anew.
    """
    rows = Letter.objects.filter(ticket_id=ticket.pk, status=Letter.Status.ISSUED)
    if ticket.reopened:
        first = Ticket.Stage.INVESTIGATING if ticket.is_complaint else Ticket.Stage.HANDLING
        began = ticket.stages.filter(stage=first).order_by("-entered_at").values("entered_at")[:1]
        rows = rows.filter(Q(kind=LetterKind.RECEIPT) | Q(issued_at__gte=began))
    return set(rows.values_list("kind", flat=True))
