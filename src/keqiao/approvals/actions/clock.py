"""What the clock and changes of people do: reminders, escalation, and seats that follow who may decide."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.approvals import policies
from keqiao.approvals.actions import base, way
from keqiao.approvals.actions.flows import watch
from keqiao.approvals.finding import people, sitters
from keqiao.approvals.models import LIVING, Approval, Decider, Step
from keqiao.approvals.queries import current_steps, overseers
from keqiao.audit.actions import record
from keqiao.calendars.queries import calendar_for
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.org.models import Employee
from keqiao.org.queries import leaders_of

BATCH = 500
REMINDED, LATE = 1, 2
Seat, How = Decider.State, Decider.How


def sound(now: datetime | None = None) -> int:
    """Remind and escalate what is due; returns how many alarms were given. Safe to run twice, and in parallel."""
    now = now or timezone.now()
    rows = Step.objects.filter(state=Step.State.CURRENT, alarm_at__lte=now).select_related("approval")
    return sum(ring(step, now) for step in rows.order_by("alarm_at", "pk")[:BATCH])


@transaction.atomic
def ring(step: Step, now: datetime) -> int:
    """One step's alarm: 1 if it was given, 0 while people rest or when another process was faster."""
    approval, calendar = step.approval, calendar_for(step.approval.unit_id)
    mine = Step.objects.filter(
        pk=step.pk, state=Step.State.CURRENT, alarm_at=step.alarm_at, alarm_level=step.alarm_level
    )
    if (opens := calendar.next_open(now)) > now:
        mine.update(alarm_at=opens)
        return 0
    late = step.due_at is not None and step.due_at <= now
    following = None if late or step.due_at is None else step.due_at
    if mine.update(alarm_at=following, alarm_level=LATE if late else REMINDED) != 1:
        return 0
    asked = list(step.deciders.filter(state=Seat.OPEN).values_list("employee_id", flat=True))
    words = _("审批已超时：%s") if late else _("审批即将到期：%s")
    kind = "approval.late" if late else "approval.reminded"
    to = {*asked, *(leader for pk in asked for leader in leaders_of(pk))} if late else set(asked)
    to.discard(approval.requested_by_id)
    base.tell(SYSTEM, approval, to, words % approval.title, kind, f"{approval.round}:{step.pk}")
    record(SYSTEM, kind, approval, {"note": step.title, "to": sorted(to)})
    return 1


def refresh_all() -> int:
    """Look at everything that waits, and at the flows, after people, positions or units have changed."""
    ids = list(Approval.objects.filter(state__in=LIVING).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        refresh(actor=SYSTEM, obj=Approval(pk=pk))
    watch()
    return len(ids)


@transaction.atomic
def refresh(*, actor: Actor, obj: Approval) -> Approval:
    """Bring the seats of an approval in line with who may decide now. Never decides anything itself."""
    fresh = base.lock(obj)
    if fresh.state == Approval.State.RETURNED:
        return orphan(actor, fresh)
    if fresh.state != Approval.State.WAITING:
        return fresh
    moved = [change for step in current_steps(fresh) for change in reseat(fresh, step)]
    if moved:
        record(actor, "approval.reseated", fresh, {"note": _("；").join(moved)})
    if moved or not fresh.waits_for:
        return way.look(actor, fresh)
    return fresh


def orphan(actor: Actor, approval: Approval) -> Approval:
    """A returned request whose requester has left is put to who helps, who may take it back."""
    left = not Employee.objects.filter(pk=approval.requested_by_id, is_active=True).exists()
    if left and not approval.stuck:
        base.keep(approval, stuck=True)
        words = _("申请人已离职，待补充的申请请处理：%s") % approval.title
        helpers = overseers(approval.unit_id)
        base.ask(approval, helpers, base.STUCK, words)
        record(actor, "approval.stuck", approval, {"note": words, "to": helpers})
    return approval


def reseat(approval: Approval, step: Step) -> list[str]:
    """One step's seats: who may no longer decide leaves, deputies come and go, who may now decide gets one."""
    said: list[str] = []
    kept: set[int] = set()
    rows = list(step.deciders.filter(state=Seat.OPEN).select_related("employee", "principal", "step").order_by("pk"))
    stands_in = sitters([one.principal_id for one in rows], approval.requested_by_id)
    for one in rows:
        valid = policies.valid(one, approval)
        handed_on = one.how in {How.DELEGATED, How.ASSIGNED} and one.employee.is_active
        right = one.employee_id if handed_on else stands_in[one.principal_id]
        if valid:
            kept.add(one.principal_id)
        if valid and right == one.employee_id:
            continue
        base.take([one], Seat.RELEASED, "")
        if valid:
            way.seat(approval, step, [one.principal_id], How.ASSIGNED if one.how == How.ASSIGNED else How.RULE)
            names = {"old": one.employee.name, "new": Employee.objects.get(pk=right).name}
            said.append(_("%(old)s改由%(new)s审批") % names)
        else:
            said.append(_("%s不再能审批") % one.employee.name)
    return said + newcomers(approval, step, kept)


def newcomers(approval: Approval, step: Step, kept: set[int]) -> list[str]:
    """Seats for those who may decide now and have none; where all must agree only if nobody is asked at all."""
    asked = step.deciders.filter(round=approval.round).exclude(state__in=[Seat.RELEASED, Seat.PASSED])
    if step.every and asked.exists():
        return []
    able = people(step, approval.requested_by_id, approval.unit_id)
    seats = way.seat(approval, step, [pk for pk in able if pk not in kept])
    return [_("%s可以审批") % one.employee.name for one in seats]
