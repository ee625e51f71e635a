"""Notices are for their receiver alone; a to-do is for its employee, or for those of its unit who see its record."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from keqiao.kernel.actor import Actor
from keqiao.notices.models import OWN, Notice, Todo

SHOWN = timedelta(days=30)  # how long what is done stays in the list


def notices(actor: Actor) -> QuerySet[Notice]:
    """One's own notices."""
    return Notice.objects.filter(employee_id=actor.id) if actor.id else Notice.objects.none()


def reaching(actor: Actor) -> list[str]:
    """The powers that reach the whole unit in which the actor works."""
    return sorted(power for power in actor.grants if actor.covers(power, unit_id=actor.unit_id))


def of_unit(actor: Actor) -> Q:
    """The to-dos of the actor's unit whose records the actor's powers open: a title tells names and matters too."""
    seen = Q(power__in=reaching(actor)) | Q(power__in=sorted(actor.grants), anyone=True)
    return Q(unit_id=actor.unit_id) & seen if actor.unit_id else Q(pk__in=())


def open_todos(actor: Actor) -> QuerySet[Todo]:
    """What is open for oneself and one's unit, put off or not."""
    if not actor.id:
        return Todo.objects.none()
    return Todo.objects.filter(Q(employee_id=actor.id) | of_unit(actor), done_at__isnull=True)


def todos(actor: Actor) -> QuerySet[Todo]:
    """What is open for oneself and one's unit now."""
    return open_todos(actor).filter(Q(hidden_until__isnull=True) | Q(hidden_until__lte=timezone.now()))


def done_todos(actor: Actor) -> QuerySet[Todo]:
    """One's own to-dos that were done lately."""
    if not actor.id:
        return Todo.objects.none()
    return Todo.objects.filter(employee_id=actor.id, done_at__gt=timezone.now() - SHOWN)


def allowed(actor: Actor, verb: str, obj: Todo) -> bool:
    """What one has written down oneself is ticked off by hand; the rest ends with its matter. One's own can be put off."""
    mine = actor.id is not None and obj.employee_id == actor.id
    if verb == "done":
        return mine and obj.label == OWN and obj.done_at is None
    if verb == "undone":
        return mine and obj.label == OWN and obj.done_at is not None
    if verb == "later":
        return mine and obj.done_at is None and (obj.due_at is None or obj.due_at > timezone.now())
    return False
