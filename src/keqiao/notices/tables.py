"""Notices and to-dos as the pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import relative
from keqiao.notices import kinds, policies
from keqiao.notices.models import Notice, Todo

SOON = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice, what kind it is and when it came, in people's words."""

    notice: Notice
    when: str
    kind: str


@dataclass(frozen=True, slots=True)
class TodoLine:
    """A to-do and when it is due; `tone` is danger when late and warning when soon."""

    todo: Todo
    due: str
    tone: str
    done: str = ""
    hidden: str = ""
    verbs: tuple[str, ...] = ()


def notice_lines(notices: Iterable[Notice]) -> list[NoticeLine]:
    """One line for each notice."""
    return [NoticeLine(notice, relative(notice.created_at), str(kinds.of(notice.kind).group)) for notice in notices]


def todo_lines(todos: Iterable[Todo], actor: Actor) -> list[TodoLine]:
    """One line for each to-do, with what the actor may do to it by hand."""
    return [todo_line(todo, actor) for todo in todos]


def todo_line(todo: Todo, actor: Actor) -> TodoLine:
    """How a to-do stands."""
    hidden = todo.hidden_until if todo.hidden_until and todo.hidden_until > timezone.now() else None
    return TodoLine(
        todo,
        relative(todo.due_at) if todo.due_at and not todo.done_at else "",
        tone(todo),
        relative(todo.done_at) if todo.done_at else "",
        relative(hidden) if hidden and not todo.done_at else "",
        tuple(verb for verb in ("done", "undone", "later") if policies.allowed(actor, verb, todo)),
    )


def todo_tabs(view: str) -> list[tuple[str, str, bool]]:
    """The tabs above the to-do list."""
    labels = {
        "all": _("全部"), "mine": _("我的"), "unit": _("本组的"), "overdue": _("已到期"), "later": _("已推迟"), "done": _("已办"),
    }  # fmt: skip
    current = view if view in labels else "all"
    return [(label, f"?view={name}", name == current) for name, label in labels.items()]


def tone(todo: Todo) -> str:
    """How pressing a to-do is."""
    if todo.due_at is None:
        return "neutral"
    left = todo.due_at - timezone.now()
    if left <= timedelta():
        return "danger"
    return "warning" if left <= SOON else "neutral"
