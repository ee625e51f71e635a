"""Every write to an import from the page: upload, start, run, undo."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.customers.actions import demand
from keqiao.customers.imports import mapping, parse
from keqiao.customers.imports.preview import measure, path_of
from keqiao.customers.imports.run import finish, take_all
from keqiao.customers.imports.undo import take_back
from keqiao.customers.models import ImportBatch
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import Refused, WrongState
from keqiao.kernel.sheets import SheetError, open_sheet
from keqiao.org.queries import actor_for
from keqiao.runtime import jobs

JOB = "customers.import"


@transaction.atomic
def upload(*, actor: Actor, file: "UploadedFile[Any]") -> ImportBatch:
    """Keep a file and guess its best sheet and columns; nothing is imported yet. Refused with what is wrong with it."""
    demand(actor, "import")
    batch = ImportBatch(name=str(file.name)[:200], created_by_id=actor.id, unit_id=actor.unit_id)
    batch.file.save("customers", file, save=False)
    try:
        with open_sheet(path_of(batch), name=batch.name) as sheet:
            batch.sheet = parse.best_sheet(sheet)
            header = sheet.header_of(batch.sheet)
            batch.labels, batch.header_row = header.labels, header.row
            batch.total = measure(sheet, batch.sheet, header.row)
    except SheetError as error:
        batch.file.delete(save=False)
        raise Refused(str(error), field="file") from error
    if not batch.total:
        batch.file.delete(save=False)
        raise Refused(_("文件里没有数据行。"), field="file")
    columns, batch.source = mapping.recall(batch.labels)
    batch.mapping = {str(index): field for index, field in columns.items()}
    batch.save()
    record(actor, "import.uploaded", batch, {"name": batch.name, "rows": batch.total})
    return batch


@transaction.atomic
def start(*, actor: Actor, batch: ImportBatch, columns: dict[int, str], source: str, duplicates: str) -> ImportBatch:
    """Remember the mapping and let a worker import the file. Only once: a second click changes nothing."""
    demand(actor, "import")
    stored = {str(index): field for index, field in columns.items() if field}
    parse.columns_of(stored)
    rows = ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.DRAFT).update(
        mapping=stored, source=source[:80], duplicates=duplicates, state=ImportBatch.State.RUNNING
    )
    if rows != 1:
        raise WrongState(_("这个文件已经开始导入。"))
    mapping.remember(batch.labels, columns, source[:80])
    job = jobs.enqueue(JOB, {"batch": batch.pk}, key=f"{JOB}:{batch.pk}")
    ImportBatch.objects.filter(pk=batch.pk).update(job=job)
    batch.refresh_from_db()
    record(actor, "import.started", batch, {"name": batch.name, "duplicates": duplicates})
    return batch


def execute(batch: ImportBatch, progress: Callable[[int, int], None]) -> None:
    """Do the work of a started batch, from where it stands to its end; called by the worker."""
    actor = actor_for(batch.created_by) if batch.created_by else SYSTEM
    problem = ""
    try:
        with open_sheet(path_of(batch), name=batch.name) as sheet:
            take_all(batch, sheet, actor, lambda done: progress(done, batch.total))
    except (SheetError, Refused) as error:
        if isinstance(error, WrongState):
            return
        problem = str(error)
    finish(batch, actor, problem=problem)
    drop_file(batch)


def drop_file(batch: ImportBatch) -> None:
    """The uploaded file is not needed any more; what was refused is kept line by line."""
    batch.file.delete(save=False)
    ImportBatch.objects.filter(pk=batch.pk).update(file="")


@transaction.atomic
def undo_batch(*, actor: Actor, batch: ImportBatch) -> dict[str, int]:
    """Take a finished import back: customers that it made go, those that it changed get back what they had.

    Customers on which something hangs by now stay; batch.kept lists them as [number, name, reason].
    Returns how many were deleted, reverted and kept.
    """
    demand(actor, "import")
    ended = [ImportBatch.State.DONE, ImportBatch.State.FAILED]
    if ImportBatch.objects.filter(pk=batch.pk, state__in=ended).update(state=ImportBatch.State.UNDONE) != 1:
        raise WrongState(_("只有已结束的导入可以撤销，而且只能撤销一次。"))
    result = take_back(actor, batch)
    batch.refresh_from_db()
    record(actor, "import.undone", batch, result)
    return result
