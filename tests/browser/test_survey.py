"""What customers answer on their phones: behind a signed link and before a poster, in both languages and both colours."""

import json
import os
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import faults
from tests.browser.conftest import Open
from tests.browser.site import CHIEF, PHONE, Site, Watch, inside

PREPARE = """
import json
from keqiao.customers.models import Customer
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for
from keqiao.surveys import actions
chief = actor_for(Employee.objects.get(username="{who}"))
survey = actions.create_survey(actor=chief, name="手机问卷 {stamp}", kind="own", language="both", low_score=2)
for asked in (
    {{"kind": "score", "text": "您对这次上门满意吗？", "text_en": "Were you satisfied with the visit?"}},
    {{"kind": "several", "text": "哪里让您不满意？", "text_en": "What went wrong?", "options": "等待太久\\n收费不清楚",
     "options_en": "The wait\\nThe charge", "when": ["q1=1", "q1=2"]}},
    {{"kind": "matrix", "text": "请评价师傅", "text_en": "Please rate the technician", "options": "准时到达\\n讲解清楚",
     "options_en": "On time\\nExplained well", "columns": "差\\n一般\\n好", "columns_en": "Poor\\nFair\\nGood"}},
    {{"kind": "text", "text": "您还想说什么？", "text_en": "Anything else?", "required": True}},
):
    actions.add_question(actor=chief, survey=survey, **asked)
actions.publish(actor=chief, obj=survey)
tokens = []
for customer in Customer.objects.filter(erased=False, merged_into=None, consents=None, tags=None).order_by("pk")[:{count}]:
    row = actions.invite(actor=chief, survey=survey, customer=customer, matter="上门维修")
    tokens.append((row.pk, actions.make_link(actor=chief, obj=row)[0]))
poster = actions.create_poster(actor=chief, survey=survey, unit=Employee.objects.get(username="{who}").unit, place="前台 {stamp}")
print(json.dumps({{"survey": survey.pk, "links": tokens, "code": poster.code}}))
"""
LOOK = """
import json
from keqiao.surveys.models import Response
rows = Response.objects.filter(survey={survey}).order_by("pk").prefetch_related("answers")
print(json.dumps([[one.score, one.said, one.language, one.customer_id is None,
    [[a.key, a.row, a.code] for a in one.answers.all() if a.code]] for one in rows]))
"""
END = """
from datetime import timedelta
from django.utils import timezone
from keqiao.surveys.models import Invitation
Invitation.objects.filter(pk={expired}).update(until=timezone.now() - timedelta(minutes=1))
Invitation.objects.filter(pk={withdrawn}).update(state="withdrawn")
"""


def prepared(site: Site, count: int) -> dict[str, Any]:
    """A survey that branches, so many links to customers, and a poster."""
    found: dict[str, Any] = json.loads(
        inside(site.data, PREPARE.format(who=CHIEF, stamp=time.monotonic_ns(), count=count))
    )
    return found


def answers(site: Site, made: dict[str, Any]) -> list[Any]:
    """What was kept of it."""
    found: list[Any] = json.loads(inside(site.data, LOOK.format(survey=made["survey"])))
    return found


def choose(page: Page, key: str, words: str) -> None:
    """Touch an answer, and wait until it has been noted in case the page is closed."""
    page.locator("label", has=page.locator(f"[name='{key}']")).filter(has_text=words).first.click()
    page.wait_for_function("() => sessionStorage.length > 0")


def send(page: Page) -> None:
    """Touch the large button."""
    with page.expect_navigation():
        page.locator(".answer-send").first.click()


def sound(page: Page, name: str = "") -> None:
    """Nothing serious to find, nothing wider than the phone; and a picture where a folder for them is named."""
    assert "\n".join(faults(page)) == ""
    if folder := os.environ.get("KEQIAO_SHOTS"):
        page.screenshot(path=f"{folder}/survey-{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_is_answered_on_a_phone_and_only_once(visit_as: Open, site: Site, watch: Watch, scheme: str) -> None:
    watch.expected.add(422)
    made = prepared(site, 1)
    page = visit_as("", PHONE, scheme)
    page.goto(f"/q/{made['links'][0][1]}/")
    sound(page, f"{scheme}-first")
    send(page)  # nothing is answered yet
    expect(page.get_by_text("请选一项。")).to_be_visible()
    expect(page.locator("[name=q1]").first).to_be_focused()  # the page begins where something is missing
    sound(page, f"{scheme}-missing")
    choose(page, "q1", "2")
    send(page)
    expect(page.get_by_text("已恢复")).to_have_count(0)  # the page before is no draft of this one
    expect(page.get_by_text("哪里让您不满意？")).to_be_visible()  # only whoever is not content is asked
    choose(page, "q2", "等待太久")
    choose(page, "q3.o1", "好")
    page.locator("[name=q4]").fill("师傅很客气，就是来晚了")
    sound(page, f"{scheme}-second")
    send(page)  # one row of the matrix is missing
    expect(page.get_by_text("请为每一行选一项。")).to_be_in_viewport()
    expect(page.locator("[name=q4]")).to_have_value("师傅很客气，就是来晚了")
    expect(page.get_by_role("checkbox", name="等待太久")).to_be_checked()
    choose(page, "q3.o2", "差")
    send(page)
    expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    sound(page, f"{scheme}-thanks")
    kept = [
        2, "师傅很客气，就是来晚了", "zh-hans", False,
        [["q1", "", "2"], ["q2", "", "o1"], ["q3", "o1", "c3"], ["q3", "o2", "c1"]],
    ]  # fmt: skip
    assert answers(site, made) == [kept]
    page.goto(f"/q/{made['links'][0][1]}/")
    expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    expect(page.locator("form[method=post] fieldset")).to_have_count(0)
    assert "师傅很客气" not in page.content()
    assert page.evaluate("() => sessionStorage.length") == 0
    page.go_back()
    assert answers(site, made) == [kept]


def test_who_is_content_is_asked_less_and_may_go_back(visit_as: Open, site: Site) -> None:
    made = prepared(site, 1)
    page = visit_as("", PHONE)
    page.goto(f"/q/{made['links'][0][1]}/")
    choose(page, "q1", "1")
    send(page)
    expect(page.get_by_text("哪里让您不满意？")).to_be_visible()
    choose(page, "q2", "收费不清楚")
    with page.expect_navigation():
        page.get_by_role("button", name="上一页").click()
    expect(page.get_by_role("radio", name="1", exact=True)).to_be_checked()
    choose(page, "q1", "5")
    send(page)
    expect(page.get_by_text("哪里让您不满意？")).to_have_count(0)
    choose(page, "q3.o1", "好")
    choose(page, "q3.o2", "好")
    page.locator("[name=q4]").fill("都好")
    send(page)
    expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    assert answers(site, made)[0][4] == [["q1", "", "5"], ["q3", "o1", "c3"], ["q3", "o2", "c3"]]


def test_too_many_words_are_told_in_words_and_none_is_lost(visit_as: Open, site: Site, watch: Watch) -> None:
    watch.expected.add(422)
    made = prepared(site, 1)
    page = visit_as("", PHONE)
    page.goto(f"/q/{made['links'][0][1]}/")
    choose(page, "q1", "5")
    send(page)
    choose(page, "q3.o1", "好")
    choose(page, "q3.o2", "好")
    page.locator("[name=q4]").fill("很" * 1001)
    send(page)
    expect(page.get_by_text("请控制在 1000 字以内，现在是 1001 字。")).to_be_in_viewport()
    expect(page.locator("[name=q4]")).to_have_value("很" * 1001)
    sound(page, "long")
    assert answers(site, made) == []
    page.locator("[name=q4]").fill("很" * 1000)
    send(page)
    assert answers(site, made)[0][1] == "很" * 1000


def test_it_turns_to_english_and_back_without_losing_anything(visit_as: Open, site: Site) -> None:
    made = prepared(site, 1)
    page = visit_as("", PHONE)
    page.goto(f"/q/{made['links'][0][1]}/")
    choose(page, "q1", "4")
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_text("Were you satisfied with the visit?")).to_be_visible()
    expect(page.get_by_role("radio", name="4", exact=True)).to_be_checked()
    send(page)
    page.locator("[name=q4]").fill("On time")
    choose(page, "q3.o1", "Good")
    assert chinese(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="中文").click()
    expect(page.get_by_text("请评价师傅")).to_be_visible()
    expect(page.locator("[name=q4]")).to_have_value("On time")
    with page.expect_navigation():
        page.get_by_role("button", name="English").click()
    choose(page, "q3.o2", "Fair")
    send(page)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    sound_but_english(page, "english-thanks")
    assert answers(site, made)[0][2] == "en"


def chinese(page: Page) -> list[str]:
    """Words of an English page that are Chinese, but for the button that turns it."""
    look = """() => [...document.querySelectorAll("main *:not([lang])")].filter(one => !one.children.length)
        .map(one => one.textContent.trim()).filter(text => /[\\u4e00-\\u9fff]/.test(text))"""
    found: list[str] = page.evaluate(look)
    return found


def sound_but_english(page: Page, name: str) -> None:
    """The same of a page that is English by right."""
    assert "\n".join(one for one in faults(page) if "English: " not in one) == ""
    if folder := os.environ.get("KEQIAO_SHOTS"):
        page.screenshot(path=f"{folder}/survey-{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_links_that_are_no_good_any_more_are_told_kindly(visit_as: Open, site: Site, watch: Watch, scheme: str) -> None:
    watch.expected |= {404, 410}
    made = prepared(site, 2)
    (expired, late), (withdrawn, back) = made["links"]
    inside(site.data, END.format(expired=expired, withdrawn=withdrawn))
    page = visit_as("", PHONE, scheme)
    for token, heading in ((late, "这份问卷已过期"), (back, "这份问卷已撤回"), ("x" * 32, "这个链接无效")):
        page.goto(f"/q/{token}/")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.locator("main form")).to_have_count(0)
        sound(page, f"{scheme}-{heading}")
    assert answers(site, made) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_before_a_poster_each_browser_answers_once(visit_as: Open, site: Site, scheme: str) -> None:
    made = prepared(site, 0)
    for score in ("5", "4"):
        page = visit_as("", PHONE, scheme)
        page.goto(f"/s/{made['code']}/")
        expect(page.get_by_text("匿名填写，不收集姓名和电话。")).to_be_visible()
        sound(page, f"{scheme}-poster")
        choose(page, "q1", score)
        send(page)
        choose(page, "q3.o1", "好")
        choose(page, "q3.o2", "一般")
        page.locator("[name=q4]").fill("环境不错")
        send(page)
        expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
        page.goto(f"/s/{made['code']}/")
        expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
        expect(page.locator("main fieldset")).to_have_count(0)
    assert [(score, unknown) for score, _said, _language, unknown, _codes in answers(site, made)] == [
        (5, True), (4, True),
    ]  # fmt: skip
