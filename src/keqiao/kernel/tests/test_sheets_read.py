"""Spreadsheets as people really send them."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from keqiao.kernel.sheets import SheetError, as_date, as_text, guess_header, lost_digits, open_sheet

LINES = "编号,姓名,电话\r\n001,张三,13800138000\r\n002,欧阳·娜娜𠮷,010-88886666\r\n"
ROWS = [["编号", "姓名", "电话"], ["001", "张三", "13800138000"], ["002", "欧阳·娜娜𠮷", "010-88886666"]]


def read(path: Path, sheet: str | None = None) -> list[list[object]]:
    with open_sheet(path, name=path.name) as opened:
        return [list(row) for row in opened.rows(sheet)]


@pytest.mark.parametrize(
    ("codec", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_every_encoding_gives_the_same_rows(tmp_path: Path, codec: str, told: str) -> None:
    path = tmp_path / "客户.xlsx"  # the name says nothing
    path.write_bytes(LINES.encode(codec))
    with open_sheet(path, name="客户.csv") as sheet:
        assert (sheet.format, sheet.encoding) == ("csv", told)
        assert sheet.header == (0, ["编号", "姓名", "电话"])
        assert list(sheet.rows()) == ROWS
        assert list(sheet.rows()) == ROWS


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_separators_line_ends_and_quotes(tmp_path: Path, mark: str, end: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        end.join([f"编号{mark}备注", f'1{mark}"说:""好"",{mark}再见;"', f'2{mark}"上{end}下"', ""]).encode()
    )
    assert read(path) == [["编号", "备注"], ["1", f'说:"好",{mark}再见;'], ["2", f"上{end}下"]]


def test_excels_own_separator_line_is_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("sep=;\r\n姓名;价,格\r\n张三;1,5\r\n".encode())
    assert read(path) == [["姓名", "价,格"], ["张三", "1,5"]]


def test_nul_and_blank_ends_go_away_but_rows_keep_their_place(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\r\na,b\x00,,\r\n\r\n1,2,,\r\n,,,\r\n\r\n")
    assert read(path) == [[], ["a", "b"], [], ["1", "2"]]


@pytest.mark.parametrize(
    "content",
    [
        "编号,姓名\r\n1,张三\r\n2,李".encode() + b"\xff\xfe\xff\r\n3,\xe7\x8e\x8b\xe4\xba\x94\r\n",
        "编号,姓名\r\n1,张三\r\n2,�四\r\n".encode(),
        "编号,姓名\r\n1,张三\r\n2,锟斤拷\r\n".encode(),
        "编号,姓名\r\n1,张三\r\n2,�四\r\n".encode().decode("gb18030", "replace").encode("gb18030", "replace"),
        "编号,姓名,地址\r\n1,张三,北京市朝阳区\r\n2,李四,上海".encode() + b"\xe5\xb8\r\n",
        "编号,姓名\r\n1,张三\r\n2,".encode("gb18030") + b"\xff\xff\r\n",
        "编号,姓名\r\n1,张三\r\n2,".encode("utf-16") + b"\x00\xd8\x00\xd8" + "\r\n".encode("utf-16-le"),
    ],
)
def test_ruined_characters_name_their_row(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(SheetError, match=r"第 3 行.*另存为“CSV UTF-8”或 XLSX") as caught:
        read(path)
    assert caught.value.row == 3


@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
def test_chinese_that_was_read_as_western_european_is_told(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,电话\r\n王芳,13800138000\r\n".encode().decode(codec, "ignore").encode())
    if codec == "latin-1":
        with pytest.raises(SheetError, match="第 1 行的文字已损坏"):
            read(path)
    path.write_bytes("Name,Ort\r\nJürgen Müller,Köln\r\n".encode())
    assert read(path)[1] == ["Jürgen Müller", "Köln"]


@pytest.mark.parametrize(
    "text",
    [
        "姓名,手机\n张三,13800138000\n".encode("gb18030").decode("latin-1"),
        "??,??\r\n??,13800138000\r\n",
        '"???",id\n"??",1\n',
    ],
)
def test_names_that_are_gone_are_told_before_anything_is_mapped(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    if "id" in text:  # one heading is left to go by
        assert read(path)[0] == ["???", "id"]
        return
    with pytest.raises(SheetError, match="第 1 行的文字已损坏"):
        read(path)


def test_big5_is_read_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,電話\r\n陳小華,0912345678\r\n張淑芬,0987654321\r\n".encode("big5"))
    assert read(path)[1:] == [["陳小華", "0912345678"], ["張淑芬", "0987654321"]]


def test_a_quote_left_open_is_not_swallowed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,"x\n2,y\n3,z\n')
    with pytest.raises(SheetError, match="第 2 行有一个引号没有成对"):
        read(path)
    path.write_text("a,b\n1," + '"' + "x,y\n" * 100_000)
    with pytest.raises(SheetError, match="第 2 行有一个引号没有成对"):
        read(path)
    path.write_text("a" * 2_000_000)
    with pytest.raises(SheetError, match="第 1 行太长"):
        read(path)


def test_a_quote_inside_a_cell_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('货,尺寸\n屏,6"\n"屏"幕,7"\n')
    assert read(path) == [["货", "尺寸"], ["屏", '6"'], ["屏幕", '7"']]


def test_long_csv_is_refused_where_it_gets_too_long(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n" * 200_001)
    with pytest.raises(SheetError, match="最多 200,000 行"):
        read(path)
    path.write_text("," * 200 + "x\n")
    with pytest.raises(SheetError, match="200 列"):
        read(path)


def test_xlsx_types_places_and_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "客户"
    page["B2"], page["C2"], page["D2"], page["E2"] = "编号", "电话", "生日", "停用"
    page["B3"], page["C3"], page["D3"], page["E3"] = "007", 13800138000.0, dt.date(1990, 5, 1), False
    page["C4"], page["D4"] = 0.5, dt.datetime(2026, 1, 4, 9, 30)  # noqa: DTZ001 - sheets know no zones
    page["D5"] = dt.time(8, 5)
    book.create_sheet("空的")
    hidden = book.create_sheet("隐藏")
    hidden.sheet_state = "hidden"
    path = tmp_path / "a.csv"
    book.save(path)
    with open_sheet(path, name="a") as sheet:
        assert (sheet.format, sheet.names, sheet.epoch1904) == ("xlsx", ["客户", "空的"], False)
        assert sheet.header == (1, ["第 1 列", "编号", "电话", "生日", "停用"])
        rows = list(sheet.rows())
        assert sheet.header_of("空的") == (-1, [])
        assert list(sheet.rows("空的")) == []
        with pytest.raises(KeyError):
            list(sheet.rows("没有"))
        assert next(sheet.rows()) == []  # stopped half way, and asked again
        assert list(sheet.rows()) == rows
    assert rows[2] == [None, "007", 13800138000, dt.date(1990, 5, 1), False]
    assert isinstance(rows[2][2], int)
    assert rows[3][2:] == [0.5, dt.datetime(2026, 1, 4, 9, 30)]  # noqa: DTZ001
    assert rows[4][3] == "08:05:00"
    assert [as_text(cell) for cell in rows[2]] == ["", "007", "13800138000", "1990-05-01", "否"]


@pytest.mark.parametrize("from1904", [True, False])
def test_days_are_right_in_both_epochs(tmp_path: Path, from1904: bool) -> None:
    path = tmp_path / "a.xlsx"
    day = dt.date(2026, 2, 28)
    with xlsxwriter.Workbook(str(path), {"date_1904": from1904}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["日期", "常规"])
        page.write_datetime(1, 0, day, book.add_format({"num_format": "yyyy/m/d"}))
        page.write_number(1, 1, (day - (dt.date(1904, 1, 1) if from1904 else dt.date(1899, 12, 30))).days)
    with open_sheet(path, name="a") as sheet:
        assert sheet.epoch1904 is from1904
        typed, general = list(sheet.rows())[1]
    assert typed == day
    assert isinstance(general, int)
    assert as_date(general, sheet.epoch1904) == day


def test_merged_headers_and_titles_of_a_real_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 4, "二〇二六年客户登记表")
        page.merge_range(1, 0, 2, 0, "编号")
        page.merge_range(1, 1, 1, 2, "客户")
        page.merge_range(1, 3, 1, 4, "联系方式")
        page.write_row(2, 1, ["姓名", "城市", "手机", "邮箱"])
        page.write_row(3, 0, ["甲", "张三", "北京", "一", "二"])
    with open_sheet(path, name="a") as sheet:
        assert sheet.header == (2, ["编号", "客户 姓名", "客户 城市", "联系方式 手机", "联系方式 邮箱"])
        assert list(sheet.rows())[3] == ["甲", "张三", "北京", "一", "二"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], (-1, [])),
        ([["姓名"], ["张三"], ["李四"]], (0, ["姓名"])),
        ([["【水印】张三 2026-01-01"], ["姓名"], ["张三"]], (1, ["姓名"])),
        ([["客户表"], [], ["姓名", "电话"], ["张三", 138]], (2, ["姓名", "电话"])),
        (
            [["部门:客服", None, None, None, None, "页:1"], ["a", "b", "c", "d", "e", "f"], [1, 2, 3, 4, 5, 6]],
            (1, ["a", "b", "c", "d", "e", "f"]),
        ),
        ([["姓名", None, "姓名"], ["张三", 1, "李四"]], (0, ["姓名", "第 2 列", "姓名 (2)"])),
        ([["姓名", "城市", None], ["张三", "北京", "老客户"]], (0, ["姓名", "城市", "第 3 列"])),
        (
            [["编号", "客户", None], [None, "姓名", "电话"], ["甲", "张三", "无"]],
            (1, ["编号", "客户 姓名", "客户 电话"]),
        ),
        (
            [["客户", None, "下单"], ["姓名", "电话", "日期"], ["张三", "13800138000", dt.date(2026, 1, 1)]],
            (1, ["客户 姓名", "客户 电话", "下单 日期"]),
        ),
        ([["姓名", "电话"], ["张三", "李四"]], (0, ["姓名", "电话"])),
    ],
)
def test_header_is_found(rows: list[list[object]], expected: tuple[int, list[str]]) -> None:
    assert guess_header(rows) == expected


@pytest.mark.parametrize(
    ("value", "text", "lost"),
    [
        (13800138000.0, "13800138000", False),
        ("1.38001E+10", "1.38001E+10", True),
        ("1.3800138000E+10", "13800138000", False),
        (110101199003070000, "110101199003070000", True),
        ("0086", "0086", False),
        (0.1, "0.1", False),
        (1e-7, "0.0000001", False),
        (5.0, "5", False),
        (None, "", False),
        (True, "是", False),
        (" 张三 ", "张三", False),
        (dt.datetime(2016, 8, 1, 11, 5), "2016-08-01 11:05", False),  # noqa: DTZ001
    ],
)
def test_cells_as_text(value: object, text: str, lost: bool) -> None:
    assert (as_text(value), lost_digits(value)) == (text, lost)


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-28",
        "2026/2/28",
        "2026.02.28 08:00",
        "2026年2月28日",
        "2026年2月28号",
        "二〇二六年二月二十八日",
        "二零二六年二月二十八",
        "民国115年2月28日",
        "２０２６－２－２８",
        "20260228",
        20260228.0,
        46081,
        "46081.5",
    ],
)
def test_every_way_to_write_a_day(value: object) -> None:
    assert as_date(value) == dt.date(2026, 2, 28)


@pytest.mark.parametrize(
    "value",
    [
        "昨天",
        "二〇二六年二月三十日",
        "二〇二六年十三月一日",
        "2026-02-30",
        "2026-13-01",
        -1,
        60,
        3_000_000,
        True,
        "nan",
        float("inf"),
    ],
)
def test_no_day_is_made_up(value: object) -> None:
    with pytest.raises(ValueError):
        as_date(value)
    assert as_date("  ") is None


@given(st.dates(min_value=dt.date(1904, 1, 2)))
def test_serials_of_every_day(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    assert as_date(serial) == day
    assert as_date(float(serial) - 1462, epoch1904=True) == day
