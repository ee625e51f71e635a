"""Sheets that open right in Excel and never run: text stays text. Both writers stream."""

import csv
import datetime as dt
import io
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.sheets.delimited import FORMULA_STARTS
from keqiao.kernel.sheets.header import WATERMARK
from keqiao.kernel.sheets.limits import SheetError
from keqiao.kernel.sheets.workbook import HEAD, Workbook

_EXCEL_ROWS = 1_048_576
_EXCEL_BYTES = 2_000_000_000  # of the sheet before it is packed; beyond that not every program opens it
_FOOTER_CHARACTERS = 200  # Excel ends at 255, doubled & included
_NEEDS_MARK = re.compile(rf"'*[{re.escape(FORMULA_STARTS)}]")
_NARROWEST, _WIDEST = 8, 48  # characters of a column
_MEASURED = 200  # rows by which widths are judged


def write_xlsx(
    target: Path | IO[bytes], header: Sequence[str], rows: Iterable[Sequence[object]], *, watermark: str | None = None
) -> int:
    """Write one sheet and give the number of rows below its header.

    Texts are never formulas or links; whole numbers of more than 15 digits become text; aware moments are shown in
    the current time zone. `watermark` (who took it, when) stands above the header, in the page footer and in the
    file's properties. Raises SheetError beyond 1,048,576 rows.
    """
    rows = iter(rows)
    first = list(itertools.islice(rows, _MEASURED))
    top = 2 if watermark else 1
    footer = "&C" + watermark.replace("&", "&&")[:_FOOTER_CHARACTERS] if watermark else ""
    with Workbook(target, widths=_widths(header, first), frozen=top, mark=watermark or "", footer=footer) as book:
        if watermark:
            book.row([f"{WATERMARK}{watermark}"])
        book.row([str(label) for label in header], HEAD)
        count = 0
        for count, row in enumerate(itertools.chain(first, rows), start=1):
            if top + count > _EXCEL_ROWS or book.size > _EXCEL_BYTES:
                raise SheetError(_("导出的行数超过 Excel 的上限，请缩小范围，或导出为 CSV。"))
            book.row([_local(value) for value in row])
        return count


def write_csv(
    file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[object]], *, watermark: str | None = None
) -> int:
    """Write UTF-8 with BOM and CRLF, as Excel likes it, and give the number of rows below the header.

    `watermark` (who took it, when) is a line of its own above the header, where `open_sheet` passes over it.
    Text that begins like a formula gets an apostrophe before it; `open_sheet` takes it off again.
    """
    stream = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    if watermark:
        writer.writerow([f"{WATERMARK}{watermark}"])
    writer.writerow([_marked(str(label)) for label in header])
    count = 0
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
        count += 1
    stream.flush()
    stream.detach()
    return count


def _widths(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[int]:
    """Wide enough for the header and the first rows; a Chinese character takes two places."""
    columns = itertools.zip_longest(header, *rows, fillvalue="")
    return [min(max(_NARROWEST, *map(_places, column)) + 2, _WIDEST) for column in columns]


def _places(value: object) -> int:
    """How many places the cell takes, as Excel shows it; a long one is not looked at to its end."""
    if isinstance(value, dt.datetime):
        return 19
    text = "" if value is None else str(value)[:_WIDEST]
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def _csv_cell(value: object) -> object:
    value = _local(value)
    if value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    return _marked(str(value))


def _local(value: object) -> object:
    """Spreadsheets know no time zones."""
    return timezone.make_naive(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


def _marked(text: str) -> str:
    text = text.replace("\x00", "")
    return f"'{text}" if _NEEDS_MARK.match(text) else text
