"""Starting a search, and what people decide about a pair."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.customers import policies as customers
from keqiao.customers.models import DuplicatePair, DuplicateRun
from keqiao.kernel import state
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, WrongState
from keqiao.runtime import jobs

JOB = "customers.duplicates"


@transaction.atomic
def start_search(*, actor: Actor) -> DuplicateRun:
    """Let the worker go through the whole stock; refused while a search is under way."""
    if not customers.allowed(actor, "merge"):
        raise NotAllowed(_("您没有合并客户的权限，不能发起查重。"))
    run = DuplicateRun.objects.create(by_id=actor.id)
    job = jobs.enqueue(JOB, {"run": run.pk}, key=JOB)
    if job is None:
        raise WrongState(_("查重正在进行，请等它完成。"))
    DuplicateRun.objects.filter(pk=run.pk).update(job=job)
    run.job = job
    record(actor, "duplicates.started", run, {})
    return run


@transaction.atomic
def decide(actor: Actor, pair: DuplicatePair, verb: str, target: str) -> DuplicatePair:
    """Write what a person decided, once."""
    if not all(customers.allowed(actor, "merge", side) for side in (pair.low, pair.high)):
        raise NotAllowed(_("其中一份档案由其他同事负责，请联系负责的同事或主管。"))
    moved = state.move(
        pair, target, field="state", transitions=DuplicatePair.TRANSITIONS,
        decided_by_id=actor.id, decided_at=timezone.now(),
    )  # fmt: skip
    record(actor, f"duplicate.{verb}", moved, {"low": pair.low.number, "high": pair.high.number})
    return moved


def different(*, actor: Actor, obj: DuplicatePair) -> DuplicatePair:
    """Not the same person; remembered, so that no later search asks again."""
    return decide(actor, obj, "different", DuplicatePair.State.DIFFERENT)


def later(*, actor: Actor, obj: DuplicatePair) -> DuplicatePair:
    """Not now."""
    return decide(actor, obj, "later", DuplicatePair.State.LATER)


def reopen(*, actor: Actor, obj: DuplicatePair) -> DuplicatePair:
    """Look at it again."""
    return decide(actor, obj, "reopened", DuplicatePair.State.OPEN)
