"""The desk 回访台: the next visit comes by itself and is held for one person; what was saved last may be taken back."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.visits import policies, queries
from keqiao.visits.actions.base import ask, fresh, note_deed
from keqiao.visits.actions.calling import record_attempt
from keqiao.visits.actions.results import record_result
from keqiao.visits.models import Visit, VisitAttempt

HELD = timedelta(minutes=15)  # a call and its notes; whoever goes home leaves nothing behind
TAKEN_BACK = timedelta(seconds=60)
ANSWERED = VisitAttempt.Outcome.ANSWERED
SAVED = ("outcome", "note", "next_at", "before", "at", "visit__satisfaction", "visit__customer__name")
NOTHING: dict[str, Any] = {
    "satisfaction": None, "solved": None, "said": "", "channel": "", "done_at": None, "done_by": None, "follow_at": None,
}  # fmt: skip


def free(actor: Actor, now: datetime) -> Q:
    """Visits that are before nobody else."""
    return Q(held_until=None) | Q(held_until__lte=now) | Q(held_by_id=actor.id)


@transaction.atomic
def next_for(*, actor: Actor) -> Visit | None:
    """Hold the visit to make next and return it: the one before the actor already, else the first due.

    Passed over are those before somebody else, of paused rules, and of customers who rest now or refuse. Of several
    people who ask at once each gets another one. Nothing of it is recorded: it ends by itself.
    """
    if not policies.allowed(actor, "record"):
        raise NotAllowed(_("您没有回访客户的权限。"))
    now = timezone.now()
    for visit in queries.waiting_at_desk(actor, now).filter(free(actor, now))[: queries.LOOKED_AT]:
        if hold(actor, visit, now):
            return visit
    return None


def hold(actor: Actor, visit: Visit, now: datetime | None = None) -> bool:
    """Put the visit before the actor for a while; False where somebody else is on it, or it has ended."""
    now = now or timezone.now()
    rows = Visit.objects.filter(free(actor, now), pk=visit.pk, open=True)
    return rows.update(held_by_id=actor.id, held_until=now + HELD) == 1


@transaction.atomic
def save_at_desk(
    *, actor: Actor, obj: Visit, outcome: str, satisfaction: int | None = None, solved: bool | None = None,
    said: str = "", next_at: datetime | None = None,
) -> VisitAttempt:  # fmt: skip
    """Save the result or the attempt, so that it may be taken back for a minute. Raises Refused with the field."""
    now = timezone.now()
    visit = fresh(obj)
    if not Visit.objects.filter(free(actor, now), pk=visit.pk).exists():
        raise WrongState(_("同事正在回访这位客户，您的内容没有保存。"))
    before = {"status": visit.status, "not_before": visit.not_before.isoformat(), "hopeless": visit.hopeless}
    if outcome == ANSWERED:
        record_result(
            actor=actor, obj=visit, satisfaction=satisfaction, solved=solved, said=said, follow_at=now + TAKEN_BACK,  # type: ignore[arg-type]  # None is refused there
        )  # fmt: skip
    else:
        record_attempt(actor=actor, obj=visit, outcome=outcome, note=said, next_at=next_at, follow_at=now + TAKEN_BACK)
    Visit.objects.filter(pk=visit.pk).update(held_by=None, held_until=None)
    attempt = VisitAttempt.objects.filter(visit=visit).select_related("visit").latest("pk")
    attempt.before = before
    attempt.save(update_fields=["before"])
    return attempt


def last_saved(actor: Actor) -> VisitAttempt | None:
    """What the actor saved at the desk last, while it may still be taken back."""
    since = timezone.now() - TAKEN_BACK
    rows = VisitAttempt.objects.filter(by_id=actor.id, at__gt=since).exclude(before={})
    rows = rows.select_related("visit__customer").only(*SAVED).order_by("-at", "-pk")
    return rows.first() if actor.id else None


@transaction.atomic
def take_back(*, actor: Actor) -> tuple[Visit, dict[str, Any]]:
    """Undo what the actor saved last; the visit is before the actor again. Returns it with what had been entered."""
    attempt = last_saved(actor)
    if attempt is None:
        raise Refused(_("没有可以撤销的记录：只能在保存后 %(n)s 秒内撤销。") % {"n": int(TAKEN_BACK.total_seconds())})
    visit = fresh(attempt.visit)
    entered = {"outcome": attempt.outcome, "said": visit.said or attempt.note, "next_at": attempt.next_at,
               "satisfaction": visit.satisfaction, "solved": visit.solved}  # fmt: skip
    was_done = visit.status == Visit.Status.DONE
    stands = {"status": visit.status, "attempts_made": visit.attempts_made, "open": not was_done}
    if was_done:
        stands["follow_at__gt"] = timezone.now()
    if visit.attempts.latest("pk").pk != attempt.pk or not back(actor, visit, attempt, stands):
        raise WrongState(_("这次回访已经有了新的进展，不能撤销。"))
    attempt.delete()
    visit.refresh_from_db()
    if was_done:
        ask(visit)
    note_deed(actor, "visit.taken_back", visit, {"outcome": entered["outcome"]})
    return visit, entered


def back(actor: Actor, visit: Visit, attempt: VisitAttempt, stands: dict[str, Any]) -> bool:
    """Put the visit back as it stood before the attempt, unless it has moved on meanwhile."""
    before = attempt.before
    return (
        Visit.objects.filter(pk=visit.pk, **stands).update(
            status=before["status"], open=True, hopeless=before["hopeless"],
            not_before=datetime.fromisoformat(before["not_before"]), attempts_made=F("attempts_made") - 1,
            held_by_id=actor.id, held_until=timezone.now() + HELD, **NOTHING,
        )
        == 1
    )  # fmt: skip
