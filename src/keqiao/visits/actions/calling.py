"""Trying to reach the customer: taking, giving out, attempts, new times, giving up."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers import masking
from keqiao.customers.consents import free_from, may_contact
from keqiao.customers.models import Consent, ContactPoint
from keqiao.kernel import dates, phones
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.state import move
from keqiao.notices.actions import notify
from keqiao.org.models import Employee
from keqiao.org.work import take_on
from keqiao.runtime import throttle
from keqiao.tickets.actions import close_after_visit
from keqiao.visits.actions.base import (
    add_attempt,
    ask,
    begin,
    close,
    guard,
    leader_of,
    note_deed,
    required,
    url_of,
    waits,
)
from keqiao.visits.models import TRANSITIONS, Visit, VisitAttempt

OUTCOME = VisitAttempt.Outcome
AGAIN = {OUTCOME.BUSY: timedelta(minutes=30), OUTCOME.NO_ANSWER: timedelta(hours=2)}
HOPELESS = {OUTCOME.REFUSED, OUTCOME.WRONG_NUMBER}
SHOWN_A_DAY = 200


@transaction.atomic
def take(*, actor: Actor, obj: Visit) -> Visit:
    """Take a visit of one's own unit that nobody has yet; of several at once one gets it."""
    visit = guard(actor, "take", obj)
    begin(visit, actor)
    note_deed(actor, "visit.taken", visit)
    return visit


@transaction.atomic
def assign(*, actor: Actor, obj: Visit, assignee: Employee) -> Visit:
    """Give the visit to somebody, who is told."""
    take_on(assignee, "assignee")  # before the visit, as whoever hands work over does
    visit = guard(actor, "assign", obj)
    if visit.assignee_id == assignee.pk:
        return visit
    old = visit.assignee.name if visit.assignee else None
    rows = Visit.objects.filter(pk=visit.pk, open=True, assignee_id=visit.assignee_id).update(
        assignee=assignee, alarm_level=0
    )
    if rows != 1:
        raise WrongState(_("别人刚刚处理了这次回访，请刷新页面看看最新进展。"))
    visit.assignee = assignee
    ask(visit)
    note_deed(actor, "visit.assigned", visit, {"changes": {"assignee": [old, assignee.name]}})
    notify(
        actor=actor, to=[assignee.pk], title=_("分派给您的回访：%(visit)s") % {"visit": visit}, url=url_of(visit),
        kind="visit.assigned", key=f"visit.assigned:{visit.pk}:{assignee.pk}:{timezone.now():%Y%m%d%H%M%S}",
    )  # fmt: skip
    return visit


@transaction.atomic
def record_attempt(
    *, actor: Actor, obj: Visit, outcome: str, note: str = "", next_at: datetime | None = None,
    follow_at: datetime | None = None,
) -> VisitAttempt:  # fmt: skip
    """Write down a try that brought no answer, and when the next one is.

    Without `next_at` it is half an hour after a busy line and two hours after an unanswered call, never in rest
    times. The last try of the rule, a refusal and a wrong number are told to the leader, who may give up; with
    `follow_at` not before then (`follow_results`), because until then the try may be taken back.
    """
    visit = guard(actor, "attempt", obj)
    if outcome not in set(OUTCOME.values) - {OUTCOME.ANSWERED}:
        raise Refused(_("请选择联系结果。"), field="outcome")
    if outcome == OUTCOME.LATER and next_at is None:
        raise Refused(_("请填写与客户约定的时间。"), field="next_at")
    hopeless = outcome in HOPELESS
    if hopeless:
        next_at = None
    elif next_at is None:
        next_at = free_from(visit.customer, timezone.now() + AGAIN[OUTCOME(outcome)])
    else:
        check_time(visit, next_at)
    begin(visit, actor)
    last = hopeless or visit.attempts_made + 1 >= visit.rule.max_attempts
    changes = {
        "hopeless": hopeless, "not_before": next_at or visit.not_before, "follow_at": follow_at if last else None,
    }  # fmt: skip
    moved = move(visit, Visit.Status.TRYING, field="status", transitions=TRANSITIONS, **changes)
    moved.rule = visit.rule
    attempt = add_attempt(moved, actor, outcome, note.strip()[:300], next_at=next_at)
    data = {"outcome": outcome, "note": note.strip(), "attempt": moved.attempts_made}
    note_deed(actor, "visit.attempted", moved, data)
    if last and follow_at is None:
        tell_leader(actor, moved, attempt)
    return attempt


def tell_leader(actor: Actor, visit: Visit, attempt: VisitAttempt) -> None:
    """Tell the leader that a visit gets nowhere."""
    leader = leader_of(visit.unit_id)
    if leader is None:
        return
    title = _("%(visit)s：%(outcome)s，已尝试 %(n)s 次，请决定是否放弃") % {
        "visit": visit, "outcome": attempt.get_outcome_display(), "n": visit.attempts_made,
    }  # fmt: skip
    notify(
        actor=actor, to=[leader], title=title, url=url_of(visit), kind="visit.attempted",
        key=f"visit.attempted:{visit.pk}:{attempt.pk}",
    )  # fmt: skip


@transaction.atomic
def reschedule(*, actor: Actor, obj: Visit, next_at: datetime, reason: str = "") -> Visit:
    """Call at another time, as the customer wishes. The deadline of the rule stays, so that coverage stays honest."""
    visit = guard(actor, "reschedule", obj)
    check_time(visit, next_at)
    if Visit.objects.filter(pk=visit.pk, open=True).update(not_before=next_at) != 1:
        raise WrongState(_("别人刚刚处理了这次回访，请刷新页面看看最新进展。"))
    changes = {"not_before": [dates.full(visit.not_before), dates.full(next_at)]}
    visit.not_before = next_at
    note_deed(actor, "visit.rescheduled", visit, {"changes": changes, "note": reason.strip()[:300]})
    return visit


@transaction.atomic
def cancel(*, actor: Actor, obj: Visit, reason: str) -> Visit:
    """Cancel a visit that does not belong to a ticket that waits for it; such a ticket would wait for ever."""
    visit = guard(actor, "cancel", obj)
    why = required(reason, _("请写明取消的原因。"), "reason")[:300]
    if visit.ticket and waits(visit.ticket):
        raise WrongState(_("这张投诉要靠回访办结，不能取消回访；联系不上时请放弃回访并写明原因。"))
    cancelled = close(visit, Visit.Status.CANCELLED, reason=why)
    note_deed(actor, "visit.cancelled", cancelled, {"note": why})
    return cancelled


@transaction.atomic
def give_up(*, actor: Actor, obj: Visit, reason: str) -> Visit:
    """Stop trying after enough attempts: the visit counts as not reached, and its ticket is closed saying so."""
    visit = guard(actor, "give_up", obj)
    why = required(reason, _("请写明放弃的原因。"), "reason")[:300]
    ended = close(visit, Visit.Status.UNREACHABLE, reason=why, token_digest=None, token_until=None)
    note_deed(actor, "visit.unreachable", ended, {"note": why, "attempts": visit.attempts_made})
    if visit.ticket and waits(visit.ticket):
        note = _("回访联系不上客户：%(reason)s") % {"reason": why}
        close_after_visit(actor=actor, ticket=visit.ticket, satisfaction=None, note=note)
    return ended


@transaction.atomic
def show_phone(*, actor: Actor, obj: Visit) -> list[str]:
    """The full numbers to call for this visit; each showing is recorded. Refused in rest times."""
    visit = guard(actor, "phone", obj)
    if masking.hidden_from(actor, masking.PHONE):
        raise NotAllowed(_("您的岗位不显示客户的电话。如工作需要，请联系主管。"))
    verdict = may_contact(visit.customer, Consent.Purpose.SERVICE, Consent.Channel.PHONE)
    if not verdict:
        raise Refused(verdict.reason)
    if throttle.hits(f"visit-phone:{actor.id}", window=timedelta(days=1)) > SHOWN_A_DAY:
        raise Refused(_("今天显示号码的次数已达上限，如工作需要请联系主管。"))
    numbers = phones_of(visit)
    note_deed(actor, "visit.phone_shown", visit, {"phones": [phones.mask(one) for one in numbers]})
    return numbers


def phones_of(visit: Visit) -> list[str]:
    """The number given with the matter first, then the customer's own."""
    own = ContactPoint.objects.filter(customer=visit.customer_id, kind=ContactPoint.Kind.PHONE)
    numbers = [visit.ticket.contact_phone] if visit.ticket and visit.ticket.contact_phone else []
    numbers += own.order_by("-primary", "pk").values_list("value", flat=True)
    return list(dict.fromkeys(numbers))


def check_time(visit: Visit, at: datetime) -> None:
    """Raise Refused for a time that is past or in the customer's rest time."""
    if at <= timezone.now():
        raise Refused(_("请填写将来的时间。"), field="next_at")
    free = free_from(visit.customer, at)
    if free > at:
        better = dates.full(free)
        raise Refused(_("这是客户的休息时间，最近可联系的时间是 %(time)s。") % {"time": better}, field="next_at")
