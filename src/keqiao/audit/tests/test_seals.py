"""Whoever alters, removes or slips in a row is found, and the row is named. Threat 45."""

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from keqiao.audit import guard, order, sealing
from keqiao.audit.actions import record
from keqiao.audit.models import AppendOnly, Event, Seal
from keqiao.audit.verifying import Kind, verify
from keqiao.config import output
from keqiao.config.cli import check_audit
from keqiao.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path


def deeds(count: int, verb: str = "customer.changed") -> None:
    """So many events, one transaction each."""
    for number in range(count):
        with transaction.atomic():
            record(SYSTEM, verb, None, {"changes": {"名称": ["旧", f"新{number}"]}, "rate": 0.1 * number})


def settled() -> None:
    """Seal everything there is, although the test's own transaction is still open on PostgreSQL."""
    rows = sealing.following(*sealing.end(), 1000)
    if rows:
        sealing.store(rows)
    sealing.note_down()


@contextmanager
def sql() -> Iterator[Any]:
    """SQL by somebody who may switch the triggers off."""
    with connection.cursor() as cursor, transaction.atomic(), guard.unlocked():
        yield cursor


def found() -> list[tuple[Kind, int]]:
    """What is found, as (kind, number)."""
    return [(one.kind, one.number) for one in verify().problems]


def test_what_nobody_touched_stands() -> None:
    deeds(7)
    settled()
    deeds(3)
    settled()
    deeds(2)
    report = verify()
    assert (report.found, report.rows, report.seals, report.tail) == (0, 10, 2, 2)
    assert report.tail_since == Event.objects.order_by("-id")[1].at


@pytest.mark.parametrize(
    ("column", "value"),
    [("title", "别的"), ("actor_name", "别人"), ("actor_id", 5), ("verb", "x.y"), ("object_id", 9), ("about_id", 3),
     ("ip", "10.0.0.1"), ("label", "a.b"), ("data", '{"changes": {}}'), ("at", "2020-01-01 00:00:00")],
)  # fmt: skip
def test_an_altered_row_is_named(column: str, value: Any) -> None:
    deeds(5)
    settled()
    victim = Event.objects.order_by("id")[2].pk
    with sql() as cursor:
        cursor.execute(f"UPDATE audit_event SET {column} = %s WHERE id = %s", [value, victim])  # noqa: S608 – columns of ours
    assert found() == [(Kind.ALTERED, victim)]


def test_a_removed_row_is_named() -> None:
    deeds(5)
    settled()
    first, last = Event.objects.order_by("id")[0].pk, Event.objects.order_by("-id")[0].pk
    with sql() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id IN (%s, %s)", [first, last])
    assert found() == [(Kind.REMOVED, first), (Kind.REMOVED, last)]


def test_a_row_slipped_in_is_named() -> None:
    deeds(3)
    with sql() as cursor:  # a gap, as a rolled-back transaction leaves one
        gap = Event.objects.order_by("id")[1].pk
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [gap])
    settled()
    with sql() as cursor:
        columns = "at, actor_id, actor_name, verb, label, object_id, title, about_id, data, ip, xid"
        cursor.execute(f"INSERT INTO audit_event (id, {columns}) SELECT %s, {columns} FROM audit_event LIMIT 1", [gap])  # noqa: S608 – columns of ours
    assert found() == [(Kind.INSERTED, gap)]


def test_a_row_that_is_given_another_place_is_named() -> None:
    deeds(3)
    settled()
    victim = Event.objects.order_by("id")[1].pk
    with sql() as cursor:
        cursor.execute("UPDATE audit_event SET id = -id WHERE id = %s", [victim])
    assert (Kind.REMOVED, victim) in found()


def test_a_seal_made_to_fit_is_found() -> None:
    deeds(3)
    settled()
    deeds(3)
    settled()
    last = Event.objects.order_by("-id")[0].pk
    kept = Seal.objects.get(number=2)
    with sql() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id = %s", [last])
        cursor.execute(
            "UPDATE audit_seal SET entries = %s WHERE number = 2", [bytes(kept.entries)[: -sealing.ENTRY.size]]
        )
    assert (Kind.SEAL_ALTERED, 2) in found()


def test_a_seal_made_with_another_key_is_found(settings: Any) -> None:
    deeds(2)
    settled()
    with sql() as cursor:
        cursor.execute("UPDATE audit_event SET title = 'x'")
        cursor.execute("DELETE FROM audit_seal")
    kept, settings.SECRET_KEY = settings.SECRET_KEY, "a guess"
    settled()
    settings.SECRET_KEY = kept
    assert {kind for kind, _number in found()} >= {Kind.KEY, Kind.JOURNAL}


def test_an_end_cut_off_with_its_seal_is_found() -> None:
    for _round in range(3):
        deeds(2)
        settled()
    with sql() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id IN (SELECT id FROM audit_event ORDER BY id DESC LIMIT 2)")
        cursor.execute("DELETE FROM audit_seal WHERE number = 3")
    assert found() == [(Kind.JOURNAL, 3)]
    deeds(2)
    settled()  # a new third seal does not hide the old one
    assert found() == [(Kind.JOURNAL, 3)]


def test_a_seal_taken_out_is_found() -> None:
    for _round in range(3):
        deeds(1)
        settled()
    sealing.journal().unlink()
    with sql() as cursor:
        cursor.execute("DELETE FROM audit_seal WHERE number = 2")
    assert (Kind.SEAL_MISSING, 2) in found()


def test_a_former_secret_key_still_verifies(settings: Any) -> None:
    deeds(2)
    settled()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the next one"
    deeds(1)
    settled()
    assert found() == []


def test_the_program_cannot_change_what_happened() -> None:
    deeds(1)
    settled()
    event = Event.objects.get()
    event.title = "别的"
    for deed in (
        event.save,
        event.delete,
        Event.objects.all().delete,
        Seal.objects.all().delete,
        Seal.objects.get().save,
    ):
        with pytest.raises(AppendOnly), transaction.atomic():
            deed()
    with pytest.raises(AppendOnly), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(title="别的")
    with pytest.raises(AppendOnly), transaction.atomic():
        Event.objects.bulk_update([event], ["title"])
    assert found() == []


@pytest.mark.parametrize(
    "deed", ["UPDATE audit_event SET title = 'x'", "DELETE FROM audit_event", "DELETE FROM audit_seal"]
)
def test_the_database_refuses(deed: str) -> None:
    deeds(1)
    settled()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed)
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_the_triggers_stand_after_all_migrations_and_are_missed_when_gone() -> None:
    assert guard.stands()
    with connection.schema_editor() as editor:
        guard.remove(editor)
    try:
        assert found() == [(Kind.TRIGGERS, 0)]
    finally:
        with connection.schema_editor() as editor:
            guard.install(editor)
    assert found() == []


@pytest.mark.django_db(transaction=True)
def test_parallel_sealers_and_writers_leave_one_whole_chain(in_parallel: Any) -> None:
    def work(number: int) -> int:
        deeds(5)
        return sealing.seal(limit=7)

    results = in_parallel(work, 8)
    assert not [one for one in results if isinstance(one, Exception)]
    while sealing.seal():
        pass
    report = verify()
    assert (report.found, report.rows, report.tail) == (0, 40, 0)
    assert list(Seal.objects.order_by("number").values_list("number", flat=True)) == list(range(1, report.seals + 1))


def commits_late() -> None:
    """One event gets its id first and is committed last; sealing goes on between. SQLite's writers stand in line."""
    written, sealed = threading.Event(), threading.Event()
    if connection.vendor == "sqlite":
        sealed.set()

    def slow() -> None:
        try:
            with transaction.atomic():
                record(SYSTEM, "customer.changed", None)
                written.set()
                sealed.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(20)
    deeds(3)
    sealing.seal()
    sealed.set()
    thread.join()
    sealing.seal()


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_is_sealed_later_and_not_passed_over() -> None:
    commits_late()
    report = verify()
    assert (report.found, report.rows, report.tail) == (0, 4, 0)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_horizon_what_commits_late_looks_slipped_in(monkeypatch: Any) -> None:
    monkeypatch.setattr(order, "horizon", lambda: 2**62)
    commits_late()
    assert verify().found == (1 if connection.vendor == "postgresql" else 0)


def test_other_programs_are_refused_on_sqlite(settings: Any, tmp_path: Any) -> None:
    """A bare SQLite connection does not know the function in the triggers, and is refused for that."""
    bare = sqlite3.connect(":memory:")
    bare.execute("CREATE TABLE audit_event (id integer primary key, title text)")
    bare.execute(guard.SQLITE[0])
    bare.execute("INSERT INTO audit_event VALUES (1, 'x')")
    with pytest.raises(sqlite3.OperationalError, match="keqiao_unlocked"):
        bare.execute("UPDATE audit_event SET title = 'y'")


def test_the_command_names_the_row_and_says_what_is_not_covered(capsys: Any) -> None:
    deeds(3)
    with transaction.atomic():
        record(SYSTEM, "customer.changed", None, {})
    settled()
    deeds(1)
    victim = Event.objects.order_by("id")[1].pk
    with sql() as cursor:
        cursor.execute("UPDATE audit_event SET title = %s WHERE id = %s", ["甲\r\n正常  审计记录:一切完好", victim])
    assert check_audit.run(as_json=False) == 1
    said = capsys.readouterr().out
    assert re.search(rf"第 {victim} 条.*被改动", said)
    assert not re.search(r"^正常", said, re.MULTILINE)
    assert "还有 1 条" in said


def test_the_command_is_content_with_what_stands(capsys: Any, monkeypatch: Any) -> None:
    deeds(3)
    settled()
    told: list[Any] = []
    monkeypatch.setattr(output, "emit_json", told.append)
    assert check_audit.run(as_json=True) == 0
    assert told[0]["ok"]
    assert told[0]["rows"] == 3
