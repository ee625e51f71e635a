"""A saved view is its owner's; a shared one is seen by the unit it is shared with and the units below."""

from typing import Any

from django.db.models import F, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor, Kind
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource import Resource, resources
from keqiao.lists.models import Habit, ListView
from keqiao.org.models import OrgUnit


def visible(actor: Actor) -> QuerySet[ListView]:
    """One's own and those that are shared with one's unit or a unit above it."""
    if actor.kind is Kind.SYSTEM:
        return ListView.objects.all()
    if actor.id is None:
        return ListView.objects.none()
    return within(actor.id, actor.unit_id or 0)


def within(person: Any, unit: Any) -> QuerySet[ListView]:
    """What a person of that unit sees: ids, or expressions that stand for them."""
    above = OrgUnit.objects.filter(pk=unit).values("path")[:1]
    shared = ListView.objects.alias(mine=Subquery(above)).filter(unit__isnull=False, mine__startswith=F("unit__path"))
    return ListView.objects.filter(Q(owner_id=person) | Q(pk__in=shared.values("pk")))


def shareable(actor: Actor) -> QuerySet[OrgUnit]:
    """The units with which the actor may share a view: those within reach of the power."""
    reach = actor.reach("list.share")
    if reach is None:
        return OrgUnit.objects.none()
    units = OrgUnit.objects.filter(active=True).order_by("path")
    return units if reach.everything else units.filter(pk__in=reach.units)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Everybody saves views and opens with one; changing is the owner's."""
    if verb in {"export", "history"} or actor.kind is not Kind.EMPLOYEE:
        return False
    if obj is None or verb in {"view", "default"}:
        return True
    if verb == "plain":
        return Habit.objects.filter(employee_id=actor.id or 0, default_id=obj.pk).exists()
    return bool(obj.owner_id == actor.id)


def the_list(actor: Actor, name: str) -> Resource:
    """The list of that name, if the actor may open it."""
    found = next((one for one in resources() if one.name == name), None)
    if found is None or not found.allowed(actor, "list", None):
        raise NotAllowed(_("没有这个列表，或您没有查看它的权限。"))
    return found
