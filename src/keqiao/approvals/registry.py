"""What happens on a decision: the owner of a subject registers it, so that approvals need not know the subject."""

from collections.abc import Callable

from keqiao.approvals.models import Approval
from keqiao.kernel.actor import Actor

Decision = Callable[[Actor, Approval], None]
_decisions: dict[str, Decision] = {}


def on_decision(kind: str, function: Decision) -> None:
    """Call `function(actor, approval)` in the transaction that approves, rejects or withdraws one of that kind.

    What it raises undoes the decision. Raises ValueError when a kind is registered twice.
    """
    if _decisions.get(kind, function) is not function:
        raise ValueError(f"approval kind {kind} is registered twice")
    _decisions[kind] = function


def decided(actor: Actor, approval: Approval) -> None:
    """Tell the owner of the subject what was decided."""
    function = _decisions.get(approval.kind)
    if function is not None:
        function(actor, approval)
