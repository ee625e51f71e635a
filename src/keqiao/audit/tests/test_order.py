"""The order of events: after a move to a cluster that has counted less, and inside one very large transaction."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Max

from keqiao.audit import order, readers, sealing
from keqiao.audit.actions import record, record_many
from keqiao.audit.models import Event, Mark
from keqiao.audit.verifying import verify
from keqiao.kernel import bulk
from keqiao.kernel.actor import SYSTEM
from keqiao.org.models import OrgUnit

FAR = 5_000_000_000  # transactions that the former cluster had counted


@pytest.fixture
def seen(monkeypatch: Any, settings: Any, tmp_path: Any) -> list[str]:
    """A reader of all verbs that keeps them."""
    verbs: list[str] = []

    def digest(events: list[Event]) -> None:
        verbs.extend(event.verb for event in events)

    monkeypatch.setattr(readers, "_readers", {"test": readers.Reader("test", digest, frozenset())})
    settings.DATA = tmp_path
    return verbs


def happen(verb: str) -> None:
    """Something happens now."""
    with transaction.atomic():
        record(SYSTEM, verb, None)


def brought_from_elsewhere() -> None:
    """What a dump brings along: an event of the former cluster, sealed, and a reader that has passed it."""
    with transaction.atomic():
        record(SYSTEM, "thing.old", None)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('keqiao.unlocked', 'on', true)")
                cursor.execute("UPDATE audit_event SET xid = xid + %s", [FAR])
    last = Event.objects.aggregate(xid=Max("xid"), pk=Max("pk"))
    Mark.objects.create(name="test", xid=last["xid"], event_id=last["pk"])
    sealing.store(sealing.following(*sealing.end(), 10))
    sealing.note_down()


@pytest.mark.django_db(transaction=True)
def test_after_the_move_what_happens_is_read_and_sealed(seen: list[str]) -> None:
    brought_from_elsewhere()
    assert (order.mend() > 0) is (connection.vendor == "postgresql")
    happen("thing.new")
    readers.read("test")
    sealing.seal()
    assert seen == ["thing.new"]
    report = verify()
    assert (report.found, report.rows, report.tail) == (0, 2, 0)
    assert order.mend() == 0, "once is enough"


@pytest.mark.django_db(transaction=True)
def test_control_without_the_repair_new_events_are_passed_over(seen: list[str]) -> None:
    brought_from_elsewhere()
    happen("thing.new")
    readers.read("test")
    assert seen == ([] if connection.vendor == "postgresql" else ["thing.new"])


@pytest.mark.django_db(transaction=True)
def test_where_nothing_was_moved_nothing_is_raised(seen: list[str]) -> None:
    assert order.mend() == 0
    happen("thing.done")
    assert order.mend() == 0
    with transaction.atomic():
        record(SYSTEM, "thing.open", None)
    assert order.mend() == 0


@pytest.mark.django_db(transaction=True)
def test_a_batch_out_of_a_large_transaction_reads_no_more_than_itself(seen: list[str]) -> None:
    """The plan starts at the mark and does not walk what lies before it in the same transaction."""
    with transaction.atomic():
        record_many(SYSTEM, "thing.done", OrgUnit, ((n, str(n), {}) for n in range(5000)), about=False)
    pk = Event.objects.order_by("pk")[4000].pk
    xid = Event.objects.latest("pk").xid
    rest, _later = order.beyond(xid, pk)
    if connection.vendor == "sqlite":
        assert "USING INDEX event_tail (xid=? AND id>?)" in rest[:200].explain()
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_event")
    plan = rest[:200].explain(analyze=True)
    assert "Rows Removed by Filter" not in plan, plan


@pytest.mark.django_db(transaction=True)
def test_a_bulk_insert_stands_in_the_same_order(seen: list[str]) -> None:
    """The id of the transaction that COPY writes is that of an ordinary insert, base included."""
    brought_from_elsewhere()
    order.mend()
    with transaction.atomic():
        record(SYSTEM, "thing.one", None)
        same = {"at": Event.objects.latest("pk").at, "actor_name": "x", "label": "x", "title": "x", "data": {}}
        bulk.insert(Event, [{**same, "verb": "thing.two"}])
    assert len(set(Event.objects.exclude(verb="thing.old").values_list("xid", flat=True))) == 1
