"""What people do with their hands: fill a form by the names of its fields, press a button, open a dialog."""

import itertools
import os
import re
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from keqiao.workspace.demo.people import PEOPLE

NUMBER = re.compile(r"(?:TS|GD)\d{8}-\d{4,}")
_SERIAL = itertools.count(int(time.time()) % 8_000_000 + 1_000_000)


def serial() -> int:
    """Seven digits that no other test of this run has."""
    return next(_SERIAL)


def fresh_phone() -> str:
    """A mobile number of eleven digits that nobody has yet."""
    return f"1990{serial()}"


def username(name: str) -> str:
    """The user name of an employee of the demonstration."""
    return next(user for user, known, *_rest in PEOPLE if known == name)


def fill(form: Locator, **values: Any) -> None:
    """Fill fields by name: text, a choice's words, True to tick, a Path to upload, a list of words to tick."""
    for name, value in values.items():
        field = form.locator(f"[name='{name}']")
        kind = field.first.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
        if isinstance(value, Path):
            field.set_input_files(value)
        elif kind == "select":
            field.select_option(label=value)
        elif kind in {"radio", "checkbox"} and value is not True:
            for words in [value] if isinstance(value, str) else value:
                label = form.locator("label", has=form.page.locator(f"[name='{name}']")).filter(has_text=words).first
                if not label.locator("input").is_checked():  # the page may have ticked it by itself
                    label.click()
        elif value is True:
            field.check()
        else:
            field.fill(str(value))


def press(form: Locator | Page, words: str) -> None:
    """Press the button with these words."""
    form.get_by_role("button", name=words, exact=True).click()


def step(page: Page, words: str, **values: Any) -> None:
    """Take the next step of a ticket's page."""
    form = page.locator("#step-form")
    fill(form, **values)
    with page.expect_navigation():
        press(form, words)


def verb(page: Page, words: str, send: str = "", **values: Any) -> None:
    """Do something by a button of the heading or of its menu, in the dialog that it opens."""
    button = page.locator(".page-actions, .two-main").get_by_role("link", name=words, exact=True).first
    if not button.is_visible():
        page.locator(".page-actions summary").click()
    button.click()
    form = page.locator("#dialog #form")
    fill(form, **values)
    with page.expect_navigation():
        press(form, send) if send else form.locator("button.btn-primary, button.btn-error").click()


def stands(page: Page, words: str) -> None:
    """The record's stage or status, as its heading says."""
    expect(page.locator(".record-over")).to_contain_text(words)


def until_reloaded(page: Page, look: Locator, seconds: float = 30) -> Locator:
    """Reload until something is there that another process makes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        page.wait_for_load_state("networkidle")
        if look.count():
            return look.first
        page.reload()
    raise AssertionError(f"never appeared: {look}")


def register(page: Page, **values: Any) -> str:
    """Register a complaint; the page is the new ticket's afterwards. Returns its number."""
    page.goto("/tickets/new/?kind=complaint")
    form = page.locator("#form")
    given = {"contact_name": "测试客户", "contact_phone": fresh_phone(), "body": "电饭煲内胆涂层脱落，要求换新。"}
    fill(form, **given | values)
    with page.expect_navigation():
        form.locator("button.btn-primary").click()
    found = NUMBER.search(page.locator(".record-number").inner_text())
    assert found
    return found.group()


def picture(page: Page, name: str) -> None:
    """Keep a picture to look at, where a folder for them is named."""
    if folder := os.environ.get("KEQIAO_SHOTS"):
        page.wait_for_load_state("networkidle")
        page.screenshot(path=f"{folder}/story-{name}.png", full_page=True)
