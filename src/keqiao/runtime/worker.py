"""The worker's loop: pumps that others hang in, the clock, then jobs."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import OperationalError, close_old_connections
from django.utils import timezone

from keqiao.runtime import jobs
from keqiao.runtime.models import Heartbeat

log = logging.getLogger(__name__)
CLOCK = timedelta(seconds=5)
MANY = 100
_pumps: list[Callable[[], int]] = []


def pump(function: Callable[[], int]) -> Callable[[], int]:
    """Hang a function into the loop; it does a little work and returns how much it did."""
    _pumps.append(function)
    return function


def run(stop: threading.Event, *, idle: float = 0.3) -> None:
    """Work until `stop` is set. Sleeps `idle` seconds when nothing was to be done."""
    next_clock = timezone.now()
    while not stop.is_set():
        try:
            # a few at a time cost as much as many: what comes while we rest is done in one go
            busy = sum(step() for step in _pumps) >= MANY
            if timezone.now() >= next_clock:
                Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
                jobs.tick()
                next_clock = timezone.now() + CLOCK
            busy = jobs.work() or busy
        except OperationalError:
            log.exception("database not reachable, trying again")
            close_old_connections()
            busy = False
        if not busy:
            stop.wait(idle)


def drain() -> None:
    """Do everything that waits now, in this process: for tests, imports and the demonstration."""
    while sum(step() for step in _pumps) + jobs.work():
        pass
