"""Keeping how people look at lists. Opening a view shows nobody more than the list itself would."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource import Resource
from keqiao.kernel.resource.choosing import canonical
from keqiao.lists import policies
from keqiao.lists.models import Habit, ListView
from keqiao.org.models import Employee, OrgUnit

MOST = 30  # views of one person for one list
LONGEST = 2000


@transaction.atomic
def save_view(
    *,
    actor: Actor,
    resource: str,
    name: str,
    query: str = "",
    columns: Iterable[str] = (),
    unit: OrgUnit | None = None,
    default: bool = False,
) -> ListView:
    """Keep a way of looking at a list under a name; `unit` shares it, `default` opens the list with it."""
    found = policies.the_list(actor, resource)
    may_share(actor, unit)
    owner = one_at_a_time(actor)
    own = ListView.objects.filter(owner_id=owner, resource=resource)
    count = own.count()
    if count >= MOST:
        raise Refused(_("一个列表最多保存 %(n)d 个视图，请先删除不用的。") % {"n": MOST})
    last = max(own.values_list("place", flat=True), default=0)
    try:
        with transaction.atomic():
            view = ListView.objects.create(
                resource=resource, name=name.strip(), owner_id=owner, unit=unit, query=tidy(found, query),
                columns=known(found, columns), place=last + 1,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("您在这个列表里已有同名的视图。"), field="name") from error
    record(actor, "list.saved", view, {"resource": resource, "shared": str(unit or "")})
    if default:
        open_with(actor, resource, view)
    return view


@transaction.atomic
def renew_view(*, actor: Actor, obj: ListView, query: str, columns: Iterable[str] | None = None) -> ListView:
    """Let an own view stand for another query or, where given, other columns."""
    view = own_view(actor, obj)
    found = policies.the_list(actor, view.resource)
    view.query = tidy(found, query)
    if columns is not None:
        view.columns = known(found, columns)
    view.save(update_fields=["query", "columns"])
    record(actor, "list.renewed", view, {"resource": view.resource})
    return view


@transaction.atomic
def change_view(*, actor: Actor, obj: ListView, name: str, unit: OrgUnit | None = None, **_same: object) -> ListView:
    """Rename an own view, share it with a unit or with nobody."""
    view = own_view(actor, obj)
    if unit is not None and unit.pk != view.unit_id:
        may_share(actor, unit)
    changes = {"name": [view.name, name.strip()], "unit": [str(view.unit or ""), str(unit or "")]}
    view.name, view.unit = name.strip(), unit
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "unit"])
    except IntegrityError as error:
        raise Refused(_("您在这个列表里已有同名的视图。"), field="name") from error
    record(
        actor, "list.changed", view, {"changes": {name: pair for name, pair in changes.items() if pair[0] != pair[1]}}
    )
    return view


@transaction.atomic
def remove_view(*, actor: Actor, obj: ListView) -> None:
    """Delete an own view; lists that opened with it open plainly again."""
    view = own_view(actor, obj)
    record(actor, "list.removed", view, {"resource": view.resource, "query": view.query})
    view.delete()


@transaction.atomic
def move_up(*, actor: Actor, obj: ListView) -> ListView:
    """One place earlier among one's own views of the list."""
    return moved(actor, obj, -1)


@transaction.atomic
def move_down(*, actor: Actor, obj: ListView) -> ListView:
    """One place later."""
    return moved(actor, obj, 1)


@transaction.atomic
def set_default(*, actor: Actor, obj: ListView) -> ListView:
    """Let the list open with this view for the actor."""
    policies.the_list(actor, obj.resource)
    open_with(actor, obj.resource, obj)
    return obj


@transaction.atomic
def clear_default(*, actor: Actor, obj: ListView) -> ListView:
    """Let the list open plainly again."""
    open_with(actor, obj.resource, None)
    return obj


@transaction.atomic
def choose_columns(*, actor: Actor, resource: str, columns: Iterable[str]) -> Habit:
    """The columns that the actor sees in a list, in that order; none for the usual ones."""
    found = policies.the_list(actor, resource)
    habit, _new = Habit.objects.get_or_create(employee_id=one_at_a_time(actor), resource=resource)
    habit.columns = known(found, columns)
    habit.save(update_fields=["columns"])
    record(actor, "list.columns_chosen", habit, {"columns": habit.columns})
    return habit


def open_with(actor: Actor, resource: str, view: ListView | None) -> None:
    """Write down the view with which a list opens."""
    habit, _new = Habit.objects.get_or_create(employee_id=one_at_a_time(actor), resource=resource)
    habit.default = view
    habit.save(update_fields=["default"])
    record(actor, "list.default_set" if view else "list.default_cleared", habit, {"view": str(view or "")})


def moved(actor: Actor, obj: ListView, step: int) -> ListView:
    """Number the actor's views of that list anew, with one of them a place further."""
    view = own_view(actor, obj)
    views = list(ListView.objects.filter(owner_id=actor.id, resource=view.resource).order_by("place", "name", "pk"))
    at = views.index(view)
    to = min(max(at + step, 0), len(views) - 1)
    views.insert(to, views.pop(at))
    for place, one in enumerate(views, 1):
        one.place = place
    ListView.objects.bulk_update(views, ["place"])
    record(actor, "list.moved", view, {"place": to + 1})
    return view


def one_at_a_time(actor: Actor) -> int:
    """The actor's id, with the actor's row locked: habits are written one after the other."""
    if actor.id is None:
        raise NotAllowed(_("只有员工可以保存列表视图。"))
    Employee.objects.select_for_update().get(pk=actor.id)
    return actor.id


def own_view(actor: Actor, obj: ListView) -> ListView:
    """The view as it is now, under lock; refused unless it is the actor's own."""
    one_at_a_time(actor)
    view = ListView.objects.filter(pk=obj.pk).first()
    if view is None:
        raise Refused(_("这个视图已被删除。"))
    if view.owner_id != actor.id:
        raise NotAllowed(_("只有创建人可以改动这个视图。"))
    return view


def may_share(actor: Actor, unit: OrgUnit | None) -> None:
    """Sharing needs the power within reach of the unit."""
    if unit is not None and not policies.shareable(actor).filter(pk=unit.pk).exists():
        raise NotAllowed(_("您没有把视图共享给这个组织单元的权限。"))


def tidy(resource: Resource, query: str) -> str:
    """Only what the list knows; too long a query is refused."""
    kept = canonical(resource, QueryDict(query[: 2 * LONGEST].lstrip("?")))
    if len(kept) > LONGEST:
        raise Refused(_("筛选条件太多，无法保存为视图，请减少后再试。"))
    return kept


def known(resource: Resource, columns: Iterable[str]) -> list[str]:
    """The names among them that the list has, each once."""
    names = {column.name for column in resource.every_column()}
    return [name for name in dict.fromkeys(columns) if name in names]
