"""The worker's part: collecting events, and sending what is due, a little at each turn."""

import time

from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.kernel.sealing import Unreadable
from keqiao.runtime import jobs
from keqiao.runtime.worker import pump
from keqiao.webhooks import actions, queries
from keqiao.webhooks.client import post
from keqiao.webhooks.models import Delivery, Subscription
from keqiao.webhooks.signing import headers

TURN = 1.0  # seconds for one subscription before others have theirs


@reader("webhooks")
def collect(events: list[Event]) -> None:
    """From the outbox into messages."""
    actions.collect(events)


@pump
def send_due() -> int:
    """One turn for every subscription that has something due; returns how many messages were tried."""
    return sum(send_some(pk) for pk in queries.due(timezone.now()))


def send_some(pk: int) -> int:
    """Messages of one subscription, the first of each record, until its turn is over or the receiver is down."""
    subscription = actions.serve(pk)
    if subscription is None:
        return 0
    tried, began = 0, time.monotonic()
    try:
        while time.monotonic() - began < TURN and actions.hold(subscription):
            delivery = queries.line(subscription, timezone.now()).first()
            if delivery is None:
                break
            tried += 1
            if attempt(subscription, delivery):
                break
    finally:
        actions.release(subscription)
    return tried


def attempt(subscription: Subscription, delivery: Delivery) -> bool:
    """Send one message and write down what came of it; whether the receiver is down."""
    try:
        secret = queries.secret_of(subscription)
    except Unreadable:
        actions.stop(subscription, actions.no_key())
        return True
    body = delivery.body.encode()
    answer = post(subscription.url, body, headers(secret, delivery.uid, timezone.now(), body))
    if answer.good:
        actions.delivered(delivery, answer)
        return False
    return actions.undelivered(delivery, answer)


@jobs.every("29 3 * * *")
def sweep() -> None:
    """Old messages go."""
    actions.sweep()
