"""A complaint from the counter to the manager's page, by the hands of everybody who has a part in it."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.hands import (
    NUMBER,
    fill,
    fresh_phone,
    picture,
    press,
    serial,
    stands,
    step,
    until_reloaded,
    username,
    verb,
)  # fmt: skip
from tests.browser.site import AGENT, CHIEF, HEAD, LOGISTICS, PHONE, QUALITY, REPAIR

ANSWER = "拆检确认压缩机焊点虚焊，属于制造质量问题，建议换新并补偿。"


def known_customer(page: Page) -> tuple[str, str]:
    """A customer who is written down before the complaint: name and phone."""
    name, phone = f"欧阳{serial()}", fresh_phone()
    page.goto("/customers/new/")
    form = page.locator("#form")
    fill(form, name=name, phone=phone)
    with page.expect_navigation():
        form.locator("button.btn-primary").click()
    expect(page.locator("h1")).to_have_text(name)
    return name, phone


def accepted_at_the_counter(page: Page) -> str:
    """Registered with the phone in another spelling; the page says whose it is while it is typed."""
    name, phone = known_customer(page)
    page.goto("/")
    page.get_by_role("link", name="登记投诉").click()
    form = page.locator("#form")
    fill(form, channel="柜台")
    form.locator("[name=contact_phone]").press_sequentially(f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}")
    expect(page.locator("#id_contact_phone_helptext")).to_contain_text(f"可能已有：{name}")
    fill(
        form, contact_name=name, subject=f"冰箱不制冷，食物全坏了 {serial()}", product="海纳 BCD-450 冰箱",
        body="上周六送到的冰箱，通电两天后冷藏室一直二十度，里面的食物全坏了。", wishes=["换货", "补偿"],
    )  # fmt: skip
    picture(page, "register")
    with page.expect_navigation():
        form.locator("button.btn-primary").click()
    stands(page, "已受理")
    expect(page.get_by_text("受理回执")).to_be_visible()
    expect(page.locator(".two-side").get_by_role("link", name=name)).to_be_visible()
    found = NUMBER.search(page.locator(".record-number").inner_text())
    assert found
    return found.group()


def assessed_and_dispatched(page: Page) -> None:
    """First assessment, then two departments at once."""
    step(page, "评审", category="产品质量 / 功能故障", assessment="影响冷藏食品，当天派发。")
    stands(page, "已评审")
    step(page, "派发", units=["质量管理部", "物流配送部"], instructions="请查明不制冷的原因。")
    stands(page, "调查中")
    expect(page.get_by_role("heading", name="下一步")).to_have_count(0)


def answered_by_quality(page: Page, url: str, subject: str, proof: Path) -> None:
    """Found on the home page, accepted, a file added, answered."""
    page.goto("/")
    page.get_by_role("link", name=re.compile(subject)).first.click()
    page.goto(url)
    step(page, "接收")
    proof.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    verb(page, "添加证据", kind="照片", title="拆检照片", attachments=proof)
    expect(page.get_by_role("link", name=proof.name)).to_be_visible()
    step(page, "提交答复", answer=ANSWER)
    expect(page.get_by_text(ANSWER)).to_be_visible()


def returned_by_logistics(page: Page, url: str) -> None:
    """Not theirs: back with the reason."""
    page.goto(url)
    verb(page, "退回", reason="配送签收时外观和通电都正常，不是物流原因。")
    # the ticket is no longer theirs, the dispatch that they sent back is
    expect(page.get_by_role("main").get_by_text("已退回", exact=True).first).to_be_visible()


def dispatched_again(agent: Page, repair: Page, url: str) -> None:
    """What came back goes to another department, which answers."""
    agent.goto(url)
    verb(agent, "派发", units=["维修服务科"], instructions="请上门检测。")
    repair.goto(url)
    step(repair, "接收")
    step(repair, "提交答复", answer="上门检测，冷媒压力不足，与质量部结论一致。")


def planned_above_the_limit(page: Page, url: str, yuan: str) -> None:
    """Founded, with cause, who answers for it and more money than an agent may give."""
    page.goto(url)
    step(page, "作出结论", founded="成立", findings="焊点虚焊导致冷媒泄漏，属制造质量问题。")
    stands(page, "处理中")
    form = page.locator("#step-form")
    form.locator("[name=cause]").select_option(index=1)
    fill(form, responsible_unit="质量管理部", plan="换新一台，补偿食物损失。", compensation=yuan)
    with page.expect_navigation():
        press(form, "提交方案")


def approved(page: Page, number: str) -> None:
    """The department's manager, whom the flow asks at this amount, finds it and agrees."""
    page.goto("/approvals/")
    page.get_by_role("link", name=re.compile(number)).first.click()
    picture(page, "approval")
    verb(page, "同意", note="同意，尽快换新。")
    stands(page, "已同意")


def resolved_and_told(page: Page, url: str, result: str) -> None:
    """Done, and the customer knows."""
    page.goto(url)
    step(page, "办理完毕", result=result)
    stands(page, "待告知")
    step(page, "已告知客户", how="电话", customer_reply="知道了，先用用看。")
    stands(page, "待回访")


def visit_of(page: Page, url: str, round_: int) -> tuple[str, str]:
    """The visit that the worker made by rule: its address and who has it."""
    page.goto(url)
    entry = until_reloaded(page, page.locator("#panel-visits li").filter(has_text=f"第 {round_} 轮"))
    address = entry.get_by_role("link").first.get_attribute("href")
    who = re.search(rf"第 {round_} 轮 · (\S+)", entry.inner_text())
    assert address
    assert who
    return address, username(who.group(1))


def not_satisfied(page: Page, address: str, said: str) -> None:
    """Called back by keyboard: the score by its key, what was said, saved with Ctrl+Enter."""
    page.goto(address)
    picture(page, "visit")
    page.locator("h1").click()
    page.keyboard.press("2")
    expect(page.locator("#result [name=satisfaction][value='2']")).to_be_checked()
    fill(page.locator("#result"), solved="没有解决", said=said)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.goto(address)
    stands(page, "已完成")


def satisfied_by_link(caller: Page, phone: Page, address: str) -> None:
    """The customer scans the link and answers on the phone; once only."""
    caller.goto(address)
    caller.get_by_role("link", name="请客户在线评价").click()
    with caller.expect_response(lambda answer: answer.url.endswith("/link/") and answer.request.method == "POST"):
        caller.locator("#dialog #form button.btn-primary").click()
    link = caller.locator("#answer-url").inner_text()
    phone.goto(link)
    picture(phone, "signed-390")
    fill(phone.locator("#form"), satisfaction="5", solved="已解决", said="换新的很好用，谢谢。")
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.get_by_text("感谢您的评价").first).to_be_visible()
    phone.goto(link)
    expect(phone.locator("#form")).to_have_count(0)


def rectified(department: Page, checker: Page, subject: str) -> None:
    """The low score gave the department a task: planned, done, checked by somebody else."""
    department.goto("/rectifications/")
    department.get_by_role("link", name=re.compile(subject)).first.click()
    verb(department, "提交整改计划", plan="焊接工位加装视觉检测。")
    verb(department, "完成整改", proof="检测设备已投用，三天抽检无虚焊。")
    picture(department, "rectification")
    checker.goto(department.url)
    verb(checker, "检查", passed="检查通过", note="现场核对属实。")
    stands(checker, "检查通过")


def corrected(chief: Page, department: Page, url: str) -> None:
    """A corrective action with owner and date, reported done, its effect checked."""
    title = f"焊接工序增加在线检测 {serial()}"
    chief.goto(url)
    verb(chief, "提出整改", title=title, measure="全数检测焊点。", owner="沈文彬", due_on="2030-01-31")
    department.goto("/corrections/?view=all")
    department.get_by_role("link", name=title).click()
    verb(department, "报告完成", proof="已装机并验收。")
    chief.goto(department.url)
    verb(chief, "验证效果", effective="有效", note="一个月内没有同类投诉。")
    stands(chief, "有效")


def shown_to_the_manager(page: Page, number: str) -> None:
    """The figures count it, and each opens exactly the records that it counts."""
    page.goto("/manager/")
    picture(page, "manager")
    cards = page.locator(".figure-part, .figure-link").evaluate_all(
        "all => all.map(one => [one.href, one.textContent])"
    )
    counted = [(url, int(words.split()[-1].replace(",", ""))) for url, words in cards if words.split()[-1].isdigit()]
    assert len(counted) > 3
    listed = []
    for url, count in counted:
        page.goto(url)
        text = page.locator(".table-meta [role=status]").inner_text()
        assert int("".join(re.findall(r"\d", text)) or 0) == count, url
        listed.append(page.get_by_text(number).count())
    assert any(listed)


def test_a_complaint_from_the_counter_to_the_managers_page(visit_as: Open, tmp_path: Path) -> None:
    agent, quality, repair = visit_as(AGENT), visit_as(QUALITY), visit_as(REPAIR)
    number = accepted_at_the_counter(agent)
    url = agent.url
    subject = agent.locator("h1").inner_text()
    assessed_and_dispatched(agent)
    answered_by_quality(quality, url, subject, tmp_path / "焊点照片.png")
    returned_by_logistics(visit_as(LOGISTICS), url)
    dispatched_again(agent, repair, url)
    planned_above_the_limit(agent, url, "800")
    stands(agent, "待审批")
    chief = visit_as(CHIEF)
    approved(chief, number)
    resolved_and_told(agent, url, "已换新并补偿 800 元。")
    picture(agent, "told")

    address, caller = visit_of(agent, url, 1)
    assert caller != AGENT  # not by whoever handled it
    visitor = visit_as(caller)
    not_satisfied(visitor, address, "换来的这台噪声很大。")
    agent.goto(url)
    stands(agent, "调查中")
    picture(agent, "reopened")

    planned_above_the_limit(agent, url, "")
    resolved_and_told(agent, url, "再次更换，并由工程师调试。")
    address, caller = visit_of(agent, url, 2)
    satisfied_by_link(visit_as(caller), visit_as("", PHONE), address)
    agent.goto(url)
    stands(agent, "已办结")
    picture(agent, "closed")

    rectified(quality, chief, subject)
    corrected(chief, quality, url)
    shown_to_the_manager(visit_as(HEAD), number)
