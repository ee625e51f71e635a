"""Who sees suggestions, who passes them on, decides about them and answers the customer."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.kernel.actor import Actor
from keqiao.suggestions.models import Suggestion

S = Suggestion.Status
VIEW = "suggestion.view"


def visible(actor: Actor) -> QuerySet[Suggestion]:
    """Those that the units within reach registered, those that they consider, and one's own of all kinds."""
    wrote = actor.rows(VIEW, owner="registered_by_id", unit="from_unit_id")
    considers = actor.rows(VIEW, owner="handler_id")
    if wrote is None or considers is None:
        return Suggestion.objects.all()
    own = Q(handler_id=actor.id) if actor.id and actor.can(VIEW) else Q(pk__in=())
    return Suggestion.objects.filter(wrote | considers | own)


def wrote(actor: Actor, power: str, obj: Suggestion) -> bool:
    """Whether the power reaches the side that registered it."""
    return actor.covers(power, owner_id=obj.registered_by_id, unit_id=obj.from_unit_id)


def considers(actor: Actor, power: str, obj: Suggestion) -> bool:
    """Whether the power reaches the side that considers it."""
    return actor.covers(power, owner_id=obj.handler_id, unit_id=obj.unit_id)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no: power and status together."""
    if verb == "export":
        return actor.can("suggestion.export")
    if verb in {"list", "view", "history"}:
        return actor.can(VIEW) if obj is None else wrote(actor, VIEW, obj) or considers(actor, VIEW, obj)
    powers = {
        "create": "suggestion.register", "edit": "suggestion.register", "void": "suggestion.register",
        "route": "suggestion.route", "reconsider": "suggestion.route", "decide": "suggestion.decide",
        "answer": "suggestion.answer",
    }  # fmt: skip
    power = powers.get(verb, "")
    if obj is None or verb == "create":
        return actor.can(power)
    states = {
        "edit": {S.NEW, S.ROUTED}, "void": {S.NEW, S.ROUTED}, "route": {S.NEW, S.ROUTED}, "reconsider": {S.DECIDED},
        "decide": {S.ROUTED}, "answer": {S.DECIDED},
    }  # fmt: skip
    if obj.status not in states.get(verb, ()):
        return False
    if verb == "decide":
        return considers(actor, power, obj)
    if verb == "route":  # the department that it does not concern passes it on
        return wrote(actor, power, obj) or considers(actor, power, obj)
    return wrote(actor, power, obj)
