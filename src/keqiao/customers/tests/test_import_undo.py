"""Undoing an import: in the worker, chunk by chunk, to its end whoever dies on the way."""

import pytest

from keqiao.audit.models import Event
from keqiao.customers import actions
from keqiao.customers.imports import command, run, undo
from keqiao.customers.imports.actions import undo_batch
from keqiao.customers.models import Customer, ImportBatch, ImportRow
from keqiao.customers.tests.files import csv_file, rows
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import WrongState
from keqiao.kernel.sheets import open_sheet
from keqiao.runtime import worker
from keqiao.runtime.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


def undone(batch: ImportBatch, actor=SYSTEM) -> dict[str, int]:
    """Ask for it, let the worker do it, and say what came of it."""
    undo_batch(actor=actor, batch=batch)
    worker.drain()
    batch.refresh_from_db()
    assert batch.state == "undone"
    return undo.result(batch)


def test_undo_takes_back_all_but_what_is_in_use(tmp_path, company) -> None:
    manager = company.actor("manager")
    before = actions.create_customer(actor=manager, name="原名", phone="13800000002", external=("", ""))
    header = ("客户名称", "联系电话", "邮箱", "省份", "标签")
    path = csv_file(tmp_path, [row[1:] for row in rows(4)], header=header)
    assert command.run(path, duplicates="update", actor=manager)["updated"] == 1
    before.refresh_from_db()
    assert (before.name, before.province) == ("张敏2", "四川")
    busy = Customer.objects.get(name="李娜1")
    actions.change_customer(actor=manager, obj=busy, note="有人打过电话")
    batch = ImportBatch.objects.get()
    assert undone(batch, manager) == {"deleted": 2, "reverted": 1, "kept": 1}
    before.refresh_from_db()
    assert (before.name, before.province, before.initials) == ("原名", "", "ym")
    assert list(before.contact_points.values_list("value", flat=True)) == ["13800000002"]
    assert not before.tags.exists()
    assert set(Customer.objects.values_list("name", flat=True)) == {"原名", "李娜1"}
    kept = ImportRow.objects.filter(outcome="kept").values_list("customer__name", "reason")
    assert list(kept) == [("李娜1", "导入后已被修改")]
    assert Event.objects.get(verb="import.undone").data == {"deleted": 2, "reverted": 1, "kept": 1}
    page = company.client("manager").get(f"/customers/imports/{batch.pk}/").content.decode()
    assert "删除 2 位，恢复 1 位，保留 1 位" in page
    assert "导入后已被修改" in page
    with pytest.raises(WrongState):
        undo_batch(actor=manager, batch=batch)


def test_undo_keeps_customers_to_which_others_point(tmp_path, company, monkeypatch) -> None:
    command.run(csv_file(tmp_path, rows(2)))
    first = Customer.objects.get(external_number="C00000")
    monkeypatch.setattr("keqiao.customers.imports.undo.attached", lambda ids: {first.pk: "已有工单"})
    assert undone(ImportBatch.objects.get()) == {"deleted": 1, "reverted": 0, "kept": 1}
    assert Customer.objects.get() == first


def test_a_killed_undo_goes_on_and_counts_everything_once(tmp_path, company, monkeypatch) -> None:
    monkeypatch.setattr(undo, "CHUNK", 100)
    kept = actions.create_customer(actor=SYSTEM, name="原名", phone="13800000002", external=("", ""))
    header = ("客户名称", "联系电话", "邮箱", "省份", "标签")
    command.run(csv_file(tmp_path, [row[1:] for row in rows(450)], header=header), duplicates="update")
    batch = ImportBatch.objects.get()
    undo_batch(actor=SYSTEM, batch=batch)

    def die(done: int, total: int) -> None:
        if done >= 200:
            raise SystemExit

    with pytest.raises(SystemExit):
        undo.take_all_back(SYSTEM, ImportBatch.objects.get(), die)
    assert Customer.objects.count() == 250
    worker.drain()
    batch.refresh_from_db()
    assert undo.result(batch) == {"deleted": 449, "reverted": 1, "kept": 0}
    assert batch.undone == 450
    assert Customer.objects.get() == kept
    assert Event.objects.filter(verb="customer.removed").count() == 449
    assert Event.objects.filter(verb="customer.reverted").count() == 1


def test_an_import_whose_worker_died_is_stopped_and_taken_back(tmp_path, company) -> None:
    path = csv_file(tmp_path, rows(1300))
    with open_sheet(path, name="x.csv") as book:
        batch = command.begin(book, "x.csv", None, "skip", SYSTEM)
        run.take_in(batch, SYSTEM, 501, drafts_of(book, batch, 500), {})
        page = company.client("manager").get(f"/customers/imports/{batch.pk}/").content.decode()
        assert "停止并撤销" in page
        asked = ImportBatch.objects.get()
        undo_batch(actor=SYSTEM, batch=asked)
        with pytest.raises(WrongState):  # the worker was not dead after all
            run.take_all(batch, book, SYSTEM)
    worker.drain()
    asked.refresh_from_db()
    assert (asked.state, undo.result(asked)["deleted"]) == ("undone", 500)
    assert not Customer.objects.exists()


def drafts_of(book, batch, count):
    """The first lines as drafts."""
    columns = run.parse.columns_of(batch.mapping)
    lines = run.parse.lines(book, batch.sheet, batch.header_row)
    return [run.parse.draft(index, cells, columns) for (index, cells), _n in zip(lines, range(count), strict=False)]


def test_an_undo_that_failed_for_good_can_be_asked_for_again(tmp_path, company) -> None:
    command.run(csv_file(tmp_path, rows(3)))
    batch = ImportBatch.objects.get()
    undo_batch(actor=SYSTEM, batch=batch)
    with pytest.raises(WrongState):
        undo_batch(actor=SYSTEM, batch=batch)
    Job.objects.update(state="failed", key=None)
    assert "撤销中断" in company.client("manager").get(f"/customers/imports/{batch.pk}/").content.decode()
    assert undone(batch) == {"deleted": 3, "reverted": 0, "kept": 0}
