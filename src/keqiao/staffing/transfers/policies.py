"""Who sees work that was handed over, and who hands it over."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.kernel.actor import Actor, Kind
from keqiao.staffing.models import TransferShare, WorkTransfer


def visible(actor: Actor) -> QuerySet[WorkTransfer]:
    """All of them to those who keep the organisation; to others what they gave or got."""
    if actor.can("org.change"):
        return WorkTransfer.objects.all()
    if actor.id is None:
        return WorkTransfer.objects.none()
    return WorkTransfer.objects.filter(Q(giver_id=actor.id) | received(actor.id))


def received(employee_id: int | None) -> Q:
    """The condition for transfers of which somebody got something."""
    return Q(pk__in=TransferShare.objects.filter(receiver_id=employee_id).values("transfer_id"))


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Handing over is for those who keep the organisation; a record of it never changes."""
    if verb == "edit":
        return False
    if verb in {"list", "view", "history"}:
        return actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM} if obj is None else visible(actor).filter(pk=obj.pk).exists()
    return actor.can("org.change")
