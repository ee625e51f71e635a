"""What lists and pages of approvals, flows and deputies show."""

from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from keqiao.approvals import kinds
from keqiao.approvals.models import Approval, Decider, Deputy, Flow, FlowStep, Step
from keqiao.approvals.queries import forecast
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import humanise
from keqiao.kernel.money import format_yuan
from keqiao.kernel.templatetags.ui import badge, due_badge
from keqiao.org.models import Employee

TONES = {
    Approval.State.WAITING: "warning",
    Approval.State.RETURNED: "warning",
    Approval.State.APPROVED: "success",
    Approval.State.REJECTED: "danger",
    Approval.State.WITHDRAWN: "neutral",
}
STEP_TONES = {
    Step.State.COMING: "neutral", Step.State.CURRENT: "info", Step.State.DONE: "success",
    Step.State.REFUSED: "danger", Step.State.RETURNED: "warning", Step.State.OVER: "neutral",
}  # fmt: skip
SEAT_TONES = {
    Decider.State.OPEN: "info", Decider.State.AGREED: "success", Decider.State.REFUSED: "danger",
    Decider.State.RETURNED: "warning", Decider.State.PASSED: "neutral", Decider.State.RELEASED: "neutral",
}  # fmt: skip
BAR = {
    Step.State.DONE: "done", Step.State.CURRENT: "current", Step.State.REFUSED: "skipped", Step.State.RETURNED: "current",
    Step.State.OVER: "skipped", Step.State.COMING: "",
}  # fmt: skip


def amount(obj: Approval, _actor: Actor) -> str:
    """The amount in yuan, empty where none is concerned."""
    return "" if obj.amount_fen is None else format_yuan(obj.amount_fen)


def state(obj: Approval, _actor: Actor) -> str:
    """The state as a coloured word, and whether it hangs."""
    word = badge(obj.get_state_display(), TONES[Approval.State(obj.state)])
    return SafeString(f"{word} {badge(_('无人可批'), 'danger')}") if obj.stuck else word


def late(obj: Approval) -> bool:
    """Whether the open steps are past their time."""
    return obj.due_at is not None and obj.due_at < timezone.now()


def due(obj: Approval, _actor: Actor) -> str:
    """When the open steps are due, as people say it."""
    if obj.due_at is None:
        return ""
    return due_badge(dates.relative(obj.due_at), "danger" if late(obj) else "neutral")


def on_behalf(whose: str) -> str:
    """For whom somebody decides."""
    return _("代%s") % whose if whose else ""


def seat_of(row: Decider) -> dict[str, Any]:
    """One seat, as page and JSON tell it."""
    said = _("沿用") if row.carried else str(row.get_state_display())
    return {
        "name": row.employee.name,
        "for": row.principal.name if row.principal_id != row.employee_id else "",
        "how": str(row.get_how_display()) if row.how != Decider.How.RULE else "",
        "state": said,
        "at": row.done_at,
        "note": row.note,
        "round": row.round,
        "tone": SEAT_TONES.get(Decider.State(row.state), "neutral"),
        "open": row.state == Decider.State.OPEN,
    }


def shown_seat(row: Decider) -> bool:
    """Seats that ended without a word are left out once somebody else has spoken."""
    return row.state != Decider.State.RELEASED


def way_of(approval: Approval, *, ahead: bool = False) -> list[dict[str, Any]]:
    """The steps: done, current and to come, each with who was or is asked; with `ahead` also who will be."""
    steps = list(approval.steps.select_related("position", "person"))
    seats: dict[int, list[Decider]] = {step.pk: [] for step in steps}
    rows = approval.deciders.filter(step__isnull=False).select_related("employee", "principal")
    for row in rows.order_by("pk"):
        if shown_seat(row):
            seats[row.step_id or 0].append(row)
    coming = [step for step in steps if ahead and step.state == Step.State.COMING]
    found = forecast([coming], requester_id=approval.requested_by_id, unit_id=approval.unit_id) if coming else []
    expected = {rule.pk: names(people) for rules in found for rule, people in rules}
    return [
        {
            "stage": step.stage,
            "step": step.title,
            "who": step.whom,
            "every": step.every,
            "state": str(step.get_state_display()),
            "tone": STEP_TONES[Step.State(step.state)],
            "code": step.state,
            "opened_at": step.opened_at,
            "due_at": step.due_at if step.state == Step.State.CURRENT else None,
            "late": step.state == Step.State.CURRENT and step.due_at is not None and step.due_at < timezone.now(),
            "deciders": [seat_of(row) for row in seats[step.pk]],
            "expected": expected.get(step.pk, ""),
        }
        for step in steps
    ]


def plain_way(obj: Approval, _actor: Actor) -> list[dict[str, Any]]:
    """The way as the JSON has it."""
    kept = ("stage", "step", "who", "every", "opened_at", "due_at")
    return [
        {
            **{name: one[name] for name in kept},
            "state": one["code"],
            "deciders": [
                {name: seat[name] for name in ("name", "for", "state", "at", "note", "round")}
                for seat in one["deciders"]
            ],
        }
        for one in way_of(obj)
    ]


def bar_of(way: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """The stages as a bar: those steps that run together are one."""
    stages: dict[int, list[dict[str, Any]]] = {}
    for one in way:
        stages.setdefault(one["stage"], []).append(one)
    return [
        (_(" 和 ").join(one["step"] for one in steps), bar_state(steps), bar_note(steps)) for steps in stages.values()
    ]


def bar_state(steps: list[dict[str, Any]]) -> str:
    """How a stage is drawn."""
    codes = {one["code"] for one in steps}
    for code in (Step.State.REFUSED, Step.State.RETURNED, Step.State.CURRENT, Step.State.COMING, Step.State.OVER):
        if code in codes:
            return "late" if code == Step.State.CURRENT and any(one["late"] for one in steps) else BAR[code]
    return "done"


def bar_note(steps: list[dict[str, Any]]) -> str:
    """Who decided a stage, or is asked in it, or will be."""
    spoken = [seat for one in steps for seat in one["deciders"] if seat["at"] or seat["open"]]
    people = [seat["name"] for seat in spoken if seat["open"]] or [seat["name"] for seat in spoken if seat["at"]]
    return _("、").join(dict.fromkeys(people)) or _("、").join(one["expected"] for one in steps if one["expected"])


def names(people: list[tuple[Employee, Employee | None]]) -> str:
    """People in words, each with whom he represents."""
    return _("、").join(
        _("%(name)s（代%(whose)s）") % {"name": who.name, "whose": whose.name} if whose else who.name
        for who, whose in people
    )


def steps_in_words(flow: Flow, _actor: Actor) -> str:
    """A flow's steps on one line."""
    parts: list[str] = []
    for step in flow.steps.all():
        joint = "" if not parts else _(" 和 ") if step.beside else " → "
        parts.append(f"{joint}{step.title}{amount_words(step)}")
    return "".join(parts) or _("还没有步骤")


def amount_words(step: FlowStep) -> str:
    """From which amount on a step applies, in words."""
    return "" if step.from_fen is None else _("（%s）") % from_words(step)


def from_words(step: FlowStep) -> str:
    """Likewise, for a badge."""
    return "" if step.from_fen is None else _("%s 起") % format_yuan(step.from_fen)


def version(flow: Flow) -> str:
    """Which version a flow is."""
    return _("第 %d 版") % flow.number


def limit_words(step: FlowStep) -> str:
    """How long a step may take, in words."""
    return _("不限") if step.minutes is None else _("%s（工作时间）") % humanise(step.minutes)


def flow_state(obj: Flow, _actor: Actor) -> str:
    """A flow's state as a coloured word."""
    tones = {Flow.State.DRAFT: "warning", Flow.State.CURRENT: "success", Flow.State.OLD: "neutral"}
    return badge(obj.get_state_display(), tones[Flow.State(obj.state)])


def kind(obj: Approval | Flow, _actor: Actor) -> str:
    """What people call the kind."""
    return kinds.title_of(obj.kind)


def deputy_state(obj: Deputy) -> tuple[str, str]:
    """Whether a deputy stands in now: the word and its tone."""
    today = timezone.localdate()
    if obj.ended_at is not None or obj.until_day < today:
        return _("已结束"), "neutral"
    return (_("未开始"), "info") if obj.from_day > today else (_("代理中"), "success")
