"""What visits do when something happens to a ticket."""

from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.kernel.actor import SYSTEM
from keqiao.tickets.models import Ticket
from keqiao.visits.actions import plan_for_ticket, settle


@reader("visits", "ticket.told", "ticket.resolved", "ticket.closed", "ticket.reopened", "ticket.withdrawn")
def follow_tickets(events: list[Event]) -> None:
    """Make the visit of a ticket whose customer was told, and cancel those that are overtaken.

    Only the ticket as it stands now counts, so an event that arrives late or twice does no harm.
    """
    wanted = {event.object_id for event in events if event.object_id is not None}
    for ticket in Ticket.objects.filter(pk__in=wanted).order_by("pk"):
        settle(ticket=ticket)
        plan_for_ticket(actor=SYSTEM, ticket=ticket)
