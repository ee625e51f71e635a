"""Who sees who looked at what: leaders, as far as their power reaches."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.customers.models import Reveal
from keqiao.kernel.actor import Actor
from keqiao.org.models import Employee

SHOWN = {
    "customer.revealed", "customer.identity_revealed", "customer.address_revealed", "customer.birthday_revealed",
    "customer.shown_in_full", "customer.copied",
}  # fmt: skip


def also(*verbs: str) -> None:
    """Further deeds that show a full value; higher apps declare theirs when they are ready."""
    SHOWN.update(verbs)


def reveals(actor: Actor) -> QuerySet[Reveal]:
    """What the people within reach of customer.oversee looked at; always what one looked at oneself."""
    reach = actor.reach("customer.oversee")
    if reach is None:
        return Reveal.objects.none()
    rows: QuerySet[Reveal] = Reveal.objects.filter(verb__in=sorted(SHOWN))
    if reach.everything:
        return rows
    within = Employee.objects.filter(unit_id__in=reach.units).values("pk")
    return rows.filter(Q(actor_id=actor.id) | Q(actor_id__in=within))


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Read and taken away, nothing else."""
    return verb in {"list", "view", "export"} and actor.can("customer.oversee")
