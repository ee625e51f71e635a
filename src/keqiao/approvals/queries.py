"""Reads that more than one place needs."""

from keqiao.approvals.models import Approval
from keqiao.org.models import Employee, Position
from keqiao.org.queries import actor_for


def waiting_for(label: str, object_id: int, kind: str) -> Approval | None:
    """The open approval of that kind about a record."""
    return Approval.objects.filter(label=label, object_id=object_id, kind=kind, state=Approval.State.WAITING).first()


def deciders(power: str, unit_id: int, *, besides: int | None = None) -> list[int]:
    """Ids of the active employees who hold the power within reach of the unit, without `besides`."""
    positions = [row.pk for row in Position.objects.filter(active=True) if power in row.powers]
    holders = Employee.objects.filter(positions__in=positions, is_active=True).distinct().order_by("pk")
    able = [holder.pk for holder in holders if actor_for(holder).covers(power, unit_id=unit_id)]
    return [pk for pk in able if pk != besides]
