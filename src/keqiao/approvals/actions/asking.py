"""The requester's side: asking for a decision, completing the request, urging, taking it back."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.approvals import policies
from keqiao.approvals.actions import base, way
from keqiao.approvals.models import STEP_TRANSITIONS, TRANSITIONS, Approval, Decider, Flow, Step
from keqiao.approvals.models.flow import URGE_MINUTES
from keqiao.approvals.queries import flow_of, open_seats, stages_of
from keqiao.audit.actions import record
from keqiao.calendars.queries import calendar_for
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, TooMany, WrongState
from keqiao.kernel.state import move
from keqiao.org.models import Employee

State = Approval.State


@transaction.atomic
def request(
    *,
    actor: Actor,
    kind: str,
    subject: models.Model,
    title: str,
    power: str,
    unit_id: int,
    url: str = "",
    amount_fen: int | None = None,
    reason: str = "",
) -> Approval:
    """Ask for a decision about `subject`, by the flow that is kept for the kind. One may wait per kind and subject.

    Where no flow is kept it is one step: whoever holds `power` over the unit.
    """
    if actor.id is None:
        raise NotAllowed(_("只有员工可以提交审批。"))
    flow = flow_of(kind)
    fields: dict[str, Any] = {
        "kind": kind, "label": subject._meta.label_lower, "object_id": subject.pk, "title": title[:200], "url": url,
        "amount_fen": amount_fen, "reason": reason, "power": power, "unit_id": unit_id, "requested_by_id": actor.id,
        "flow": flow,
    }  # fmt: skip
    try:
        with transaction.atomic():
            approval = Approval.objects.create(**fields)
    except IntegrityError as error:
        raise Refused(_("这件事已经在等待审批。")) from error
    data = {"kind": kind, "amount_fen": amount_fen, "reason": reason, "flow": flow.number if flow else None}
    record(actor, "approval.requested", approval, data)
    way.lay(approval, stages_of(flow, power, amount_fen))
    if flow is not None:
        copy(actor, approval, flow)
    return way.enter(actor, approval, 1)


def copy(actor: Actor, approval: Approval, flow: Flow) -> None:
    """Those who get a copy are told and may look."""
    ids = list(
        Employee.objects.filter(pk__in=flow.copied.values("pk"), is_active=True)
        .exclude(pk=approval.requested_by_id)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    Decider.objects.bulk_create(
        [Decider(approval=approval, principal_id=pk, employee_id=pk, state=Decider.State.COPIED) for pk in ids]
    )
    base.tell(actor, approval, ids, _("抄送给您：%s") % approval.title, "approval.copied", "1")


@transaction.atomic
def resubmit(*, actor: Actor, obj: Approval, reason: str, note: str = "") -> Approval:
    """Hand a returned request in again, completed; it goes on where whoever returned it said."""
    fresh = base.living(obj, State.RETURNED)
    if fresh.requested_by_id != actor.id:
        raise NotAllowed(_("只有申请人可以补充后重新提交。"))
    reason = base.demand(reason, _("请填写申请理由。"), "reason")
    changed = {"reason": [fresh.reason, reason]} if reason != fresh.reason else {}
    fresh = move(
        fresh, State.WAITING, field="state", transitions=TRANSITIONS, reason=reason, round=fresh.round + 1, stuck=False
    )
    base.close(fresh)
    for step in fresh.steps.filter(stage__gte=fresh.stage).exclude(state=Step.State.COMING):
        move(step, Step.State.COMING, field="state", transitions=STEP_TRANSITIONS, done_at=None)
    record(actor, "approval.resubmitted", fresh, {"note": note.strip(), "changes": changed})
    return way.enter(actor, fresh, fresh.stage, note.strip())


@transaction.atomic
def withdraw(*, actor: Actor, obj: Approval, note: str = "") -> Approval:
    """Take one's own request back before the last word; who helps takes one back that a leaver left unfinished."""
    fresh = base.living(obj, State.WAITING, State.RETURNED)
    if not policies.allowed(actor, "withdraw", fresh):
        raise NotAllowed(_("只有申请人可以撤回。"))
    done = way.finish(actor, fresh, State.WITHDRAWN, note)
    record(actor, "approval.withdrawn", done, {"note": note})
    return done


@transaction.atomic
def urge(*, actor: Actor, obj: Approval, note: str = "") -> Approval:
    """Ask those who decide for speed; not again before so many working minutes have passed."""
    fresh = base.living(obj, State.WAITING)
    if not policies.allowed(actor, "urge", fresh):
        raise NotAllowed(_("只有申请人可以催办，且要有人在审批。"))
    pause, now = fresh.flow.urge_minutes if fresh.flow else URGE_MINUTES, timezone.now()
    calendar = calendar_for(fresh.unit_id)
    if fresh.urged_at is not None and calendar.minutes_between(fresh.urged_at, now) < pause:
        again = dates.relative(calendar.add(fresh.urged_at, pause), now)
        raise TooMany(_("刚刚催办过，%s可以再催。") % again)
    mine = Approval.objects.filter(pk=fresh.pk, urges=fresh.urges, state=State.WAITING)
    if mine.update(urges=F("urges") + 1, urged_at=now) != 1:
        raise WrongState(_("别人刚刚处理了这份申请，请刷新页面看看最新进展。"))
    fresh.urges, fresh.urged_at = fresh.urges + 1, now
    words = _("%(name)s催您审批：%(title)s") % {"name": actor.name, "title": fresh.title}
    asked = open_seats(fresh)
    base.tell(actor, fresh, [one.employee_id for one in asked], words, "approval.urged", str(fresh.urges))
    record(actor, "approval.urged", fresh, {"note": note.strip(), "to": fresh.waits_for})
    return fresh
