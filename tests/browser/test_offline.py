"""Without a network: what was typed or chosen stays, and a sentence says so, in every kind of form."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.hands import fill, fresh_phone, press, register, serial
from tests.browser.site import ADMIN, AGENT, CHIEF, Watch
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


def test_a_dead_line_that_the_browser_takes_for_a_live_one(visit_as: Open, watch: Watch) -> None:
    page, words = visit_as(ADMIN), f"订单系统 {serial()}"
    page.goto("/me/tokens/")
    form = page.locator("form:has([name=name])")
    fill(form, name=words, access="读取和修改")
    watch.offline = True
    page.route("**/*", lambda route: route.abort())
    press(form, "新建令牌")
    expect(page.get_by_text(OFFLINE)).to_be_visible()
    expect(form.locator("[name=name]")).to_have_value(words)
    expect(form.get_by_label("读取和修改")).to_be_checked()
    page.unroute("**/*")
    watch.offline = False
    press(form, "新建令牌")
    expect(page.get_by_text(words)).to_have_count(1)


def test_a_link_without_a_network_keeps_the_page(visit_as: Open, watch: Watch) -> None:
    page = visit_as(AGENT)
    page.goto("/customers/")
    with cut_off(page, watch):
        page.locator(".rail").get_by_role("link", name="工单", exact=True).click()
    page.locator(".rail").get_by_role("link", name="工单", exact=True).click()
    page.wait_for_url("**/tickets/")


def test_what_is_said_lies_above_an_open_dialog(visit_as: Open, watch: Watch) -> None:
    page = visit_as(AGENT)
    register(page)
    page.locator(".page-actions").get_by_role("link", name="内部备注", exact=True).first.click()
    form = page.locator("#dialog #form")
    fill(form, text="客户在等")
    with cut_off(page, watch):
        form.locator("button.btn-primary").click()
    page.locator("#toasts .notice-error .notice-close").click()  # nothing lies over it
    expect(page.get_by_text(OFFLINE)).to_have_count(0)
    page.locator("#dialog [data-cancels]").click()
    expect(page.locator("body > #toasts")).to_have_count(1)


def test_a_slow_answer_is_awaited_once(visit_as: Open) -> None:
    page, held, sent = visit_as(CHIEF), [], []
    page.goto("/customers/")
    page.route("**/health/", lambda route: held.append(route))
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator("#table input[name=pk]").first.check()
    button = page.locator("#bulk-form button[name=verb]").first
    words = button.inner_text()
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    expect(page.locator("#waiting")).to_be_visible()
    button.evaluate("one => one.click()")
    page.locator("#bulk-form").evaluate("one => one.requestSubmit()")
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)  # the button's own verb was sent
    assert len(sent) == 1


def test_a_slow_dialog_opens_once(visit_as: Open) -> None:
    page, held = visit_as(AGENT), []
    register(page)
    page.route("**/do/**", lambda route: held.append(route))
    link = page.locator(".page-actions").get_by_role("link", name="内部备注", exact=True).first
    link.click()
    expect(page.locator("#waiting")).to_be_visible()
    link.evaluate("one => one.click()")
    held[0].continue_()
    words = page.locator("#dialog [name=text]")
    words.fill("客户在等")
    expect(page.locator("#waiting")).to_be_hidden()
    assert len(held) == 1
    expect(words).to_have_value("客户在等")


def test_what_is_missing_is_said_below_its_field_in_the_pages_language(visit_as: Open) -> None:
    page = visit_as(ADMIN)
    page.goto("/me/tokens/")
    name = page.locator("[name=name]")
    press(page.locator("form:has([name=name])"), "新建令牌")
    words = page.locator(".field", has=name).get_by_text("请填写这一项。")
    expect(words).to_be_visible()
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("例如：与订单系统对接 请填写这一项。")
    name.fill("订单系统")
    expect(words).to_have_count(0)
    expect(name).not_to_have_attribute("aria-invalid", "true")
