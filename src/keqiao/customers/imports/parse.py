"""From a sheet's lines to drafts of customers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from keqiao.customers import custom, rules
from keqiao.customers.imports import mapping
from keqiao.kernel.errors import Refused
from keqiao.kernel.sheets import Cell, Sheet, as_date, as_text

NOTHING = frozenset({"", "na", "n/a", "null", "none", "nan", "#n/a", "-", "--", "—", "无"})


@dataclass(slots=True)
class Draft:
    """One line: its number in the file from 1, its cells, the clean values and what is wrong."""

    row: int
    cells: list[Cell]
    values: dict[str, Any]
    problems: dict[str, str]
    number: str = ""
    owner: str = ""
    tags: list[str] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """Everything that is wrong, in one line."""
        return " ".join(self.problems.values())[:300]


def best_sheet(sheet: Sheet) -> str:
    """The name of the sheet that speaks most of customers; the first where none does."""
    scores = {name: mapping.score(mapping.recall(sheet.header_of(name).labels)[0]) for name in sheet.names}
    return max(sheet.names, key=lambda name: scores[name])


def lines(sheet: Sheet, name: str, header_row: int, start: int = 0) -> Iterator[tuple[int, list[Cell]]]:
    """The lines below the header that are not blank, with their index from 0, beginning with the index `start`."""
    first = max(header_row + 1, start)
    for index, cells in enumerate(sheet.rows(name)):
        if index >= first and any(cell is not None and str(cell).strip() for cell in cells):
            yield index, cells


def columns_of(stored: Mapping[str, str]) -> dict[int, str]:
    """A batch's mapping as JSON keeps it, with indexes as numbers; refused without a column for the name."""
    columns = {int(index): name for index, name in stored.items() if name in mapping.fields()}
    if "name" not in columns.values():
        raise Refused(_("没有找到客户名称所在的列，请在预览里指定。"))
    if len(set(columns.values())) != len(columns):
        raise Refused(_("同一项内容对应了两列，请只保留一列。"))
    return columns


def draft(index: int, cells: Sequence[Cell], columns: Mapping[int, str], *, epoch1904: bool = False) -> Draft:
    """One line by the rules that the form has too. Blanks and words for nothing (NA, -) count as not given."""
    raw: dict[str, Any] = {"name": ""}
    for at, name in columns.items():
        cell = cells[at] if at < len(cells) else None
        if cell is None or (isinstance(cell, str) and cell.strip().lower() in NOTHING):
            continue
        raw[name] = birthday(cell, epoch1904=epoch1904) if name == "birthday" else cell
    number = rules.line(raw.pop("number", ""))
    owner = rules.line(raw.pop("owner", ""))
    tags = split(as_text(raw.pop("tags", "")))
    segment(raw, tags)
    clean, problems = rules.check(raw)
    for own in custom.fields():
        if own.code in clean:
            try:
                clean[own.code] = custom.clean(own, clean[own.code])
            except Refused as refused:
                problems[own.code] = refused.message
    if len(number) > 80:
        problems["number"] = _("客户编号最多 %(limit)s 个字符。") % {"limit": 80}
    if any(len(tag) > 20 for tag in tags):
        problems["tags"] = _("标签为 1 到 20 个字。")
    return Draft(index + 1, list(cells), clean, problems, number, owner, tags)


def birthday(cell: Cell, *, epoch1904: bool) -> Cell:
    """A serial number of the workbook's calendar as the day it means; everything else as it is."""
    if not epoch1904 or not isinstance(cell, int | float):
        return cell
    try:
        return as_date(cell, epoch1904=True)
    except ValueError:
        return cell


def segment(raw: dict[str, Any], tags: list[str]) -> None:
    """A type of customer that is neither person nor company is the file's own classification: keep it as a tag."""
    if "kind" not in raw:
        return
    word = rules.line(raw["kind"])
    if rules.check({"kind": word}).problems:
        del raw["kind"]
        tags.append(word)


def split(text: str) -> list[str]:
    """Tags in one cell, separated by commas, semicolons or bars."""
    for mark in "，,；;|、/":
        text = text.replace(mark, "\n")
    return list(dict.fromkeys(word for part in text.split("\n") if (word := rules.line(part))))
