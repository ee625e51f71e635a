"""Keeping flows: a draft is made, its steps are put in order, and it is published. Published ones never change."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.approvals import kinds, policies
from keqiao.approvals.models import FLOW_TRANSITIONS, Flow, FlowStep, Who
from keqiao.approvals.queries import default_step, flow_of, holders, problem_of
from keqiao.audit.actions import changes, record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.state import move
from keqiao.notices.actions import close_todos, open_todo

MOST = 20  # steps
LABEL, TODO = "approvals.flow", "approval.flow"
COPIED = (
    "name", "who", "power", "position_id", "levels", "person_id", "every", "minutes", "beside", "from_fen", "place"
)  # fmt: skip


def demand(actor: Actor) -> None:
    """NotAllowed for those who do not keep the rules."""
    if not actor.can(policies.FLOWS):
        raise NotAllowed(_("您没有维护业务规则的权限。"))


def editable(actor: Actor, flow: Flow) -> Flow:
    """The locked draft."""
    demand(actor)
    fresh = Flow.objects.select_for_update().get(pk=flow.pk)
    if fresh.state != Flow.State.DRAFT:
        raise WrongState(_("只有草稿可以修改。请先点“修改流程”建立草稿。"))
    return fresh


@transaction.atomic
def draft(*, actor: Actor, kind: str) -> Flow:
    """A draft of the kind's next version, with the steps of the present one; the draft that there is already."""
    demand(actor)
    known = kinds.get(kind)
    if not known.title:
        raise Refused(_("没有这个审批事项。"), field="kind")
    there = Flow.objects.filter(kind=kind, state=Flow.State.DRAFT).first()
    if there is not None:
        return there
    number = (Flow.objects.filter(kind=kind).aggregate(most=Max("number"))["most"] or 0) + 1
    now = flow_of(kind)
    try:
        with transaction.atomic():
            made = Flow.objects.create(
                kind=kind, number=number, made_by_id=actor.id, **({"urge_minutes": now.urge_minutes} if now else {})
            )
    except IntegrityError:  # a colleague was faster
        return Flow.objects.get(kind=kind, state=Flow.State.DRAFT)
    steps = list(now.steps.all()) if now else [default_step(known.power)] if known.power else []
    FlowStep.objects.bulk_create(
        [FlowStep(flow=made, **{name: getattr(step, name) for name in COPIED}) for step in steps]
    )
    if now is not None:
        made.copied.set(now.copied.all())
    record(actor, "flow.drafted", made)
    return made


@transaction.atomic
def keep_settings(*, actor: Actor, obj: Flow, urge_minutes: int, copied: Any = (), note: str = "") -> Flow:
    """How often one may urge, who gets a copy, and what this version changes."""
    fresh = editable(actor, obj)
    before = {"urge_minutes": fresh.urge_minutes, "copied": fresh.copied.all(), "note": fresh.note}
    after: dict[str, Any] = {"urge_minutes": urge_minutes, "copied": list(copied), "note": note.strip()}
    changed = changes(before, after)
    Flow.objects.filter(pk=fresh.pk).update(urge_minutes=urge_minutes, note=after["note"])
    fresh.copied.set(after["copied"])
    fresh.refresh_from_db()
    record(actor, "flow.changed", fresh, {"changes": changed})
    return fresh


@transaction.atomic
def add_step(*, actor: Actor, obj: Flow, **fields: Any) -> FlowStep:
    """One more step at the end of a draft."""
    flow = editable(actor, obj)
    count = flow.steps.count()
    if count >= MOST:
        raise Refused(_("一个流程最多 %d 步。") % MOST)
    step = FlowStep.objects.create(flow=flow, place=count + 1, **fitting(fields))
    record(actor, "flow.step_added", flow, {"note": step.title})
    return step


@transaction.atomic
def change_step(*, actor: Actor, obj: FlowStep, **fields: Any) -> FlowStep:
    """Change a step of a draft."""
    flow = editable(actor, obj.flow)
    FlowStep.objects.filter(pk=obj.pk, flow=flow).update(**fitting(fields))
    obj.refresh_from_db()
    record(actor, "flow.step_changed", flow, {"note": obj.title})
    return obj


@transaction.atomic
def remove_step(*, actor: Actor, obj: FlowStep) -> Flow:
    """Take a step out of a draft."""
    flow = editable(actor, obj.flow)
    title = obj.title
    FlowStep.objects.filter(pk=obj.pk, flow=flow).delete()
    renumber(list(flow.steps.all()))
    record(actor, "flow.step_removed", flow, {"note": title})
    return flow


@transaction.atomic
def move_step(*, actor: Actor, obj: FlowStep, up: bool) -> Flow:
    """Let a step of a draft change places with its neighbour; at the end nothing happens."""
    flow = editable(actor, obj.flow)
    steps = list(flow.steps.all())
    at = next((place for place, step in enumerate(steps) if step.pk == obj.pk), 0)
    to = at - 1 if up else at + 1
    if 0 <= to < len(steps):
        steps[at], steps[to] = steps[to], steps[at]
        renumber(steps)
        record(actor, "flow.step_moved", flow, {"note": obj.title})
    return flow


def renumber(steps: list[FlowStep]) -> None:
    """Places as the list has them."""
    for place, step in enumerate(steps, 1):
        FlowStep.objects.filter(pk=step.pk).update(place=place)


def fitting(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that count for the way of saying who decides, the others empty. Refused where the one needed is missing."""
    who = fields.get("who")
    empty: dict[str, Any] = {"power": "", "position": None, "levels": 1, "person": None}
    needed = {Who.POWER: "power", Who.POSITION: "position", Who.MANAGER: "levels", Who.PERSON: "person"}
    if who not in needed:
        raise Refused(_("请选择由谁审批。"), field="who")
    name = needed[Who(who)]
    if not fields.get(name):
        missing = {
            "power": _("请选择权限。"), "position": _("请选择岗位。"), "levels": _("请填写向上几级。"),
            "person": _("请选择人员。"),
        }  # fmt: skip
        raise Refused(missing[name], field=name)
    return {**fields, **empty, name: fields[name]}


def problems(flow: Flow) -> list[str]:
    """Why the flow cannot be used, in words; nothing when all is well."""
    steps = list(flow.steps.select_related("position", "person"))
    if not steps:
        return [_("流程还没有步骤。")]
    found = []
    if steps[0].from_fen is not None:
        found.append(_("第 1 步要适用于所有金额，否则金额小的申请没有人审批。"))
    if steps[0].beside:
        found.append(_("第 1 步前面没有步骤，不能“与上一步同时进行”。"))
    found += [
        _("第 %(n)d 步（%(step)s）目前没有在职人员可以审批。") % {"n": place, "step": step.title}
        for place, step in enumerate(steps, 1)
        if problem_of(step)
    ]
    return found


@transaction.atomic
def publish(*, actor: Actor, obj: Flow) -> Flow:
    """Use the draft for new requests from now on. Refused while it has a step that nobody could decide."""
    fresh = editable(actor, obj)
    wrong = problems(fresh)
    if wrong:
        raise Refused(_("还不能启用：") + "".join(wrong))
    now = Flow.objects.select_for_update().filter(kind=fresh.kind, state=Flow.State.CURRENT).first()
    if now is not None:
        move(now, Flow.State.OLD, field="state", transitions=FLOW_TRANSITIONS)
        close_todos(LABEL, now.pk)
    done = move(fresh, Flow.State.CURRENT, field="state", transitions=FLOW_TRANSITIONS, published_at=timezone.now())
    steps = [f"{place}. {step.title}" for place, step in enumerate(done.steps.select_related("position", "person"), 1)]
    record(actor, "flow.published", done, {"note": done.note or _("；").join(steps), "steps": steps})
    return done


@transaction.atomic
def drop(*, actor: Actor, obj: Flow) -> None:
    """Give a draft up."""
    fresh = editable(actor, obj)
    record(actor, "flow.dropped", fresh)
    fresh.delete()


def watch() -> None:
    """Put flows that nobody can decide any more to those who keep the rules, and take back what is in order again."""
    keepers = [one.pk for one in holders(policies.FLOWS)]
    for flow in Flow.objects.filter(state=Flow.State.CURRENT):
        wrong = problems(flow)
        if not wrong:
            close_todos(LABEL, flow.pk, TODO)
        for pk in keepers if wrong else ():
            open_todo(
                label=LABEL, object_id=flow.pk, kind=TODO, employee_id=pk,
                title=_("审批流程需要修改：%(flow)s") % {"flow": flow}, url=reverse("approval-flows:detail", args=[flow.pk]),
            )  # fmt: skip
