"""What a message says: which deed, about which record, and of the record what the owner's list shows, masked alike."""

from collections import defaultdict
from typing import Any

import orjson
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Resource, get
from keqiao.kernel.resource.api import as_json
from keqiao.mailing.letters import address
from keqiao.webhooks.models import TEST, Delivery, Subscription


def uid_of(event: Event) -> str:
    """The id of an event, the same for every subscription and every attempt."""
    return f"evt_{event.pk}"


def text(content: dict[str, Any]) -> str:
    """As JSON; times in ISO 8601."""
    return orjson.dumps(content, default=str).decode()


def of_event(event: Event, resource: Resource, obj: Any, actor: Actor) -> str:
    """The body about one event."""
    return text(
        {
            "id": uid_of(event),
            "type": event.verb,
            "created_at": event.at,
            "actor": event.actor_id,
            "object": {"type": resource.name, "id": obj.pk, "url": address(resource.url(obj))},
            "changed": sorted(event.data.get("changes", {})),
            "data": as_json(resource, obj, actor, whole=False),
        }
    )


def of_test(subscription: Subscription, uid: str) -> str:
    """The body of a test."""
    return text({"id": uid, "type": TEST, "created_at": timezone.now(), "data": {"subscription": subscription.name}})


def drafts(subscription: Subscription, events: list[Event], actor: Actor) -> list[Delivery]:
    """Messages about those of the events whose records the actor sees, in the order of the events."""
    by_label: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_label[event.label].append(event)
    place = {event.pk: at for at, event in enumerate(events)}
    made: list[Delivery] = []
    for label, some in by_label.items():
        resource = get(label)
        if resource is None or not resource.allowed(actor, "list", None):
            continue
        seen = resource.queryset(actor).in_bulk([event.object_id for event in some])
        made += [
            draft(subscription, event, resource, seen[event.object_id], actor)
            for event in some
            if event.object_id in seen
        ]
    return sorted(made, key=lambda one: place[one.event_id or 0])


def draft(subscription: Subscription, event: Event, resource: Resource, obj: Any, actor: Actor) -> Delivery:
    """One unsaved message."""
    now = timezone.now()
    return Delivery(
        subscription=subscription, event_id=event.pk, uid=uid_of(event), verb=event.verb, label=event.label,
        object_id=event.object_id or 0, title=event.title, body=of_event(event, resource, obj, actor), created_at=now,
        next_at=now,
    )  # fmt: skip
