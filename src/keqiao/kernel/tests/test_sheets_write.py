"""What we write opens right, never runs, and comes back as it was."""

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keqiao.kernel.sheets import open_sheet, write_csv, write_xlsx

DANGEROUS = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''+",
    "=HYPERLINK()",
]
HARMLESS = [
    "'abc",
    "it's",
    "a=b",
    " =1",
    "0086",
    "13800138000",
    "http://example.com",
    "{=1}",
    "_x0041_",
    "1E+5",
    "TRUE",
    "𠮷",
]
# What a cell of a text file can hold: no NUL, no half of a surrogate pair.
texts = st.text(st.characters(exclude_characters="\x00\ufffd", exclude_categories=["Cs"]), max_size=30)
settings_ = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def back(path: Path) -> list[list[object]]:
    with open_sheet(path, name="a") as sheet:
        return list(sheet.rows())


def padded(row: list[str]) -> list[str | None]:
    return [*(cell or None for cell in row), "末"]


@settings_
@given(rows=st.lists(st.lists(texts | st.sampled_from(DANGEROUS + HARMLESS), min_size=3, max_size=3), max_size=8))
def test_csv_comes_back_as_it_was(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        assert write_csv(file, ["甲", "乙", "丙", "丁"], [[*row, "末"] for row in rows]) == len(rows)
    assert back(path) == [["甲", "乙", "丙", "丁"], *map(padded, rows)]


@settings_
@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)
            | st.sampled_from([text for text in DANGEROUS + HARMLESS if "\r" not in text]),
            min_size=3,
            max_size=3,
        ),
        max_size=8,
    )
)
def test_xlsx_comes_back_as_it_was(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "a.xlsx"
    assert write_xlsx(path, ["甲", "乙", "丙", "丁"], ([*row, "末"] for row in rows)) == len(rows)
    assert back(path) == [["甲", "乙", "丙", "丁"], *map(padded, rows)]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [text], [[text]])
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    page = openpyxl.load_workbook(path).active
    assert page["A2"].data_type in {"s", "inlineStr"}
    file = io.BytesIO()
    write_csv(file, [text], [[text]])
    for row in csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")):
        assert row[0].startswith("'")


def test_csv_is_as_excel_likes_it() -> None:
    file = io.BytesIO()
    write_csv(file, ["姓名", "数"], [["a\x00\x00=1", -5], ["\x00=1", Decimal("-1.50")], [None, 2.5], ["a,b", True]])
    assert file.getvalue() == '\ufeff姓名,数\r\na=1,-5\r\n\'=1,-1.50\r\n,2.5\r\n"a,b",TRUE\r\n'.encode()
    assert not file.closed


def test_xlsx_types(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    at = dt.datetime(2026, 1, 4, 1, 30, tzinfo=dt.UTC)
    long = 110101199003070017
    write_xlsx(
        path,
        ["值"],
        [[value] for value in (1, 2.5, Decimal("0.1"), True, dt.date(2026, 1, 4), at, long, "\x01a\x0bb", "")],
    )
    values = [row[0] if row else None for row in back(path)[1:]]
    assert values[:5] == [1, 2.5, 0.1, True, dt.date(2026, 1, 4)]
    assert values[5] == timezone.make_naive(at)
    assert values[6:] == [str(long), "ab"]


def test_long_text_is_cut_to_what_a_cell_holds_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, ["长"], [["客" * 40_000], ["户" * 32_767]])
    rows = back(path)
    assert str(rows[1][0]).endswith("客…")
    assert rows[2] == ["户" * 32_767]


def test_watermark_is_seen_and_skipped_when_read_back(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, ["=姓名"], [["张三"]], watermark="李四 & 王五 2026-01-04 09:30")
    with open_sheet(path, name="a") as sheet:
        assert sheet.header == (1, ["=姓名"])
        assert next(sheet.rows()) == ["【水印】李四 & 王五 2026-01-04 09:30"]
    book = openpyxl.load_workbook(path)
    assert "李四" in book.active.oddFooter.center.text
    assert "李四" in book.properties.description


def test_a_workbook_looks_as_one_expects(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    at = dt.datetime(2026, 7, 30, 23, 59, 58)  # noqa: DTZ001 – a spreadsheet knows no zones
    row = [dt.date(1900, 2, 28), dt.date(1900, 3, 1), at, dt.date(1899, 5, 1), -7, "两行\n  缩进 ", 10**15, "_x0041_"]
    head = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"]
    write_xlsx(path, head, [row] * 300, watermark="李四")
    book = openpyxl.load_workbook(path)
    page = book.active
    assert (page.freeze_panes, page.max_row, page.max_column) == ("A3", 302, 8)
    assert [page.cell(2, at).font.b for at in (1, 8)] == [True, True]
    assert not page["A3"].font.b
    assert page.column_dimensions["C"].width == 21
    assert page["C3"].number_format == "yyyy\\-mm\\-dd\\ hh:mm:ss"
    found = [cell.value for cell in page[302]]
    assert (found[1].date(), found[2]) == (dt.date(1900, 3, 1), at)
    assert found[3:7] == ["1899-05-01", -7, "两行\n  缩进 ", str(10**15)]
    assert back(path)[301][0] == dt.date(1900, 2, 28)
    assert back(path)[301][7] == "_x0041_"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))  # noqa: S314 – our own file; every part is well-formed


def test_columns_beyond_z(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [f"列{n}" for n in range(703)], [list(range(703))])
    page = openpyxl.load_workbook(path).active
    assert (page["Z2"].value, page["AA2"].value, page["ZZ2"].value, page["AAA2"].value) == (25, 26, 701, 702)


def test_rows_are_streamed(tmp_path: Path) -> None:
    taken = []

    def rows() -> object:
        for number in range(3):
            taken.append(number)
            yield [number]

    target = io.BytesIO()
    assert write_xlsx(target, ["数"], rows()) == 3
    assert target.getvalue().startswith(b"PK")
    assert taken == [0, 1, 2]
