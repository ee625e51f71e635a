"""Finds the header of a sheet: under titles, over two rows when cells are merged."""

import datetime as dt
import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from keqiao.kernel.sheets.values import Cell

WATERMARK = "【水印】"
_VALUE = re.compile(r"[+\-¥$]?[\d,.:/\s年月日\-]*\d[\d,.:/\s年月日%\-]*|\S+@\S+\.\S+|[A-Za-z]{0,5}-?\d[\w-]{3,}")
_LABEL_LENGTH = 40
_CUT = 200  # characters of a label that are kept; what is longer names no column
_TITLE_SHARE = 0.5  # a title or a line of remarks fills fewer of the columns than this
_LOOK_ROWS = 20

Area = tuple[tuple[int, int], tuple[int, int]]


def guess_header(rows: Sequence[Sequence[Cell]], merged: Sequence[Area] = ()) -> tuple[int, list[str]]:
    """The index of the last header row and a label for each column; the data begins one row below.

    Two header rows are joined ("客户 姓名") where the upper one is merged: by `merged` (areas of first and last cell,
    from 0) or, without that, where the lower row holds labels below its blanks. Unnamed columns get "第 3 列",
    repeated names a number. No rows give (-1, []).
    """
    rows = rows[:_LOOK_ROWS]
    width = max((len(row) for row in rows), default=0)
    top = _first_full(rows)
    if top < 0:
        return -1, []
    upper, last = _texts(rows[top], width), top
    if top + 1 < len(rows) and _goes_on(rows, top, width, merged):
        last = top + 1
        upper = _joined(upper, _texts(rows[last], width), top, merged)
    return last, _unique(upper)


def _first_full(rows: Sequence[Sequence[Cell]]) -> int:
    filled = [sum(_is_filled(cell) for cell in row) for row in rows]
    usual = max(filled, default=0)
    for index, count in enumerate(filled):
        if not count or (count == 1 and str(next(filter(_is_filled, rows[index]))).startswith(WATERMARK)):
            continue
        if count >= 2 and count >= usual * _TITLE_SHARE or usual == 1:
            return index
        if count >= 2 and _wide_groups(rows, index):
            return index
    return max((index for index, count in enumerate(filled) if count), default=-1, key=lambda index: filled[index])


def _wide_groups(rows: Sequence[Sequence[Cell]], index: int) -> bool:
    """Few cells, but the next row is all labels below them: group names over many columns, not a title."""
    following = rows[index + 1] if index + 1 < len(rows) else []
    return _all_labels(rows[index]) and _all_labels(following) and not _has_remark(rows[index])


def _goes_on(rows: Sequence[Sequence[Cell]], top: int, width: int, merged: Sequence[Area]) -> bool:
    upper, lower = rows[top], rows[top + 1]
    if not _all_labels(lower) or not _all_labels(upper) or _has_remark(upper):
        return False
    if any(first[0] == top == end[0] and end[1] > first[1] for first, end in merged):
        return True
    blanks = [column for column in range(width) if not _is_filled(_at(upper, column))]
    below = [column for column in blanks if _is_filled(_at(lower, column))]
    if not below or len(below) < len(blanks) or _is_filled(_at(upper, width)):
        return False
    hanging = any(_is_filled(_at(upper, column)) and not _is_filled(_at(lower, column)) for column in range(width))
    return hanging or _differs(rows[top + 2 :], width)


def _differs(data: Sequence[Sequence[Cell]], width: int) -> bool:
    """Whether the rows below hold numbers, dates or codes somewhere, as labels never do."""
    cells = [_at(row, column) for row in data for column in range(width)]
    return any(_is_filled(cell) and not _is_label(cell) for cell in cells)


def _joined(upper: list[str], lower: list[str], top: int, merged: Sequence[Area]) -> list[str]:
    group, until, labels = "", len(upper), []
    ends = {first[1]: end[1] for first, end in merged if first[0] == top == end[0]}
    for column, (above, below) in enumerate(zip(upper, lower, strict=True)):
        if above:
            group, until = above, ends.get(column, column if ends else len(upper))
        over = above or (group if below and column <= until else "")
        labels.append(" ".join(dict.fromkeys(part for part in (over, below) if part)))
    return labels


def _unique(labels: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for column, label in enumerate(labels, start=1):
        name = label or _("第 %(number)s 列") % {"number": column}
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result


def _texts(row: Sequence[Cell], width: int) -> list[str]:
    cells = (_at(row, column) for column in range(width))
    return [" ".join(str(cell)[:_CUT].split()) if _is_filled(cell) else "" for cell in cells]


def _at(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else None


def _is_filled(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def _all_labels(row: Sequence[Cell]) -> bool:
    filled = [cell for cell in row if _is_filled(cell)]
    return bool(filled) and all(map(_is_label, filled))


def _has_remark(row: Sequence[Cell]) -> bool:
    """A line above the header such as 部门：客服　页：1."""
    return any(mark in str(cell) for cell in row for mark in ":：")


def _is_label(cell: Cell) -> bool:
    if not isinstance(cell, str) or isinstance(cell, dt.date):
        return False
    text = cell.strip()
    return len(text) <= _LABEL_LENGTH and not _VALUE.fullmatch(text)
