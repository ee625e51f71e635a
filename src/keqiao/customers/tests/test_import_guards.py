"""Who imports and takes back, that each step is on record, and what an undo leaves alone."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers import actions as customers
from keqiao.customers.imports import actions, run
from keqiao.customers.models import Customer, ImportBatch, ImportRow
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.runtime import jobs

pytestmark = pytest.mark.django_db
COLUMNS = {0: "name", 1: "phone", 2: "province", 3: "note"}
HEADER = "客户名称,电话,省份,备注\n"
State = ImportBatch.State


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.DATA = tmp_path / "files", tmp_path
    settings.MEDIA_ROOT.mkdir()


def files(settings: Any) -> list[str]:
    return sorted(path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def upload(company: Company, lines: str = "郑重,13700000008,四川,老客\n", role: str = "manager") -> ImportBatch:
    file = SimpleUploadedFile("名单.csv", b"\xef\xbb\xbf" + (HEADER + lines).encode())
    return actions.upload(actor=company.actor(role), file=file)


def start(company: Company, batch: ImportBatch, duplicates: str = "skip", role: str = "manager") -> ImportBatch:
    return actions.start(actor=company.actor(role), batch=batch, columns=COLUMNS, source="", duplicates=duplicates)


def work() -> None:
    while jobs.work():
        pass


def state(batch: ImportBatch) -> str:
    return ImportBatch.objects.get(pk=batch.pk).state


def verbs(batch: ImportBatch) -> list[str]:
    rows = Event.objects.filter(label="customers.importbatch", object_id=batch.pk).order_by("pk")
    return list(rows.values_list("verb", flat=True))


@pytest.mark.parametrize("role", ["agent", "department", "outsider"])
def test_without_the_power_nothing_is_uploaded_begun_or_taken_back(company: Company, settings: Any, role: str) -> None:
    with pytest.raises(NotAllowed):
        upload(company, role=role)
    assert (files(settings), ImportBatch.objects.count()) == ([], 0)
    batch = upload(company)
    with pytest.raises(NotAllowed):
        start(company, batch, role=role)
    assert (state(batch), jobs.work()) == (State.DRAFT, False)
    start(company, batch)
    work()
    with pytest.raises(NotAllowed):
        actions.undo_batch(actor=company.actor(role), batch=batch)
    assert (state(batch), Customer.objects.count()) == (State.DONE, 1)


def test_every_step_is_on_record(company: Company) -> None:
    batch = upload(company)
    start(company, batch, "update")
    work()
    actions.undo_batch(actor=company.actor("manager"), batch=batch)
    work()
    assert verbs(batch) == [
        "import.uploaded", "import.started", "import.finished", "import.undo_started", "import.undone",
    ]  # fmt: skip
    begun = Event.objects.get(verb="import.started")
    assert (begun.actor_id, begun.data["duplicates"]) == (company.people["manager"].pk, "update")
    removed = Event.objects.get(verb="customer.removed")
    assert (removed.actor_id, removed.data["import"]) == (company.people["manager"].pk, batch.pk)


def test_a_file_without_lines_leaves_nothing_behind(company: Company, settings: Any) -> None:
    with pytest.raises(Refused) as refused:
        upload(company, "")
    assert refused.value.field == "file"
    assert (files(settings), ImportBatch.objects.count()) == ([], 0)


def test_of_two_uploads_only_the_begun_one_runs_and_once(company: Company, settings: Any) -> None:
    other, batch = upload(company, "李想,13700000009,,\n"), upload(company)
    start(company, batch)
    assert state(other) == State.DRAFT
    with pytest.raises(WrongState):
        start(company, batch)
    work()
    with pytest.raises(WrongState):
        start(company, batch)
    assert list(Customer.objects.values_list("name", flat=True)) == ["郑重"]
    assert len(files(settings)) == 1, "what is done with goes, the draft's file stays"
    assert start(company, other).state == State.RUNNING


def test_what_has_not_begun_is_not_taken_back(company: Company) -> None:
    batch = upload(company)
    with pytest.raises(WrongState):
        actions.undo_batch(actor=company.actor("manager"), batch=batch)
    assert (state(batch), verbs(batch)) == (State.DRAFT, ["import.uploaded"])


def test_a_worker_that_ends_too_late_ends_nothing(company: Company, settings: Any) -> None:
    """It was stopped meanwhile: neither its lines nor its last word count any more."""
    batch = start(company, upload(company))
    actions.undo_batch(actor=company.actor("manager"), batch=batch)
    late = ImportBatch.objects.get(pk=batch.pk)
    run.finish(late, SYSTEM)
    actions.execute(ImportBatch.objects.get(pk=batch.pk), lambda done, total: None)
    assert (state(batch), Customer.objects.count()) == (State.UNDOING, 0)
    assert "import.finished" not in verbs(batch)
    work()
    assert (state(batch), files(settings)) == (State.UNDONE, [])


def test_an_undo_leaves_what_somebody_wrote_since(company: Company) -> None:
    one = customers.create_customer(
        actor=SYSTEM, name="旧名", phone="13700000008", owner=company.people["agent"], note="先前的话"
    )
    batch = start(company, upload(company), "update")
    work()
    one.refresh_from_db()
    assert (one.name, one.province, one.note) == ("郑重", "四川", "老客")
    one = customers.change_customer(actor=company.actor("agent"), obj=one, note="新写的话")
    actions.undo_batch(actor=company.actor("manager"), batch=batch)
    work()
    one.refresh_from_db()
    assert (one.name, one.province, one.note) == ("旧名", "", "新写的话")
    assert ImportRow.objects.get(batch=batch).outcome == "reverted"
    back = Event.objects.get(verb="customer.reverted")
    assert (back.about_id, set(back.data["changes"])) == (one.pk, {"name", "province"})
