"""CSV and its relatives, read as a stream: encoding and separator are found out, formula-safe marks taken off."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from keqiao.kernel.sheets import encoding, limits
from keqiao.kernel.sheets.limits import SheetError
from keqiao.kernel.sheets.values import Cell

SHEET_NAME = "CSV"
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
MARKED = re.compile(rf"'+[{re.escape(FORMULA_STARTS)}]")

_SEPARATORS = ",;\t"
_HINT = re.compile(r"sep=([,;\t])\s*")  # Excel's own first line
_SAMPLE_LINES = 30
_QUOTED = re.compile(r'"[^"]*"')


class Delimited:
    """One text file of rows. Only a line at a time is in memory."""

    format = "csv"
    epoch1904 = False
    names = [SHEET_NAME]
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = []

    def __init__(self, path: Path) -> None:
        """Raises SheetError for a file that is no text or is ruined, naming the line."""
        self._path = path
        self.encoding = encoding.detect(path)
        self._skip, self._separator = self._look()

    def rows(self, sheet: str) -> Iterator[list[Cell]]:
        """All rows, blank ones included. Raises SheetError at a line that cannot be taken apart."""
        if sheet not in self.names:
            raise KeyError(sheet)
        return self._stream()

    def close(self) -> None:
        """Nothing stays open between two rows() that ended."""

    def _stream(self) -> Iterator[list[Cell]]:
        with self._path.open(encoding=self.encoding, newline="") as file:
            pending: list[str] = []
            lines = _lines(file, pending)
            for _line in range(self._skip):
                next(lines)
            pending.clear()
            number = self._skip
            reader = csv.reader(lines, delimiter=self._separator)
            while True:
                started = number + reader.line_num + 1
                try:
                    row = next(reader, None)
                except csv.Error as error:
                    raise _unclosed(started) from error
                if row is None:
                    return
                if len(pending) > 1:
                    _check_closed(pending, self._separator, started)
                pending.clear()
                yield [_unmarked(cell) for cell in row]

    def _look(self) -> tuple[int, str]:
        """How many lines to leave out before the rows, and the separator."""
        with self._path.open(encoding=self.encoding, newline="") as file:
            lines = [line for line, _number in zip(_lines(file, []), range(_SAMPLE_LINES), strict=False)]
        if lines and (hint := _HINT.fullmatch(lines[0])):
            return 1, hint[1]
        bare = _QUOTED.sub("", "".join(lines)).splitlines() or [""]
        return 0, max(_SEPARATORS, key=lambda mark: _fit(mark, bare))


def _fit(mark: str, lines: list[str]) -> tuple[int, int]:
    """How well `mark` divides the lines: how many have it as often as most have, then how often that is."""
    counts = [line.count(mark) for line in lines if line.strip()]
    usual = max(set(counts), key=lambda count: (counts.count(count), count), default=0)
    return (counts.count(usual) if usual else 0), usual


def _lines(file: TextIO, pending: list[str]) -> Iterator[str]:
    """The lines without NUL; each is also put into `pending`, where the caller sees what the row is made of."""
    number = 0
    while line := file.readline(limits.LINE_CHARACTERS + 1):
        number += 1
        if len(line) > limits.LINE_CHARACTERS:
            raise SheetError(
                _("第 %(row)s 行太长，这不像一个表格。请另存为“CSV UTF-8”或 XLSX 再上传。") % {"row": f"{number:,}"},
                row=number,
            )
        line = line.replace("\x00", "")
        pending.append(line)
        yield line


def _check_closed(lines: list[str], separator: str, row: int) -> None:
    """A quote that is never closed swallows the rest of the file without a word; only the strict reader says so."""
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise _unclosed(row) from error


def _unclosed(row: int) -> SheetError:
    return SheetError(
        _("第 %(row)s 行有一个引号没有成对，后面的内容无法分列。请改正后再上传，或另存为 XLSX。") % {"row": f"{row:,}"},
        row=row,
    )


def _unmarked(cell: str) -> str | None:
    """Take off the apostrophe that write_csv puts before text that a spreadsheet would take for a formula."""
    return (cell[1:] if cell.startswith("'") and MARKED.match(cell) else cell) or None
