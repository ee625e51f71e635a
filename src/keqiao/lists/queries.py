"""What the lists ask for on every page: the person's habits, in two statements."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from keqiao.kernel.actor import Actor, Kind
from keqiao.kernel.habits import Habits, Saved
from keqiao.lists import policies
from keqiao.lists.models import Habit, ListView


def views_of(actor: Actor, resource: str) -> QuerySet[ListView]:
    """The saved views of a list: one's own in one's own order, then those shared by others by name."""
    foreign = Case(When(Q(owner_id=actor.id), then=Value(0)), default=Value(1), output_field=IntegerField())
    views = policies.visible(actor).filter(resource=resource)
    return views.alias(foreign=foreign).order_by("foreign", "place", "name", "pk")


def habits_of(actor: Actor, resource: str) -> Habits:
    """How the actor looks at that list."""
    if actor.kind is not Kind.EMPLOYEE:
        return Habits()
    habit = Habit.objects.filter(employee_id=actor.id or 0, resource=resource).first()
    views = tuple(
        Saved(view.pk, view.name, view.query, tuple(view.columns), view.owner_id == actor.id)
        for view in views_of(actor, resource)
    )
    return Habits(tuple(habit.columns), views, habit.default_id) if habit else Habits(views=views)
