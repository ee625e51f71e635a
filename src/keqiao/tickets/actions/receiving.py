"""An entry of the reception register becomes a ticket."""

from typing import Any

from django.db import transaction

from keqiao.kernel.actor import Actor
from keqiao.reception import actions as reception
from keqiao.reception.models import Entry
from keqiao.tickets.actions.accepting import accept
from keqiao.tickets.models import Ticket


@transaction.atomic
def accept_from_reception(*, actor: Actor, entry: Entry, **details: Any) -> Ticket:
    """Register the matter of a call or a walk-in, for its customer; `details` are those of `accept`.

    An entry becomes one ticket: of two people at the same time one is refused, and nothing of the second is kept.
    """
    reception.demand(actor, "turn", entry)
    details["customer"] = details.get("customer") or entry.customer
    ticket = accept(actor=actor, **details)
    reception.turn(actor=actor, obj=entry, into=ticket, number=ticket.number)
    return ticket
