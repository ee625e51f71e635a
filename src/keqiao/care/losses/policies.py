"""Who sees and handles which losses."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.care.models import LOSS_TRANSITIONS, Loss
from keqiao.kernel.actor import Actor

AIMS = {"try": Loss.Status.TRYING, "win": Loss.Status.WON, "give_up": Loss.Status.GIVEN_UP}


def visible(actor: Actor) -> QuerySet[Loss]:
    """Losses within reach, and those that one tries to win back."""
    rows = actor.rows("loss.view")
    if rows is None:
        return Loss.objects.all()
    return Loss.objects.filter(rows | Q(winner_id=actor.id) if actor.can("loss.view") else rows)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no: power and status together."""
    power = {"create": "loss.mark", "export": "care.export"}.get(
        verb, "loss.view" if verb in {"list", "view", "history"} else "loss.win"
    )
    if obj is None:
        return actor.can(power)
    mine = obj.winner_id is not None and obj.winner_id == actor.id and actor.can("loss.view")
    if verb in AIMS and AIMS[verb] not in LOSS_TRANSITIONS[obj.status]:
        return False
    covered = actor.covers(power, owner_id=obj.owner_id, unit_id=obj.unit_id)
    return (covered or mine) and verb not in {"create", "edit"}
