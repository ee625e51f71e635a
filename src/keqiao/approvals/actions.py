"""Asking for a decision, deciding, taking the question back."""

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.approvals.models import TRANSITIONS, Approval
from keqiao.approvals.policies import covers
from keqiao.approvals.registry import decided
from keqiao.audit.actions import record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.state import move


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
    """Ask for a decision about `subject` by whoever holds `power` over the unit. One may wait per kind and subject."""
    if actor.id is None:
        raise NotAllowed(_("只有员工可以提交审批。"))
    try:
        with transaction.atomic():
            approval = Approval.objects.create(
                kind=kind,
                label=subject._meta.label_lower,
                object_id=subject.pk,
                title=title[:200],
                url=url,
                amount_fen=amount_fen,
                reason=reason,
                power=power,
                unit_id=unit_id,
                requested_by_id=actor.id,
            )
    except IntegrityError as error:
        raise Refused(_("这件事已经在等待审批。")) from error
    record(actor, "approval.requested", approval, {"kind": kind, "amount_fen": amount_fen, "reason": reason})
    return approval


def decide(actor: Actor, obj: Approval, state: Approval.State, note: str) -> Approval:
    """Move a waiting approval to its end and tell the owner of the subject."""
    done = move(
        obj,
        state,
        field="state",
        transitions=TRANSITIONS,
        decided_by_id=actor.id,
        decided_at=timezone.now(),
        note=note,
    )
    decided(actor, done)
    return done


@transaction.atomic
def approve(*, actor: Actor, obj: Approval, note: str = "") -> Approval:
    """Agree. Nobody decides a request of their own; the second of two simultaneous decisions is refused."""
    if not covers(actor, obj):
        raise NotAllowed(_("您不能审批这件事：需要相应的审批权限，且不能审批自己的申请。"))
    done = decide(actor, obj, Approval.State.APPROVED, note)
    record(actor, "approval.approved", done, {"note": note})
    return done


@transaction.atomic
def reject(*, actor: Actor, obj: Approval, note: str) -> Approval:
    """Refuse, saying why."""
    if not covers(actor, obj):
        raise NotAllowed(_("您不能审批这件事：需要相应的审批权限，且不能审批自己的申请。"))
    if not note.strip():
        raise Refused(_("请写明驳回的理由。"), field="note")
    done = decide(actor, obj, Approval.State.REJECTED, note)
    record(actor, "approval.rejected", done, {"note": note})
    return done


@transaction.atomic
def withdraw(*, actor: Actor, obj: Approval, note: str = "") -> Approval:
    """Take one's own request back while it waits."""
    if obj.requested_by_id != actor.id:
        raise NotAllowed(_("只有申请人可以撤回。"))
    done = decide(actor, obj, Approval.State.WITHDRAWN, note)
    record(actor, "approval.withdrawn", done, {"note": note})
    return done
