"""Who sees which summaries: whoever it was made for, and those whose sight of tickets reaches the unit."""

from typing import Any

from django.db.models import QuerySet

from keqiao.kernel.actor import Actor
from keqiao.tickets.models import SpecialMonth

POWER = "ticket.view"


def visible(actor: Actor) -> QuerySet[SpecialMonth]:
    """Own ones, and those of units within reach."""
    rows = actor.rows(POWER, owner="leader_id", unit="unit_id")
    return SpecialMonth.objects.all() if rows is None else SpecialMonth.objects.filter(rows)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Only looked at: the clock makes them."""
    if verb == "export":
        return actor.can("ticket.export")
    if verb not in {"list", "view", "history"}:
        return False
    return actor.can(POWER) if obj is None else actor.covers(POWER, owner_id=obj.leader_id, unit_id=obj.unit_id)
