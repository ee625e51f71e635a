"""Dates and times are entered in the page's language, whatever the browser's; by keyboard, in dialogs, on a phone."""

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.checks import faults
from tests.browser.conftest import Open
from tests.browser.site import AGENT, CHIEF, PHONE, WIDE

WEEKDAYS = ["一", "二", "三", "四", "五", "六", "日"]


def birthday(page: Page) -> Locator:
    """The first date of the form of a customer."""
    page.goto("/customers/new/")
    return page.locator("[name=birthday]")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1988-3-5", "1988-03-05"), ("19880305", "1988-03-05"), ("1988年3月5日", "1988-03-05"),
        ("１９８８/３/５", "1988-03-05"), ("3-5", f"{date.today().year}-03-05"), ("", ""),  # noqa: DTZ011 – the browser's day
    ],
)  # fmt: skip
def test_a_date_is_understood_as_people_write_it(visit_as: Open, typed: str, kept: str) -> None:
    field = birthday(visit_as(CHIEF))
    expect(field).to_have_attribute("placeholder", "年-月-日")
    field.fill(typed)
    field.press("Tab")
    expect(field).to_have_value(kept)


def test_what_is_no_date_is_told_and_not_sent(visit_as: Open) -> None:
    page = visit_as(CHIEF)
    field = birthday(page)
    page.locator("[name=name]").fill("日期写错的客户")
    field.fill("2月30日")
    page.locator("#form button.btn-primary").click()
    assert field.evaluate("one => one.validationMessage").startswith("请按提示的样子填写")
    assert page.url.endswith("/customers/new/")
    expect(field).to_have_value("2月30日")
    field.fill("1990-02-28")
    field.press("Tab")
    assert field.evaluate("one => one.checkValidity()")


def test_a_day_is_chosen_with_the_keyboard(visit_as: Open) -> None:
    page = visit_as(CHIEF)
    field = birthday(page)
    field.fill("1990-06-15")
    field.press("ArrowDown")
    popup = page.get_by_role("dialog", name="选择日期和时间")
    expect(popup).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(popup.locator("calendar-month th span[aria-hidden]")).to_have_text(WEEKDAYS, use_inner_text=True)
    expect(popup.locator("calendar-month button[tabindex='0']")).to_be_focused()
    chosen = popup.locator("calendar-month button[tabindex='0']")
    page.keyboard.press("ArrowRight")
    expect(chosen).to_have_text("16")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_have_text("23")
    expect(chosen).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_have_value("1990-06-23")
    expect(field).to_be_focused()
    expect(popup).to_be_hidden()
    field.press("ArrowDown")
    expect(popup).to_be_visible()
    page.keyboard.press("Escape")
    expect(popup).to_be_hidden()
    expect(field).to_have_value("1990-06-23")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_the_open_calendar_is_sound(visit_as: Open, size: tuple[int, int], scheme: str) -> None:
    page = visit_as(AGENT, size, scheme)
    page.goto("/reception/new/")
    field = page.locator("[data-dated=datetime-local]").first
    page.locator("details:has([data-dated=datetime-local])").evaluate_all("all => all.forEach(one => one.open = true)")
    field.locator("xpath=following-sibling::button").click()
    popup = page.get_by_role("dialog", name="选择日期和时间")
    expect(popup.locator("calendar-month table")).to_be_visible()
    box = popup.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert "\n".join(faults(page)) == ""
    popup.locator("[data-part=hour]").select_option("14")
    popup.get_by_role("button", name="确定").click()
    expect(field).to_have_value(re.compile(r"^\d{4}-\d\d-\d\d 14:\d\d$"))


def test_in_a_dialog_the_calendar_can_be_reached(visit_as: Open) -> None:
    page = visit_as(CHIEF)
    page.goto("/losses/?view=all&status=lost")
    page.locator("#table .row-link").first.click()
    page.locator(".page-actions").get_by_role("link", name="安排挽回").click()
    field = page.locator("#dialog [data-dated=date]").first
    field.press("ArrowDown")
    expect(page.locator("#dialog calendar-month button[tabindex='0']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile(r"^\d{4}-\d\d-\d\d$"))


def test_a_list_is_asked_only_for_whole_dates(visit_as: Open) -> None:
    page = visit_as(CHIEF)
    page.goto("/tickets/?view=all&accepted_after=2020-01-01")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/tickets/?" in request.url else None)
    field = page.locator("[name=accepted_after]")
    field.press("Control+a")
    field.press_sequentially("2026-1", delay=120)
    page.wait_for_timeout(600)  # longer than the list waits after a key
    assert asked == []
    field.press_sequentially("-15")
    page.wait_for_url("**accepted_after=2026-1-15**")


def test_without_scripts_the_native_fields_stay(visit_as: Open) -> None:
    page = visit_as(CHIEF, java_script_enabled=False)
    page.goto("/customers/new/")
    assert page.locator("[name=birthday]").get_attribute("type") == "date"
