"""Tailing the events: the search index, notices and higher apps each read from their own mark, in order, at least once."""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from keqiao.audit import order
from keqiao.audit.models import Event, Mark, Missed
from keqiao.runtime.worker import pump

log = logging.getLogger(__name__)
BATCH = 200
TRIES = 5

Digest = Callable[[list[Event]], None]


@dataclass(frozen=True, slots=True)
class Reader:
    """A subscriber: `digest` is called in the transaction that moves the mark, so its own rows are written once."""

    name: str
    digest: Digest
    verbs: frozenset[str]


_readers: dict[str, Reader] = {}


def reader(name: str, *verbs: str) -> Callable[[Digest], Digest]:
    """Declare a subscriber to the given verbs ("ticket.*" for all of a noun; none given means every event)."""

    def register(digest: Digest) -> Digest:
        _readers[name] = Reader(name, digest, frozenset(verbs))
        return digest

    return register


@dataclass(frozen=True, slots=True)
class Batch:
    """What waits behind a place in the order of events."""

    xid: int
    event_id: int
    events: list[Event]

    def is_at(self, mark: Mark) -> bool:
        """Whether a mark still stands where these events were found."""
        return (mark.xid, mark.event_id) == (self.xid, self.event_id) and not mark.attempts


def read(name: str, *, limit: int = BATCH, found: Batch | None = None) -> int:
    """Give the reader its next events and move its mark; returns how many it passed.

    An event on which it fails is tried again with pauses, then set aside as Missed so that the rest goes on.
    `found` are the events that wait behind the mark, if they have been looked up.
    """
    subscriber = _readers[name]
    if found is None:
        kept, _new = Mark.objects.get_or_create(name=name)  # by itself, so that a failure's rollback leaves it
        if not any(rows.exists() for rows in order.beyond(kept.xid, kept.event_id)):
            return 0  # without a transaction, which on SQLite would keep writers waiting
    try:
        with transaction.atomic():
            mark = locked(name)
            if mark is None:
                return 0
            # after a failure go one by one, so that only the one that fails waits
            limit = 1 if mark.attempts else limit
            events = found.events if found is not None and found.is_at(mark) else waiting(mark, limit)
            if not events:
                return 0
            wanted = [event for event in events if wants(subscriber, event.verb)]
            if wanted:
                subscriber.digest(wanted)
            advance(name, events[-1])
            return len(events)
    except Exception as error:  # noqa: BLE001 – whatever a subscriber raises must not stop the others
        log.exception("reader %s failed", name)
        stumble(name, error)
        return 0


def locked(name: str) -> Mark | None:
    """The mark under lock, None while another process reads or the reader rests after a failure."""
    skip = connection.features.has_select_for_update_skip_locked
    marks = Mark.objects.select_for_update(skip_locked=skip).filter(name=name)
    mark = marks.first()
    return None if mark is None or (mark.retry_at and mark.retry_at > timezone.now()) else mark


def waiting(mark: Mark, limit: int) -> list[Event]:
    """The next settled events behind the mark."""
    return order.first(order.settled(mark.xid, mark.event_id), limit)


def wants(subscriber: Reader, verb: str) -> bool:
    """Whether the verb, or its noun with a star, is subscribed to."""
    return not subscriber.verbs or verb in subscriber.verbs or f"{verb.split('.')[0]}.*" in subscriber.verbs


def advance(name: str, event: Event) -> None:
    """Move the mark behind the event."""
    Mark.objects.filter(name=name).update(xid=event.xid, event_id=event.pk, attempts=0, retry_at=None)


def stumble(name: str, error: Exception) -> None:
    """Note a failure; after TRIES of them set the first waiting event aside and go on."""
    with transaction.atomic():
        mark = Mark.objects.select_for_update().get(name=name)
        if mark.attempts + 1 < TRIES:
            pause = timedelta(seconds=2**mark.attempts)
            Mark.objects.filter(name=name).update(attempts=mark.attempts + 1, retry_at=timezone.now() + pause)
            return
        for event in waiting(mark, 1):
            Missed.objects.get_or_create(reader=name, event=event, defaults={"error": repr(error)[:4000]})
            advance(name, event)


@pump
def read_all() -> int:
    """One round for every reader; hung into the worker's loop. Returns the most events that one of them passed.

    Readers mostly stand at the same place and want little of what comes: events are fetched once for each place, and
    the marks of those who want none of them move together.
    """
    marks = {mark.name: mark for mark in Mark.objects.filter(name__in=list(_readers))}
    batches: dict[tuple[int, int], Batch] = {}
    idle: dict[tuple[int, int], list[str]] = defaultdict(list)
    passed = [0]
    for name, subscriber in _readers.items():
        mark = marks.get(name)
        if mark is None or mark.attempts:
            passed.append(read(name))
            continue
        place = mark.xid, mark.event_id
        if place not in batches:
            batches[place] = Batch(*place, waiting(mark, BATCH))
        if any(wants(subscriber, event.verb) for event in batches[place].events):
            passed.append(read(name, found=batches[place]))
        elif batches[place].events:
            idle[place].append(name)
    passed += [pass_over(names, batches[place]) for place, names in idle.items()]
    return max(passed)


@transaction.atomic
def pass_over(names: list[str], batch: Batch) -> int:
    """Move the marks of readers that want none of these events; returns how many events that were."""
    skip = connection.features.has_select_for_update_skip_locked
    held = Mark.objects.select_for_update(skip_locked=skip).filter(name__in=names).order_by("name")
    still = [mark.name for mark in held if batch.is_at(mark)]
    last = batch.events[-1]
    Mark.objects.filter(name__in=still).update(xid=last.xid, event_id=last.pk)
    return len(batch.events) if still else 0


def names() -> list[str]:
    """Every subscriber's name."""
    return list(_readers)
