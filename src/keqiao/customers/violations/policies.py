"""Who sees a case: the accused, who reported it, whose customer it was, and those who decide about the accused."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from keqiao.customers.models import Violation
from keqiao.kernel.actor import Actor, Kind

AIMS = {"state": "stated", "confirm": "confirmed", "dismiss": "dismissed", "withdraw": "withdrawn"}


def visible(actor: Actor) -> QuerySet[Violation]:
    """Cases in which one has a part, and those of people within reach of the power to decide."""
    rows = actor.rows("violation.decide", owner="accused_id", unit="unit_id")
    if rows is None:
        return Violation.objects.all()
    if actor.id is None:
        return Violation.objects.none()
    return Violation.objects.filter(rows | Q(accused_id=actor.id) | Q(reporter_id=actor.id) | Q(victim_id=actor.id))


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no: part in the case and state together. Nobody decides in a matter of his own."""
    if verb == "export":
        return actor.can("violation.decide")
    if verb == "create":
        return actor.can("violation.report")
    if obj is None:
        return actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM} if verb == "list" else actor.can("violation.decide")
    part = {obj.accused_id, obj.reporter_id, obj.victim_id} - {None}
    superior = actor.covers("violation.decide", unit_id=obj.unit_id)
    if verb in {"view", "history"}:
        return superior or actor.id in part
    if AIMS.get(verb) not in Violation.TRANSITIONS[obj.state]:
        return False
    if verb == "state":
        return bool(obj.accused_id == actor.id)
    if verb == "withdraw":
        return obj.reporter_id is not None and obj.reporter_id == actor.id
    return bool(superior and actor.id not in part and not unheard(obj))


def unheard(obj: Violation) -> bool:
    """Whether the accused has not spoken yet and still may."""
    return obj.state == Violation.State.OPEN and obj.statement_due > timezone.now()
