"""What attackers write stays text in a real browser: no dialog, no request to anybody else, nothing that runs."""

import re

import pytest
from playwright.sync_api import Dialog, Page

from tests.attacks.payloads import SCRIPTS
from tests.browser.conftest import Open
from tests.browser.hands import fresh_phone, press
from tests.browser.site import OUTSIDER, PHONE, WIDE, Watch


def written(page: Page, some: list[str]) -> str:
    """A customer in whose archive the payloads stand; returns the address."""
    page.goto("/customers/new/")
    form = page.locator("#form")
    for name, text in {
        "name": some[0][:60], "phone": fresh_phone(), "company_name": some[1][:60], "note": " ".join(some),
        "preferences": " ".join(some)[:200],
    }.items():  # fmt: skip
        form.locator(f"[name={name}]").fill(text)
    press(form, "保存")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    return page.url


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_that_was_written_runs(visit_as: Open, watch: Watch, size: tuple[int, int]) -> None:
    said: list[str] = []

    def heard(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page = visit_as(OUTSIDER, size)  # whose customers no test reads
    page.on("dialog", heard)
    for third in range(3):
        url = written(page, SCRIPTS[third::3])
        for address in (url, f"{url}edit/", f"/losses/new/?customer={url.rstrip('/').rpartition('/')[2]}"):
            page.goto(address)
            assert "XSS" in page.content()
            page.locator("body").evaluate("body => body.querySelectorAll('*').forEach(one => one.focus && one.focus())")
        pk = url.rstrip("/").rpartition("/")[2]
        for address in ("/customers/", "/customers/?q=XSS", "/search/?q=XSS", f"/history/customers.customer/{pk}/"):
            page.goto(address)
            page.wait_for_load_state("networkidle")
    assert said == []  # and `watch` has seen no request elsewhere and no error of a script
