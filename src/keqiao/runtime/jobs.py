"""The job queue: enqueue in the business transaction, run at least once, survive a killed worker."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.runtime.models import Heartbeat, Job

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
ATTEMPTS = 8
DOING = "doing:"
LOST = timedelta(minutes=30)  # after which a scheduled function that has not come back is called again

Handler = Callable[["Run"], None]
_handlers: dict[str, Handler] = {}
_schedule: dict[str, tuple[str, Callable[[], object]]] = {}


@dataclass(slots=True)
class Run:
    """One execution of a job, handed to its handler."""

    job: Job

    @property
    def payload(self) -> dict[str, Any]:
        return dict(self.job.payload)

    def progress(self, done: int, total: int = 0) -> None:
        """Store how far the work is and keep the lease; raises Lost when another worker has taken the job over."""
        rows = Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING, attempts=self.job.attempts).update(
            done=done, total=total, lease_until=timezone.now() + LEASE
        )
        if rows != 1:
            raise Lost

    def result(self, **data: Any) -> None:
        """What people are shown when the job is done."""
        self.job.result = data
        Job.objects.filter(pk=self.job.pk).update(result=data)


class Lost(Exception):
    """This run's lease is gone; stop without writing anything more."""


def handler(name: str) -> Callable[[Handler], Handler]:
    """Declare the function that does jobs of that name; it must be safe to run again."""

    def register(function: Handler) -> Handler:
        _handlers[name] = function
        return function

    return register


def every(cron: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Declare a function that the clock calls by a cron expression in the installation's zone."""

    def register(function: Callable[[], object]) -> Callable[[], object]:
        _schedule[f"{function.__module__}.{function.__qualname__}"] = (cron, function)
        return function

    return register


def enqueue(
    name: str, payload: dict[str, Any], *, key: str | None = None, run_at: datetime | None = None
) -> Job | None:
    """Queue a job in the current transaction. With a key that is queued already, nothing happens and None returns."""
    if key is not None and Job.objects.filter(key=key).exists():
        return None  # the usual case, without a statement that fails
    try:
        with transaction.atomic():
            return Job.objects.create(name=name, payload=payload, key=key, run_at=run_at or timezone.now())
    except IntegrityError:
        return None


def claim() -> Job | None:
    """Take the oldest waiting job, or one whose worker died; None when there is nothing to do."""
    now = timezone.now()
    waiting = Q(state=Job.State.QUEUED, run_at__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    for job in Job.objects.filter(waiting).order_by("run_at")[:5]:
        if job.attempts >= ATTEMPTS:
            give_up(job)
            continue
        rows = Job.objects.filter(waiting, pk=job.pk, attempts=job.attempts).update(
            state=Job.State.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
        if rows == 1:
            job.attempts += 1
            return job
    return None


def give_up(job: Job) -> None:
    """A job under which one worker after the other dies would take every next one with it: it has failed for good."""
    dead = Job.objects.filter(pk=job.pk, attempts=job.attempts, state=Job.State.RUNNING, lease_until__lt=timezone.now())
    words = _("办理它的后台程序 %(n)s 次中断，不再重试。") % {"n": job.attempts}
    if dead.update(state=Job.State.FAILED, finished_at=timezone.now(), key=None, error=words) == 1:
        log.error("job %s %s given up: its worker died %s times", job.pk, job.name, job.attempts)


def silent(job: Job) -> bool:
    """Whether nobody is at work on a job that should be worked on: its worker died, or none took it within a lease."""
    now = timezone.now()
    if job.state == Job.State.RUNNING:
        return job.lease_until is not None and job.lease_until < now
    return job.state == Job.State.QUEUED and job.run_at + LEASE < now


def run(job: Job) -> None:
    """Do one claimed job and store what came of it; an error is retried later with growing pauses."""
    try:
        _handlers[job.name](Run(job))
    except Lost:
        return
    except Exception as error:  # noqa: BLE001 – whatever a handler raises must not end the worker
        log.exception("job %s %s failed", job.pk, job.name)
        finish(job, error)
        return
    finish(job, None)


def finish(job: Job, error: Exception | None) -> None:
    """Write the end of a run: done, queued again after 2^attempts seconds, or failed for good."""
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, state=Job.State.RUNNING)
    now = timezone.now()
    if error is None:
        mine.update(state=Job.State.DONE, finished_at=now, key=None, error="")
    elif job.attempts >= ATTEMPTS:
        mine.update(state=Job.State.FAILED, finished_at=now, key=None, error=repr(error)[:2000])
    else:
        pause = timedelta(seconds=2**job.attempts)
        mine.update(state=Job.State.QUEUED, run_at=now + pause, error=repr(error)[:2000])


def tick() -> int:
    """Call every scheduled function whose time has come; one process wins each. Returns how many were called.

    One whose process died under it is called again; so all of them must be safe to run again.
    """
    now, called = timezone.now(), 0
    dead = {row.name: row.at for row in Heartbeat.objects.filter(name__startswith=DOING, at__lt=now - LOST)}
    for name, (cron, function) in _schedule.items():
        doing = f"{DOING}{name}"[:80]
        if is_due(name, cron, now) or (doing in dead and won(doing, dead[doing], now)):
            called += 1
            call(name, function, doing)
    return called


def is_due(name: str, cron: str, now: datetime) -> bool:
    """Whether the time of a scheduled function has come, and this process is the one to call it."""
    row, created = Heartbeat.objects.get_or_create(name=f"clock:{name}"[:80], defaults={"at": now})
    if created or next(CronSim(cron, row.at.astimezone(ZoneInfo(settings.TIME_ZONE)))) > now:
        return False
    with transaction.atomic():  # from here on it is known that somebody is at it
        if not won(row.name, row.at, now):
            return False
        Heartbeat.objects.update_or_create(name=f"{DOING}{name}"[:80], defaults={"at": now})
    return True


def won(name: str, seen: datetime, now: datetime) -> bool:
    """Whether this process is the first to move the mark on from where it was seen."""
    return Heartbeat.objects.filter(name=name, at=seen).update(at=now) == 1


def call(name: str, function: Callable[[], object], doing: str) -> None:
    """Run one scheduled function; its failure is logged and the next time comes as usual."""
    try:
        function()
    except Exception:  # noqa: BLE001 – one broken rule must not stop the clock
        log.exception("scheduled %s failed", name)
    Heartbeat.objects.filter(name=doing).delete()


def work() -> bool:
    """Do at most one job; False when there was none."""
    job = claim()
    if job is None:
        return False
    run(job)
    return True
