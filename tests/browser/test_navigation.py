"""The navigation folds, remembers it, and is worked with the keyboard."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.site import CHIEF, PHONE

# what of the rail moves after it has been painted
SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => {
    for (const entry of list.getEntries())
        for (const { node } of entry.sources)
            if ((node?.parentElement ?? node)?.closest?.(".rail")) window.shifts.push(node.textContent.trim().slice(0, 80));
}).observe({ type: "layout-shift", buffered: true });
"""


def group(page: Page, key: str, within: str = ".rail"):
    """A group of the navigation."""
    return page.locator(f"{within} [data-fold={key}]")


def test_what_was_folded_stays_folded_on_the_next_page(visit_as: Open) -> None:
    page = visit_as(CHIEF)
    page.goto("/tickets/")
    expect(group(page, "customers")).to_have_attribute("open", "")
    expect(group(page, "settings")).not_to_have_attribute("open", "")
    group(page, "customers").locator("summary").focus()
    page.keyboard.press("Enter")
    group(page, "settings").locator("summary").focus()
    page.keyboard.press("Space")
    group(page, "settings").get_by_role("link", name="业务规则").click()
    page.wait_for_url("**/settings/")
    expect(group(page, "customers")).not_to_have_attribute("open", "")
    expect(group(page, "customers").get_by_role("link").first).to_be_hidden()
    page.goto("/tickets/")
    expect(group(page, "settings").get_by_role("link", name="业务规则")).to_be_visible()


def test_the_next_page_is_folded_before_it_is_painted(visit_as: Open) -> None:
    page = visit_as(CHIEF)
    page.goto("/tickets/")
    group(page, "customers").locator("summary").click()
    page.add_init_script(SHIFTS)
    page.goto("/tickets/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shifts") == []


def test_on_a_phone_everything_is_in_the_drawer(visit_as: Open) -> None:
    page = visit_as(CHIEF, PHONE)
    page.goto("/")
    expect(page.locator(".bottombar a")).to_have_text(["工作台", "工单", "客户", "来电来访"])
    page.get_by_role("button", name="更多").click()
    drawer = page.locator("#all-places")
    group(page, "management", "#all-places").locator("summary").click()
    expect(drawer.get_by_role("link", name="经营看板")).to_be_hidden()
    drawer.get_by_role("link", name="客户关怀").click()
    page.wait_for_url("**/care/**")
    page.get_by_role("link", name="关怀效果").click()
    page.wait_for_url("**/care/results/**")
    expect(page.locator(".beside [aria-current]")).to_have_text("关怀效果")
