"""Every page that each role can reach by its links: it answers, is quiet, accessible, Chinese and fits the screen."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from keqiao.workspace.demo.people import PEOPLE
from tests.browser.checks import faults
from tests.browser.conftest import Open
from tests.browser.hands import register
from tests.browser.site import ADMIN, AGENT, CALLER, CHIEF, HEAD, LEADER, PHONE, QUALITY, WIDE, Watch

SHOTS = os.environ.get("KEQIAO_SHOTS", "")  # a folder for pictures of every page, to look at
NAMES = frozenset({*(name for name, *_rest in PEOPLE), "App"})  # and a word of the demonstration's customers
LINKS = "() => [...document.querySelectorAll('a[href]')].filter(a => !a.hasAttribute('download')).map(a => a.href)"
NOT_PAGES = re.compile(r"^/(files/[0-9a-f-]+/|static/|api/openapi)|/export|\.(csv|xlsx)$|/refused/$")
DEPTH, MOST = 3, 60
_LOOKED_AT: set[tuple[str, str]] = set()  # pages that axe has read at this size and in these colours


def shape(url: str) -> str:
    """Addresses that differ only by record, filter or page are one page."""
    parts = urlsplit(url)
    names = sorted({pair.split("=")[0] for pair in parts.query.split("&") if pair})
    kind = [name for name in names if name in {"kind", "view"}]
    return re.sub(r"\d+", "N", parts.path) + ("?" + "&".join(kind) if kind else "")


def crawl(page, base: str, label: str) -> list[str]:
    """Follow the links of one host from the home page, each kind of address once, and collect what is wrong."""
    waiting, seen, wrong = [("/", 0)], {"/"}, []
    # the form of a step is the same for everybody: once at each size is enough
    steps = {one for one, screen in _LOOKED_AT if "/do/" in one and screen == label.partition("-")[2]}
    while waiting and len(seen) <= MOST:
        path, depth = waiting.pop(0)
        page.goto(path)
        if SHOTS:
            name = re.sub(r"\W+", "_", shape(page.url[len(base) :])) or "home"
            Path(SHOTS).mkdir(exist_ok=True)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=f"{SHOTS}/{label}{name}.png", full_page=len(seen) > 1)
        again = (shape(path), label.partition("-")[2]) in _LOOKED_AT
        _LOOKED_AT.add((shape(path), label.partition("-")[2]))
        wrong += faults(page, NAMES, axe=not again)
        for url in page.evaluate(LINKS) if depth < DEPTH else ():
            path = url[len(base) :].split("#")[0]
            if (
                url.startswith(base + "/")
                and not NOT_PAGES.search(urlsplit(path).path)
                and shape(path) not in seen | steps
            ):
                seen.add(shape(path))
                waiting.append((path, depth + 1))
    assert len(seen) > 5
    return wrong


@pytest.mark.parametrize("who", [AGENT, LEADER, QUALITY, HEAD, CHIEF, CALLER, ADMIN])
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_every_page_of_a_role_is_sound(
    visit_as: Open, watch: Watch, who: str, size: tuple[int, int], scheme: str
) -> None:
    page = visit_as(who, size, scheme)
    wrong = crawl(page, watch.base, f"{who}-{size[0]}-{scheme}")
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("who", [CHIEF])
@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "dark"), (PHONE, "light")], ids=["wide-dark", "phone-light"])
def test_the_other_colours_are_sound_too(
    visit_as: Open, watch: Watch, who: str, size: tuple[int, int], scheme: str
) -> None:
    page = visit_as(who, size, scheme)
    wrong = crawl(page, watch.base, f"{who}-{size[0]}-{scheme}")
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("path", ["/login/", "/p/", "/p/complain/", "/v/nothing/"])
def test_pages_without_a_login_are_sound(visit_as: Open, watch: Watch, path: str, size: tuple[int, int]) -> None:
    watch.expected |= {404, 410}
    page = visit_as("", size, "dark" if size == PHONE else "light")
    page.goto(path)
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/stranger-{size[0]}{path.replace('/', '_')}.png", full_page=True)
    assert "\n".join(faults(page, NAMES)) == ""


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_the_open_page_behind_a_signed_link_is_sound(visit_as: Open, size: tuple[int, int], scheme: str) -> None:
    chief = visit_as(CHIEF)
    chief.goto("/visits/?view=open")
    chief.locator("#table .row-link").first.click()
    chief.locator(".page-actions").get_by_role("link", name="请客户在线评价").first.click()
    dialog = chief.locator("#dialog")
    dialog.locator("form button.btn-primary").click()
    link = dialog.locator("#answer-url").inner_text()
    page = visit_as("", size, scheme)
    page.goto("/v/" + link.rstrip("/").rsplit("/", 1)[1] + "/")
    expect(page.get_by_role("button", name="提交评价")).to_be_visible()
    assert "\n".join(faults(page, NAMES)) == ""


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "dark"), (PHONE, "light")], ids=["wide", "phone"])
def test_pages_that_say_no_are_sound(visit_as: Open, watch: Watch, size: tuple[int, int], scheme: str) -> None:
    watch.expected |= {403, 404, 422}
    page = visit_as(AGENT, size, scheme)
    for path in (
        "/nowhere/",
        "/tickets/99999999/",
        "/positions/",
        "/customers/?q=没有这样的东西",
        "/search/?q=没有这样的东西",
    ):
        page.goto(path)
        assert "\n".join(faults(page, NAMES)) == ""


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_words_without_a_space_stay_on_the_screen(visit_as: Open, size: tuple[int, int]) -> None:
    page = visit_as(AGENT, size)
    endless = "长" * 60 + "Ж" * 59
    register(page, subject=endless, body="没有空格" * 300 + "Ж" * 400, contact_name="名" * 60, product="Ж" * 70)
    assert "\n".join(one for one in faults(page, NAMES) if "English" not in one) == ""
    page.goto("/tickets/")
    assert "\n".join(one for one in faults(page, NAMES) if "English" not in one) == ""
    page.goto("/")
    assert "\n".join(one for one in faults(page, NAMES) if "English" not in one) == ""
