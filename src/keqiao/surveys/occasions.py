"""What of the program's events is an occasion to ask a customer, and whose service it was.

Nobody is asked after a close by the clock, after a complaint whose customer could not be reached, nor where no person
has helped: the credit goes to the last one who did (standards: services and satisfaction).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.kernel.actor import SYSTEM
from keqiao.org.models import Employee
from keqiao.services.models import Service
from keqiao.surveys.models import SendingRule
from keqiao.tickets.models import Ticket

# what an agent does for the customer, not for the record
HELPED = (
    "ticket.progressed", "ticket.investigated", "ticket.concluded", "ticket.planned", "ticket.resolved", "ticket.told",
)  # fmt: skip
FRESH = timedelta(days=8)  # who was away for longer is not asked about old matters


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that a customer may be asked about. `key` is the same each time the event is read."""

    key: str
    customer_id: int
    matter: str
    agent_id: int | None
    unit_id: int
    kind: str = ""
    product: str = ""
    ticket_id: int | None = None


def of_closed_ticket(event: Event) -> Occasion | None:
    """A closed ticket, as it stands now."""
    ticket = Ticket.objects.filter(pk=event.object_id or 0, stage=Ticket.Stage.CLOSED).first()
    if ticket is None or by_clock(event) or (ticket.is_complaint and event.data.get("satisfaction") is None):
        return None
    helped = Event.objects.filter(label=event.label, object_id=ticket.pk, verb__in=HELPED, actor_id__isnull=False)
    agent_id = helped.order_by("-pk").values_list("actor_id", flat=True).first()
    if agent_id is None:
        return None
    return Occasion(
        f"ticket:{ticket.pk}:{ticket.reopened}", ticket.customer_id, str(ticket)[:120], agent_id, ticket.unit_id,
        ticket.kind, ticket.product, ticket.pk,
    )  # fmt: skip


def of_done_visit(event: Event) -> Occasion | None:
    """A call-back that somebody made by phone; a customer who answered a link himself is not asked twice."""
    if event.actor_id is None or event.about_id is None:
        return None
    unit_id = Employee.objects.filter(pk=event.actor_id).values_list("unit", flat=True).first()
    if unit_id is None:
        return None
    return Occasion(f"visit:{event.object_id}", event.about_id, event.title[:120], event.actor_id, unit_id)


def of_service(event: Event) -> Occasion | None:
    """A delivery or a service that still holds. Who did it may be of another firm, so it counts for the unit alone."""
    service = Service.objects.filter(pk=event.object_id or 0, status=Service.Status.NOTED).first()
    if service is None:
        return None
    return Occasion(
        f"service:{service.pk}",
        service.customer_id,
        service.matter[:120],
        None,
        service.unit_id,
        product=service.product,
    )


def by_clock(event: Event) -> bool:
    """Whether no person closed it."""
    return bool(event.data.get("timed_out")) or (event.actor_id is None and event.actor_name == SYSTEM.name)


FINDERS: dict[str, Callable[[Event], Occasion | None]] = {
    SendingRule.Event.TICKET_CLOSED: of_closed_ticket,
    SendingRule.Event.VISIT_DONE: of_done_visit,
    SendingRule.Event.DELIVERED: of_service,
    SendingRule.Event.SERVED: of_service,
}


def of(event: Event) -> Occasion | None:
    """The occasion that the event is; None for one that is too old or none."""
    finder = FINDERS.get(event.verb)
    return finder(event) if finder is not None and timezone.now() - event.at <= FRESH else None
