"""Who sees and makes which visits, and who sees, does and checks which rectifications."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.kernel.actor import Actor, Kind
from keqiao.tickets import policies as tickets
from keqiao.visits.models import Rectification, Visit, Visitor

DOING = frozenset({"record", "attempt", "reschedule", "link", "phone"})
STATUS = Visit.Status


def reached(actor: Actor, power: str) -> Q | None:
    """Visits within reach of a power: one's own, those of one's units, those of the own unit that nobody has yet."""
    rows = actor.rows(power, owner="assignee_id")
    if rows is not None and actor.can(power) and actor.unit_id:
        rows |= Q(assignee=None, unit_id=actor.unit_id)
    return rows


def visible(actor: Actor) -> QuerySet[Visit]:
    """Visits within reach of visit.view, and those of tickets that one sees."""
    if not actor.can("visit.view"):
        return Visit.objects.none()
    rows = reached(actor, "visit.view")
    if rows is None:
        return Visit.objects.all()
    # a list, not a join: the indexes of person and unit stay usable, and a row shows once
    return Visit.objects.filter(rows | Q(ticket_id__in=tickets.visible(actor).values("pk")))


def own(actor: Actor) -> QuerySet[Visit]:
    """Of those the visits that one has oneself, and those of one's unit that nobody has: no look at tickets is needed."""
    if not actor.can("visit.view"):
        return Visit.objects.none()
    return Visit.objects.filter(Q(assignee_id=actor.id) | Q(assignee=None, unit_id=actor.unit_id))


def of_ticket(actor: Actor, ticket_id: int) -> QuerySet[Visit]:
    """The visits of one ticket, to whoever sees both."""
    return visible(actor).filter(ticket_id=ticket_id)


def covers(actor: Actor, power: str, visit: Visit) -> bool:
    """Whether the power reaches the visit; one of the own unit that nobody has yet counts as one's own."""
    if actor.covers(power, owner_id=visit.assignee_id, unit_id=visit.unit_id):
        return True
    return visit.assignee_id is None and visit.unit_id == actor.unit_id and actor.can(power)


def can_give_up(visit: Visit) -> bool:
    """Whether enough was tried: the most attempts of the rule, or the customer refused, or the number is wrong."""
    return visit.status == STATUS.TRYING and (visit.hopeless or visit.attempts_made >= visit.rule.max_attempts)


def empowered(actor: Actor, verb: str, visit: Visit) -> bool:
    """Whether the actor has the power for the verb on this visit, whatever its status."""
    if verb in DOING:
        return covers(actor, "visit.do", visit)
    if verb == "take":
        return visit.unit_id == actor.unit_id and actor.can("visit.do")
    if verb in {"assign", "cancel"}:
        return covers(actor, "visit.assign", visit)
    return verb == "give_up" and covers(actor, "visit.give_up", visit)


def in_time(verb: str, visit: Visit) -> bool:
    """Whether the visit stands where the verb is possible."""
    if not visit.open:
        return False
    if verb == "take":
        return visit.assignee_id is None
    return verb != "give_up" or can_give_up(visit)


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no for visits: power and status together."""
    if verb in {"create", "edit"}:
        return False
    if verb == "export":
        return actor.can("visit.assign")
    if verb in {"list", "view", "history"}:
        if obj is None:
            return actor.can("visit.view")
        return covers(actor, "visit.view", obj) or visible(actor).filter(pk=obj.pk).exists()
    if obj is None:
        power = {"assign": "visit.assign", "cancel": "visit.assign", "give_up": "visit.give_up"}.get(verb, "visit.do")
        return actor.can(power)
    return in_time(verb, obj) and empowered(actor, verb, obj)


def visitors(actor: Actor) -> QuerySet[Visitor]:
    """Settings of the people whom the actor may give visits to."""
    rows = actor.rows("visit.assign", owner="employee_id", unit="employee__unit_id")
    found = Visitor.objects.all()
    return found.filter(rows) if rows is not None else found


def allowed_visitor(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Kept by those who give out visits, for the people within their reach."""
    if verb == "export" or not actor.can("visit.assign"):
        return False
    return obj is None or actor.covers("visit.assign", owner_id=obj.employee_id, unit_id=obj.employee.unit_id)


def rectifications(actor: Actor) -> QuerySet[Rectification]:
    """Rectifications that one has to do, and those within reach of the powers to see and to check them.

    The unit that made the visit checks what came of it, so its checkers see the task of the other department.
    """
    condition = Q(owner_id=actor.id) if actor.id else Q(pk__in=())
    reached = (
        ("rectification.view", "unit_id"),
        ("rectification.check", "unit_id"),
        ("rectification.check", "visit__unit_id"),
    )
    for power, unit in reached:
        rows = actor.rows(power, unit=unit)
        if rows is None:
            return Rectification.objects.all()
        condition |= rows
    return Rectification.objects.filter(condition)


def allowed_rectification(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Planned and done by the unit, checked and reported by somebody else with the power."""
    if verb in {"create", "edit"}:
        return False
    if verb == "export":
        return actor.can("rectification.check")
    if obj is None:
        return actor.kind is Kind.SYSTEM or any(
            actor.can(power) for power in ("rectification.view", "rectification.do", "rectification.check")
        )
    if verb in {"list", "view", "history"}:
        return rectifications(actor).filter(pk=obj.pk).exists()
    return rectification_in_time(verb, obj) and rectification_empowered(actor, verb, obj)


def rectification_empowered(actor: Actor, verb: str, obj: Rectification) -> bool:
    """Whether the actor has the power for the verb; nobody checks what he or she did."""
    if verb in {"plan", "finish"}:
        return actor.covers("rectification.do", owner_id=obj.owner_id, unit_id=obj.unit_id)
    if verb == "check" and obj.done_by_id is not None and obj.done_by_id == actor.id:
        return False
    units = {obj.unit_id, obj.visit.unit_id if obj.visit is not None else obj.unit_id}
    return any(actor.covers("rectification.check", unit_id=unit_id) for unit_id in units)


def rectification_in_time(verb: str, obj: Rectification) -> bool:
    """Whether the rectification stands where the verb is possible."""
    status = Rectification.Status
    stages: dict[str, set[str]] = {
        "plan": {status.WAITING, status.PLANNED},
        "finish": {status.PLANNED},
        "check": {status.DONE},
        "report": {status.PASSED},
    }
    return obj.status in stages.get(verb, set())
