"""Who sees bad records, who registers and who closes them."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.badrecords.models import BadRecord
from keqiao.kernel.actor import Actor


def visible(actor: Actor) -> QuerySet[BadRecord]:
    """Those for which the units within reach answer, those that they registered, and one's own of all kinds."""
    answers = actor.rows("bad_record.view", owner="person_id")
    wrote = actor.rows("bad_record.view", owner="registered_by_id", unit="from_unit_id")
    if answers is None or wrote is None:
        return BadRecord.objects.all()
    own = Q(person_id=actor.id) | Q(handler_id=actor.id) if actor.id else Q(pk__in=())
    return BadRecord.objects.filter(answers | wrote | own)


def covers(actor: Actor, power: str, obj: BadRecord) -> bool:
    """Whether the power reaches the record, from the side that answers or from the side that registered it."""
    return actor.covers(power, owner_id=obj.person_id, unit_id=obj.unit_id) or actor.covers(
        power, owner_id=obj.registered_by_id, unit_id=obj.from_unit_id
    )


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no: power and status together. Nobody closes what he answers for himself."""
    if verb == "create":
        return actor.can("bad_record.register")
    if verb == "export":
        return actor.can("bad_record.close")
    mine = obj is not None and actor.id is not None and actor.id in {obj.person_id, obj.handler_id}
    if verb in {"list", "view", "history"}:
        return actor.can("bad_record.view") if obj is None else mine or covers(actor, "bad_record.view", obj)
    if obj is None:
        return actor.can("bad_record.close" if verb in {"close", "reopen"} else "bad_record.register")
    still = obj.status == BadRecord.Status.OPEN
    if verb == "edit":
        return still and covers(actor, "bad_record.register", obj)
    if verb == "answer":
        return still and (mine or covers(actor, "bad_record.register", obj))
    if verb == "close":
        return still and not mine and covers(actor, "bad_record.close", obj)
    return verb == "reopen" and not still and not mine and covers(actor, "bad_record.close", obj)


def keeps(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The kinds are kept by those who close records."""
    return verb != "export" and actor.can("bad_record.close")
