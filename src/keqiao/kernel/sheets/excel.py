"""XLS and XLSX, read through a process of its own (reader.py) so that no workbook can take this one down."""

import datetime as dt
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _

from keqiao.kernel.sheets import guard, limits, reader
from keqiao.kernel.sheets.limits import SheetError
from keqiao.kernel.sheets.values import Cell, tidy

# The Date1904 record switched on, and the record that always follows it in a BIFF stream ([MS-XLS] 2.1.7.20.3).
_XLS_DATE1904 = b"\x22\x00\x02\x00\x01\x00\x0e\x00\x02\x00"
_LOOK_BYTES = 1024 * 1024

Area = tuple[tuple[int, int], tuple[int, int]]


class Workbook:
    """One open workbook; rows come as they are read, nothing is kept. Close it, or let it go."""

    encoding = ""

    def __init__(self, path: Path, *, kind: str) -> None:
        """`kind` is "xls" or "xlsx". Raises SheetError for a file that is unsafe, broken or locked by a password."""
        self.format = kind
        self.epoch1904 = guard.check_workbook(path) if kind == "xlsx" else _xls_epoch1904(path)
        self.merged: list[Area] = []
        self._path = path
        self._busy = False
        self._start()

    def rows(self, sheet: str) -> Iterator[list[Cell]]:
        """The rows of one sheet from A1 on, blank ones included. Raises KeyError for an unknown name."""
        if sheet not in self.names:
            raise KeyError(sheet)
        if self._busy:  # somebody stopped half way: begin again with a new process
            self.close()
            self._start()
        self._busy = True
        self._process.stdin.write(f"{self.names.index(sheet)}\n".encode())  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]
        head = self._hear()
        self.merged = [(tuple(area[0]), tuple(area[1])) for area in head["merged"]]
        return self._stream(head["left"])

    def close(self) -> None:
        """End the reading process."""
        self._finalizer()

    def _stream(self, left: int) -> Iterator[list[Cell]]:
        margin: list[Cell] = [None] * left
        while (row := self._hear()) is not None:
            yield margin + [_restored(value) for value in row]
        self._busy = False

    def _start(self) -> None:
        command = [
            sys.executable,
            "-I",
            reader.__file__,
            str(self._path),
            str(limits.READER_MEMORY_BYTES),
            str(limits.READER_LOAD_SECONDS),
            str(limits.ROWS),
            str(limits.COLUMNS),
        ]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and file, no shell
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=1 << 20
        )
        self._finalizer = weakref.finalize(self, _end, self._process)
        self._busy = False
        self.names: list[str] = self._hear()["names"]

    def _hear(self) -> Any:
        line = self._process.stdout.readline()  # type: ignore[union-attr]
        if not line.endswith(b"\n"):
            crashed = self._process.wait() < 0
            self.close()
            raise _error({"error": "large" if crashed else "broken"})
        answer = orjson.loads(line)
        if isinstance(answer, dict) and "error" in answer:
            self.close()
            raise _error(answer)
        return answer


def _restored(value: object) -> Cell:
    if isinstance(value, dict):
        text: str = value.get("d") or value["t"]
        if "d" not in value:
            return text
        return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
    return tidy(value)


def _error(answer: dict[str, Any]) -> SheetError:
    kind = answer["error"]
    if kind == "size":
        return guard.too_large(rows=answer["rows"], columns=answer["columns"])
    if kind == "password":
        return SheetError(_("这个表格设了密码。请在 Excel 或 WPS 里去掉密码，保存后再上传。"))
    if kind == "large":
        return SheetError(_("这个文件展开后太大，不能导入。请只保留要导入的工作表，另存为 XLSX 或 CSV 再上传。"))
    return SheetError(_("这个文件已损坏，读不出来。请用 Excel 或 WPS 打开，另存为 XLSX 或 CSV 再上传。"))


def _xls_epoch1904(path: Path) -> bool:
    with path.open("rb") as file:
        return _XLS_DATE1904 in file.read(_LOOK_BYTES)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
