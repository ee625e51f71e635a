"""Who sees and does what about sharing out, the pool and the holdings."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from keqiao.customers import policies as customers
from keqiao.customers.models import Ability, Holding, Pooled, ShareOut, ShareRule, Territory
from keqiao.customers.owning.holding import cooling
from keqiao.kernel.actor import Actor
from keqiao.org.models import OrgUnit

STATES = {"run": {"draft"}, "drop": {"draft"}, "undo": {"done"}}
POOL_POWERS = ("customer.pick", "customer.share")


def shares(actor: Actor) -> QuerySet[ShareOut]:
    """Sharings-out of one's own, and those of units within reach."""
    rows = actor.rows("customer.share", owner="by_id")
    return ShareOut.objects.all() if rows is None else ShareOut.objects.filter(rows)


def shares_allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Power, reach and state together."""
    if obj is None or verb in {"list", "create"}:
        return verb != "export" and actor.can("customer.share")
    if not actor.covers("customer.share", owner_id=obj.by_id, unit_id=obj.unit_id):
        return False
    return verb in {"view", "history"} or obj.state in STATES.get(verb, ())


def rules(actor: Actor) -> QuerySet[ShareRule]:
    """Rules about pools within reach."""
    reach = actor.reach("customer.share")
    if reach is None:
        return ShareRule.objects.none()
    return ShareRule.objects.all() if reach.everything else ShareRule.objects.filter(unit__in=reach.units)


def rules_allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Both the pool and the team must be within reach to change a rule."""
    if verb == "export" or not actor.can("customer.share"):
        return False
    return obj is None or all(actor.covers("customer.share", unit_id=one) for one in (obj.unit_id, obj.team_id))


def abilities(actor: Actor) -> QuerySet[Ability]:
    """Weights of people within reach."""
    reach = actor.reach("customer.share")
    if reach is None:
        return Ability.objects.none()
    return Ability.objects.all() if reach.everything else Ability.objects.filter(employee__unit__in=reach.units)


def abilities_allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The superior sets them; nobody his own unless he is within his own reach."""
    if verb == "export" or not actor.can("customer.share"):
        return False
    return obj is None or actor.covers("customer.share", unit_id=obj.employee.unit_id)


def holdings(actor: Actor) -> QuerySet[Holding]:
    """One's own, and those of units within reach of seeing customers."""
    rows = actor.rows("customer.view")
    present = Holding.objects.filter(customer__merged_into=None, customer__erased=False)
    return present if rows is None else present.filter(rows)


def holdings_allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """They are only looked at."""
    if verb not in {"list", "view", "history"}:
        return verb == "export" and obj is None and actor.can("customer.export")
    return actor.can("customer.view") and (
        obj is None or actor.covers("customer.view", owner_id=obj.owner_id, unit_id=obj.unit_id)
    )


def own_territory(actor: Actor) -> Exists:
    """Whether the actor's unit looks after the customer's territory."""
    path = OrgUnit.objects.filter(pk=actor.unit_id or 0).values("path")[:1]
    rows = Territory.objects.filter(pk=OuterRef("territory")).annotate(mine=Subquery(path))
    return Exists(rows.filter(mine__startswith=F("unit__path")))


def pool(actor: Actor) -> QuerySet[Pooled]:
    """Customers of nobody within sight; each with `cooling` (this actor gave it back too lately) and `own` (of his territory)."""
    rows = actor.rows("customer.view")
    if not any(actor.can(power) for power in POOL_POWERS):
        return Pooled.objects.none()
    free = Pooled.objects.filter(merged_into=None, owner=None, erased=False)
    free = free.annotate(cooling=cooling(actor.id), own=own_territory(actor))
    if rows is None:
        return free
    return free.filter(rows | Q(unit_id=actor.unit_id) if actor.can("customer.view") and actor.unit_id else rows)


def pool_allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Picking by the customers' own policy; whether the limits allow it the deed says in words."""
    if verb not in {"list", "view", "pick"}:
        return False
    if obj is None:
        return actor.can("customer.pick") or (verb != "pick" and actor.can("customer.share"))
    if obj.owner_id is not None or not customers.allowed(actor, "view", obj):
        return False
    if verb == "view":
        return any(actor.can(power) for power in POOL_POWERS)
    return actor.id is not None and customers.allowed(actor, "pick", obj)
