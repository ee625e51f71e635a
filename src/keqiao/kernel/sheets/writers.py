"""Sheets that open right in Excel and never run: text stays text. Both writers stream."""

import csv
import datetime as dt
import importlib
import io
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.sheets.delimited import FORMULA_STARTS
from keqiao.kernel.sheets.header import WATERMARK
from keqiao.kernel.sheets.limits import SheetError

_EXCEL_ROWS = 1_048_576
_EXCEL_CHARACTERS = 32_767
_EXCEL_DIGITS = 15
_FOOTER_CHARACTERS = 200  # Excel ends at 255, doubled & included
_NEEDS_MARK = re.compile(rf"'*[{re.escape(FORMULA_STARTS)}]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NARROWEST, _WIDEST = 8, 48  # characters of a column
_MEASURED = 200  # rows by which widths are judged
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def write_xlsx(
    target: Path | IO[bytes], header: Sequence[str], rows: Iterable[Sequence[object]], *, watermark: str | None = None
) -> int:
    """Write one sheet and give the number of rows below its header.

    Texts are never formulas or links; whole numbers of more than 15 digits become text; aware moments are shown in
    the current time zone. `watermark` (who took it, when) stands above the header, in the page footer and in the
    file's properties. Raises SheetError beyond 1,048,576 rows.
    """
    # loaded with the first export: it costs every start 0.2 s and every process 8 MB
    library = importlib.import_module("xlsxwriter")
    # what a killed process leaves behind lies beside the file, where its owner sweeps
    options = {**_OPTIONS, "tmpdir": str(target.parent)} if isinstance(target, Path) else _OPTIONS
    rows = iter(rows)
    first = list(itertools.islice(rows, _MEASURED))
    with library.Workbook(str(target) if isinstance(target, Path) else target, options) as book:
        page = book.add_worksheet()
        formats = _Formats(book)
        top = 0
        if watermark:
            page.write_string(0, 0, _clean(f"{WATERMARK}{watermark}"))
            page.set_footer("&C" + watermark.replace("&", "&&")[:_FOOTER_CHARACTERS])
            book.set_properties({"comments": watermark})
            top = 1
        for column, width in enumerate(_widths(header, first)):
            page.set_column(column, column, width)
        page.freeze_panes(top + 1, 0)
        for column, label in enumerate(header):
            page.write_string(top, column, _clean(str(label)), formats.header)
        count = 0
        for count, row in enumerate(itertools.chain(first, rows), start=1):
            if top + count >= _EXCEL_ROWS:
                raise SheetError(_("导出的行数超过 Excel 的上限，请缩小范围，或导出为 CSV。"))
            for column, value in enumerate(row):
                _write_cell(page, top + count, column, value, formats)
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


class _Formats:
    def __init__(self, book: Any) -> None:
        self.header = book.add_format({"bold": True, "bottom": 1})
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})


def _write_cell(page: Any, row: int, column: int, value: object, formats: _Formats) -> None:
    value = _local(value)
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal) and len(str(abs(int(value)))) <= _EXCEL_DIGITS:
        page.write_number(row, column, value)
    elif isinstance(value, dt.datetime):
        page.write_datetime(row, column, value, formats.moment)
    elif isinstance(value, dt.date):
        page.write_datetime(row, column, value, formats.date)
    else:
        page.write_string(row, column, _clean(str(value)))


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


def _clean(text: str) -> str:
    """What XML can carry, and no more than a cell holds; what is cut is marked with …."""
    text = _NOT_XML.sub("", text)
    units = len(text.encode("utf-16-le")) // 2
    return text if units <= _EXCEL_CHARACTERS else text[: _EXCEL_CHARACTERS // 2 - 1] + "…"
