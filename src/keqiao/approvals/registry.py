"""What happens on a decision: the owner of a subject registers it, so that approvals need not know the subject."""

from collections.abc import Callable

from django.utils.functional import Promise

from keqiao.approvals import kinds
from keqiao.approvals.models import Approval
from keqiao.kernel.actor import Actor

Decision = Callable[[Actor, Approval], None]
_decisions: dict[str, Decision] = {}


def on_decision(
    kind: str, function: Decision, *, title: str | Promise = "", power: str = "", tells: bool = False
) -> None:
    """Call `function(actor, approval)` in the transaction that approves, rejects or withdraws one of that kind.

    What it raises undoes the decision. It is called once, at the end; never for steps on the way, nor when the request
    is returned for completion. `title` is what people call the kind and `power` what usually decides it: both show
    where flows are kept. With `tells` the owner tells the requester of the end itself.
    Raises ValueError when a kind is registered twice.
    """
    if _decisions.get(kind, function) is not function:
        raise ValueError(f"approval kind {kind} is registered twice")
    _decisions[kind] = function
    kinds.name(kind, title, power, tells=tells)


def decided(actor: Actor, approval: Approval) -> None:
    """Tell the owner of the subject what was decided."""
    function = _decisions.get(approval.kind)
    if function is not None:
        function(actor, approval)
