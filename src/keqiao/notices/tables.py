"""Notices and to-dos as the pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from keqiao.kernel.dates import relative
from keqiao.notices.models import Notice, Todo

SOON = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice and when it came, in people's words."""

    notice: Notice
    when: str


@dataclass(frozen=True, slots=True)
class TodoLine:
    """A to-do and when it is due; `tone` is danger when late and warning when soon."""

    todo: Todo
    due: str
    tone: str


def notice_lines(notices: Iterable[Notice]) -> list[NoticeLine]:
    """One line for each notice."""
    return [NoticeLine(notice, relative(notice.created_at)) for notice in notices]


def todo_lines(todos: Iterable[Todo]) -> list[TodoLine]:
    """One line for each to-do."""
    return [TodoLine(todo, relative(todo.due_at) if todo.due_at else "", tone(todo)) for todo in todos]


def tone(todo: Todo) -> str:
    """How pressing a to-do is."""
    if todo.due_at is None:
        return "neutral"
    left = todo.due_at - timezone.now()
    if left <= timedelta():
        return "danger"
    return "warning" if left <= SOON else "neutral"
