"""Who sees approvals and who decides them; who keeps flows and deputies."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.approvals.finding import able
from keqiao.approvals.models import Approval, Decider, Deputy, Flow
from keqiao.approvals.queries import KEEPERS, OVERSEE
from keqiao.kernel.actor import Actor, Kind

FLOWS = "settings.change"
SEATED = {"approve", "reject", "return", "delegate"}


def taking_part(actor: Actor) -> QuerySet[Decider]:
    """Where the actor is or was asked, stands in for somebody or is stood in for, or gets a copy."""
    return Decider.objects.filter(Q(employee_id=actor.id) | Q(principal_id=actor.id))


def overseen(actor: Actor) -> Q:
    """The condition for approvals that the actor oversees; who keeps the organisation sees those that hang."""
    reach = actor.reach(OVERSEE)
    if reach is not None and reach.everything:
        return Q(pk__isnull=False)
    condition = Q(pk__in=()) if reach is None else Q(unit_id__in=reach.units)
    return condition | Q(stuck=True) if actor.can(KEEPERS) else condition


def visible(actor: Actor) -> QuerySet[Approval]:
    """One's own requests, those in which one has or had a part, and those that one oversees."""
    if actor.kind is Kind.SYSTEM:
        return Approval.objects.all()
    if actor.id is None:
        return Approval.objects.none()
    part = Q(pk__in=taking_part(actor).values("approval_id"))
    return Approval.objects.filter(Q(requested_by_id=actor.id) | part | overseen(actor))


def asked(actor: Actor) -> QuerySet[Decider]:
    """The open seats on which the actor sits."""
    return Decider.objects.filter(employee_id=actor.id or 0, state=Decider.State.OPEN)


def seats_of(actor: Actor, approval: Approval) -> list[Decider]:
    """The seats on which the actor may decide now: never on an own request, and only while their owner still could."""
    if actor.id is None or approval.requested_by_id == actor.id:
        return []
    rows = asked(actor).filter(approval=approval).select_related("step", "principal").order_by("pk")
    return [seat for seat in rows if valid(seat, approval)]


def valid(seat: Decider, approval: Approval) -> bool:
    """Whether the seat's owner is at work and still the one whom the step means."""
    if seat.step is None:
        return False
    if seat.how == Decider.How.ASSIGNED:
        return seat.principal.is_active
    return able(seat.step, seat.principal_id, approval.unit_id)


def administers(actor: Actor, approval: Approval) -> bool:
    """Whether the actor helps where nobody can decide."""
    return actor.can(KEEPERS) or actor.covers(OVERSEE, unit_id=approval.unit_id)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Deciding needs an open seat; what is one's own is completed, urged and withdrawn; who oversees helps what hangs."""
    if verb in {"create", "edit", "export"}:
        return False
    if obj is None or verb in {"view", "history"}:
        return actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM}
    own, waiting = obj.requested_by_id == actor.id, obj.state == Approval.State.WAITING
    returned = obj.state == Approval.State.RETURNED
    if verb in SEATED:
        return waiting and bool(seats_of(actor, obj))
    if verb == "withdraw":
        return (waiting or returned) and (own or (obj.stuck and returned and administers(actor, obj)))
    if verb == "urge":
        return waiting and not obj.stuck and (own or actor.covers(OVERSEE, unit_id=obj.unit_id))
    if verb == "assign":
        return waiting and obj.stuck and administers(actor, obj)
    return verb == "resubmit" and own and returned


def flows(actor: Actor) -> QuerySet[Flow]:
    """Every version of every flow, to those who keep the rules."""
    return Flow.objects.all() if actor.can(FLOWS) else Flow.objects.none()


def allowed_flow(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Kept by those who keep the rules; only drafts change."""
    if verb == "export" or not actor.can(FLOWS):
        return False
    if obj is not None and verb in {"edit", "publish", "drop"}:
        return bool(obj.state == Flow.State.DRAFT)
    return True


def deputies(actor: Actor) -> QuerySet[Deputy]:
    """Those that one gave or is; all of them to who keeps the organisation."""
    if actor.can(KEEPERS):
        return Deputy.objects.all()
    return Deputy.objects.filter(Q(employee_id=actor.id or 0) | Q(deputy_id=actor.id or 0))


def allowed_deputy(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Everybody names an own deputy; who keeps the organisation names one for others. Ended by either."""
    if verb in {"edit", "export"} or actor.id is None and actor.kind is not Kind.SYSTEM:
        return False
    if obj is None or verb != "end":
        return True
    return obj.ended_at is None and (obj.employee_id == actor.id or actor.can(KEEPERS))
