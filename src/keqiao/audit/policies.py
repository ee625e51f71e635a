"""Who may read what happened: to a record's history everybody who sees the record, to the whole those with the power."""

from typing import Any

from django.db.models import QuerySet

from keqiao.audit.models import Event
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import get


def visible(actor: Actor) -> QuerySet[Event]:
    """Every event, to those who hold audit.view for everything; their own deeds to those who hold it for less."""
    reach = actor.reach("audit.view")
    if reach is None:
        return Event.objects.none()
    return Event.objects.all() if reach.everything else Event.objects.filter(actor_id=actor.id)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """What happened is read and taken away, nothing else."""
    return verb in {"list", "view", "export"} and actor.can("audit.view")


def history(actor: Actor, label: str, object_id: int) -> QuerySet[Event]:
    """What happened to one record, newest first; nothing unless the actor sees the record itself."""
    resource = get(label)
    if resource is None or not resource.visible(actor).filter(pk=object_id).exists():
        return Event.objects.none()
    return Event.objects.filter(label=label, object_id=object_id).order_by("-id")
