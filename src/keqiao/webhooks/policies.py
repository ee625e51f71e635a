"""A subscription shows what its owner sees; it is kept by its owner and by those whose power reaches the owner."""

from typing import Any

from django.db.models import QuerySet

from keqiao.kernel.actor import Actor
from keqiao.webhooks.models import Delivery, Subscription

POWER = "webhook.keep"
VERBS = {"list", "view", "create", "edit", "history", "test", "pause", "resume", "take", "remove", "secret", "renew"}


def visible(actor: Actor) -> QuerySet[Subscription]:
    """Subscriptions within reach of the power."""
    rows = actor.rows(POWER, unit="owner__unit_id")
    return Subscription.objects.all() if rows is None else Subscription.objects.filter(rows)


def deliveries(actor: Actor) -> QuerySet[Delivery]:
    """The messages of visible subscriptions."""
    rows = actor.rows(POWER, owner="subscription__owner_id", unit="subscription__owner__unit_id")
    return Delivery.objects.all() if rows is None else Delivery.objects.filter(rows)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """What its state allows, to those who hold the power."""
    if verb not in VERBS or not actor.can(POWER):
        return False
    if obj is None:
        return True
    if verb in {"pause", "resume"}:
        return bool((obj.state == Subscription.State.ACTIVE) == (verb == "pause"))
    if verb == "take":
        return bool(obj.owner_id != actor.id and actor.id is not None)
    if verb == "secret":
        return obj.shown_at is None
    return True


def allowed_delivery(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Messages are looked at, and sent again once they have ended."""
    if verb not in {"list", "view", "again"} or not actor.can(POWER):
        return False
    return verb != "again" or obj is None or obj.state != Delivery.State.WAITING
