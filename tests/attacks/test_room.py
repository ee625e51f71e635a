"""A full disk and folders that cannot be written to: a clear sentence, nothing half-written, and the next try succeeds."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from keqiao.config import environment
from keqiao.customers.models import Customer, ImportBatch
from keqiao.exports import jobs as export_jobs
from keqiao.exports import storage as export_storage
from keqiao.exports.models import Export, ExportSettings
from keqiao.files.models import Attachment
from keqiao.kernel import bulk
from keqiao.runtime.jobs import work
from keqiao.runtime.models import Job
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk
from tests.attacks.test_api import TICKET
from tests.attacks.world import api

pytestmark = pytest.mark.django_db
FULL, CLOSED = "磁盘空间不足", "不能写入"


def fails(number: int) -> Any:
    """A function that finds no room."""

    def fail(*_args: Any, **_more: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


@contextmanager
def full_database() -> Iterator[None]:
    """SQLite may grow no more; PostgreSQL, whose disk is out of reach, says at the next event what it says then."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        else:
            cursor.execute(
                "CREATE FUNCTION pg_temp.no_room() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER no_room BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION pg_temp.no_room()"
            )
        yield
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA max_page_count = 4294967294")
        else:
            cursor.execute("DROP TRIGGER no_room ON audit_event")


def test_an_attachment(desk: Desk, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    ticket, client = desk.accept(), desk.company.client("agent")
    url = f"/files/of/tickets.ticket/{ticket.pk}/"
    for number, words in ((errno.ENOSPC, FULL), (errno.EROFS, CLOSED)):
        with monkeypatch.context() as patch:
            patch.setattr("keqiao.files.storage.os.fsync", fails(number))
            answer = client.post(url, {"file": SimpleUploadedFile("a.txt", b"abc")})
        assert answer.status_code == 507
        assert words in answer.content.decode()
    assert not Attachment.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert client.post(url, {"file": SimpleUploadedFile("a.txt", b"abc")}).status_code == 200


def test_the_file_of_an_import(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = desk.company.client("leader")
    monkeypatch.setattr(FileSystemStorage, "_save", fails(errno.ENOSPC))
    answer = client.post("/customers/imports/new/", {"file": SimpleUploadedFile("a.csv", "客户名称\n甲\n".encode())})
    assert answer.status_code == 507
    assert FULL in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_other_errors_are_none_of_this(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = desk.company.client("leader")
    client.raise_request_exception = False
    monkeypatch.setattr(FileSystemStorage, "_save", fails(errno.EINVAL))
    answer = client.post("/customers/imports/new/", {"file": SimpleUploadedFile("a.csv", "客户名称\n甲\n".encode())})
    assert answer.status_code == 500


def test_the_database(desk: Desk) -> None:
    body = {**TICKET, "body": "漏水" * 2000}
    page, program = desk.company.client("agent"), api(desk.company, "agent")
    with full_database(), transaction.atomic():
        answer = program.post("/api/tickets", json.dumps(body), content_type="application/json")
        assert (answer.status_code, FULL in answer.json()["message"]) == (507, True)
        answer = page.post("/tickets/new/", body)
        assert answer.status_code == 507
        assert FULL in answer.content.decode()
    assert not Ticket.objects.exists()
    assert program.post("/api/tickets", json.dumps(body), content_type="application/json").status_code == 201


@pytest.fixture
def asked(desk: Desk, settings: Any, tmp_path: Path) -> tuple[Client, Export]:
    """An export that waits for the worker."""
    settings.DATA = tmp_path
    ExportSettings.objects.update_or_create(pk=1, defaults={"approval_rows": 5_000})
    leader = desk.company.people["leader"]
    same = {"owner_id": leader.pk, "unit_id": leader.unit_id}
    bulk.insert(Customer, ({**same, "number": f"KH20261123-{n:05d}", "name": f"客户{n}"} for n in range(2_001)))
    client = desk.company.client("leader")
    return client, ask(client)


def ask(client: Client) -> Export:
    """Ask for the list as a file."""
    answer = client.post("/customers/export/?format=csv&view=all", {})
    assert answer.status_code == 302, answer.content.decode()
    return Export.objects.get(pk=int(answer["Location"].rstrip("/").rpartition("/")[2]))


@pytest.mark.parametrize("step", ["begin", "publish"])
def test_an_export(asked: tuple[Client, Export], step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client, export = asked
    with monkeypatch.context() as patch:
        patch.setattr(export_storage, step, fails(errno.ENOSPC))
        for _try in range(3):
            Job.objects.filter(state="queued").update(run_at="2026-01-01T00:00Z")
            work()
    page = client.get(f"/exports/{export.pk}/").content.decode()
    assert "服务器写不进文件" in page
    assert list(export_storage.every()) == []
    again = ask(client)
    assert again.pk != export.pk, "a failed one stands in the way of nobody"
    work()
    assert Export.objects.get(pk=again.pk).state == "ready"


def test_an_export_under_which_the_workers_die_stands_in_nobodys_way(asked: tuple[Client, Export]) -> None:
    client, export = asked
    Job.objects.update(state="failed", key=None)
    export_jobs.sweep()
    export.refresh_from_db()
    assert (export.state, "请重新导出" in export.problem) == ("failed", True)
    assert ask(client).pk != export.pk


def test_the_signing_key_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEQIAO_SECRET_KEY", raising=False)
    with monkeypatch.context() as patch:
        patch.setattr("keqiao.config.environment.os.fsync", fails(errno.ENOSPC))
        with pytest.raises(OSError, match="No space"):
            environment.secret_key(tmp_path)
    assert list(tmp_path.iterdir()) == [], "an empty key would stop every later start"
    key = environment.secret_key(tmp_path)
    assert len(key) > 60
    assert environment.secret_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.race
def test_processes_that_start_at_once_have_one_signing_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_parallel: Any
) -> None:
    monkeypatch.delenv("KEQIAO_SECRET_KEY", raising=False)
    keys = in_parallel(lambda _number: environment.secret_key(tmp_path), 12)
    assert len(set(keys)) == 1, keys
    assert len(keys[0]) > 60
