"""Who sees what: an agent of another unit finds nothing; the team leader sees the load and shares out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.hands import fresh_phone, picture, register, serial, until_reloaded
from tests.browser.site import AGENT, CHIEF, HEAD, LEADER, OUTSIDER, PHONE, QUALITY, WIDE, Watch
from tests.browser.test_customer import complain


def answers(page: Page, pk: str, words: str) -> dict[str, str]:
    """Everything by which somebody could find a ticket: address → what came back, as status and text."""
    found = {}
    for path in (
        f"/tickets/?view=all&q={words}", "/tickets/?view=all", f"/search/?q={words}", f"/search/live/?q={words}",
        f"/tickets/{pk}/", f"/history/tickets.ticket/{pk}/", f"/tickets/{pk}/do/comment/", "/tickets/export/?format=csv",
        f"/tickets/export/?view=all&format=csv&q={words}", f"/api/tickets?view=all&q={words}", f"/api/tickets/{pk}",
        f"/visits/of-ticket/{pk}/", "/dispatches/?view=all", "/notices/", "/todos/",
    ):  # fmt: skip
        answer = page.request.get(path)
        # what one typed oneself stands in the search box of the page; that is no finding
        found[path] = f"{answer.status} " + re.sub(r'value="[^"]*"|“[^”]*”', "", answer.text())
    return found


def test_an_agent_of_another_unit_finds_nothing(visit_as: Open, watch: Watch) -> None:
    words = f"净水器{serial()}"
    agent = visit_as(AGENT)
    number = register(agent, subject=f"{words}接口渗水", body=f"{words}的接口一直渗水。")
    pk = re.sub(r"\D", "", agent.url.split("/tickets/")[1])
    agent.goto(f"/tickets/?view=all&q={words}")
    until_reloaded(agent, agent.locator("#table .row-link"))
    mine = {path for path, text in answers(agent, pk, words).items() if number in text or words in text}
    assert {f"/search/?q={words}", f"/tickets/{pk}/", f"/api/tickets/{pk}", f"/tickets/?view=all&q={words}"} <= mine

    outsider = visit_as(OUTSIDER)
    theirs = answers(outsider, pk, words)
    assert [path for path, text in theirs.items() if number in text or words in text] == []
    assert {
        theirs[path][:3] for path in (f"/tickets/{pk}/", f"/api/tickets/{pk}", f"/history/tickets.ticket/{pk}/")
    } == {"404"}
    outsider.goto(f"/tickets/?view=all&q={words}")
    expect(outsider.get_by_text("没有符合条件的记录")).to_be_visible()
    outsider.goto("/")
    outsider.locator("[data-global-search]").fill(words)
    expect(outsider.locator("#found-live")).to_contain_text("没有找到")
    watch.expected.add(404)
    outsider.goto(f"/tickets/{pk}/")
    expect(outsider.get_by_role("heading", name="没有找到")).to_be_visible()
    picture(outsider, "not-found")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_leader_shares_out_what_nobody_has(visit_as: Open, size: tuple[int, int]) -> None:
    customer = visit_as("", PHONE)
    numbers = [complain(customer, fresh_phone(), f"网页投诉 {serial()}") for _time in range(2)]
    leader = visit_as(LEADER, size)
    leader.goto("/")
    picture(leader, f"leader-{size[0]}")
    leader.locator("#main").get_by_role("link", name="分派", exact=True).click()
    for one in leader.locator("[name=people]").all()[:2]:
        one.check()
    leader.get_by_role("button", name="预览分派").click()
    for number in numbers:
        expect(leader.get_by_text(number)).to_be_visible()
    picture(leader, f"share-{size[0]}")
    leader.get_by_role("button", name=re.compile(r"^分派 \d+ 张$")).click()
    expect(leader.get_by_text(re.compile(r"已分派 \d+ 张工单"))).to_be_visible()
    for number in numbers:
        leader.goto(f"/tickets/?view=all&q={number}")
        expect(leader.locator("#table tbody tr")).to_have_count(1)
        expect(leader.locator("#table tbody tr")).not_to_contain_text("待分派")


def test_the_load_of_each_person_opens_its_records(visit_as: Open) -> None:
    register(visit_as(AGENT))
    leader = visit_as(LEADER)
    leader.goto("/")
    links = leader.locator("table.load a").evaluate_all("all => all.map(one => [one.href, one.textContent])")
    assert len(links) >= 5
    for url, count in links:
        leader.goto(url)
        text = leader.locator(".table-meta [role=status]").inner_text()
        assert int("".join(re.findall(r"\d", text)) or 0) == int(count), url


def test_every_todo_opens_for_whoever_has_it(visit_as: Open) -> None:
    for who in (LEADER, AGENT, QUALITY, HEAD, CHIEF):
        page = visit_as(who)
        page.goto("/todos/")
        for url in set(page.locator("#main a").evaluate_all("all => all.map(one => one.href)")):
            assert page.request.get(url).status == 200, f"{who}: {url}"
