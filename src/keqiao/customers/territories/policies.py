"""Everybody who sees customers may read how the territories are drawn; who keeps the rules draws them."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from keqiao.customers.models import Territory
from keqiao.kernel.actor import Actor


def visible(actor: Actor) -> QuerySet[Territory]:
    """All of them, to those who see customers; each with `counted`, how many of its customers the actor sees."""
    if not (actor.can("customer.view") or actor.can("settings.change")):
        return Territory.objects.none()
    rows = actor.rows("customer.view", owner="customers__owner_id", unit="customers__unit_id")
    seen = Q(customers__merged_into=None) if rows is None else Q(customers__merged_into=None) & rows
    return Territory.objects.annotate(counted=Count("customers", filter=seen))


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no."""
    if verb in {"list", "view", "history"}:
        return actor.can("customer.view") or actor.can("settings.change")
    return verb != "export" and actor.can("settings.change")
