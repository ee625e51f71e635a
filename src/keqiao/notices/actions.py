"""Telling employees, and opening and closing what they must do.

These rows follow from deeds that audit has on record already, so they write no events of their own; what people choose
for themselves is on record.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.calendars.queries import calendar_for
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.text import single_line
from keqiao.kernel.worktime import NeverOpen
from keqiao.mailing.queries import available
from keqiao.notices import hours, kinds, policies
from keqiao.notices.kinds import Way
from keqiao.notices.models import OWN, Notice, NoticeChoice, NoticeHours, Todo
from keqiao.org.models import Employee
from keqiao.runtime import counters, jobs


@transaction.atomic
def notify(*, actor: Actor, to: Iterable[int], title: str, url: str, kind: str, key: str, urgent: bool = False) -> None:
    """Tell employees, by id, once for each `key`, for example "ticket.assigned:17:3". Nobody is told of an own deed.

    Each is told in the way chosen for that kind (notices.kinds). E-mail keeps working time and quiet hours unless the
    matter is `urgent`. Employees who have left are not told. Repeating the call, in parallel too, changes nothing.
    """
    told = Employee.objects.filter(pk__in={pk for pk in to if pk != actor.id}, is_active=True).order_by("pk")
    people = {pk: (unit, mail) for pk, unit, mail in told.values_list("pk", "unit_id", "email")}
    if not people:
        return
    ways = hours.ways(people, kinds.of(kind))
    by_mail = {pk: unit for pk, (unit, mail) in people.items() if mail and ways[pk] == Way.MAIL and available()}
    now = timezone.now()
    times = hours.mail_times(by_mail, now, urgent=urgent)
    line = {"kind": kind, "title": single_line(title, 200), "url": url, "key": key[:160], "created_at": now}
    Notice.objects.bulk_create(
        [
            Notice(employee_id=pk, digest=ways[pk] == Way.DIGEST, mail_at=times.get(pk), **line)
            for pk in people
            if ways[pk] != Way.OFF
        ],
        ignore_conflicts=True,
    )
    for pk, at in times.items():
        jobs.enqueue("notices.mail", {"employee": pk}, run_at=at)


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
    power: str = "",
    anyone: bool = False,
) -> None:
    """Open a to-do about a record for one employee or one unit. If it is open already, its title and date are renewed.

    `label` is the model label such as "tickets.ticket"; `kind` tells several to-dos about one record apart. A unit's
    to-do is shown to those of its people whose `power` reaches the unit, as its record is; with `anyone` to all of
    them who hold the power. Raises ValueError unless exactly one of employee and unit is given, a unit with a power.
    """
    if (employee_id is None) == (unit_id is None):
        raise ValueError("a to-do is for one employee or for one unit")
    if unit_id is not None and not power:
        raise ValueError("a unit's to-do names the power that its record needs")
    shown = {"power": power, "anyone": anyone} if unit_id is not None else {}
    fresh = {"title": single_line(title, 200), "url": url, "due_at": due_at, **shown}
    receiver = {"employee_id": employee_id} if unit_id is None else {"unit_id": unit_id}
    same = {"label": label, "object_id": object_id, "kind": kind, **receiver}
    Todo.objects.bulk_create([Todo(**same, **fresh, created_at=timezone.now())], ignore_conflicts=True)
    Todo.objects.filter(**same, done_at__isnull=True).exclude(**fresh).update(**fresh, hidden_until=None)


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
def write_down(*, actor: Actor, title: str, due_at: datetime | None = None) -> Todo:
    """A to-do of one's own making, which no matter closes."""
    line = single_line(title, 200)
    if actor.id is None:
        raise NotAllowed(_("只有员工有待办。"))
    if not line:
        raise Refused(_("请写明要办的事。"), field="title")
    return Todo.objects.create(
        employee_id=actor.id, kind="own", label=OWN, object_id=counters.take("todo.own"), title=line, url="",
        due_at=due_at, created_at=timezone.now(),
    )  # fmt: skip


@transaction.atomic
def done(*, actor: Actor, obj: Todo) -> Todo:
    """Tick off what one has written down oneself."""
    return ticked(actor, "done", obj, done_at=timezone.now(), hidden_until=None)


@transaction.atomic
def undone(*, actor: Actor, obj: Todo) -> Todo:
    """Take the tick back."""
    return ticked(actor, "undone", obj, done_at=None)


@transaction.atomic
def later(*, actor: Actor, obj: Todo, until: str) -> Todo:
    """Put a to-do off for an hour, or to the next working day, but never past its date."""
    now = timezone.now()
    wanted = now + timedelta(hours=1) if until == "hour" else next_day(actor.unit_id, now)
    return ticked(actor, "later", obj, hidden_until=min(wanted, obj.due_at or wanted))


def next_day(unit_id: int | None, now: datetime) -> datetime:
    """When work begins on the next working day."""
    midnight = timezone.localtime(now, timezone.get_default_timezone()).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    try:
        return calendar_for(unit_id).next_open(midnight + timedelta(days=1))
    except NeverOpen:
        return midnight + timedelta(days=1, hours=9)


def ticked(actor: Actor, verb: str, obj: Todo, **values: Any) -> Todo:
    """Write to a to-do as it is now, under lock."""
    fresh = Todo.objects.select_for_update().get(pk=obj.pk)
    if not policies.allowed(actor, verb, fresh):
        raise NotAllowed(_("这条待办不能这样处理：事情办完它会自动消失，到期的不能推迟。"))
    Todo.objects.filter(pk=fresh.pk).update(**values)
    fresh.refresh_from_db()
    return fresh


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


@transaction.atomic
def choose(*, actor: Actor, ways: dict[str, str], **when: Any) -> NoticeHours:
    """How the actor wants to hear of each kind, and the hours: quiet_from, quiet_until, digest, digest_hour.

    Kinds that are not named stay as they are. Who lists a kind in the digest gets one.
    """
    if actor.id is None:
        raise NotAllowed(_("只有员工可以设置通知。"))
    employee = Employee.objects.select_for_update().get(pk=actor.id)
    known = {kind.code: kind for kind in kinds.every()}
    for code, way in ways.items():
        if code not in known or way not in known[code].ways():
            raise Refused(_("“%s”不能这样设置。") % (known[code].label if code in known else code))
    if (when.get("quiet_from") is None) != (when.get("quiet_until") is None):
        raise Refused(_("免打扰时间请把开始和结束都填上，或都留空。"), field="quiet_until")
    before = {row.kind: row.way for row in NoticeChoice.objects.filter(employee=employee)}
    NoticeChoice.objects.filter(employee=employee, kind__in=ways).delete()
    NoticeChoice.objects.bulk_create(
        NoticeChoice(employee=employee, kind=code, way=way) for code, way in ways.items() if way != known[code].way
    )
    after = {row.kind: row.way for row in NoticeChoice.objects.filter(employee=employee)}
    when["digest"] = bool(when.get("digest")) or Way.DIGEST in after.values()
    row, _new = NoticeHours.objects.update_or_create(employee=employee, defaults=when)
    record(
        actor,
        "notice.chosen",
        employee,
        {"changes": changes(before, {code: after.get(code) for code in {*before, *after}})},
    )
    return row
