"""What the list of approvals shows."""

from keqiao.approvals.models import Approval
from keqiao.kernel.actor import Actor
from keqiao.kernel.money import format_yuan
from keqiao.kernel.templatetags.ui import badge

TONES = {
    Approval.State.WAITING: "warning",
    Approval.State.APPROVED: "success",
    Approval.State.REJECTED: "danger",
    Approval.State.WITHDRAWN: "neutral",
}


def amount(obj: Approval, _actor: Actor) -> str:
    """The amount in yuan, empty where none is concerned."""
    return "" if obj.amount_fen is None else format_yuan(obj.amount_fen)


def state(obj: Approval, _actor: Actor) -> str:
    """The state as a coloured word."""
    return badge(obj.get_state_display(), TONES[Approval.State(obj.state)])
