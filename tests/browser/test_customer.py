"""The customer's own pages: complain, receipt, look up, supplement, rate – and nothing of anybody else."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import faults
from tests.browser.conftest import Open
from tests.browser.hands import NUMBER, fill, fresh_phone, picture, press, serial, step, until_reloaded
from tests.browser.site import AGENT, CHIEF, PHONE, QUALITY, WIDE, Watch


def complain(page: Page, phone: str, words: str) -> str:
    """Send a complaint by the web form; returns the number on the receipt."""
    page.goto("/p/complain/")
    form = page.locator("#form")
    fill(form, text=words, product="海纳 H50 洗衣机", wishes=["返修"], name="章女士", phone=phone, agree=True)
    press(form, "提交投诉")
    number = page.locator(".ticket-no-value")
    expect(number).to_have_text(NUMBER)
    return number.inner_text()


def look_up(page: Page, number: str, tail: str) -> None:
    """Number and the last four digits."""
    page.goto("/p/")
    fill(page.locator("form.form"), number=number, tail=tail)
    press(page, "查询")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_customer_complains_and_follows_the_matter(visit_as: Open, watch: Watch, size: tuple[int, int]) -> None:
    watch.expected.add(422)
    page, phone = visit_as("", size), fresh_phone()
    number = complain(page, phone, f"洗衣机脱水时剧烈移位 {serial()}\n{'0123456789' * 7}，就是这样。")
    picture(page, f"receipt-{size[0]}")
    assert faults(page) == []

    look_up(page, number, "0000" if phone[-4:] != "0000" else "1111")
    expect(page.get_by_text("单号和电话后四位对不上，请核对后再试。")).to_be_visible()
    page.goto("/p/ticket/")  # the cookie of the receipt still opens it
    with page.expect_navigation():
        page.get_by_role("button", name="退出查询").click()
    page.goto("/p/ticket/")
    expect(page.get_by_role("heading", name="查询办理进度")).to_be_visible()

    look_up(page, number.lower(), phone[-4:])
    expect(page.get_by_text(number, exact=True)).to_be_visible()
    fill(page.locator("#supplement"), text=f"今天又移位了一次，还碰坏了瓷砖。{'0123456789' * 7}")
    press(page, "提交补充")
    expect(page.get_by_text("还碰坏了瓷砖")).to_be_visible()
    picture(page, f"portal-{size[0]}")
    assert faults(page) == []


def test_a_customer_sees_one_matter_only(visit_as: Open, watch: Watch) -> None:
    watch.expected.add(422)
    first, second = visit_as("", PHONE), visit_as("", PHONE)
    hers, his = fresh_phone(), fresh_phone()
    secret = f"热水器漏电 {serial()}"
    number = complain(first, hers, secret)
    complain(second, his, "只是想咨询保修期。")
    look_up(second, number, his[-4:])
    expect(second.get_by_text("对不上")).to_be_visible()
    second.goto("/p/ticket/")
    expect(second.locator("body")).not_to_contain_text(secret)
    expect(second.locator("body")).not_to_contain_text(number)


def test_a_customer_rates_on_the_own_page(visit_as: Open) -> None:
    customer, phone = visit_as("", PHONE), fresh_phone()
    number = complain(customer, phone, f"门封条老化 {serial()}")
    chief, quality = visit_as(CHIEF), visit_as(QUALITY)
    chief.goto(f"/tickets/?view=all&q={number}")
    chief.locator("#table .row-link").first.click()
    chief.wait_for_url(re.compile(r"/tickets/\d+/"))
    url = chief.url
    step(chief, "评审", category="产品质量 / 功能故障")
    step(chief, "派发", units=["质量管理部"])
    quality.goto(url)
    step(quality, "接收")
    step(quality, "提交答复", answer="门封条老化属实。")
    chief.goto(url)
    step(chief, "作出结论", founded="不成立", findings="使用八年，属正常老化。", explanation="可优惠更换门封条。")
    step(chief, "已告知客户", how="短信", customer_reply="可以接受。")
    customer.goto("/p/ticket/")
    ask = until_reloaded(customer, customer.locator(".portal-ask"))
    picture(customer, "portal-ask")
    assert faults(customer) == []
    fill(ask, solved="已解决", satisfaction="4", said="态度很好。")
    press(ask, "提交评价")
    expect(customer.get_by_text("您的评价：4 分")).to_be_visible()
    chief.goto(url)
    expect(chief.locator(".record-over")).to_contain_text("已办结")


def test_the_public_form_says_what_is_missing(visit_as: Open, watch: Watch) -> None:
    watch.expected.add(422)
    page = visit_as("", PHONE)
    page.goto("/p/complain/")
    form = page.locator("#form")
    fill(form, text="坏了", name="章女士", phone="12", agree=True)
    press(form, "提交投诉")
    expect(form.locator("#id_phone_error")).to_have_text("这不是有效的电话号码，请检查后重新填写。")
    expect(form.locator("[name=text]")).to_have_value("坏了")
    assert faults(page) == []


def test_agents_have_nothing_of_the_portals_cookie(visit_as: Open) -> None:
    page = visit_as(AGENT)
    page.goto("/p/ticket/")
    expect(page.get_by_role("heading", name="查询办理进度")).to_be_visible()
