"""To-dos when work changes hands: they go with their record, or by themselves."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import Actor
from keqiao.notices.models import Todo
from keqiao.org.models import Employee
from keqiao.org.work import Work, every, follow, register

NAME = "todos"
# kinds of to-dos that are one's own, such as a decision that several may take: they are never handed over
_personal: set[str] = set()


def personal(kind: str) -> None:
    """Declare that to-dos of a kind are their person's alone; called when the app is ready."""
    _personal.add(kind)


def drop_personal(employee: Employee) -> int:
    """Close what was only the leaver's to do; returns how many."""
    rows = Todo.objects.filter(employee=employee, kind__in=_personal, done_at__isnull=True)
    return rows.update(done_at=timezone.now())


def others(employee_id: int) -> QuerySet[Todo]:
    """Open to-dos of an employee about records that do not change hands themselves."""
    rows = Todo.objects.filter(employee_id=employee_id, done_at__isnull=True).exclude(kind__in=_personal)
    for holding in every():
        if holding.name != NAME:
            rows = rows.exclude(
                label=holding.model._meta.label_lower, object_id__in=holding.of(employee_id).values("pk")
            )
    return rows


def go_along(actor: Actor, records: Sequence[Any], giver: Employee, receiver: Employee) -> None:
    """What the giver had to do about these records the receiver has to do now."""
    if not records or isinstance(records[0], Todo):
        return
    label = records[0]._meta.label_lower
    ids = [one.pk for one in records]
    pass_on(Todo.objects.filter(label=label, object_id__in=ids, employee=giver, done_at__isnull=True), receiver)


def pass_on(todos: QuerySet[Todo], receiver: Employee) -> None:
    """Give open to-dos to somebody; one that the receiver has open already is closed instead."""
    has = Todo.objects.filter(
        label=OuterRef("label"), object_id=OuterRef("object_id"), kind=OuterRef("kind"), employee=receiver,
        done_at__isnull=True,
    )  # fmt: skip
    twice = list(todos.filter(Exists(has)).values_list("pk", flat=True))
    Todo.objects.filter(pk__in=twice).update(done_at=timezone.now())
    todos.exclude(pk__in=twice).update(employee=receiver)


def declare() -> None:
    """Called when the app is ready."""
    follow(go_along)
    register(
        Work(
            name=NAME, label=_("其他待办"), model=Todo, field="employee", unit="unit", rows=others, change=pass_on,
        )
    )  # fmt: skip
