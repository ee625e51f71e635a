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
from keqiao.customers.imports.run import finish, keep_pace, take_all
from keqiao.customers.imports.undo import close, take_all_back
from keqiao.customers.models import ImportBatch
from keqiao.files.names import clean
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import Refused, WrongState
from keqiao.kernel.sheets import SheetError, open_sheet
from keqiao.org.queries import actor_for
from keqiao.runtime import jobs
from keqiao.runtime.models import Job

JOB = "customers.import"
UNDO_JOB = "customers.undo_import"
State = ImportBatch.State


def upload(*, actor: Actor, file: "UploadedFile[Any]") -> ImportBatch:
    """Keep a file and guess its best sheet and columns; nothing is imported yet. Refused with what is wrong with it.

    The file is read before the transaction begins: a long one takes seconds, in which others must be able to write.
    """
    demand(actor, "import")
    batch = ImportBatch(name=clean(str(file.name)), created_by_id=actor.id, unit_id=actor.unit_id)
    batch.file.save("customers", file, save=False)
    try:
        read_head(batch)
        with transaction.atomic():
            batch.save()
            record(actor, "import.uploaded", batch, {"name": batch.name, "rows": batch.total})
    except BaseException:
        batch.file.delete(save=False)
        raise
    return batch


def read_head(batch: ImportBatch) -> None:
    """Find sheet, header, columns and the number of lines; Refused where nothing can be taken in."""
    try:
        with open_sheet(path_of(batch), name=batch.name) as sheet:
            batch.sheet = parse.best_sheet(sheet)
            header = sheet.header_of(batch.sheet)
            batch.labels, batch.header_row = header.labels, header.row
            batch.total = measure(sheet, batch.sheet, header.row)
    except SheetError as error:
        raise Refused(str(error), field="file") from error
    if not batch.total:
        raise Refused(_("文件里没有数据行。请确认列名下面有内容，再上传一次。"), field="file")
    columns, batch.source = mapping.recall(batch.labels)
    batch.mapping = {str(index): field for index, field in columns.items()}


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


def can_undo(batch: ImportBatch) -> bool:
    """Whether the batch has begun and is not being undone; one whose undoing has failed may be tried again."""
    stuck = batch.state == State.UNDOING and batch.job is not None and batch.job.state == Job.State.FAILED
    return stuck or batch.state in {State.RUNNING, State.DONE, State.FAILED}


@transaction.atomic
def undo_batch(*, actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Let a worker take an import back; one that still runs, or whose worker died, is stopped first.

    Customers that it made go, those that it changed get back what they had; those on which something hangs by now
    stay, and their lines say why. Once only: a second click is refused, unless the first one's work has failed.
    """
    demand(actor, "import")
    fresh = ImportBatch.objects.select_for_update(of=("self",)).select_related("job").get(pk=batch.pk)
    if not can_undo(fresh):
        raise WrongState(_("这次导入正在撤销或已经撤销，请刷新后再看。"))
    ImportBatch.objects.filter(pk=batch.pk).update(state=State.UNDOING, undone_by_id=actor.id)
    job = jobs.enqueue(UNDO_JOB, {"batch": batch.pk}, key=f"{UNDO_JOB}:{batch.pk}")
    ImportBatch.objects.filter(pk=batch.pk).update(job=job)
    batch.refresh_from_db()
    record(actor, "import.undo_started", batch, {"name": batch.name})
    return batch


def execute_undo(batch: ImportBatch, progress: Callable[[int, int], None]) -> None:
    """Do the work of undoing, from where it stands to its end; called by the worker."""
    actor = actor_for(batch.undone_by) if batch.undone_by else SYSTEM
    keep_pace(batch, batch.undone)
    take_all_back(actor, batch, progress)
    close(actor, batch)
    if batch.file:
        drop_file(batch)
