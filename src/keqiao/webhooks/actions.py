"""Keeping subscriptions, collecting what they hear of, and writing down what came of every attempt."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.audit.models import Event
from keqiao.kernel import sealing
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.state import move
from keqiao.kernel.text import single_line
from keqiao.notices.actions import notify
from keqiao.org.queries import actor_for
from keqiao.webhooks import messages, policies, queries, topics
from keqiao.webhooks.client import Answer
from keqiao.webhooks.models import DELIVERY_STATES, STATES, TEST, Delivery, Subscription
from keqiao.webhooks.signing import new_secret

State = Subscription.State
# 66 hours in all
PAUSES = tuple(timedelta(seconds=n) for n in (10, 60, 300, 900, 3600, 7200, 14400, 28800, *(43200,) * 4))
PERSISTENT = timedelta(hours=72)  # without a single success, then it is paused
ALONE = timedelta(hours=24)  # the same when a message has had its last attempt, which then stays the first in line
REST = (timedelta(seconds=5), timedelta(minutes=5))  # while nobody answers: doubled from the one to the other
IN_A_ROW = 20  # failures after which a receiver counts as down though it answers
LEASE = timedelta(seconds=30)
KEPT = timedelta(days=30)
LOGGED = 20  # attempts kept in a message's log


def demand(actor: Actor, verb: str, obj: Any = None) -> None:
    """Raise NotAllowed unless the actor may do that now."""
    if not policies.allowed(actor, verb, obj):
        raise NotAllowed(_("现在不能这样处理这个推送：权限不够，或状态已经变化。"))


@transaction.atomic
def create(*, actor: Actor, name: str, url: str, events: Iterable[str]) -> Subscription:
    """Subscribe. The secret is made here and can be looked at once."""
    demand(actor, "create")
    if actor.id is None:
        raise NotAllowed(_("推送要有一位员工作负责人。"))
    key, sealed = sealing.seal(new_secret(), queries.PURPOSE)
    row = Subscription(
        name=single_line(name, 60), url=url, events=chosen(actor, events), owner_id=actor.id, sealed=sealed,
        sealed_by=key, since=timezone.now(),
    )  # fmt: skip
    stored(row)
    record(actor, "webhook.created", row, {"url": row.url, "events": row.events})
    return row


@transaction.atomic
def change(*, actor: Actor, obj: Subscription, name: str, url: str, events: Iterable[str]) -> Subscription:
    """Another name, address or choice of events; who changes it may choose only what the owner may see."""
    row = Subscription.objects.select_for_update().select_related("owner").get(pk=obj.pk)
    demand(actor, "edit", row)
    after = {"name": single_line(name, 60), "url": url, "events": chosen(actor_for(row.owner), events, row.events)}
    changed = changes({key: getattr(row, key) for key in after}, after)
    for key, value in after.items():
        setattr(row, key, value)
    stored(row)
    record(actor, "webhook.changed", row, {"changes": changed})
    return row


def stored(row: Subscription) -> None:
    """Save; a name that is taken is said so."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("已有同名的推送，请换一个名称。"), field="name") from error


def chosen(actor: Actor, events: Iterable[str], before: Iterable[str] = ()) -> list[str]:
    """The events, sorted; Refused for one that the actor may not subscribe to and that was not there before."""
    wanted = sorted(set(events))
    known = topics.known(actor)
    nouns = {topics.star_of(code) for code in known}
    if not wanted or set(wanted) - known.keys() - nouns - set(before):
        raise Refused(_("请选择要推送的事件。"), field="events")
    return wanted


@transaction.atomic
def take_secret(*, actor: Actor, obj: Subscription) -> str:
    """The secret, shown once and never again."""
    demand(actor, "secret", obj)
    if Subscription.objects.filter(pk=obj.pk, shown_at__isnull=True).update(shown_at=timezone.now()) != 1:
        raise Refused(_("密钥已经显示过，不能再看。可以换一个新密钥。"))
    record(actor, "webhook.secret_shown", obj)
    return queries.secret_of(Subscription.objects.get(pk=obj.pk))


@transaction.atomic
def renew_secret(*, actor: Actor, obj: Subscription) -> Subscription:
    """A new secret from now on; it can be looked at once."""
    demand(actor, "renew", obj)
    key, sealed = sealing.seal(new_secret(), queries.PURPOSE)
    Subscription.objects.filter(pk=obj.pk).update(sealed=sealed, sealed_by=key, shown_at=None)
    record(actor, "webhook.secret_renewed", obj)
    return obj


@transaction.atomic
def pause(*, actor: Actor, obj: Subscription) -> Subscription:
    """Send nothing more and collect nothing more; what waits is kept."""
    demand(actor, "pause", obj)
    moved = move(obj, State.PAUSED, field="state", transitions=STATES, reason="")
    record(actor, "webhook.paused", moved)
    return moved


@transaction.atomic
def resume(*, actor: Actor, obj: Subscription) -> Subscription:
    """Go on, at once and in order, with what waits. After a pause by hand events from now on are heard of."""
    demand(actor, "resume", obj)
    now = timezone.now()
    since = now if obj.state == State.PAUSED else obj.since
    moved = move(
        obj, State.ACTIVE, field="state", transitions=STATES, reason="", failures=0, failing_since=None,
        rests_until=None, since=since,
    )  # fmt: skip
    Delivery.objects.filter(subscription=moved, state=Delivery.State.WAITING).update(next_at=now, attempts=0)
    record(actor, "webhook.resumed", moved)
    return moved


@transaction.atomic
def take_over(*, actor: Actor, obj: Subscription) -> Subscription:
    """Become the owner: from now on messages show what the new owner sees."""
    demand(actor, "take", obj)
    row = Subscription.objects.select_for_update().select_related("owner").get(pk=obj.pk)
    before = row.owner.name
    Subscription.objects.filter(pk=row.pk).update(owner_id=actor.id)
    record(actor, "webhook.taken", row, {"changes": {"owner": [before, actor.name]}})
    return Subscription.objects.get(pk=row.pk)


@transaction.atomic
def remove(*, actor: Actor, obj: Subscription) -> None:
    """End a subscription with all its messages."""
    demand(actor, "remove", obj)
    record(actor, "webhook.removed", obj, {"url": obj.url})
    obj.delete()


@transaction.atomic
def test(*, actor: Actor, obj: Subscription) -> Delivery:
    """Send a message that is about nothing, paused or not."""
    demand(actor, "test", obj)
    now = timezone.now()
    made = Delivery.objects.create(subscription=obj, uid="", verb=TEST, body="", created_at=now, next_at=now)
    made.uid = f"test_{made.pk}"
    made.object_id, made.body = -made.pk, messages.of_test(obj, made.uid)
    made.save(update_fields=["uid", "object_id", "body"])
    Subscription.objects.filter(pk=obj.pk).update(rests_until=None)
    record(actor, "webhook.tested", obj)
    return made


@transaction.atomic
def again(*, actor: Actor, obj: Delivery) -> Delivery:
    """Send a message again, with the same id."""
    if not policies.allowed_delivery(actor, "again", obj):
        raise NotAllowed(_("这条消息正在等待发送。"))
    moved = move(
        obj, Delivery.State.WAITING, field="state", transitions=DELIVERY_STATES, attempts=0, next_at=timezone.now(),
        done_at=None,
    )  # fmt: skip
    record(actor, "webhook.sent_again", moved.subscription, {"what": moved.uid})
    return moved


def collect(events: list[Event]) -> None:
    """Write the messages about some events, in the transaction that moves the reader's mark: each once."""
    for subscription in Subscription.objects.exclude(state=State.PAUSED).select_related("owner").order_by("pk"):
        mine = [
            event
            for event in events
            if event.object_id is not None and event.at >= subscription.since
            and topics.wanted(subscription.events, event.verb)
        ]  # fmt: skip
        if not mine:
            continue
        if not subscription.owner.is_active:
            stop(subscription, _("负责人已离职，请由他人接管后恢复。"))
            continue
        made = messages.drafts(subscription, mine, actor_for(subscription.owner))
        Delivery.objects.bulk_create(made, ignore_conflicts=True)


def no_key() -> str:
    """Why nothing can be signed."""
    return _("解开签名密钥的钥匙不在密钥文件里，请恢复密钥文件或更换签名密钥。")


@transaction.atomic
def stop(subscription: Subscription, reason: str) -> None:
    """Pause because it cannot go on, and tell who keeps it."""
    if subscription.state != State.ACTIVE:
        return
    moved = move(subscription, State.FAILING, field="state", transitions=STATES, reason=single_line(reason, 200))
    record(SYSTEM, "webhook.stopped", moved, {"note": moved.reason})
    notify(
        actor=SYSTEM, to=queries.keepers(moved), title=_("推送“%(name)s”已暂停：%(why)s") % {"name": moved, "why": reason},
        url=f"/webhooks/{moved.pk}/", kind="webhook.stopped", key=f"webhook.stopped:{moved.pk}:{timezone.now():%Y%m%d%H%M%S}",
    )  # fmt: skip


@transaction.atomic
def serve(pk: int) -> Subscription | None:
    """Take a subscription for a while; None when another worker has it."""
    now = timezone.now()
    free = Subscription.objects.filter(pk=pk).exclude(busy_until__gt=now)
    return Subscription.objects.get(pk=pk) if free.update(busy_until=now + LEASE) == 1 else None


@transaction.atomic
def hold(subscription: Subscription) -> bool:
    """Keep it for longer; False when it was lost."""
    until = timezone.now() + LEASE
    mine = Subscription.objects.filter(pk=subscription.pk, busy_until=subscription.busy_until)
    if mine.update(busy_until=until) != 1:
        return False
    subscription.busy_until = until
    return True


@transaction.atomic
def release(subscription: Subscription) -> None:
    """Done for now."""
    Subscription.objects.filter(pk=subscription.pk, busy_until=subscription.busy_until).update(
        busy_until=timezone.now()
    )


@transaction.atomic
def delivered(delivery: Delivery, answer: Answer) -> None:
    """The receiver has it."""
    row = noted(delivery, answer)
    if row is not None:
        now = timezone.now()
        move(row, Delivery.State.SENT, field="state", transitions=DELIVERY_STATES, done_at=now, error="")
        Subscription.objects.filter(pk=row.subscription_id).update(
            failures=0, failing_since=None, rests_until=None, success_at=now
        )


@transaction.atomic
def undelivered(delivery: Delivery, answer: Answer) -> bool:
    """The receiver has it not: again later, or given up. Returns whether the receiver rests now."""
    row, now = noted(delivery, answer), timezone.now()
    if row is None:
        return False
    subscription = Subscription.objects.select_for_update().get(pk=row.subscription_id)
    failures, since = subscription.failures + 1, subscription.failing_since or now
    last = row.attempts > len(PAUSES)
    nothing_arrives = now - since >= PERSISTENT or (last and now - since >= ALONE)
    if (last and not nothing_arrives) or (row.verb == TEST and row.attempts >= 2):
        move(row, Delivery.State.FAILED, field="state", transitions=DELIVERY_STATES)
    else:
        Delivery.objects.filter(pk=row.pk).update(next_at=now + PAUSES[min(row.attempts, len(PAUSES)) - 1])
    down = not answer.reached or failures >= IN_A_ROW
    rest = now + min(REST[0] * 2 ** min(failures - 1, 10), REST[1]) if down else None
    Subscription.objects.filter(pk=subscription.pk).update(
        failures=F("failures") + 1, failing_since=since, rests_until=rest
    )
    if nothing_arrives:
        words = _("已有 %(n)d 小时一条也没有送达。%(why)s")
        stop(subscription, words % {"n": (now - since) // timedelta(hours=1), "why": answer.error})
    return down


def noted(delivery: Delivery, answer: Answer) -> Delivery | None:
    """The message with the attempt in its log; None when it was ended meanwhile."""
    row = Delivery.objects.select_for_update().filter(pk=delivery.pk, state=Delivery.State.WAITING).first()
    if row is None:
        return None
    attempt = {
        "at": timezone.now().isoformat(), "code": answer.code, "took_ms": answer.took_ms, "error": answer.error,
    }  # fmt: skip
    row.attempts, row.code, row.took_ms, row.error = row.attempts + 1, answer.code, answer.took_ms, answer.error[:200]
    row.log = [*row.log, attempt][-LOGGED:]
    row.save(update_fields=["attempts", "code", "took_ms", "error", "log"])
    return row


@transaction.atomic
def sweep() -> int:
    """Drop messages older than KEPT; returns how many."""
    return Delivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
