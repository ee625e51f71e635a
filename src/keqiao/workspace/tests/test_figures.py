"""Every figure opens exactly the records that it counts, and nobody's figures count what is out of sight."""

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.statistics import wilson
from keqiao.org.actions import create_employee, create_position
from keqiao.org.models import Scope
from keqiao.reports.figures import counts as report
from keqiao.reports.figures.period import period_of
from keqiao.tickets.models import Category, Ticket
from keqiao.visits import actions as visits
from keqiao.visits.models import Visit
from keqiao.visits.tests.conftest import Round
from keqiao.workspace.tests.conftest import web_complaint

PINNED = [14, 6, 24, 16, 9, 11]


def listed(client: Client, url: str) -> int:
    """How many records the list behind a link has."""
    response = client.get(url)
    assert response.status_code == 200, url
    page = response.context["page"]
    assert not page.errors, (url, page.errors)
    found = re.search(r"[\d,]+", page.count_text)
    assert found, page.count_text
    return int(found[0].replace(",", ""))


def charts(html: str) -> dict[str, dict]:
    """The charts of a page by name."""
    found = re.findall(r'<script id="(chart-\w+)" type="application/json">(.*?)</script>', html, re.S)
    return {name: json.loads(unescape(text)) for name, text in found}


@pytest.mark.parametrize("role", ["manager", "leader", "department", "agent", "colleague", "outsider"])
def test_every_count_on_the_home_page_equals_its_list(at_work: Round, role: str) -> None:
    client = at_work.company.client(role)
    sections = client.get("/").context["sections"]
    figures = [one for name in ("mine", "department") if name in sections for one in sections[name]["figures"]]
    checked = 0
    for figure in figures:
        if figure.url != reverse("notices:todos"):
            assert listed(client, figure.url) == figure.count, figure
            checked += 1
    for load, _most in sections.get("team", {}).get("loads", []):
        for name in ("open", "late", "today", "visits"):
            assert listed(client, load.urls[name]) == getattr(load, name), (load, name)
            checked += 1
    if "team" in sections:
        assert listed(client, sections["team"]["unassigned_url"]) == sections["team"]["unassigned_count"]
    assert checked >= 4


def test_the_figures_are_not_all_nothing(at_work: Round) -> None:
    company = at_work.company
    agent = {one.label: one.count for one in company.client("agent").get("/").context["sections"]["mine"]["figures"]}
    assert agent["我的在办工单"] == Ticket.objects.filter(owner=company.people["agent"], open=True).count() > 2
    assert agent["已超时"] == Ticket.objects.filter(owner=company.people["agent"], open=True, late=True).count() > 0
    team = company.client("leader").get("/").context["sections"]["team"]
    assert team["unassigned_count"] == 1
    assert {load.employee.name: load.open for load, _most in team["loads"]}["周衡"] == 1
    department = company.client("department").get("/").context["sections"]["department"]
    assert [one.count for one in department["figures"]][0] == 1
    assert len(department["rectifications"]) == 1


@pytest.mark.parametrize("query", ["", "?period=7", "?period=90", "?period=month"])
def test_every_figure_of_the_manager_equals_its_list(at_work: Round, query: str) -> None:
    client = at_work.company.client("manager")
    response = client.get(f"/manager/{query}")
    figures = response.context["figures"]
    assert listed(client, figures[0].url) == int(figures[0].value.replace(",", ""))
    for card in figures:
        for _label, count, url in card.parts:
            assert listed(client, url) == count, (card.label, url)
    closed, covered = figures[1], figures[2]
    assert listed(client, closed.url) == sum(count for _label, count, _url in closed.parts)
    assert listed(client, covered.url) == sum(count for _label, count, _url in covered.parts)


def test_every_bar_and_cell_equals_its_list(at_work: Round) -> None:
    client = at_work.company.client("manager")
    html = client.get("/manager/?period=7").content.decode()
    drawn = charts(html)
    assert set(drawn) == {"chart-day", "chart-score", "chart-type", "chart-cause", "chart-department"}
    bars = 0
    for name, spec in drawn.items():
        for series in spec["series"]:
            urls = series.get("urls") or spec["urls"]
            for count, url in zip(series["data"], urls, strict=True):
                assert listed(client, url) == count, (name, url)
                bars += bool(count)
    assert bars >= 8
    table = html[html.index("matrix") :]
    cells = re.findall(r'<a(?: class="[\w-]+")? href="([^"]+)">(?:<strong>)?(\d+)', table)
    assert len(cells) >= 5
    for url, count in cells:
        assert listed(client, unescape(url)) == int(count), url


def test_the_unit_narrows_figures_and_lists_alike(at_work: Round) -> None:
    company = at_work.company
    client = company.client("manager")
    totals = {}
    for name in ("service", "team", "finance"):
        figures = client.get(f"/manager/?unit={company.units[name].pk}").context["figures"]
        totals[name] = int(figures[0].value)
        assert listed(client, figures[0].url) == totals[name]
        for card in figures:
            for _label, count, url in card.parts:
                assert listed(client, url) == count
    assert totals["service"] == totals["team"] + 1
    assert totals["finance"] == 0


def test_the_headline_figures_are_right(at_work: Round) -> None:
    actor = at_work.company.actor("manager")
    period = period_of({})
    found = report.complaints(actor, period)
    assert found.total == Ticket.objects.filter(kind="complaint").count()
    assert found.closed.whole == 2
    scores = report.satisfaction(actor, period)
    assert (scores.n, scores.counts[5], scores.counts[2]) == (3, 1, 1)
    assert (scores.csat.low, scores.csat.high) == wilson(2, 3)
    covered = report.coverage(actor, period)
    assert (covered.due, covered.done_in_time) == (4, 3)
    assert Visit.objects.filter(open=True).count() == 2
    assert [row.count for row in found.types] == [sum(row.count for row in found.types)]
    assert found.types[0].key[1] == Category.objects.get(name="功能故障").parent.name
    assert found.types[-1].cumulative == 1


def test_an_outsider_sees_zeros_and_no_names(at_work: Round) -> None:
    client = at_work.company.client("outsider")
    response = client.get("/")
    assert {figure.count for figure in response.context["sections"]["mine"]["figures"]} == {0}
    html = response.content.decode()
    for name in ("林一诺", "周衡", "陈美兰", "王建国", "冰箱", "TS2026"):
        assert name not in html
    assert client.get("/manager/").status_code == 403
    assert client.get("/manager/days/").status_code == 403
    assert client.get("/share-out/").status_code == 403
    assert client.get("/settings/").status_code == 403


def test_queries_do_not_grow_with_the_records(at_work: Round) -> None:
    pages = [
        ("manager", "/manager/"), ("manager", "/manager/days/?period=90"), ("manager", "/"), ("leader", "/"),
        ("department", "/"), ("agent", "/"),
    ]  # fmt: skip
    before = [queries_of(at_work, *page) for page in pages]
    for number in range(12):
        web_complaint(f"客户{number}", f"1390000{number:04}")
        at_work.desk.accept("agent")
    at_work.visit()
    assert [queries_of(at_work, *page) for page in pages] == before
    assert before == PINNED


def queries_of(at_work: Round, role: str, path: str) -> int:
    """How many queries a page costs once the process is warm; now and then one more looks for changed rules."""
    client = at_work.company.client(role)
    client.get(path)
    costs = []
    for _round in range(3):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        costs.append(len(caught))
    return min(costs)


@pytest.mark.parametrize(
    ("query", "days"),
    [({"period": "7"}, 7), ({"period": "x"}, 30), ({}, 30), ({"period": "custom", "from": "2026-11-01", "to": "2026-11-03"}, 3),
     ({"period": "custom", "from": "2026-11-03", "to": "2026-11-01"}, 30),
     ({"period": "custom", "from": "1990-01-01", "to": "2026-11-01"}, 366),
     ({"period": "custom", "from": "'; drop", "to": "2026-13-01"}, 30), ({"unit": "٣"}, 30), ({"unit": "9" * 40}, 30)],
)  # fmt: skip
def test_a_period_that_cannot_be_read_is_the_usual_one(db: None, query: dict[str, str], days: int) -> None:
    period = period_of(query)
    assert period.days == days
    assert period.unit is None


def test_a_manager_of_another_department_sees_zeros(at_work: Round) -> None:
    company = at_work.company
    powers = ["report.view", "ticket.view", "visit.view"]
    post = create_position(actor=SYSTEM, name="财务经理", scope=Scope.DEPARTMENT, powers=powers)
    employee = create_employee(
        actor=SYSTEM, username="elsewhere", name="顾远", unit=company.units["finance"], positions=[post]
    )
    client = Client()
    client.force_login(employee)
    response = client.get("/manager/?period=90")
    assert [card.value for card in response.context["figures"]] == ["0", "—", "—", "—"]
    found = response.context["found"]
    assert (found.total, found.before, found.types, found.causes, found.departments) == (0, 0, [], [], [])
    for path in ("/manager/?period=90", "/manager/days/?period=90", "/"):
        html = client.get(path).content.decode()
        for name in ("林一诺", "周衡", "陈美兰", "王建国", "未分派", "TS2026"):
            assert name not in html


@pytest.mark.parametrize(
    ("powers", "labels", "said"),
    [
        ([], [], "没有查看工单和回访的权限"),
        (["ticket.view"], ["受理投诉", "按时办结率"], "没有查看回访的权限"),
        (["visit.view"], ["三日回访覆盖率", "满意度"], "没有查看工单的权限"),
    ],
)
def test_only_what_one_may_list_is_reported(at_work: Round, powers: list[str], labels: list[str], said: str) -> None:
    visit = at_work.visit()
    visits.record_result(actor=at_work.company.actor("colleague"), obj=visit, satisfaction=5, solved=True)
    post = create_position(actor=SYSTEM, name="看板", scope=Scope.ALL, powers=["report.view", *powers])
    employee = create_employee(
        actor=SYSTEM, username="board", name="顾远", unit=at_work.company.units["head"], positions=[post]
    )
    client = Client()
    client.force_login(employee)
    response = client.get("/manager/?period=90")
    assert [card.label for card in response.context["figures"]] == labels
    pages = [response.content.decode(), client.get("/manager/days/?period=90").content.decode()]
    assert said in pages[0]
    pages.append(client.get("/").content.decode())
    links = {unescape(url) for page in pages for url in re.findall(r'href="(/(?:tickets|visits)/[^"]*)"', page)}
    assert bool(links) == bool(powers)
    for url in links:
        assert client.get(url).status_code == 200, url
