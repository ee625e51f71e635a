"""Coverage: every figure is the count of the list that it opens, and nobody sees more than his own."""

import re
from datetime import date, datetime, timedelta

import pytest

from keqiao.customers.models import Customer
from keqiao.kernel.actor import SYSTEM
from keqiao.tickets.tests.conftest import MONDAY, ZONE
from keqiao.visits import actions, coverage
from keqiao.visits.covering import percent
from keqiao.visits.models import Visit, VisitRule
from keqiao.visits.tests.conftest import Round

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 16), date(2026, 11, 30)


def world(round_: Round) -> VisitRule:
    """Five visits of the team and one of its department: in time, late, missing, given up, waiting, cancelled."""
    rule = VisitRule.objects.create(name="计划", occasion="once", unit=round_.company.units["team"])
    people = round_.company.people
    rows = [
        ("done", MONDAY - timedelta(days=3), MONDAY - timedelta(days=4), "colleague", "team"),
        ("done", MONDAY - timedelta(days=3), MONDAY - timedelta(days=1), "colleague", "team"),
        ("planned", MONDAY - timedelta(days=1), None, "agent", "team"),
        ("unreachable", MONDAY - timedelta(days=2), None, None, "team"),
        ("planned", MONDAY + timedelta(days=2), None, "agent", "team"),
        ("cancelled", MONDAY - timedelta(days=2), None, "agent", "team"),
        ("done", MONDAY - timedelta(days=1), MONDAY - timedelta(days=2), "leader", "service"),
    ]
    for place, (status, due, done, who, unit) in enumerate(rows):
        customer = Customer.objects.create(name=f"客户{place}", number=f"KH-{place}", owner=people["agent"])
        Visit.objects.create(
            number=str(place), customer=customer, rule=rule, occasion_key="once", matter="回访", status=status,
            unit=round_.company.units[unit], assignee=people[who] if who else None, planned_at=MONDAY, not_before=MONDAY,
            due_at=due, done_at=done, open=status == "planned", satisfaction=5 if done else None, solved=True if done else None,
        )  # fmt: skip
    return rule


def figures(line: coverage.Line) -> tuple[int, ...]:
    """Its numbers."""
    return line.due, line.in_time, line.late, line.missing, line.waiting


def test_what_is_counted(round_: Round) -> None:
    world(round_)
    manager = round_.company.actor("manager")
    whole = coverage.total(manager, FIRST, LAST)
    assert (figures(whole), whole.share) == ((5, 2, 1, 2, 1), 0.4)
    people = {line.label: figures(line) for line in coverage.by_person(manager, FIRST, LAST)}
    assert people == {
        "周衡": (2, 1, 1, 0, 0), "林一诺": (1, 0, 0, 1, 1), "许知远": (1, 1, 0, 0, 0), "待领取": (1, 0, 0, 1, 0),
    }  # fmt: skip
    units = {line.label: figures(line) for line in coverage.by_unit(manager, FIRST, LAST)}
    assert units == {"投诉一组": (4, 1, 1, 2, 1), "客户服务部": (5, 2, 1, 2, 1)}
    weeks = [(line.label, figures(line)) for line, _first, _last in coverage.by_week(manager, FIRST, LAST)]
    assert weeks == [("11-16 至 11-22", (5, 2, 1, 2, 0)), ("11-23 至 11-29", (0, 0, 0, 0, 1))]


@pytest.mark.parametrize("role", ["manager", "leader", "agent"])
def test_every_figure_is_the_count_of_its_list(round_: Round, role: str) -> None:
    world(round_)
    client, actor = round_.company.client(role), round_.company.actor(role)
    page = client.get(f"/visit-coverage/?from={FIRST}&to={LAST}")
    links = re.findall(r'href="(/visits/\?[^"]+)">(\d+)</a>', page.content.decode())
    assert len(links) >= 8
    for url, number in links:
        shown = client.get(url.replace("&amp;", "&")).content.decode()
        assert f"共 {number} 条" in shown, url
    assert coverage.total(actor, FIRST, LAST).waiting == 1


def test_a_restricted_reader_sees_only_his_own(round_: Round) -> None:
    rule = world(round_)
    agent, outsider = round_.company.actor("agent"), round_.company.actor("outsider")
    assert figures(coverage.total(agent, FIRST, LAST)) == (2, 0, 0, 2, 1)  # own, and what of the team nobody has
    assert figures(coverage.total(outsider, FIRST, LAST)) == (0, 0, 0, 0, 0)
    page = round_.company.client("outsider").get(f"/visit-coverage/?from={FIRST}&to={LAST}").content.decode()
    assert "客户2" not in page
    hidden = round_.company.client("outsider").get(f"/visit-coverage/{rule.pk}/?which=all").content.decode()
    assert ("客户2" in hidden, "共 0 位" in hidden) == (False, True)
    assert round_.company.client("department").get("/visit-coverage/").status_code == 403


def test_who_of_a_plan_is_not_reached_yet(round_: Round) -> None:
    rule = world(round_)
    Customer.objects.create(name="新客户", number="KH-new", owner=round_.company.people["agent"])
    manager = round_.company.actor("manager")
    (one,) = coverage.plans(manager)
    assert (one.audience, one.reached, one.missing) == (8, 3, 5)
    client = round_.company.client("manager")
    for which, n in (("missing", 5), ("reached", 3), ("all", 8)):
        page = client.get(f"/visit-coverage/{rule.pk}/?which={which}").content.decode()
        assert (f"共 {n} 位" in page, "新客户" in page) == (True, which != "reached")


def test_the_figure_is_live(round_: Round) -> None:
    visit = round_.visit()
    manager = round_.company.actor("manager")
    assert figures(coverage.total(manager, FIRST, LAST)) == (0, 0, 0, 0, 1)
    actions.record_result(actor=round_.company.actor("colleague"), obj=visit, satisfaction=5, solved=True)
    assert figures(coverage.total(manager, FIRST, LAST)) == (1, 1, 0, 0, 0)
    assert coverage.total(SYSTEM, FIRST, LAST).share == 1.0


def test_the_hundred_is_said_only_where_nobody_is_missing() -> None:
    assert [percent(share) for share in (None, 1.0, 0.9999, 2 / 3, 0.0)] == ["", "100%", "99.9%", "66.6%", "0%"]


def test_the_days_are_whole_and_wrong_ones_do_no_harm(round_: Round) -> None:
    world(round_)
    Visit.objects.filter(number="4").update(due_at=datetime(2026, 11, 30, 23, 59, tzinfo=ZONE))
    manager = round_.company.actor("manager")
    assert coverage.total(manager, LAST, LAST).waiting == 1
    client = round_.company.client("manager")
    for query in ("from=2026-12-01&to=2026-11-01", "from=x&to=99", "from=1900-01-01&to=2026-11-30"):
        assert client.get(f"/visit-coverage/?{query}").status_code == 200


def test_more_rows_need_no_more_queries(round_: Round, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]  # pytest's fixture
    world(round_)
    client = round_.company.client("manager")
    client.get("/visit-coverage/")
    with django_assert_max_num_queries(40):
        client.get(f"/visit-coverage/?from={FIRST}&to={LAST}")
