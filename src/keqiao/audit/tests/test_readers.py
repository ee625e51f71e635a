import threading
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keqiao.audit import readers
from keqiao.audit.actions import changes, event, record, record_all
from keqiao.audit.models import Event, Mark, Missed
from keqiao.kernel.actor import SYSTEM


@pytest.fixture
def seen(monkeypatch) -> list[str]:
    """A reader "test" of all verbs that keeps titles and fails on "poison.found"."""
    titles: list[str] = []

    def digest(events: list[Event]) -> None:
        if any(item.verb == "poison.found" for item in events):
            raise ValueError("poison")
        titles.extend(item.data["n"] for item in events)

    monkeypatch.setattr(readers, "_readers", {"test": readers.Reader("test", digest, frozenset())})
    return titles


def happen(n: int, verb: str = "thing.done") -> None:
    with transaction.atomic():
        record(SYSTEM, verb, None, {"n": n})


@pytest.mark.django_db(transaction=True)
def test_a_reader_gets_each_event_once_in_order(seen) -> None:
    for n in range(5):
        happen(n)
    assert readers.read("test", limit=3) == 3
    assert readers.read("test") == 2
    assert readers.read("test") == 0
    assert seen == [0, 1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_rolled_back_deeds_are_never_told(seen) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(SYSTEM, "thing.done", None, {"n": 1})
        raise ZeroDivisionError
    assert readers.read("test") == 0
    assert Event.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        record(SYSTEM, "thing.done", None)


@pytest.mark.django_db(transaction=True)
def test_only_wanted_verbs_reach_the_reader(seen, monkeypatch) -> None:
    digest = readers._readers["test"].digest
    monkeypatch.setitem(readers._readers, "test", readers.Reader("test", digest, frozenset({"ticket.*", "visit.done"})))
    for n, verb in enumerate(["ticket.closed", "visit.done", "visit.planned", "customer.changed"]):
        happen(n, verb)
    readers.read("test")
    assert seen == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_poison_is_set_aside_after_some_tries_and_the_rest_goes_on(seen) -> None:
    happen(1)
    happen(2, "poison.found")
    happen(3)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _round in range(20):
            readers.read("test")
            clock.shift(timedelta(minutes=1))
    assert seen == [1, 3]
    assert Missed.objects.get().event.verb == "poison.found"


@pytest.mark.django_db(transaction=True)
def test_a_failing_reader_rests_between_tries(seen) -> None:
    happen(1, "poison.found")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        readers.read("test")
        readers.read("test")
        assert Mark.objects.get().attempts == 1
        clock.shift(timedelta(seconds=2))
        readers.read("test")
        assert Mark.objects.get().attempts == 2


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_not_passed_over(seen) -> None:
    """On PostgreSQL an earlier id may become visible after a later one; on SQLite writers wait for each other."""
    if connection.vendor == "sqlite":
        happen(1)
        happen(2)
        readers.read("test")
        assert seen == [1, 2]
        return
    wrote, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record(SYSTEM, "thing.done", None, {"n": 1})
            wrote.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    wrote.wait(10)
    happen(2)
    readers.read("test")
    early = list(seen)
    may_commit.set()
    thread.join()
    readers.read("test")
    assert early == []
    assert sorted(seen) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_a_long_transaction_in_another_database_holds_nothing_up(seen) -> None:
    if connection.vendor == "sqlite":
        happen(1)
        readers.read("test")
        assert seen == [1]
        return
    with psycopg.connect(**{**connection.get_connection_params(), "dbname": "postgres"}) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        happen(1)
        readers.read("test")
    assert seen == [1]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_readers_do_not_read_twice(seen, in_parallel) -> None:
    with transaction.atomic():
        record_all(event(SYSTEM, "thing.done", None, {"n": n}) for n in range(50))
    in_parallel(lambda _n: readers.read("test", limit=10), times=8)
    while readers.read("test"):
        pass
    assert sorted(seen) == list(range(50))


def test_changes_name_only_what_differs() -> None:
    assert changes({"a": 1, "b": None, "c": [2, 1]}, {"a": 1, "b": "x", "c": {1, 2}}) == {"b": [None, "x"]}


@pytest.fixture
def round_of(monkeypatch) -> dict[str, list[int]]:
    """Five readers: "a" and "b" want things, "c", "d" and "e" want nothing that happens here; what each was given."""
    given: dict[str, list[int]] = {name: [] for name in "abcde"}

    def made(name: str) -> readers.Reader:
        def digest(events: list[Event]) -> None:
            given[name].extend(item.data["n"] for item in events)

        return readers.Reader(name, digest, frozenset({"thing.*" if name in "ab" else "other.done"}))

    monkeypatch.setattr(readers, "_readers", {name: made(name) for name in given})
    readers.read_all()  # their marks are made
    return given


@pytest.mark.django_db(transaction=True)
def test_a_round_gives_each_what_it_wants_and_moves_all_marks(round_of) -> None:
    for n in range(3):
        happen(n)
    happen(9, "else.done")
    assert readers.read_all() == 4
    assert round_of == {"a": [0, 1, 2], "b": [0, 1, 2], "c": [], "d": [], "e": []}
    assert len(set(Mark.objects.values_list("xid", "event_id"))) == 1
    happen(4, "other.done")
    happen(5)
    assert readers.read_all() == 2
    assert readers.read_all() == 0
    assert round_of == {"a": [0, 1, 2, 5], "b": [0, 1, 2, 5], "c": [4], "d": [4], "e": [4]}


@pytest.mark.django_db(transaction=True)
def test_who_wants_nothing_costs_a_round_nothing_more(round_of, django_assert_num_queries, monkeypatch) -> None:
    happen(0)
    with CaptureQueriesContext(connection) as five:
        readers.read_all()
    known = readers._readers
    more = {name: readers.Reader(name, known["c"].digest, known["c"].verbs) for name in ("f", "g", "h")}
    monkeypatch.setattr(readers, "_readers", known | more)
    readers.read_all()  # their marks are made, and brought up to the others'
    happen(1)
    with django_assert_num_queries(len(five)):
        readers.read_all()
    assert round_of["a"] == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_a_mark_that_moved_meanwhile_is_left_where_it_is(round_of) -> None:
    happen(0)
    place = Mark.objects.get(name="c")
    behind = readers.Batch(place.xid, place.event_id, list(Event.objects.filter(verb="thing.done")))
    happen(1)
    readers.read("c")
    ahead = Mark.objects.get(name="c")
    assert readers.pass_over(["c", "d"], behind) == 1
    assert Mark.objects.get(name="c").event_id == ahead.event_id
    assert Mark.objects.get(name="d").event_id == behind.events[-1].pk


@pytest.mark.django_db(transaction=True)
def test_one_that_fails_does_not_hold_up_the_round(round_of, monkeypatch) -> None:
    def fail(_events: list[Event]) -> None:
        raise ValueError("poison")

    monkeypatch.setitem(readers._readers, "a", readers.Reader("a", fail, frozenset({"thing.*"})))
    happen(0)
    readers.read_all()
    assert (round_of["b"], Mark.objects.get(name="a").attempts) == ([0], 1)
    assert Mark.objects.get(name="c").event_id == Mark.objects.get(name="b").event_id > 0
