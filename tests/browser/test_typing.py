"""Keyboard, drafts, double clicks, lock-out: what happens while people type."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.hands import fill, fresh_phone, register, serial
from tests.browser.site import AGENT, LEADER, Watch

OFFLINE = "网络不通，内容已保留，请稍后重试"


def test_keys_walk_through_a_list(visit_as: Open) -> None:
    page = visit_as(AGENT)
    for _time in range(2):
        register(page)
    page.goto("/")
    page.keyboard.press("/")
    expect(page.locator("[data-global-search]")).to_be_focused()
    page.goto("/tickets/")
    page.keyboard.press("/")
    expect(page.locator("[data-list-search]")).to_be_focused()
    page.keyboard.press("j")  # a letter while typing is a letter
    expect(page.locator("[data-list-search]")).to_have_value("j")
    page.goto("/tickets/")
    rows = page.locator("#table .row-link")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    target = rows.nth(0).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")
    page.goto("/tickets/")
    page.keyboard.press("n")
    page.wait_for_url("**/tickets/new/**")


def test_what_was_typed_outlives_a_broken_line(visit_as: Open, watch: Watch) -> None:
    page = visit_as(AGENT)
    page.on("dialog", lambda dialog: dialog.accept())
    subject = f"断网时填写的投诉 {serial()}"
    page.goto("/tickets/new/?kind=complaint")
    form = page.locator("#form")
    fill(
        form,
        contact_name="祝先生",
        contact_phone=fresh_phone(),
        subject=subject,
        body="烤箱门玻璃炸裂。",
        wishes=["换货"],
    )
    page.wait_for_timeout(600)  # the check of the phone while typing has its answer
    watch.offline = True
    page.context.set_offline(True)
    form.locator("button.btn-primary").click()
    expect(page.get_by_text(OFFLINE)).to_be_visible()
    expect(form.locator("[name=subject]")).to_have_value(subject)
    expect(form.locator("button.btn-primary")).to_be_enabled()
    page.context.set_offline(False)
    watch.offline = False
    page.reload()
    expect(page.get_by_text("已恢复您上次没有提交的内容。")).to_be_visible()
    expect(form.locator("[name=subject]")).to_have_value(subject)
    expect(form.locator("[name=body]")).to_have_value("烤箱门玻璃炸裂。")
    expect(form.get_by_label("换货")).to_be_checked()
    with page.expect_navigation():
        form.locator("button.btn-primary").dblclick()
    expect(page.locator("h1")).to_have_text(subject)
    page.goto("/tickets/")
    expect(page.locator("#table").get_by_text(subject)).to_have_count(1)
    page.goto("/tickets/new/?kind=complaint")
    expect(page.locator("#form [name=subject]")).to_have_value("")


def test_the_next_step_keeps_its_words_too(visit_as: Open) -> None:
    page = visit_as(AGENT)
    page.on("dialog", lambda dialog: dialog.accept())
    register(page)
    fill(page.locator("#step-form"), assessment="涉及食品安全，请优先。")
    page.wait_for_timeout(400)  # drafts are kept a quarter of a second after the last key
    page.reload()
    expect(page.locator("#step-form [name=assessment]")).to_have_value("涉及食品安全，请优先。")


def test_a_form_with_a_mistake_says_so_beside_the_field(visit_as: Open, watch: Watch) -> None:
    watch.expected.add(422)
    page = visit_as(AGENT)
    page.goto("/tickets/new/?kind=complaint")
    form = page.locator("#form")
    fill(form, contact_name="祝先生", contact_phone="不是电话", body="烤箱门玻璃炸裂。")
    form.locator("button.btn-primary").click()
    expect(form.get_by_text(re.compile("不是有效的号码")).first).to_be_visible()
    expect(form.locator("[name=contact_phone]")).to_have_attribute("aria-invalid", "true")
    expect(form.locator("[name=body]")).to_have_value("烤箱门玻璃炸裂。")


def test_what_is_pasted_is_not_cut_off_in_silence(visit_as: Open) -> None:
    page = visit_as(AGENT)
    page.goto("/tickets/new/?kind=complaint")
    subject = page.locator("#form [name=subject]")
    most = int(subject.get_attribute("maxlength") or 0)
    body = page.locator("#form [name=body]")
    body.fill("长" * (most + 1))
    body.press("Control+a")
    body.press("Control+c")
    subject.press("Control+v")
    expect(subject).to_have_value("长" * (most + 1))
    expect(page.get_by_text(f"这里最多 {most} 个字，粘贴后有 {most + 1} 个字")).to_be_visible()


def test_too_many_wrong_passwords_lock_one_name(visit_as: Open, watch: Watch) -> None:
    watch.expected |= {422, 429}
    page, name = visit_as(""), f"nobody{serial()}"
    page.goto("/login/")
    for _time in range(11):
        page.locator("[name=username]").fill(name)
        page.locator("[name=password]").fill("wrong-password")
        with page.expect_navigation():
            page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("尝试次数过多，该用户名已锁定 15 分钟。")).to_be_visible()
    other = visit_as(LEADER)  # nobody else is locked
    other.goto("/")
    expect(other.get_by_role("heading", name="工作台")).to_be_visible()


def test_one_click_on_a_demonstration_account_logs_in(visit_as: Open) -> None:
    page = visit_as("")
    page.goto("/login/")
    page.locator(f"[data-fill-user='{LEADER}']").click()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()
    page.goto("/me/sessions/")
    expect(page.get_by_text("Chrome · Linux").first).to_be_visible()
