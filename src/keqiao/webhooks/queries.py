"""What is due, to whom, and in which order."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from keqiao.kernel import sealing
from keqiao.org.queries import leaders_of
from keqiao.webhooks.models import TEST, Delivery, Subscription

PURPOSE = "webhooks.secret"
WAITING = Delivery.State.WAITING


def secret_of(subscription: Subscription) -> str:
    """The secret; raises kernel.sealing.Unreadable when its key is gone."""
    return sealing.unseal(subscription.sealed_by, subscription.sealed, PURPOSE)


def sealing_keys() -> set[str]:
    """The keys that secrets still need."""
    return set(Subscription.objects.values_list("sealed_by", flat=True).distinct())


def line(subscription: Subscription, now: datetime) -> QuerySet[Delivery]:
    """What may be sent now: the first that waits for each record. Later ones of a record wait behind it."""
    before = Delivery.objects.filter(
        subscription=OuterRef("subscription"), label=OuterRef("label"), object_id=OuterRef("object_id"), state=WAITING,
        pk__lt=OuterRef("pk"),
    )  # fmt: skip
    rows = Delivery.objects.filter(~Exists(before), subscription=subscription, state=WAITING, next_at__lte=now)
    if subscription.state != Subscription.State.ACTIVE:
        rows = rows.filter(verb=TEST)
    return rows.order_by("next_at", "pk")


def due(now: datetime) -> list[int]:
    """Subscriptions with something to send, that neither rest nor are being served."""
    waiting = Delivery.objects.filter(state=WAITING, next_at__lte=now)
    if not waiting.exists():
        return []
    free = (Q(rests_until__isnull=True) | Q(rests_until__lte=now)) & (
        Q(busy_until__isnull=True) | Q(busy_until__lte=now)
    )
    one = Q(state=Subscription.State.ACTIVE) & Exists(waiting.filter(subscription=OuterRef("pk")))
    tests = Exists(waiting.filter(subscription=OuterRef("pk"), verb=TEST))
    return list(
        Subscription.objects.filter(free)
        .filter(one | tests)
        .order_by("busy_until", "pk")
        .values_list("pk", flat=True)[:20]
    )


def waiting_count(subscription: Subscription) -> int:
    """How many messages wait, up to 1,000."""
    return Delivery.objects.filter(subscription=subscription, state=WAITING)[:1000].count()


def keepers(subscription: Subscription) -> list[int]:
    """Whom to tell about a subscription: its owner while at work, else the owner's leaders."""
    owner = subscription.owner
    return [owner.pk] if owner.is_active else leaders_of(owner.pk)
