"""What visits do when something happens to a ticket."""

from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.kernel.actor import SYSTEM
from keqiao.reception.models import Entry
from keqiao.services.models import Service
from keqiao.tickets.models import Ticket
from keqiao.visits.actions import after_event, after_service, open_for_answer, plan_for_ticket, settle


@reader("visits", "ticket.told", "ticket.resolved", "ticket.closed", "ticket.reopened", "ticket.withdrawn")
def follow_tickets(events: list[Event]) -> None:
    """Make the visit of a ticket whose customer was told, and cancel those that are overtaken.

    Only the ticket as it stands now counts, so an event that arrives late or twice does no harm.
    """
    wanted = {event.object_id for event in events if event.object_id is not None}
    for ticket in Ticket.objects.filter(pk__in=wanted).select_related("customer").order_by("pk"):
        settle(ticket=ticket)
        if plan_for_ticket(actor=SYSTEM, ticket=ticket) is None:
            after_event(ticket=ticket)


@reader("visits-after-receptions", "reception.registered")
def follow_receptions(events: list[Event]) -> None:
    """Plan the visit after a walk-in, where a rule asks for one."""
    wanted = {event.object_id for event in events if event.object_id is not None}
    for entry in Entry.objects.filter(pk__in=wanted).select_related("customer").order_by("pk"):
        after_event(entry=entry)


@reader("visits-after-services", "service.delivered", "service.done")
def follow_services(events: list[Event]) -> None:
    """Plan the visit after a delivery or a service, where a rule asks for one."""
    wanted = {event.object_id for event in events if event.object_id is not None}
    for service in Service.objects.filter(pk__in=wanted).select_related("customer").order_by("pk"):
        after_service(service)


@reader("visits-after-surveys", "survey.low")
def follow_low_answers(events: list[Event]) -> None:
    """Order a rectification for a survey scored low, once for each."""
    for event in events:
        open_for_answer(actor=SYSTEM, event=event)
