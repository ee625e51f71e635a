"""Who registers and handles the requests, and who agrees to an erasure."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.customers import policies as customers
from keqiao.customers.models import PrivacyRequest
from keqiao.kernel.actor import Actor

HANDLE = "privacy.handle"
APPROVE = "privacy.approve"
OVERSEE = "privacy.oversee"
STATE = PrivacyRequest.State
STAGES: dict[str, set[str]] = {
    "verify": {STATE.RECEIVED},
    "copy": {STATE.VERIFIED},
    "answer": {STATE.VERIFIED},
    "plan": {STATE.VERIFIED, STATE.APPROVING},
    "erase": {STATE.VERIFIED},
    "refuse": {STATE.RECEIVED, STATE.VERIFIED},
    "cancel": {STATE.RECEIVED, STATE.VERIFIED},
}
Kind = PrivacyRequest.Kind
ONLY = {"copy": {Kind.COPY, Kind.TRANSFER}, "plan": {Kind.ERASE}, "erase": {Kind.ERASE}}


def visible(actor: Actor) -> QuerySet[PrivacyRequest]:
    """Requests within reach of handling or agreeing."""
    found = Q(pk__in=())
    for power in (HANDLE, APPROVE):
        rows = actor.rows(power, owner="received_by_id")
        if rows is None:
            return PrivacyRequest.objects.all()
        found |= rows
    return PrivacyRequest.objects.filter(found)


def covers(actor: Actor, request: PrivacyRequest) -> bool:
    """Whether the actor handles the request."""
    return actor.covers(HANDLE, owner_id=request.received_by_id, unit_id=request.unit_id)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Power and state together."""
    if verb in {"list", "view", "history"}:
        return actor.can(HANDLE) or actor.can(APPROVE)
    if verb == "export":
        return actor.can(OVERSEE)
    if verb == "edit":
        return False
    if obj is None or verb == "create":
        return actor.can(HANDLE)
    if verb == "plan" and obj.kind == Kind.ERASE and obj.state == STATE.APPROVING and actor.can(APPROVE):
        return True
    if not covers(actor, obj) or obj.state not in STAGES.get(verb, set()):
        return False
    if verb == "answer" and obj.kind == Kind.ERASE:
        return False
    return verb not in ONLY or obj.kind in ONLY[verb]


def oversees(actor: Actor) -> bool:
    """Whether the actor keeps the rules of the whole house; they know no departments."""
    reach = actor.reach(OVERSEE)
    return reach is not None and reach.everything


def sees_customer(actor: Actor, request: PrivacyRequest) -> bool:
    """Whether the customer's page may be opened from the request."""
    return customers.visible(actor).filter(pk=request.customer_id).exists()
