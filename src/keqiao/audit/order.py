"""The order in which what happened is told and sealed: by transaction, then by id; settled events only.

PostgreSQL counts transactions for a cluster. A dump that is put into a new one finds a count that starts anew, and what
happens from then on would come before what readers and seals have passed. So the database knows a base that is added
to every transaction's id, a function that `mend` writes anew when the count has fallen behind. SQLite needs none of it.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from keqiao.audit.models import BASE, Event

# Transaction ids count for the whole server, so a long transaction in somebody else's database must not hold us up.
# One whose database can't be told yet (its id is out, its lock not yet taken) counts as ours.
HORIZON = f"""
    SELECT CAST(CAST(coalesce(min(open.xid), pg_snapshot_xmax(pg_current_snapshot())) AS text) AS bigint) + {BASE}()
    FROM pg_snapshot_xip(pg_current_snapshot()) AS open(xid)
    WHERE NOT EXISTS (
        SELECT FROM pg_locks AS own JOIN pg_stat_activity AS session USING (pid)
        WHERE own.locktype = 'transactionid' AND own.mode = 'ExclusiveLock' AND own.granted
            AND own.transactionid = CAST(open.xid AS xid) AND session.datname <> current_database()
    )
"""  # noqa: S608 – a name of our own
DEFINE = f"CREATE OR REPLACE FUNCTION {BASE}() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT CAST({{}} AS bigint)'"
KNOWN = f"SELECT to_regproc('{BASE}') IS NOT NULL"
NOW = f"SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint), {BASE}()"


def horizon() -> int:
    """The oldest transaction of this database that is still open on PostgreSQL; everything below it is settled."""
    return ask(HORIZON)[0]


def beyond(xid: int, pk: int, before: int | None = None) -> tuple[QuerySet[Event], QuerySet[Event]]:
    """Events after that place, in order: the rest of its transaction, then the later ones, of those below `before`.

    Two queries, for one condition over both columns lets a planner walk all of a transaction (on SQLite: everything).
    """
    rows = Event.objects.order_by("xid", "id")
    rest, later = rows.filter(xid=xid, id__gt=pk), rows.filter(xid__gt=xid)
    return (rest, later) if before is None else (rest.filter(xid__lt=before), later.filter(xid__lt=before))


def settled(xid: int, pk: int) -> tuple[QuerySet[Event], QuerySet[Event]]:
    """Events after that place that no open transaction can still slip under."""
    return beyond(xid, pk, horizon() if connection.vendor == "postgresql" else None)


def first(parts: Iterable["QuerySet[Event, Any]"], limit: int) -> list[Any]:
    """The first so many of what the parts give one after the other."""
    found: list[Any] = []
    for rows in parts:
        if len(found) < limit:
            found += rows[: limit - len(found)]
    return found


def mend() -> int:
    """Raise the base if this cluster has counted less than the events that are here; returns by how much.

    Whoever is seen by the first query had a smaller id than the second one gives, unless the count started anew.
    """
    if connection.vendor != "postgresql" or not ask(KNOWN)[0]:
        return 0
    with transaction.atomic():
        last = Event.objects.aggregate(last=Max("xid"))["last"]
        count, base = ask(NOW)
        behind = 0 if last is None else max(0, last + 1 - count - base)
        if behind:
            with connection.cursor() as cursor:
                cursor.execute(DEFINE.format(base + behind))
    return behind


def ask(query: str) -> tuple[int, ...]:
    """One row."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return tuple(cursor.fetchone())
