"""The deciders' side: agree, refuse, or give back for completion."""

from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.approvals.actions import base, way
from keqiao.approvals.models import TRANSITIONS, Approval, Decider, Step
from keqiao.audit.actions import record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.kernel.state import move

State, Seat = Approval.State, Decider.State
HERE, FIRST = "here", "first"


def titles(seats: list[Decider]) -> str:
    """The steps at which somebody sits, in words."""
    return _("、").join(dict.fromkeys(one.step.title for one in seats if one.step is not None))


def behalf(seats: list[Decider]) -> str:
    """For whom somebody sits there, in words; empty for oneself."""
    return _("、").join(dict.fromkeys(one.principal.name for one in seats if one.principal_id != one.employee_id))


@transaction.atomic
def approve(*, actor: Actor, obj: Approval, note: str = "") -> Approval:
    """Agree. Nobody decides a request of their own; the second of two simultaneous decisions is refused.

    The last agreement decides: what follows from it happens in this transaction.
    """
    fresh, seats = base.guard(actor, obj)
    note = note.strip()
    base.take(seats, Seat.AGREED, note)
    done = way.agreed(actor, fresh, seats, note)
    over = done.state == State.APPROVED
    if not over:
        words = _("“%(title)s”：%(name)s已同意") % {"title": done.title, "name": actor.name}
        key = f"{done.round}:{actor.id}:{done.stage}"
        base.tell(actor, done, [done.requested_by_id], words, "approval.agreed", key)
    data = {"note": note, "step": titles(seats), "for": behalf(seats)}
    record(actor, "approval.approved" if over else "approval.agreed", done, data)
    return done


@transaction.atomic
def reject(*, actor: Actor, obj: Approval, note: str) -> Approval:
    """Refuse, saying why; one refusal decides."""
    fresh, seats = base.guard(actor, obj)
    note = base.demand(note, _("请写明驳回的理由。"))
    base.take(seats, Seat.REFUSED, note)
    done = way.finish(actor, fresh, State.REJECTED, note)
    record(actor, "approval.rejected", done, {"note": note, "step": titles(seats), "for": behalf(seats)})
    return done


@transaction.atomic
def give_back(*, actor: Actor, obj: Approval, note: str, start: str = HERE) -> Approval:
    """Return to the requester for completion, saying what is missing; completed it goes on here, or from the first step."""
    fresh, seats = base.guard(actor, obj)
    note = base.demand(note, _("请写明需要补充什么。"))
    if not fresh.requested_by.is_active:
        raise Refused(_("申请人已离职，没有人能补充。请同意或驳回。"))
    base.take(seats, Seat.RETURNED, note)
    way.stop_asking(fresh, Step.State.RETURNED)
    stage = 1 if start == FIRST else fresh.stage
    done = move(
        fresh,
        State.RETURNED,
        field="state",
        transitions=TRANSITIONS,
        stage=stage,
        waits_for="",
        due_at=None,
        stuck=False,
    )
    base.close(done)
    base.ask(done, [done.requested_by_id], base.COMPLETE, _("请补充后重新提交：%s") % done.title)
    words = _("%(name)s退回补充：%(title)s") % {"name": actor.name, "title": done.title}
    base.tell(actor, done, [done.requested_by_id], words, "approval.returned", str(done.round))
    record(actor, "approval.returned", done, {"note": note, "step": titles(seats), "for": behalf(seats)})
    return done
