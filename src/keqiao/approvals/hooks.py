"""Where this app hangs itself into the services below it."""

from keqiao.approvals import policies
from keqiao.approvals.actions.base import LABEL
from keqiao.approvals.models import LIVING, Approval
from keqiao.files.registry import guard
from keqiao.kernel.actor import Actor


def sees(actor: Actor, pk: int) -> bool:
    """The files of an approval are for those who see it."""
    return policies.visible(actor).filter(pk=pk).exists()


def adds(actor: Actor, pk: int) -> bool:
    """Files are added by the requester, before the decision."""
    return Approval.objects.filter(pk=pk, requested_by_id=actor.id or 0, state__in=LIVING).exists()


def declare() -> None:
    """Called when the app is ready."""
    guard(LABEL, sees, adds)
