"""Who may read what happened: to a record's history everybody who sees the record, to the whole those with the power."""

from django.db.models import QuerySet

from keqiao.audit.models import Event
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import get


def visible(actor: Actor) -> QuerySet[Event]:
    """Every event, to those who hold audit.view."""
    return Event.objects.all() if actor.can("audit.view") else Event.objects.none()


def history(actor: Actor, label: str, object_id: int) -> QuerySet[Event]:
    """What happened to one record, newest first; nothing unless the actor sees the record itself."""
    resource = get(label)
    if resource is None or not resource.visible(actor).filter(pk=object_id).exists():
        return Event.objects.none()
    return Event.objects.filter(label=label, object_id=object_id).order_by("-id")
