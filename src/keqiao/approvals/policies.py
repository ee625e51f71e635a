"""Who sees approvals and who decides them."""

from collections import defaultdict
from typing import Any

from django.db.models import Q, QuerySet

from keqiao.approvals.models import Approval
from keqiao.kernel.actor import Actor, Kind, Reach


def decidable(actor: Actor) -> Q:
    """The condition for approvals whose power the actor holds within reach of their unit."""
    by_reach: dict[Reach, list[str]] = defaultdict(list)
    for power, reach in actor.grants.items():
        by_reach[reach].append(power)
    condition = Q(pk__in=())
    for reach, powers in by_reach.items():
        within = Q() if reach.everything else Q(unit_id__in=reach.units)
        condition |= Q(power__in=powers) & within
    return condition


def visible(actor: Actor) -> QuerySet[Approval]:
    """One's own requests, and those that one could decide."""
    if actor.kind is Kind.SYSTEM:
        return Approval.objects.all()
    if actor.id is None:
        return Approval.objects.none()
    return Approval.objects.filter(Q(requested_by_id=actor.id) | decidable(actor))


def covers(actor: Actor, approval: Approval) -> bool:
    """Whether the actor holds the power that the approval asks for; never for one's own request."""
    return approval.requested_by_id != actor.id and actor.covers(approval.power, unit_id=approval.unit_id)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Deciding needs the power and a waiting approval; withdrawing is the requester's."""
    if verb in {"create", "edit", "export"}:
        return False
    if obj is None or verb in {"view", "history"}:
        return actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM}
    if obj.state != Approval.State.WAITING:
        return False
    if verb == "withdraw":
        return bool(obj.requested_by_id == actor.id)
    return verb in {"approve", "reject"} and covers(actor, obj)
