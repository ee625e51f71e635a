"""An import with no option but the file, in the calling process: for the command line and for tests."""

from pathlib import Path

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.customers.imports import mapping, parse
from keqiao.customers.imports.run import figures, finish, take_all
from keqiao.customers.models import ImportBatch, ImportRow
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import Refused
from keqiao.kernel.sheets import Sheet, SheetError, open_sheet
from keqiao.org.models import OrgUnit

REASONS = 10  # of refused lines, as many as are told


def run(
    path: Path | str, *, sheet: str | None = None, duplicates: str = "skip", actor: Actor = SYSTEM
) -> dict[str, int]:
    """The same as `take`; returns rows, created, updated, skipped and refused."""
    return figures(take(path, sheet=sheet, duplicates=duplicates, actor=actor))


def take(path: Path | str, *, sheet: str | None = None, duplicates: str = "skip", actor: Actor = SYSTEM) -> ImportBatch:
    """Import a CSV, XLS or XLSX of customers.

    The sheet and the columns are those that speak most of customers; a mapping chosen before for the same header is
    used again. `duplicates` is "skip", "update" or "keep". Raises Refused when the file cannot be read or nothing in
    it is a customer's name.
    """
    if duplicates not in ImportBatch.Duplicates.values:
        raise Refused(_("遇到重复客户时只能选择 skip、update 或 keep。"), field="duplicates")
    path = Path(path)
    try:
        with open_sheet(path, name=path.name) as book:
            batch = begin(book, path.name, sheet, duplicates, actor)
            take_all(batch, book, actor)
    except FileNotFoundError as error:
        raise Refused(_("没有找到文件：%(path)s") % {"path": path}) from error
    except SheetError as error:
        raise Refused(str(error)) from error
    finish(batch, actor)
    return batch


def reasons(batch: ImportBatch) -> list[tuple[str, int]]:
    """Why lines were refused, the commonest first, each with the number of lines."""
    refused = ImportRow.objects.filter(batch=batch, outcome=ImportRow.Outcome.REFUSED).order_by()
    found = refused.values_list("reason").annotate(n=Count("pk")).order_by("-n", "reason")
    return [(reason, n) for reason, n in found[:REASONS]]


@transaction.atomic
def begin(book: Sheet, name: str, sheet: str | None, duplicates: str, actor: Actor) -> ImportBatch:
    """A batch that is running, with the best sheet and the guessed or remembered mapping."""
    if sheet is not None and sheet not in book.names:
        raise Refused(_("文件里没有工作表“%(sheet)s”。") % {"sheet": sheet}, field="sheet")
    chosen = sheet or parse.best_sheet(book)
    header = book.header_of(chosen)
    columns, source = mapping.recall(header.labels)
    stored = {str(index): field for index, field in columns.items()}
    parse.columns_of(stored)
    root = OrgUnit.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True).first()
    batch = ImportBatch.objects.create(
        name=name[:200], sheet=chosen, labels=header.labels, header_row=header.row, mapping=stored, source=source,
        duplicates=duplicates, state=ImportBatch.State.RUNNING, created_by_id=actor.id, unit_id=actor.unit_id or root,
    )  # fmt: skip
    record(actor, "import.started", batch, {"name": batch.name, "duplicates": duplicates})
    return batch
