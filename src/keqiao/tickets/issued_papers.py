"""Which papers a customer was given: what conditions of closing ask."""

from django.db.models import Q

from keqiao.tickets.models import Letter, LetterKind, Ticket


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
