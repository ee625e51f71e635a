"""The way of an approval: its steps laid, opened stage by stage, settled, and ended. Only called under the lock."""

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.approvals import kinds
from keqiao.approvals.actions import base
from keqiao.approvals.finding import people, sitters
from keqiao.approvals.models import STEP_TRANSITIONS, TRANSITIONS, Approval, Decider, FlowStep, Step
from keqiao.approvals.queries import current_steps, open_seats, overseers
from keqiao.approvals.registry import decided
from keqiao.audit.actions import record
from keqiao.calendars.queries import calendar_for
from keqiao.kernel.actor import Actor
from keqiao.kernel.state import move
from keqiao.kernel.text import single_line

Seat, Stage = Decider.State, Step.State
KEPT = ("name", "who", "power", "position_id", "levels", "person_id", "every", "minutes")
NAMES = 3  # of those who are asked, in the list


def lay(approval: Approval, stages: list[list[FlowStep]]) -> None:
    """Write the whole way down, as the flow has it now."""
    rows, place = [], 0
    for number, rules in enumerate(stages, 1):
        for rule in rules:
            place += 1
            rows.append(
                Step(approval=approval, stage=number, place=place, **{name: getattr(rule, name) for name in KEPT})
            )
    Step.objects.bulk_create(rows)


def enter(actor: Actor, approval: Approval, stage: int, note: str = "") -> Approval:
    """Ask the steps of a stage; of one that is settled at once the next; behind the last the decision falls."""
    while True:
        steps = list(approval.steps.filter(stage=stage).select_related("position", "person"))
        if not steps:
            return finish(actor, approval, Approval.State.APPROVED, note)
        base.keep(approval, stage=stage)
        open_all(actor, approval, steps)
        if not all([settle(step, approval.round) for step in steps]):
            return look(actor, approval)
        stage += 1


def open_all(actor: Actor, approval: Approval, steps: list[Step]) -> None:
    """Open the steps of a stage; who agreed in the stage before is not asked again, and that is said."""
    now, calendar = timezone.now(), calendar_for(approval.unit_id)
    agreed = set(
        approval.deciders.filter(step__stage=steps[0].stage - 1, round=approval.round, state=Seat.AGREED).values_list(
            "employee_id", flat=True
        )
    )
    for step in steps:
        limit = step.minutes
        step.due_at = calendar.add(now, limit) if limit else None
        step.alarm_at = calendar.add(now, max(limit * 4 // 5, 1)) if limit else None
        move(
            step, Stage.CURRENT, field="state", transitions=STEP_TRANSITIONS, opened_at=now, due_at=step.due_at,
            alarm_at=step.alarm_at, alarm_level=0, done_at=None,
        )  # fmt: skip
        step.state = Stage.CURRENT
        seat(approval, step, people(step, approval.requested_by_id, approval.unit_id))
        carry(actor, approval, step, agreed)


def seat(approval: Approval, step: Step, principals: list[int], how: Decider.How = Decider.How.RULE) -> list[Decider]:
    """Give each of the people a seat at the step, or whoever stands in."""
    found = sitters(principals, approval.requested_by_id)
    rows = [
        Decider(
            approval=approval, step=step, principal_id=whose, employee_id=who, round=approval.round,
            how=Decider.How.DEPUTY if who != whose and how == Decider.How.RULE else how,
        )
        for whose, who in found.items()
    ]  # fmt: skip
    return Decider.objects.bulk_create(rows)


def carry(actor: Actor, approval: Approval, step: Step, agreed: set[int]) -> None:
    """The same person in two consecutive steps decides once."""
    rows = step.deciders.filter(state=Seat.OPEN, employee_id__in=agreed).select_related("employee")
    for one in rows.order_by("pk"):
        base.take([one], Seat.AGREED, _("上一步已由本人同意，不再重复审批。"), carried=True)
        record(actor, "approval.carried", approval, {"step": step.title, "note": one.employee.name})


def settle(step: Step, turn: int) -> bool:
    """Close the step if enough have agreed in this turn: one, or everybody who was asked. Whether it is closed."""
    seats = step.deciders.filter(round=turn)
    if not seats.filter(state=Seat.AGREED).exists():
        return False
    if step.every and seats.filter(state=Seat.OPEN).exists():
        return False
    now = timezone.now()
    seats.filter(state=Seat.OPEN).update(state=Seat.RELEASED, done_at=now)
    move(step, Stage.DONE, field="state", transitions=STEP_TRANSITIONS, done_at=now, alarm_at=None)
    step.state = Stage.DONE
    return True


def agreed(actor: Actor, approval: Approval, seats: list[Decider], note: str) -> Approval:
    """After somebody agreed: settle that person's steps, and go on when the whole stage is through."""
    for step in Step.objects.filter(pk__in={one.step_id for one in seats}).order_by("place"):
        settle(step, approval.round)
    if approval.steps.filter(stage=approval.stage, state=Stage.CURRENT).exists():
        return look(actor, approval)
    return enter(actor, approval, approval.stage + 1, note)


def look(actor: Actor, approval: Approval) -> Approval:
    """Bring to-dos, names and the deadline in line with who is asked now; put what nobody can decide to those who help."""
    seats, steps = open_seats(approval), current_steps(approval)
    close_others(approval, {one.employee_id for one in seats})
    due = {step.pk: step.due_at for step in steps}
    for one in seats:
        base.ask(approval, [one.employee_id], base.TODO, todo_title(approval), due.get(one.step_id or 0))
    taken = {one.step_id for one in seats}
    base.keep(
        approval, waits_for=names_of(seats), due_at=min((at for at in due.values() if at), default=None)
    )  # fmt: skip
    return hang(actor, approval, [step for step in steps if step.pk not in taken])


def close_others(approval: Approval, asked: set[int]) -> None:
    """Close the to-dos of those who are no longer asked."""
    earlier = approval.deciders.exclude(employee_id__in=asked).values_list("employee_id", flat=True).distinct()
    for pk in sorted(earlier):
        base.close(approval, base.TODO, employee_id=pk)


def todo_title(approval: Approval) -> str:
    """What a decider reads in the list."""
    return _("待审批：%s") % approval.title


def names_of(seats: list[Decider]) -> str:
    """Who is asked now, in short."""
    names = list(dict.fromkeys(one.employee.name for one in seats))
    shown = _("、").join(names[:NAMES])
    return single_line(
        shown if len(names) <= NAMES else _("%(names)s等 %(n)d 人") % {"names": shown, "n": len(names)}, 200
    )


def hang(actor: Actor, approval: Approval, empty: list[Step]) -> Approval:
    """Whether somebody can decide every open step: if not, those who help are asked, once; else they are done."""
    stuck = bool(empty)
    if stuck == approval.stuck:
        return approval
    base.keep(approval, stuck=stuck)
    if not stuck:
        base.close(approval, base.STUCK)
        return approval
    helpers = overseers(approval.unit_id)
    words = _("无人可批，请指派审批人：%s") % approval.title
    base.ask(approval, helpers, base.STUCK, words)
    told = _("“%s”目前没有人能审批，已转给管理员处理") % approval.title
    turn = f"{approval.round}:{approval.stage}:{timezone.now():%Y%m%d%H}"
    base.tell(actor, approval, [approval.requested_by_id], told, "approval.stuck", turn)
    record(actor, "approval.stuck", approval, {"note": _("、").join(step.title for step in empty), "to": helpers})
    return approval


def stop_asking(approval: Approval, at: Step.State) -> None:
    """Leave every open seat; the open steps end as said."""
    now = timezone.now()
    approval.deciders.filter(state=Seat.OPEN).update(state=Seat.RELEASED, done_at=now)
    for step in current_steps(approval):
        move(step, at, field="state", transitions=STEP_TRANSITIONS, done_at=now, alarm_at=None)


def stop(approval: Approval, at: Step.State) -> None:
    """Likewise, and what was still to come is not asked any more."""
    stop_asking(approval, at)
    for step in approval.steps.filter(state__in=[Stage.COMING, Stage.RETURNED]):
        move(step, Stage.OVER, field="state", transitions=STEP_TRANSITIONS)


def finish(actor: Actor, approval: Approval, state: Approval.State, note: str) -> Approval:
    """The decision, once: everything about it ends, the requester is told, and so is the owner of the subject."""
    ends = {Approval.State.REJECTED: Stage.REFUSED}
    stop(approval, ends.get(state, Stage.OVER))
    done = move(
        approval, state, field="state", transitions=TRANSITIONS, decided_by_id=actor.id, decided_at=timezone.now(),
        note=note, stuck=False, waits_for="", due_at=None,
    )  # fmt: skip
    base.close(done)
    if state != Approval.State.WITHDRAWN and not kinds.get(done.kind).tells:
        words = _("您的申请已获同意：%s") if state == Approval.State.APPROVED else _("您的申请被驳回：%s")
        base.tell(actor, done, [done.requested_by_id], words % done.title, "approval.decided", str(done.round))
    decided(actor, done)
    return done
