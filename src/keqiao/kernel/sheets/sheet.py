"""One door for every kind of spreadsheet."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple, Protocol, Self, cast

from django.utils.translation import gettext as _

from keqiao.kernel.sheets import limits
from keqiao.kernel.sheets.delimited import Delimited
from keqiao.kernel.sheets.excel import Area, Workbook
from keqiao.kernel.sheets.guard import too_large
from keqiao.kernel.sheets.header import guess_header
from keqiao.kernel.sheets.limits import SheetError
from keqiao.kernel.sheets.values import Cell

Format = Literal["csv", "xls", "xlsx"]

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"PK\x05\x06")
_PAGES = (b"<html", b"<table", b"<!doctype", b"<?xml", b"<meta", b"mime-version:")
_HEAD_ROWS = 30


class Header(NamedTuple):
    """Where the header ends, counted from 0 in rows(), and what each column is called."""

    row: int
    labels: list[str]


class _Source(Protocol):
    format: str
    encoding: str
    epoch1904: bool
    names: list[str]
    merged: list[Area]

    def rows(self, sheet: str) -> Iterator[list[Cell]]: ...

    def close(self) -> None: ...


class Sheet:
    """An open spreadsheet file: format, encoding ("" for Excel), sheet names, rows as a stream.

    Close it or use it as a context manager. Rows are counted as in the file, row 1 first: leading blank rows and
    columns stay, trailing ones are dropped. `epoch1904` goes to `as_date` for numbers that mean days.
    """

    def __init__(self, source: _Source, *, name: str) -> None:
        self.name = name
        self.format = cast(Format, source.format)
        self.encoding = source.encoding
        self.epoch1904 = source.epoch1904
        self.names = source.names
        self._source = source
        self._peeked: tuple[str, list[list[Cell]], Iterator[list[Cell]]] | None = None
        self._headers: dict[str, Header] = {}

    @property
    def header(self) -> Header:
        """The header of the first sheet."""
        return self.header_of(self.names[0])

    def header_of(self, sheet: str) -> Header:
        """The guessed header of one sheet; Header(-1, []) if the sheet is empty. Raises KeyError, SheetError."""
        if sheet not in self._headers:
            stream = self._trimmed(sheet)
            head = list(islice(stream, _HEAD_ROWS))
            self._peeked = (sheet, head, stream)
            self._headers[sheet] = Header(*guess_header(head, self._source.merged))
        return self._headers[sheet]

    def rows(self, sheet: str | None = None) -> Iterator[list[Cell]]:
        """All rows of one sheet (the first without a name), header included. Raises KeyError, SheetError."""
        sheet = self.names[0] if sheet is None else sheet
        if self._peeked and self._peeked[0] == sheet:
            peeked, self._peeked = self._peeked, None
            return chain(peeked[1], peeked[2])
        return self._trimmed(sheet)

    def close(self) -> None:
        """Let go of the file."""
        self._peeked = None
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _trimmed(self, sheet: str) -> Iterator[list[Cell]]:
        blank = count = 0
        for row in self._source.rows(sheet):
            while row and row[-1] is None:
                row.pop()
            if not row:
                blank += 1
                continue
            count += blank + 1
            if count > limits.ROWS or len(row) > limits.COLUMNS:
                raise too_large(rows=count, columns=len(row))
            yield from ([] for _row in range(blank))
            blank = 0
            yield row


def open_sheet(path: Path, *, name: str) -> Sheet:
    """Open a spreadsheet; its kind is told by its first bytes, never by its name.

    `name` is what its sender called it. Raises SheetError, whose text tells the sender what to do.
    """
    size = path.stat().st_size
    if size > limits.FILE_BYTES:
        raise SheetError(
            _("文件有 %(size)s MB，最大 %(limit)s MB。请分成几个文件再上传。")
            % {"size": f"{size / 1024**2:.0f}", "limit": limits.FILE_BYTES // 1024**2}
        )
    with path.open("rb") as file:
        start = file.read(512)
    if not start.strip():
        raise SheetError(_("文件是空的。"))
    if start.startswith(_ZIP):
        return Sheet(Workbook(path, kind="xlsx"), name=name)
    if start.startswith(_OLE):
        return Sheet(Workbook(path, kind="xls"), name=name)
    if start.startswith(_OTHERS):
        raise SheetError(_("这个文件不是表格。请上传 XLSX、XLS 或 CSV 文件。"))
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES):
        raise SheetError(_("这是网页格式的表格。请用 Excel 或 WPS 打开，另存为 XLSX 再上传。"))
    return Sheet(Delimited(path), name=name)
