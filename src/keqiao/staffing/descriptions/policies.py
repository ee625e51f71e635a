"""Who reads position descriptions, who writes, reviews and approves them."""

from typing import Any

from django.db.models import QuerySet

from keqiao.kernel.actor import Actor, Kind
from keqiao.org.models import Appointment
from keqiao.staffing.models import Confirmation, PositionDescription

DRAFT, REVIEW, APPROVE = "position.draft", "position.review", "position.approve"
S = PositionDescription.State
PUBLISHED = (S.IN_FORCE, S.REPLACED)
WRITING = frozenset({"edit", "submit", "drop", "add-duty", "change-duty", "remove-duty"})


def visible(actor: Actor) -> QuerySet[PositionDescription]:
    """What is or was in force to every employee; what is being written to those who have a part in it."""
    if any(actor.can(power) for power in (DRAFT, REVIEW, APPROVE, "org.change")):
        return PositionDescription.objects.all()
    if actor.kind is not Kind.EMPLOYEE:
        return PositionDescription.objects.none()
    return PositionDescription.objects.filter(state__in=PUBLISHED)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no for descriptions: power and state together."""
    if verb in {"list", "view", "history"}:
        return actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM}
    if verb == "create":
        return actor.can(DRAFT)
    if verb == "export":
        return actor.can(DRAFT) or actor.can("org.change")
    if verb in WRITING:
        return actor.can(DRAFT) and (obj is None or obj.state == S.DRAFT)
    if verb == "revise":
        return actor.can(DRAFT) and (obj is None or obj.state == S.IN_FORCE)
    if verb == "grant":
        return actor.can("org.change") and (obj is None or (obj.state == S.IN_FORCE and bool(missing(obj))))
    return verb == "confirm" and (obj is None or must_confirm(actor, obj))


def declared(obj: PositionDescription) -> set[str]:
    """The powers that the description's duties need."""
    return {code for duty in obj.duties.all() for code in duty.powers}


def missing(obj: PositionDescription) -> set[str]:
    """Powers that the description gives and the position does not carry yet."""
    return declared(obj) - set(obj.position.powers)


def must_confirm(actor: Actor, obj: PositionDescription) -> bool:
    """Whether the actor holds the position and has not yet confirmed what is in force for it."""
    if obj.state != S.IN_FORCE or actor.id is None:
        return False
    if not Appointment.objects.filter(position=obj.position_id, employee=actor.id).exists():
        return False
    return not Confirmation.objects.filter(description=obj, employee=actor.id).exists()
