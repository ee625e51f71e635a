"""Writing down what happened, in the transaction in which it happens."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.utils import timezone

from keqiao.audit.models import Event, TransactionId
from keqiao.kernel import bulk
from keqiao.kernel.actor import Actor
from keqiao.kernel.prepared import insert


def event(
    actor: Actor, verb: str, obj: models.Model | None, data: dict[str, Any] | None = None, *, about: int | None = None
) -> Event:
    """An unsaved event; for actions that write many rows at once and store them with `record_all`."""
    return Event(
        at=timezone.now(),
        xid=TransactionId(),
        actor_id=actor.id,
        actor_name=actor.name,
        verb=verb,
        label=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        title=str(obj)[:200] if obj is not None else "",
        about_id=about,
        data=data or {},
        ip=actor.ip,
    )


def record(
    actor: Actor, verb: str, obj: models.Model | None, data: dict[str, Any] | None = None, *, about: int | None = None
) -> None:
    """Record one deed. `verb` is "noun.done" like "complaint.closed"; `about` is the customer concerned.

    `data["changes"]` maps field names to [old, new] where a record was edited. Must run inside a transaction, so
    that the deed and its record stand or fall together.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit outside a transaction")
    insert(event(actor, verb, obj, data, about=about))


def record_all(events: Iterable[Event]) -> None:
    """Store many events of one transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("audit outside a transaction")
    Event.objects.bulk_create(events, batch_size=2000)


def record_many(
    actor: Actor, verb: str, model: type[models.Model], deeds: Iterable[tuple[int, str, dict[str, Any]]], *, about: bool
) -> None:
    """Record one verb about very many records of a model, each given as (id, title, data).

    With `about` each is the customer concerned. Must run inside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit outside a transaction")
    same = {
        "at": timezone.now(), "actor_id": actor.id, "actor_name": actor.name, "ip": actor.ip, "verb": verb,
        "label": model._meta.label_lower,
    }  # fmt: skip
    bulk.insert(
        Event,
        (
            {**same, "object_id": pk, "title": title[:200], "about_id": pk if about else None, "data": data}
            for pk, title, data in deeds
        ),
    )


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """The fields that differ, as JSON-safe [old, new] pairs; the shape that the history page draws."""
    return {
        name: [plain(before.get(name)), plain(value)]
        for name, value in after.items()
        if plain(before.get(name)) != plain(value)
    }


def plain(value: Any) -> Any:
    """A value as JSON and people can read it: records by their title, collections as sorted lists, times as ISO text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, models.QuerySet | set | list | tuple):
        return sorted(str(item) for item in value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)
