"""Rectification 整改 after a low score: planned and done by the unit, checked by somebody else, reported."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.audit.models import Event
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.state import move
from keqiao.notices.actions import close_todos, notify, open_todo
from keqiao.org.models import Employee, OrgUnit
from keqiao.runtime import counters
from keqiao.tickets.models import Ticket
from keqiao.visits import policies
from keqiao.visits.actions.base import leader_of, required
from keqiao.visits.actions.limits import working_days
from keqiao.visits.models import RECTIFICATION_TRANSITIONS, Rectification, Visit

LABEL = "visits.rectification"
STATUS = Rectification.Status
SURVEY_DAYS = 5  # working days for what a survey brought up
CHECKERS = {
    "rectification.check",
    "rectification.report",
}  # to-dos of the unit that asks, not of the one that puts it right


def open_rectification(*, actor: Actor, visit: Visit) -> Rectification:
    """Order a rectification from the unit that is responsible for the matter. Runs in the visit's transaction."""
    unit_id, owner_id = responsible(visit)
    now = timezone.now()
    task = Rectification(
        visit=visit,
        customer_id=visit.customer_id,
        ticket_id=visit.ticket_id,
        unit_id=unit_id,
        owner_id=owner_id,
        created_at=now,
        due_at=working_days(unit_id, now, visit.rule.rectify_days),
    )
    task.number = counters.number("ZG", timezone.localdate())
    task.save(force_insert=True)
    ask(task, "rectification.plan", _("提交整改计划：%(task)s"))
    record(actor, "rectification.opened", task, {"satisfaction": visit.satisfaction}, about=task.customer_id)
    people = {pk for pk in (owner_id, leader_of(unit_id)) if pk is not None}
    tell(actor, people, task, _("低分回访须整改：%(task)s"), "opened")
    return task


def open_for_answer(*, actor: Actor, event: Event) -> Rectification | None:
    """Order a rectification for a survey scored low; None where there is one already, or nobody knows the customer.

    The event says all that is needed (survey.low), so that this app knows nothing of surveys.
    """
    origin = f"{event.label}:{event.object_id}"
    unit = OrgUnit.objects.filter(pk=event.data.get("unit") or 0).first()
    if unit is None or event.about_id is None or Rectification.objects.filter(origin=origin).exists():
        return None
    ticket = Ticket.objects.filter(pk=event.data.get("ticket") or 0).select_related("complaint").first()
    unit_id, owner_id = at_fault(ticket, unit.pk)
    now = timezone.now()
    task = Rectification(
        origin=origin, matter=event.title[:120], customer_id=event.about_id, ticket=ticket, unit_id=unit_id,
        owner_id=owner_id, created_at=now, due_at=working_days(unit_id, now, SURVEY_DAYS),
    )  # fmt: skip
    task.number = counters.number("ZG", timezone.localdate())
    task.save(force_insert=True)
    ask(task, "rectification.plan", _("提交整改计划：%(task)s"))
    record(actor, "rectification.opened", task, {"satisfaction": event.data.get("score")}, about=task.customer_id)
    people = {pk for pk in (owner_id, leader_of(unit_id)) if pk is not None}
    tell(actor, people, task, _("问卷评分低，须整改：%(task)s"), "opened")
    return task


def asking_unit(task: Rectification) -> int:
    """The unit that checks: the one that made the visit, else the one above whoever has the task."""
    if task.visit is not None:
        return task.visit.unit_id
    return OrgUnit.objects.filter(pk=task.unit_id).values_list("parent", flat=True).first() or task.unit_id


def responsible(visit: Visit) -> tuple[int, int | None]:
    """The unit answerable for the matter and who in it has the task: the person responsible, else its leader."""
    return at_fault(visit.ticket, visit.unit_id)


def at_fault(ticket: Ticket | None, otherwise: int) -> tuple[int, int | None]:
    """The same of a ticket; of the unit `otherwise` where there is none."""
    complaint = getattr(ticket, "complaint", None) if ticket else None
    unit_id = (complaint.responsible_unit_id if complaint else None) or (ticket.unit_id if ticket else otherwise)
    person = complaint.responsible if complaint else None
    if person is not None and person.is_active and person.unit_id == unit_id:
        return unit_id, person.pk
    return unit_id, OrgUnit.objects.filter(pk=unit_id, leader__is_active=True).values_list("leader", flat=True).first()


@transaction.atomic
def plan_rectification(*, actor: Actor, obj: Rectification, plan: str) -> Rectification:
    """Say what will be done; may be said again while it is not done."""
    task = guard(actor, "plan", obj)
    text = required(plan, _("请填写整改计划。"), "plan")
    moved = go(task, STATUS.PLANNED, plan=text, planned_at=timezone.now(), planned_by_id=actor.id)
    ask(moved, "rectification.finish", _("完成整改：%(task)s"))
    record(actor, "rectification.planned", moved, {"note": text}, about=moved.customer_id)
    return moved


@transaction.atomic
def finish_rectification(*, actor: Actor, obj: Rectification, proof: str) -> Rectification:
    """Say that it is done, with proof; it waits for the check."""
    task = guard(actor, "finish", obj)
    text = required(proof, _("请填写完成情况与证明。"), "proof")
    moved = go(task, STATUS.DONE, proof=text, done_at=timezone.now(), done_by_id=actor.id)
    asking = asking_unit(moved)
    ask(moved, "rectification.check", _("检查整改效果：%(task)s"), employee_id=leader_of(asking), unit_id=asking)
    record(actor, "rectification.finished", moved, {"note": text}, about=moved.customer_id)
    return moved


@transaction.atomic
def check_rectification(*, actor: Actor, obj: Rectification, passed: bool, note: str = "") -> Rectification:
    """Check what was done: passed, or back to the unit with what is missing."""
    task = guard(actor, "check", obj)
    text = note.strip() if passed else required(note, _("请写明哪里没有做到。"), "note")
    seen = {"check_note": text, "checked_at": timezone.now(), "checked_by_id": actor.id}
    if passed:
        moved = go(task, STATUS.PASSED, open=False, **seen)
        ask(
            moved,
            "rectification.report",
            _("把整改结果上报总经理：%(task)s"),
            employee_id=actor.id,
            unit_id=asking_unit(task),
        )
        record(actor, "rectification.passed", moved, {"note": text}, about=moved.customer_id)
        return moved
    moved = go(task, STATUS.PLANNED, failed_checks=task.failed_checks + 1, **seen)
    ask(moved, "rectification.finish", _("整改未通过检查，请继续整改：%(task)s"))
    record(actor, "rectification.failed", moved, {"note": text}, about=moved.customer_id)
    people = {pk for pk in (moved.owner_id, moved.done_by_id) if pk is not None}
    tell(actor, people, moved, _("整改未通过检查：%(task)s"), f"failed:{moved.failed_checks}")
    return moved


@transaction.atomic
def report_rectification(*, actor: Actor, obj: Rectification, report: str) -> Rectification:
    """Report the finished rectification to the general manager, who leads the whole company."""
    task = guard(actor, "report", obj)
    text = required(report, _("请填写上报说明。"), "report")
    heads = general_managers()
    if not heads:
        raise Refused(_("还不知道上报给谁：请先在组织架构里为公司设置负责人。"))
    moved = go(task, STATUS.REPORTED, report=text, reported_at=timezone.now(), reported_by_id=actor.id)
    close_todos(LABEL, moved.pk)
    record(actor, "rectification.reported", moved, {"note": text}, about=moved.customer_id)
    tell(actor, heads, moved, _("整改上报：%(task)s"), "reported")
    return moved


def general_managers() -> set[int]:
    """Who leads the company; where no leader is set, those in the company's own unit who may check rectifications."""
    heads = OrgUnit.objects.filter(parent=None, active=True, leader__is_active=True).values_list("leader", flat=True)
    found = {pk for pk in heads if pk is not None}
    if found:
        return found
    members = Employee.objects.filter(unit__parent=None, unit__active=True, is_active=True).prefetch_related(
        "positions"
    )
    return {
        one.pk
        for one in members
        if any(post.active and "rectification.check" in post.powers for post in one.positions.all())
    }


def guard(actor: Actor, verb: str, task: Rectification) -> Rectification:
    """Lock the task and return it fresh, if the actor has the power and its status is one for the verb."""
    current = (
        Rectification.objects.select_for_update(of=("self",)).select_related("visit", "visit__customer").get(pk=task.pk)
    )
    if not policies.rectification_empowered(actor, verb, current):
        raise NotAllowed(_("您没有权限对这项整改这样做；自己完成的整改须由他人检查。"))
    if not policies.rectification_in_time(verb, current):
        raise WrongState(
            _("这项整改现在是“%(status)s”，请刷新页面看看最新进展。") % {"status": current.get_status_display()}
        )
    return current


def go(task: Rectification, status: str, **changes: object) -> Rectification:
    """Move the task on; of several at once one succeeds."""
    return move(task, status, field="status", transitions=RECTIFICATION_TRANSITIONS, **changes)


def ask(
    task: Rectification, kind: str, title: str, *, employee_id: int | None = None, unit_id: int | None = None
) -> None:
    """Open the next to-do and close the one before; the owner's, or the unit's where nobody is named."""
    close_todos(LABEL, task.pk)
    person = employee_id if unit_id else task.owner_id
    open_todo(
        label=LABEL, object_id=task.pk, kind=kind, title=title % {"task": task}, url=url_of(task), due_at=task.due_at,
        employee_id=person, unit_id=None if person else unit_id or task.unit_id,
        power="rectification.check" if kind in CHECKERS else "rectification.view",
    )  # fmt: skip


def tell(actor: Actor, people: set[int], task: Rectification, title: str, key: str) -> None:
    """Notify people about a rectification, once for each key."""
    notify(
        actor=actor, to=people, title=title % {"task": task}, url=url_of(task), kind="rectification",
        key=f"rectification:{task.pk}:{key}",
    )  # fmt: skip


def url_of(task: Rectification) -> str:
    """Where the rectification is shown."""
    return reverse("rectifications:detail", args=[task.pk])
