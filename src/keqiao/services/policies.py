"""Who sees which deliveries and services, and who may register them."""

from typing import Any

from django.db.models import QuerySet

from keqiao.kernel.actor import Actor
from keqiao.org.models import OrgUnit
from keqiao.services.models import Service


def visible(actor: Actor) -> QuerySet[Service]:
    """Those within reach: registered by oneself, or of one's units."""
    rows = actor.rows("service.view", owner="registered_by_id")
    return Service.objects.all() if rows is None else Service.objects.filter(rows)


def units(actor: Actor) -> QuerySet[OrgUnit]:
    """The units for which the actor may register: one's own, and those within reach."""
    reach = actor.reach("service.register")
    found = OrgUnit.objects.filter(active=True).order_by("path")
    if reach is None:
        return found.none()
    return found if reach.everything else found.filter(pk__in={*reach.units, actor.unit_id})


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no for the register."""
    if verb in {"list", "view", "history"}:
        return actor.can("service.view") and (obj is None or covers(actor, "service.view", obj))
    if verb == "export":
        return actor.can("service.export")
    power = "service.manage" if verb == "void" else "service.register"
    if verb not in {"create", "correct", "void"}:
        return False
    if obj is None:
        return actor.can(power)
    return obj.status == Service.Status.NOTED and covers(actor, power, obj)


def covers(actor: Actor, power: str, service: Service) -> bool:
    """Whether the power reaches the record."""
    return actor.covers(power, owner_id=service.registered_by_id, unit_id=service.unit_id)
