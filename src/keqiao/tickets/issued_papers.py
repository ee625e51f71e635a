"""Which papers a customer was given: what conditions of closing ask."""

from keqiao.tickets.models import Letter, Ticket


def issued_papers(ticket: Ticket) -> set[str]:
    """The kinds of paper (LetterKind) that were issued on the ticket, delivered or not. One query."""
    rows = Letter.objects.filter(ticket_id=ticket.pk, status=Letter.Status.ISSUED)
    return set(rows.values_list("kind", flat=True))


def delivered_papers(ticket: Ticket) -> set[str]:
    """The kinds of paper (LetterKind) that reached the customer. One query."""
    rows = Letter.objects.filter(ticket_id=ticket.pk, status=Letter.Status.ISSUED, delivered_at__isnull=False)
    return set(rows.values_list("kind", flat=True))
