"""A table of customers comes in by the page: mapping, preview, progress, the refused rows as a file, undone."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.checks import faults
from tests.browser.conftest import Open
from tests.browser.hands import fill, fresh_phone, picture, press, serial
from tests.browser.site import CHIEF, PHONE, WIDE


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_table_comes_in_and_is_undone(visit_as: Open, tmp_path: Path, size: tuple[int, int]) -> None:
    mark = f"批{serial()}"
    rows = [f"{mark}{name},{fresh_phone()},济南市" for name in ("甲", "乙", "丙")]
    file = tmp_path / f"{mark}.csv"
    file.write_text("\r\n".join(["姓名,手机号码,地址", *rows, f"{mark}丁,不是电话,青岛市"]), encoding="gb18030")
    page = visit_as(CHIEF, size)
    page.goto("/customers/imports/")
    page.locator("#main").get_by_role("link", name="导入表格").first.click()
    fill(page.locator("#form"), file=file)
    with page.expect_navigation():
        press(page.locator("#form"), "上传并预览")
    expect(page.get_by_role("heading", name="核对导入内容")).to_be_visible()
    expect(page.get_by_label("姓名")).to_have_value("name")
    expect(page.get_by_text(f"{mark}甲").last).to_be_visible()
    picture(page, f"import-{size[0]}")
    assert faults(page) == []
    press(page, "开始导入")
    page.get_by_role("link", name="下载退回的行").wait_for(timeout=60_000)
    expect(page.locator(".stats")).to_contain_text("新建3")
    picture(page, f"imported-{size[0]}")
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回的行").click()
    sheet = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    lines = [[str(cell.value) for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [line[0] for line in lines] == [f"{mark}丁"]
    assert "电话" in lines[0][-1] or "手机" in lines[0][-1]

    page.get_by_role("link", name="撤销导入").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("新建的客户将被删除")
    with page.expect_navigation():
        dialog.get_by_role("button", name="撤销导入").click()
    expect(page.get_by_text("已撤销：删除 3 位")).to_be_visible()
    page.goto(f"/customers/?q={mark}")
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
