"""Who sees which tickets, and which step is possible for whom and when. Actions and pages ask the same table."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from keqiao.kernel.actor import Actor, Kind
from keqiao.tickets.models import WAITING_ALONG, CorrectiveAction, Dispatch, Escalation, RuleSet, Ticket, Wave
from keqiao.tickets.ruling.reading import rules

S = Ticket.Stage
ANY_OPEN = frozenset(set(S.values) - {S.CLOSED, S.WITHDRAWN})
ANY = frozenset(S.values)
NEVER: frozenset[str] = frozenset()
WORKED_ON = frozenset({S.ASSESSED, S.INVESTIGATING, S.HANDLING})


@dataclass(frozen=True, slots=True)
class Step:
    """A verb's power and the stages in which it is possible, for complaints and for other kinds."""

    power: str
    complaint: frozenset[str]
    simple: frozenset[str]

    def stages(self, ticket: Ticket) -> frozenset[str]:
        return self.complaint if ticket.is_complaint else self.simple


STEPS: dict[str, Step] = {
    "assess": Step("ticket.assess", frozenset({S.ACCEPTED}), NEVER),
    "severity": Step("ticket.assess", ANY_OPEN - {S.ACCEPTED}, ANY_OPEN),
    "rejudge": Step("ticket.assess", ANY_OPEN, ANY_OPEN),
    "dispatch": Step("ticket.dispatch", frozenset({S.ASSESSED, S.INVESTIGATING}), frozenset({S.ACCEPTED, S.HANDLING})),
    "start": Step("ticket.plan", NEVER, frozenset({S.ACCEPTED})),
    "evidence": Step("ticket.investigate", frozenset({S.INVESTIGATING, S.HANDLING}), frozenset({S.HANDLING})),
    "conclude": Step("ticket.investigate", frozenset({S.INVESTIGATING}), NEVER),
    "plan": Step("ticket.plan", frozenset({S.HANDLING}), NEVER),
    "resolve": Step("ticket.plan", frozenset({S.HANDLING}), frozenset({S.HANDLING})),
    "tell": Step("ticket.tell", frozenset({S.RESOLVED}), NEVER),
    "close": Step("ticket.tell", NEVER, frozenset({S.RESOLVED})),
    "reopen": Step("ticket.reopen", frozenset({S.CLOSED}), frozenset({S.CLOSED})),
    "withdraw": Step("ticket.withdraw", frozenset({S.ACCEPTED, S.ASSESSED}), frozenset({S.ACCEPTED, S.HANDLING})),
    "pause": Step("ticket.investigate", WORKED_ON, frozenset({S.HANDLING})),
    "resume": Step("ticket.investigate", WORKED_ON, frozenset({S.HANDLING})),
    "supervise": Step("ticket.supervise", ANY_OPEN, ANY_OPEN),
    "urge": Step("ticket.urge", ANY_OPEN, ANY_OPEN),
    "assign": Step("ticket.assign", ANY_OPEN, ANY_OPEN),
    "supplement": Step("ticket.view", ANY_OPEN, ANY_OPEN),
    "progress": Step("ticket.view", ANY_OPEN, ANY_OPEN),
    "comment": Step("ticket.view", ANY, ANY),
    "divide": Step("ticket.plan", frozenset({S.HANDLING, S.RESOLVED, S.TOLD, S.CLOSED}), NEVER),
    "join": Step("ticket.join", WAITING_ALONG, WAITING_ALONG - {S.ASSESSED, S.INVESTIGATING}),
    "part": Step("ticket.join", WAITING_ALONG, WAITING_ALONG),
    "correct": Step(
        "correction.change", frozenset({S.HANDLING, S.RESOLVED, S.TOLD, S.CLOSED}), frozenset({S.HANDLING, S.CLOSED})
    ),
}
# what can be done to a matter while another one is looked into for it
JOINED_STEPS = frozenset({
    "tell", "close", "reopen", "withdraw", "urge", "assign", "supplement", "progress", "comment", "part", "divide",
})  # fmt: skip
# what somebody who only answers a dispatch may also do to the ticket
ANSWERING = frozenset({"evidence", "comment", "progress"})


def dispatched_to(actor: Actor) -> QuerySet[Dispatch]:
    """Dispatches that the actor or the actor's units have to answer, open or not."""
    rows = actor.rows("dispatch.answer", owner="handler_id")
    return Dispatch.objects.all() if rows is None else Dispatch.objects.filter(rows)


def still_dispatched_to(actor: Actor) -> QuerySet[Dispatch]:
    """The same without those that were given back.

    Who returns a dispatch says that the matter is somebody else's: from then on its customer and content are too. The
    dispatch itself, with the reason given, stays in the unit's list; dispatched to it again, the ticket is seen again.
    """
    return dispatched_to(actor).exclude(status=Dispatch.Status.RETURNED)


def visible(actor: Actor) -> QuerySet[Ticket]:
    """Tickets within reach of ticket.view, and those that the actor's units or person were asked about."""
    rows = actor.rows("ticket.view")
    if rows is None:
        return Ticket.objects.all()
    if actor.can("dispatch.answer"):
        # a list, not a join: the owner's and the unit's index stay usable, and a row shows once
        rows |= Q(pk__in=still_dispatched_to(actor).values("ticket_id"))
    return Ticket.objects.filter(rows)


def covers(actor: Actor, power: str, ticket: Ticket) -> bool:
    """Whether the power reaches the ticket."""
    return actor.covers(power, owner_id=ticket.owner_id, unit_id=ticket.unit_id)


def answers(actor: Actor, ticket: Ticket) -> bool:
    """Whether the ticket was dispatched to the actor's units or person, and not given back."""
    return actor.can("dispatch.answer") and still_dispatched_to(actor).filter(ticket=ticket).exists()


def empowered(actor: Actor, verb: str, ticket: Ticket) -> bool:
    """Whether the actor has the power for the verb on this ticket, whatever its stage."""
    if actor.kind is Kind.CUSTOMER:
        return verb in {"supplement", "urge"}
    if covers(actor, STEPS[verb].power, ticket):
        return True
    return verb in ANSWERING and answers(actor, ticket)


def attaches(actor: Actor, ticket: Ticket) -> bool:
    """Whether files may be put to the ticket: while it is open, by who looks into it and by who registered or owns it.

    The photo that a customer shows at the counter comes before anybody has assessed the matter.
    """
    own = actor.id is not None and actor.id in {ticket.created_by_id, ticket.owner_id} and actor.can("ticket.create")
    return ticket.open and actor.kind is not Kind.CUSTOMER and (own or empowered(actor, "evidence", ticket))


def in_time(verb: str, ticket: Ticket) -> bool:
    """Whether the ticket stands where the verb is possible."""
    if ticket.stage not in STEPS[verb].stages(ticket):
        return False
    if (ticket.main_id is not None and verb not in JOINED_STEPS) or (verb == "part" and ticket.main_id is None):
        return False
    if verb == "divide":
        return ticket.complaint.founded is True
    if verb == "join":
        return ticket.paused_at is None
    if verb == "rejudge":
        return ticket.ruleset_id != rules().pk
    if verb in {"pause", "resume"}:
        return (ticket.paused_at is None) == (verb == "pause")
    return True


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no for tickets: power and stage together."""
    if verb == "create":
        return actor.can("ticket.create")
    if verb == "export":
        return actor.can("ticket.export")
    if obj is None and verb in {"list", "view", "history"}:
        return actor.can("ticket.view") or actor.can("dispatch.answer")
    if verb in {"view", "history"}:
        return covers(actor, "ticket.view", obj) or answers(actor, obj)
    if verb not in STEPS:
        return False
    if obj is None:
        return actor.can(STEPS[verb].power)
    return in_time(verb, obj) and empowered(actor, verb, obj)


def visible_dispatches(actor: Actor) -> QuerySet[Dispatch]:
    """Dispatches to the actor's units, and those of tickets within reach."""
    own = actor.rows("dispatch.answer", owner="handler_id")
    view = actor.rows("ticket.view", owner="ticket__owner_id", unit="ticket__unit_id")
    if own is None or view is None:
        return Dispatch.objects.all()
    return Dispatch.objects.filter(own | view)


def allowed_dispatch(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Answering is the unit's; a dispatch is made by the ticket's own verb."""
    if verb in {"create", "edit", "export"}:
        return False
    if obj is None:
        return actor.can("dispatch.answer") or actor.can("ticket.view")
    answering = actor.covers("dispatch.answer", owner_id=obj.handler_id, unit_id=obj.unit_id)
    if verb in {"view", "history"}:
        return answering or covers(actor, "ticket.view", obj.ticket)
    status = {
        "accept": {Dispatch.Status.WAITING},
        "answer": {Dispatch.Status.ACCEPTED},
        "return": {Dispatch.Status.WAITING, Dispatch.Status.ACCEPTED},
    }
    return answering and obj.status in status.get(verb, set())


def visible_escalations(actor: Actor) -> QuerySet[Escalation]:
    """The rungs that tickets within sight have climbed."""
    seen = visible(actor)
    return Escalation.objects.all() if actor.rows("ticket.view") is None else Escalation.objects.filter(ticket__in=seen)


def allowed_escalation(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Only looked at: the clock climbs, by the rules."""
    if verb == "export":
        return actor.can("ticket.export")
    if verb not in {"list", "view", "history"}:
        return False
    return allowed(actor, verb) if obj is None else allowed(actor, "view", obj.ticket)


def visible_corrections(actor: Actor) -> QuerySet[CorrectiveAction]:
    """Corrective actions of the actor or the actor's units, and those that one may change."""
    condition = Q(owner_id=actor.id) if actor.id else Q(pk__in=())
    for power in ("ticket.view", "correction.change"):
        rows = actor.rows(power)
        if rows is None:
            return CorrectiveAction.objects.all()
        condition |= rows
    return CorrectiveAction.objects.filter(condition)


def allowed_correction(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Done by its owner, checked by somebody else with the power."""
    if verb in {"create", "edit"}:
        return False
    if verb == "export":
        return actor.can("ticket.export")
    if obj is None:
        return actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM}
    power = actor.covers("correction.change", unit_id=obj.unit_id)
    if verb in {"view", "history"}:
        return power or obj.owner_id == actor.id or actor.covers("ticket.view", unit_id=obj.unit_id)
    if verb == "finish":
        return obj.status == CorrectiveAction.Status.OPEN and (obj.owner_id == actor.id or power)
    if verb == "check":
        return obj.status == CorrectiveAction.Status.DONE and power and obj.done_by_id != actor.id
    return False


def visible_waves(actor: Actor) -> QuerySet[Wave]:
    """Waves of units whose tickets are all within sight: a count tells of tickets, so one's own are not enough."""
    reach = actor.reach("ticket.view")
    if reach is None:
        return Wave.objects.none()
    return Wave.objects.all() if reach.everything else Wave.objects.filter(unit_id__in=reach.units)


def allowed_wave(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Waves come by themselves; what can be done to one is to join its tickets."""
    if verb in {"create", "edit", "export"}:
        return False
    if obj is None:
        return actor.can("ticket.view")
    if verb in {"view", "history"}:
        return actor.covers("ticket.view", unit_id=obj.unit_id)
    return verb == "gather" and actor.covers("ticket.join", unit_id=obj.unit_id)


def allowed_settings(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Causes are kept by those who keep the rules."""
    return actor.can("settings.change")


def allowed_types(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Types follow the rules in force, so they are only looked at here."""
    return verb not in {"create", "edit"} and actor.can("settings.change")


def visible_rulesets(actor: Actor) -> QuerySet[RuleSet]:
    """The rules are for those who keep them."""
    return RuleSet.objects.all() if actor.can("settings.change") else RuleSet.objects.none()


# what is done to a version, and in which states
RULE_STEPS: dict[str, frozenset[str]] = {
    "edit": frozenset({"draft", "tried", "scheduled"}),
    "rules": frozenset({"draft", "tried"}),
    "draft": frozenset({"force", "old"}),
    "try": frozenset({"draft", "tried"}),
    "force": frozenset({"tried"}),
    "unschedule": frozenset({"scheduled"}),
    "drop": frozenset({"draft", "tried"}),
}


def allowed_ruleset(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Power and state together. Versions are not added out of nothing: a draft begins from another version."""
    if verb in {"create", "export"} or not actor.can("settings.change"):
        return False
    return obj is None or verb not in RULE_STEPS or obj.state in RULE_STEPS[verb]
