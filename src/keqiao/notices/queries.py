"""Counts for the bell, and pages of the to-do list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from keqiao.kernel.actor import Actor
from keqiao.notices import policies
from keqiao.notices.models import Notice, Todo

PAGE = 25
OWN = (
    "(SELECT COUNT(*) FROM (SELECT 1 FROM notices_todo WHERE employee_id = %s AND done_at IS NULL "
    "AND (hidden_until IS NULL OR hidden_until <= %s) LIMIT %s) own)"
)
OF_UNIT = (
    "(SELECT COUNT(*) FROM (SELECT 1 FROM notices_todo WHERE unit_id = %s AND done_at IS NULL "
    "AND (power IN ({reaching}) OR (anyone AND power IN ({held}))) LIMIT %s) ours)"
)
UNREAD = "(SELECT COUNT(*) FROM (SELECT 1 FROM notices_notice WHERE employee_id = %s AND read_at IS NULL LIMIT %s) new)"
NO_POWER = "-"  # no to-do names it; a list in a statement is never empty
MOST = 99  # more is shown as "99+" and not counted


@dataclass(frozen=True, slots=True)
class TodoPage:
    """Some to-dos and where the next ones begin; `after` is empty at the end."""

    rows: list[Todo]
    after: str


def counts(actor: Actor) -> dict[str, int]:
    """Open to-dos of the actor and of the actor's unit, and unread notices; each counted up to MOST + 1.

    One statement for all, because every page asks it; both databases know it. It counts what policies.todos shows.
    """
    me, now = actor.id or 0, connection.ops.adapt_datetimefield_value(timezone.now())
    parts, params = [OWN], [me, now, MOST + 1]
    if actor.unit_id and actor.grants:
        reaching, held = policies.reaching(actor) or [NO_POWER], sorted(actor.grants)
        parts.append(OF_UNIT.format(reaching=marks(reaching), held=marks(held)))
        params += [actor.unit_id, *reaching, *held, MOST + 1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join([*parts, UNREAD]), [*params, me, MOST + 1])
        *todo, notice = cursor.fetchone()
    return {"todo": min(sum(todo), MOST + 1), "notice": notice}


def marks(values: Sequence[Any]) -> str:
    """The places of so many values in a statement."""
    return ", ".join(["%s"] * len(values))


VIEWS = ("all", "mine", "unit", "overdue", "later", "done")


def todo_view(actor: Actor, view: str) -> QuerySet[Todo]:
    """The to-dos of a tab; of any other word those of the first one."""
    todos, now = policies.todos(actor), timezone.now()
    narrowed = {
        "mine": lambda: todos.filter(employee_id=actor.id or 0),
        "unit": lambda: todos.filter(unit_id=actor.unit_id),
        "overdue": lambda: todos.filter(due_at__lte=now),
        "later": lambda: policies.open_todos(actor).filter(hidden_until__gt=now),
        "done": lambda: policies.done_todos(actor),
    }
    return narrowed.get(view, lambda: todos)()


def todos_page(actor: Actor, after: str = "", view: str = "all") -> TodoPage:
    """What is open for the actor and the actor's unit: what is due first comes first, what has no date comes last.

    What is done comes newest first, the newest PAGE × 4 of it.
    """
    todos = todo_view(actor, view).select_related("unit")
    if view == "done":
        return TodoPage(list(todos.order_by("-done_at", "-id")[: PAGE * 4]), "")
    due, pk = todo_key(after)
    dated = todos.filter(due_at__isnull=False).order_by("due_at", "id")
    undated = todos.filter(due_at__isnull=True).order_by("id")
    if due is not None:
        dated = dated.filter(Q(due_at__gt=due) | Q(due_at=due, id__gt=pk))
    elif pk:
        dated, undated = dated.none(), undated.filter(id__gt=pk)
    rows = list(dated[: PAGE + 1])
    if len(rows) <= PAGE:
        rows += undated[: PAGE + 1 - len(rows)]
    return TodoPage(rows[:PAGE], todo_name(rows[PAGE - 1]) if len(rows) > PAGE else "")


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Some notices and where the next ones begin; `after` is empty at the end."""

    rows: list[Notice]
    after: str


def notices_page(actor: Actor, after: str = "", *, unread: bool = False, group: str = "") -> NoticePage:
    """The actor's notices: unread ones first, each part newest first. `group` holds first words of their kinds' codes."""
    found = policies.notices(actor)
    if group:
        found = found.filter(of_groups(group.split(",")[:20]))
    part, _colon, last = after.partition("_")
    known = int(last) if last.isdecimal() and len(last) < 19 else None
    rows: list[Notice] = []
    for name, read in (("new", True), ("old", False)):
        if (part == "old" and name == "new") or (unread and name == "old") or len(rows) > PAGE:
            continue
        some = found.filter(read_at__isnull=read).order_by("-id")
        if part == name and known is not None:
            some = some.filter(pk__lt=known)
        rows += some[: PAGE + 1 - len(rows)]
    if len(rows) <= PAGE:
        return NoticePage(rows, "")
    end = rows[PAGE - 1]
    return NoticePage(rows[:PAGE], f"{'old' if end.read_at else 'new'}_{end.pk}")


def of_groups(words: list[str]) -> Q:
    """Notices whose kinds' codes begin with one of the words."""
    wanted = Q(pk__in=())
    for word in words:
        wanted |= Q(kind=word) | Q(kind__startswith=f"{word}.")
    return wanted


def todo_name(todo: Todo) -> str:
    """The key of a to-do in the list's order."""
    return f"{todo.due_at.isoformat() if todo.due_at else ''}_{todo.pk}"


def todo_key(after: str) -> tuple[datetime | None, int]:
    """Due date and id out of a key; nothing of it when it is not one of ours."""
    due, separator, pk = after.rpartition("_")
    try:
        moment = datetime.fromisoformat(due) if due else None
    except ValueError:
        return None, 0
    if not separator or not pk.isdecimal() or len(pk) > 18 or (moment is not None and moment.tzinfo is None):
        return None, 0
    return moment, int(pk)
