"""Runs as a process of its own: unpacks a workbook within fixed memory and time, and prints its rows as JSON lines.

Whatever a hostile file makes the unpacking do, only this process dies of it. It knows nothing of Django.
Spoken over pipes: first {"names": […]}; then for each sheet number read from stdin {"left": …, "merged": …},
one array a row, and null at the end; {"error": kind} instead of any of these.
"""

import resource
import sys
from datetime import date
from pathlib import Path
from typing import BinaryIO

import orjson
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

_MERGED_ROWS = 60
_ROW = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE


def main(path: str, memory: int, seconds: int, rows: int, columns: int) -> None:
    """Serve the workbook at `path` until stdin ends; bytes and CPU seconds are limits."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = sys.stdout.buffer
    try:
        _allow(seconds)
        with Path(path).open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
        names = _names(book)
        _say(out, {"names": names})
        for line in sys.stdin.buffer:
            _allow(seconds)
            _serve(out, book, names[int(line)], rows, columns)
    except PasswordError:
        _say(out, {"error": "password"})
    except MemoryError:
        _say(out, {"error": "large"})
    except (CalamineError, OSError, ValueError):
        _say(out, {"error": "broken"})


def _serve(out: BinaryIO, book: CalamineWorkbook, name: str, rows: int, columns: int) -> None:
    sheet = book.get_sheet_by_name(name)
    height, width = (last + 1 for last in sheet.end or (-1, -1))
    if height > rows or width > columns:
        _say(out, {"error": "size", "rows": height, "columns": width})
        return
    merged = [area for area in sheet.merged_cell_ranges or [] if area[0][0] < _MERGED_ROWS]
    # iter_rows gives the blank rows above the first cell but not the blank columns before it
    _say(out, {"left": sheet.start[1] if sheet.start else 0, "merged": merged[:1000]})
    resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for row in sheet.iter_rows():
        out.write(orjson.dumps(row, default=_temporal, option=_ROW))
    _say(out, None)


def _names(book: CalamineWorkbook) -> list[str]:
    pages = [page for page in book.sheets_metadata if page.typ == SheetTypeEnum.WorkSheet]
    shown = [page for page in pages if page.visible == SheetVisibleEnum.Visible]
    return [page.name for page in shown or pages]


def _temporal(value: object) -> dict[str, str]:
    return {"d" if isinstance(value, date) else "t": value.isoformat() if isinstance(value, date) else str(value)}


def _allow(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _say(out: BinaryIO, answer: object) -> None:
    out.write(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:6]))
