"""Without a network: what was typed or chosen stays, and a sentence says so, in every kind of form."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.hands import fill, fresh_phone, press, register, serial
from tests.browser.site import AGENT, CHIEF, Watch
from tests.browser.test_typing import OFFLINE


@contextmanager
def cut_off(page: Page, watch: Watch) -> Iterator[None]:
    """The line is dead inside; at the end a sentence must have said so, on the page that was there before."""
    page.wait_for_load_state("networkidle")
    address = page.url
    watch.offline = True
    page.context.set_offline(True)
    yield
    expect(page.get_by_text(OFFLINE)).to_be_visible()
    assert page.url == address
    page.context.set_offline(False)
    watch.offline = False


def test_a_note_in_the_dialog(visit_as: Open, watch: Watch) -> None:
    page, words = visit_as(AGENT), f"客户下午三点后方便 {serial()}"
    register(page)
    page.locator(".page-actions").get_by_role("link", name="内部备注", exact=True).first.click()
    form = page.locator("#dialog #form")
    fill(form, text=words)
    with cut_off(page, watch):
        form.locator("button.btn-primary").click()
    expect(form.locator("[name=text]")).to_have_value(words)
    with page.expect_navigation():
        form.locator("button.btn-primary").click()
    expect(page.get_by_text(words)).to_have_count(1)


def test_a_dialog_that_cannot_open(visit_as: Open, watch: Watch) -> None:
    page = visit_as(AGENT)
    register(page)
    with cut_off(page, watch):
        page.locator(".page-actions").get_by_role("link", name="内部备注", exact=True).first.click()


def test_a_search(visit_as: Open, watch: Watch) -> None:
    page = visit_as(AGENT)
    page.goto("/search/?q=漏水")
    form = page.locator("form.found-form")
    with cut_off(page, watch):
        fill(form, q="洗衣机移位")
        press(form, "搜索")
    expect(form.locator("[name=q]")).to_have_value("洗衣机移位")
    press(form, "搜索")
    expect(page.get_by_role("heading", name="搜索“洗衣机移位”")).to_be_visible()


def test_the_search_boxes_above_and_in_a_list(visit_as: Open, watch: Watch) -> None:
    page = visit_as(AGENT)
    for box in ("[data-list-search]", "[data-global-search]"):
        page.goto("/tickets/")
        with cut_off(page, watch):
            page.locator(box).press_sequentially("净水器")
        expect(page.locator(box)).to_have_value("净水器")


def test_a_table_to_import(visit_as: Open, watch: Watch, tmp_path: Path) -> None:
    name = f"批{serial()}"
    file = tmp_path / f"{name}.csv"
    file.write_text(f"姓名,手机号码\r\n{name},{fresh_phone()}", encoding="utf-8-sig")
    page = visit_as(CHIEF)
    page.goto("/customers/imports/new/")
    form = page.locator("#form")
    fill(form, file=file)
    with cut_off(page, watch):
        press(form, "上传并预览")
    assert form.locator("[name=file]").evaluate("one => one.files[0].name") == file.name
    with page.expect_navigation():
        press(form, "上传并预览")
    source = page.get_by_label("来源")
    source.fill("门店登记表")
    with cut_off(page, watch):
        press(page, "开始导入")
    expect(source).to_have_value("门店登记表")
    press(page, "开始导入")
    expect(page.locator(".stats")).to_contain_text("新建1", timeout=60_000)


def test_a_customers_complaint(visit_as: Open, watch: Watch) -> None:
    page, words = visit_as(""), f"门封条老化 {serial()}"
    page.goto("/p/complain/")
    form = page.locator("#form")
    fill(form, text=words, name="章女士", phone=fresh_phone(), agree=True)
    with cut_off(page, watch):
        press(form, "提交投诉")
    expect(form.locator("[name=text]")).to_have_value(words)
    press(form, "提交投诉")
    expect(page.locator(".ticket-no-value")).to_be_visible()
