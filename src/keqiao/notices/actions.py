"""Telling employees, and opening and closing what they must do.

These rows follow from deeds that audit has on record already, so they write no events of their own.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from keqiao.kernel.actor import Actor
from keqiao.kernel.text import single_line
from keqiao.notices import policies
from keqiao.notices.models import Notice, Todo
from keqiao.org.models import Employee


@transaction.atomic
def notify(*, actor: Actor, to: Iterable[int], title: str, url: str, kind: str, key: str) -> None:
    """Tell employees, by id, once for each `key`, for example "ticket.assigned:17:3". Nobody is told of an own deed.

    Employees who have left are not told. Repeating the call, in parallel too, changes nothing.
    """
    told = Employee.objects.filter(pk__in={pk for pk in to if pk != actor.id}, is_active=True).order_by("pk")
    now = timezone.now()
    Notice.objects.bulk_create(
        [
            Notice(employee_id=pk, kind=kind, title=single_line(title, 200), url=url, key=key[:160], created_at=now)
            for pk in told.values_list("pk", flat=True)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def open_todo(
    *,
    label: str,
    object_id: int,
    kind: str,
    title: str,
    url: str,
    employee_id: int | None = None,
    unit_id: int | None = None,
    due_at: datetime | None = None,
) -> None:
    """Open a to-do about a record for one employee or one unit. If it is open already, its title and date are renewed.

    `label` is the model label such as "tickets.ticket"; `kind` tells several to-dos about one record apart.
    Raises ValueError unless exactly one of employee and unit is given.
    """
    if (employee_id is None) == (unit_id is None):
        raise ValueError("a to-do is for one employee or for one unit")
    fresh = {"title": single_line(title, 200), "url": url, "due_at": due_at}
    receiver = {"employee_id": employee_id} if unit_id is None else {"unit_id": unit_id}
    same = {"label": label, "object_id": object_id, "kind": kind, **receiver}
    Todo.objects.bulk_create([Todo(**same, **fresh, created_at=timezone.now())], ignore_conflicts=True)
    Todo.objects.filter(**same, done_at__isnull=True).exclude(**fresh).update(**fresh)


@transaction.atomic
def close_todos(label: str, object_id: int, kind: str | None = None, *, employee_id: int | None = None) -> int:
    """Close what is open about a record, all of it or only one kind or one employee's; returns how many were closed."""
    todos = Todo.objects.filter(label=label, object_id=object_id, done_at__isnull=True)
    if kind is not None:
        todos = todos.filter(kind=kind)
    if employee_id is not None:
        todos = todos.filter(employee_id=employee_id)
    return todos.update(done_at=timezone.now())


@transaction.atomic
def read(*, actor: Actor, obj: Notice) -> Notice:
    """Mark one of the actor's own notices as read; a second time changes nothing."""
    policies.notices(actor).filter(pk=obj.pk, read_at__isnull=True).update(read_at=timezone.now())
    obj.refresh_from_db()
    return obj


@transaction.atomic
def read_all(*, actor: Actor) -> int:
    """Mark all of the actor's notices as read; returns how many were unread."""
    return policies.notices(actor).filter(read_at__isnull=True).update(read_at=timezone.now())
