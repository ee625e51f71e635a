"""Who sees which entries of the register, and who may do what with them."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.kernel.actor import Actor
from keqiao.reception.models import TRANSITIONS, Entry

STATUS = Entry.Status
AIMS = {"hand_over": STATUS.WAITING, "follow": STATUS.FOLLOWED, "turn": STATUS.TURNED, "void": STATUS.VOID}


def visible(actor: Actor) -> QuerySet[Entry]:
    """Entries within reach: one's own, those of one's units, and those that one has to follow up."""
    rows = actor.rows("reception.view", owner="received_by_id")
    if rows is None:
        return Entry.objects.all()
    if actor.can("reception.view"):
        rows |= Q(follower_id=actor.id)
    return Entry.objects.filter(rows)


def covers(actor: Actor, power: str, entry: Entry) -> bool:
    """Whether the power reaches the entry."""
    return actor.covers(power, owner_id=entry.received_by_id, unit_id=entry.unit_id)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no for the register: power and status together."""
    if verb in {"list", "view", "history"}:
        seen = actor.can("reception.view")
        return seen and (obj is None or obj.follower_id == actor.id or covers(actor, "reception.view", obj))
    if verb in {"create", "export"}:
        return actor.can("reception.register" if verb == "create" else "reception.export")
    power = "reception.manage" if verb == "void" else "reception.register"
    if obj is None:
        return actor.can(power)
    if verb == "correct":
        return obj.status != STATUS.VOID and covers(actor, power, obj)
    if verb not in AIMS or AIMS[verb] not in TRANSITIONS.get(obj.status, frozenset()):
        return False
    mine = verb in {"follow", "hand_over", "turn"} and obj.follower_id is not None and obj.follower_id == actor.id
    return (mine and actor.can("reception.view")) or covers(actor, power, obj)
