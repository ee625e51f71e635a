"""Notices are for their receiver alone; a to-do is for its employee, or for everybody of its unit."""

from django.db.models import Q, QuerySet

from keqiao.kernel.actor import Actor
from keqiao.notices.models import Notice, Todo


def notices(actor: Actor) -> QuerySet[Notice]:
    """One's own notices."""
    return Notice.objects.filter(employee_id=actor.id) if actor.id else Notice.objects.none()


def todos(actor: Actor) -> QuerySet[Todo]:
    """What is open for oneself and one's unit."""
    if not actor.id:
        return Todo.objects.none()
    return Todo.objects.filter(Q(employee_id=actor.id) | Q(unit_id=actor.unit_id), done_at__isnull=True)
