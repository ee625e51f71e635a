"""Tailing the events: the search index, notices and higher apps each read from their own mark, in order, at least once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

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


def read(name: str, *, limit: int = BATCH) -> int:
    """Give the reader its next events and move its mark; returns how many it passed.

    An event on which it fails is tried again with pauses, then set aside as Missed so that the rest goes on.
    """
    subscriber = _readers[name]
    kept, _new = Mark.objects.get_or_create(name=name)  # by itself, so that a failure's rollback leaves it
    if not waiting(kept).exists():
        return 0  # without a transaction, which on SQLite would keep writers waiting
    try:
        with transaction.atomic():
            mark = locked(name)
            if mark is None:
                return 0
            # after a failure go one by one, so that only the one that fails waits
            events = list(waiting(mark)[: 1 if mark.attempts else limit])
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


def waiting(mark: Mark) -> QuerySet[Event]:
    """Events behind the mark that no open transaction can still slip under."""
    # the redundant lower bound lets both planners start in the index
    after = Q(xid__gte=mark.xid) & (Q(xid__gt=mark.xid) | Q(id__gt=mark.event_id))
    events = Event.objects.filter(after).order_by("xid", "id")
    return events if connection.vendor == "sqlite" else events.filter(xid__lt=horizon())


# Transaction ids count for the whole server, so a long transaction in somebody else's database must not hold us up.
# One whose database can't be told yet (its id is out, its lock not yet taken) counts as ours.
HORIZON = """
    SELECT CAST(CAST(coalesce(min(open.xid), pg_snapshot_xmax(pg_current_snapshot())) AS text) AS bigint)
    FROM pg_snapshot_xip(pg_current_snapshot()) AS open(xid)
    WHERE NOT EXISTS (
        SELECT FROM pg_locks AS own JOIN pg_stat_activity AS session USING (pid)
        WHERE own.locktype = 'transactionid' AND own.mode = 'ExclusiveLock' AND own.granted
            AND own.transactionid = CAST(open.xid AS xid) AND session.datname <> current_database()
    )
"""


def horizon() -> int:
    """The oldest transaction of this database that is still open on PostgreSQL; everything below it is settled."""
    with connection.cursor() as cursor:
        cursor.execute(HORIZON)
        return int(cursor.fetchone()[0])


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
        event = waiting(mark).first()
        if event is not None:
            Missed.objects.get_or_create(reader=name, event=event, defaults={"error": repr(error)[:4000]})
            advance(name, event)


@pump
def read_all() -> int:
    """One round for every reader; hung into the worker's loop."""
    return sum(read(name) for name in _readers)


def names() -> list[str]:
    """Every subscriber's name."""
    return list(_readers)
