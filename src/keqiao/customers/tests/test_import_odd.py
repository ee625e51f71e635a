"""Tables as people really send them, from the file to the customer."""

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation

from keqiao.customers.imports import command, mapping
from keqiao.customers.models import ContactPoint, Customer, ImportRow
from keqiao.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def book(tmp_path: Path, *rows, **sheets) -> Path:
    """A workbook as a spreadsheet program writes it; more sheets by name, those that begin with _ hidden."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for name, lines in sheets.items():
        page = made.create_sheet(name.lstrip("_"))
        page.sheet_state = "hidden" if name.startswith("_") else "visible"
        for line in lines:
            page.append(line)
    path = tmp_path / "客户.xlsx"
    made.save(path)
    return path


def test_titles_and_two_merged_header_rows(tmp_path, company) -> None:
    path = book(
        tmp_path, ["客户资料表"], ["制表：王 日期：2026-01-01"], ["基本信息", None, "联系方式", None],
        ["编号", "姓名", "手机", "邮箱"], ["001", "甲", 13800138000.0, "A@B.cn"],
    )  # fmt: skip
    made = openpyxl.load_workbook(path)
    for area in ("A1:D1", "A3:B3", "C3:D3"):
        made.active.merge_cells(area)
    made.save(path)
    assert command.run(path)["created"] == 1
    one = Customer.objects.get()
    assert (one.name, one.external_number) == ("甲", "001")
    assert set(ContactPoint.objects.values_list("value", flat=True)) == {"13800138000", "a@b.cn"}


def test_a_group_that_speaks_of_goods_names_nobody() -> None:
    assert mapping.guess(["产品 名称", "客户 名称", "产品 编号"]) == {1: "name"}


def test_the_sheet_of_customers_is_found_and_hidden_ones_are_left_alone(tmp_path, company) -> None:
    path = book(
        tmp_path, ["使用说明"], 订单=[["订单号", "金额"], ["D1", 5]],
        客户=[["姓名", "电话"], ["甲", "13800138000"]], _旧客户=[["姓名", "电话", "邮箱"], ["秘密", "13800138001", ""]],
    )  # fmt: skip
    assert command.run(path)["created"] == 1
    assert Customer.objects.get().name == "甲"
    with pytest.raises(Refused, match="没有工作表“旧客户”"):
        command.run(path, sheet="旧客户")


CELLS = [
    ("leading zeros stay", ["00123", "甲", "010-12345678", "", ""], {"number": "00123", "phone": "01012345678"}),
    ("the area code's zero was lost", ["1", "甲", 1012345678, "", ""], {"phone": "01012345678"}),
    ("a phone as a float", ["1", "甲", 13800138000.0, "", ""], {"phone": "13800138000"}),
    ("scientific with every digit", ["1", "甲", "1.3800138E+10", "", ""], {"refused": "科学计数"}),
    ("scientific without loss", ["1", "甲", "1.3800138123E+10", "", ""], {"phone": "13800138123"}),
    ("a Chinese day", ["1", "甲", "", "一九九〇年一月二日", ""], {"birthday": dt.date(1990, 1, 2)}),
    ("a day of the month", ["1", "甲", "", "1990年1月2号", ""], {"birthday": dt.date(1990, 1, 2)}),
    ("no such day", ["1", "甲", "", "1990年2月30日", ""], {"refused": "不是有效的日期"}),
    ("an error for a phone", ["1", "甲", "#N/A", "", ""], {"phone": ""}),
    ("an error for a name", ["1", "#REF!", "", "", ""], {"refused": "请填写客户名称"}),
    ("a formula nobody calculated", ["1", "=A1", "", "", ""], {"refused": "请填写客户名称"}),
    ("300 characters", ["1", "甲" * 300, "", "", ""], {"refused": "最多 100 个字"}),
    ("a ruined name", ["1", "张\ufffd", "", "", ""], {"refused": "乱码"}),
    ("ruined twice", ["1", "锟斤拷", "", "", ""], {"refused": "乱码"}),
]


@pytest.mark.parametrize(("line", "expected"), [case[1:] for case in CELLS], ids=[case[0] for case in CELLS])
def test_cells_as_people_fill_them(tmp_path, company, line, expected) -> None:
    figures = command.run(book(tmp_path, ["客户编号", "姓名", "电话", "生日", "备注"], line))
    if reason := expected.get("refused"):
        assert figures["refused"] == 1
        assert reason in ImportRow.objects.get().reason
        return
    assert figures["created"] == 1, ImportRow.objects.get().reason
    one = Customer.objects.get()
    found = {"number": one.external_number, "birthday": one.birthday}
    found["phone"] = "".join(one.contact_points.values_list("value", flat=True))
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("content", ["姓名,电话\r\n", "姓名;电话\r\n;\r\n"])
def test_a_header_without_lines_imports_nothing(tmp_path, company, content) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    assert command.run(path)["rows"] == 0
    assert not Customer.objects.exists()


@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_other_separators(tmp_path, company, mark) -> None:
    path = tmp_path / "a.csv"
    path.write_text(mark.join(["姓名", "电话"]) + "\n" + mark.join(["甲", "13800138000"]) + "\n", encoding="gb18030")
    assert command.run(path)["created"] == 1
    assert ContactPoint.objects.get().value == "13800138000"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_empty_sheet_has_every_column_and_is_understood(company, language) -> None:
    with translation.override(language):
        client = company.client("leader")
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = client.get("/customers/imports/empty.xlsx")
        header = next(openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows(values_only=True))
        assert mapping.guess(header) == dict(enumerate(mapping.fields()))
    assert company.client("outsider").get("/customers/imports/empty.xlsx").status_code == 403
