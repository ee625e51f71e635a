"""Who sees and does which greetings, and who keeps the plans."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.care.models import Greeting
from keqiao.kernel.actor import Actor

STATUS = Greeting.Status


def visible(actor: Actor) -> QuerySet[Greeting]:
    """Greetings within reach, and those of the own unit that nobody has yet."""
    rows = actor.rows("care.view")
    if rows is None:
        return Greeting.objects.all()
    if actor.can("care.view") and actor.unit_id:
        rows |= Q(owner=None, unit_id=actor.unit_id)
    return Greeting.objects.filter(rows)


def covers(actor: Actor, power: str, greeting: Greeting) -> bool:
    """Whether the power reaches the greeting; one of the own unit that nobody has yet counts as one's own."""
    if actor.covers(power, owner_id=greeting.owner_id, unit_id=greeting.unit_id):
        return True
    pooled = greeting.owner_id is None and greeting.unit_id is not None and greeting.unit_id == actor.unit_id
    return pooled and actor.can(power)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no for greetings: power and status together."""
    if verb in {"list", "view", "history"}:
        return actor.can("care.view") if obj is None else covers(actor, "care.view", obj)
    if verb == "export":
        return actor.can("care.export")
    if verb in {"create", "edit"}:
        return False
    power = "care.assign" if verb == "assign" else "care.do"
    if obj is None:
        return actor.can(power)
    if obj.status != STATUS.DUE or not covers(actor, power, obj):
        return False
    if verb == "take":
        return obj.owner_id is None
    return verb != "send" or obj.channel == "email"
