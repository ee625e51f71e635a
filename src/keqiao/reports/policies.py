"""Who sees reports, who writes and who approves them; who keeps the plans."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.approvals.models import Approval, Decider
from keqiao.kernel.actor import Actor
from keqiao.reports.models import Plan, Report

S = Report.State
VIEW, DRAFT, APPROVE, KEEP = "summary.view", "summary.draft", "summary.approve", "settings.change"
LABEL, KIND = "reports.report", "report.archive"


def asked(actor: Actor) -> QuerySet[Approval]:
    """The reports' approvals in which the actor is or was asked."""
    seats = Decider.objects.filter(Q(employee_id=actor.id) | Q(principal_id=actor.id))
    return Approval.objects.filter(kind=KIND, label=LABEL, pk__in=seats.values("approval_id"))


def visible(actor: Actor) -> QuerySet[Report]:
    """Those of the units within reach, those that one writes, and those that one was asked to approve."""
    rows = actor.rows(VIEW, owner="writer_id")
    if rows is None:
        return Report.objects.all()
    if actor.id is not None:
        rows |= Q(pk__in=asked(actor).values("object_id"))
    return Report.objects.filter(rows)


def returned(obj: Report) -> bool:
    """Whether the report waits for whoever wrote it, because it was sent back for completion."""
    if obj.state != S.WAITING:
        return False
    return Approval.objects.filter(label=LABEL, object_id=obj.pk, kind=KIND, state=Approval.State.RETURNED).exists()


def sees(actor: Actor, obj: Report) -> bool:
    """Whether the actor may read it."""
    within = actor.covers(VIEW, owner_id=obj.writer_id, unit_id=obj.unit_id)
    return within or (actor.id is not None and asked(actor).filter(object_id=obj.pk).exists())


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The only yes or no: power and state together."""
    if verb == "export":
        return actor.can("summary.export")
    if verb in {"list", "view", "history"}:
        return actor.can(VIEW) if obj is None else sees(actor, obj)
    if verb == "create" or obj is None:
        return actor.can(DRAFT) and verb in {"create", "write", "recalculate", "submit", "drop"}
    if not actor.covers(DRAFT, owner_id=obj.writer_id, unit_id=obj.unit_id):
        return False
    if verb == "write":
        return obj.state == S.DRAFT or returned(obj)
    return verb in {"recalculate", "submit", "drop"} and obj.state == S.DRAFT


def plans(actor: Actor) -> QuerySet[Plan]:
    """The plans, for those who keep the rules."""
    return Plan.objects.all() if actor.can(KEEP) else Plan.objects.none()


def keeps(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Plans are kept by those who keep the rules."""
    return verb != "export" and actor.can(KEEP)
