"""What the lists ask for on every page: the person's habits, in two statements."""

from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from keqiao.kernel.actor import Actor, Kind
from keqiao.kernel.habits import Habits, Saved
from keqiao.kernel.prepared import Prepared
from keqiao.lists import policies
from keqiao.lists.models import Habit, ListView


def views_of(actor: Actor, resource: str) -> QuerySet[ListView]:
    """The saved views of a list: one's own in one's own order, then those shared by others by name."""
    return _in_order(policies.visible(actor), actor.id, resource)


def _in_order(views: QuerySet[ListView], person: Any, resource: Any) -> QuerySet[ListView]:
    foreign = Case(When(Q(owner_id=person), then=Value(0)), default=Value(1), output_field=IntegerField())
    return views.filter(resource=resource).alias(foreign=foreign).order_by("foreign", "place", "name", "pk")


_habit = Prepared(lambda person, resource: Habit.objects.filter(employee_id=person, resource=resource)[:1], 2)
_views = Prepared(lambda person, unit, name: _in_order(policies.within(person, unit), person, name), 3)


def habits_of(actor: Actor, resource: str) -> Habits:
    """How the actor looks at that list."""
    if actor.kind is not Kind.EMPLOYEE:
        return Habits()
    person = actor.id or 0
    habit = _habit.first(person, resource)
    views = tuple(
        Saved(view.pk, view.name, view.query, tuple(view.columns), view.owner_id == actor.id)
        for view in _views.all(person, actor.unit_id or 0, resource)
    )
    return Habits(tuple(habit.columns), views, habit.default_id) if habit else Habits(views=views)
