"""Who goes through duplicates. Of an archive beyond one's reach nothing is told but whom to ask."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.customers import policies as customers
from keqiao.customers.models import Customer, DuplicatePair
from keqiao.kernel.actor import Actor


def reach(actor: Actor, side: str) -> Q | None:
    """The filter for pairs whose side the actor may see; None for no filter."""
    rows = actor.rows("customer.view", owner=f"{side}__owner_id", unit=f"{side}__unit_id")
    if rows is not None and actor.can("customer.view") and actor.unit_id:
        rows |= Q(**{f"{side}__owner": None, f"{side}__unit_id": actor.unit_id})
    return rows


def visible(actor: Actor) -> QuerySet[DuplicatePair]:
    """Pairs of which the actor sees at least one archive; merged and erased ones are nobody's business any more."""
    if not actor.can("customer.merge"):
        return DuplicatePair.objects.none()
    rows = DuplicatePair.objects.filter(
        low__merged_into=None, high__merged_into=None, low__erased=False, high__erased=False
    )
    low, high = reach(actor, "low"), reach(actor, "high")
    return rows if low is None or high is None else rows.filter(low | high)


def whole(rows: QuerySet[DuplicatePair], actor: Actor) -> QuerySet[DuplicatePair]:
    """Of these the pairs that the actor sees on both sides."""
    low, high = reach(actor, "low"), reach(actor, "high")
    return rows if low is None or high is None else rows.filter(low & high)


def crossing(rows: QuerySet[DuplicatePair], actor: Actor) -> QuerySet[DuplicatePair]:
    """Of these the pairs of which one archive is a colleague's."""
    low, high = reach(actor, "low"), reach(actor, "high")
    return rows.none() if low is None or high is None else rows.exclude(low & high)


def sees(actor: Actor, customer: Customer) -> bool:
    """Whether that side of a pair may be shown."""
    return customers.covers(actor, "customer.view", customer)


def allowed(actor: Actor, verb: str, pair: Any = None) -> bool:
    """Deciding takes the power to merge over both archives."""
    if pair is None or verb in {"view", "history"}:
        return actor.can("customer.merge")
    if not all(customers.allowed(actor, "merge", side) for side in (pair.low, pair.high)):
        return False
    target = {"different": "different", "later": "later", "reopen": "open"}.get(verb, "")
    return target in DuplicatePair.TRANSITIONS[pair.state]
