"""Who sees and undoes merges."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.customers import policies as customers
from keqiao.customers.models import Merge
from keqiao.kernel.actor import Actor


def visible(actor: Actor) -> QuerySet[Merge]:
    """Merges whose survivor is within reach, for those who may merge."""
    if not actor.can("customer.merge"):
        return Merge.objects.none()
    rows = actor.rows("customer.view", owner="survivor__owner_id", unit="survivor__unit_id")
    if rows is None:
        return Merge.objects.all()
    if actor.can("customer.view") and actor.unit_id:
        rows |= Q(survivor__owner=None, survivor__unit_id=actor.unit_id)
    return Merge.objects.filter(rows)


def allowed(actor: Actor, verb: str, merge: Any = None) -> bool:
    """Looking is for those who may merge; undoing only once, by those who may merge the archive that was kept."""
    if merge is None or verb in {"view", "history"}:
        return actor.can("customer.merge")
    if verb == "undo":
        reach = all(customers.covers(actor, power, merge.survivor) for power in ("customer.merge", "customer.change"))
        return bool(merge.state == Merge.State.DONE and reach)
    return False
