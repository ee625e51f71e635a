"""The pages, who may open them, and the figures with the lists behind them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from keqiao.notices.models import Todo
from keqiao.runtime.worker import drain
from keqiao.tickets.models import Ticket
from keqiao.tickets.panels import panels_for
from keqiao.visits import actions, policies, queries
from keqiao.visits.models import Rectification, Visit
from keqiao.visits.tests.conftest import Round

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 26)


def shown(client: Client, url: str) -> str:
    """The page's text; it must be there."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_the_list_masks_phones_and_opens_with_ones_own(round_: Round) -> None:
    visit = round_.visit()
    client = round_.company.client("colleague")
    page = shown(client, "/visits/")
    for word in (visit.number, visit.customer.name, "138****8000", "冰箱冷藏室不制冷", "剩 3天"):
        assert word in page
    assert "13800138000" not in page
    assert visit.number not in shown(round_.company.client("leader"), "/visits/")
    for view in ("due", "open", "all", "done"):
        shown(round_.company.client("leader"), f"/visits/?view={view}")
    assert visit.number in shown(round_.company.client("leader"), "/visits/?view=open")


def test_an_outsider_finds_nothing(round_: Round) -> None:
    visit = round_.visit()
    actor = round_.company.actor("outsider")
    assert not policies.visible(actor).exists()
    assert not policies.rectifications(actor).exists()
    client = round_.company.client("outsider")
    assert visit.number not in shown(client, "/visits/?view=all")
    for url in ("", "do/record/", "do/assign/", "do/give_up/", "link/"):
        assert client.get(f"/visits/{visit.pk}/{url}").status_code == 404
    for url in ("record", "try", "phone"):
        assert client.post(f"/visits/{visit.pk}/{url}/", {"satisfaction": "5", "solved": "true"}).status_code == 404
    assert client.get(f"/visits/of-ticket/{visit.ticket_id}/").status_code == 404
    assert client.get(f"/api/visits/{visit.pk}").status_code == 404
    assert Visit.objects.get().open


def test_the_working_screen_and_on_to_the_next(round_: Round) -> None:
    first, second = round_.visit(), round_.visit()
    client = round_.company.client("colleague")
    page = shown(client, f"/visits/{first.pk}/")
    for word in ("保存并下一个", "<mark>海纳电器</mark>", "已换新机并致歉", "data-score-keys", "显示号码"):
        assert word in page
    assert client.post(f"/visits/{first.pk}/record/", {"satisfaction": "5"}).status_code == 422
    answer = client.post(f"/visits/{first.pk}/record/", {"satisfaction": "5", "solved": "true", "said": "好"})
    assert (answer.status_code, answer["Location"]) == (302, f"/visits/{second.pk}/")
    assert client.get("/visits/next/")["Location"] == f"/visits/{second.pk}/"
    answer = client.post(f"/visits/{second.pk}/try/", {"try-outcome": "busy", "stay": "1"})
    assert answer["Location"] == f"/visits/{second.pk}/"
    assert "占线" in shown(client, f"/visits/{second.pk}/")
    answer = client.post(f"/visits/{second.pk}/record/", {"satisfaction": "4", "solved": "true"})
    assert answer["Location"] == "/visits/"
    assert "非常满意" in shown(client, f"/visits/{first.pk}/")


def test_a_result_that_comes_too_late_says_so(round_: Round) -> None:
    visit = round_.visit()
    client = round_.company.client("colleague")
    token, _until = actions.make_link(actor=round_.company.actor("colleague"), obj=visit)
    actions.answer_by_link(token=token, satisfaction=4, solved=True)
    answer = client.post(f"/visits/{visit.pk}/record/", {"satisfaction": "1", "solved": "false"}, follow=True)
    assert "没有保存：这次回访现在是“已完成”" in answer.content.decode()
    assert Visit.objects.get().satisfaction == 4


def test_the_link_dialog_shows_link_and_picture(round_: Round) -> None:
    visit = round_.visit()
    client = round_.company.client("colleague")
    before = Visit.objects.values().get()
    assert "生成链接" in shown(client, f"/visits/{visit.pk}/link/")
    assert Visit.objects.values().get() == before
    page = client.post(f"/visits/{visit.pk}/link/").content.decode()
    origin = settings.PUBLIC_URL  # for customers, whatever the employee's browser calls this machine
    assert f"{origin}/v/" in page
    assert "data:image/svg+xml" in page
    token = page.split(f"{origin}/v/")[1].split("/")[0]
    assert Client().get(f"/v/{token}/").status_code == 200


def test_the_number_is_shown_on_request(round_: Round) -> None:
    visit = round_.visit()
    client = round_.company.client("colleague")
    assert client.get(f"/visits/{visit.pk}/phone/").status_code == 405
    assert "tel:13800138000" in client.post(f"/visits/{visit.pk}/phone/").content.decode()


def test_the_api_records_a_result_by_the_same_form(round_: Round) -> None:
    visit = round_.visit()
    client = round_.company.client("colleague")
    body = {"satisfaction": 5, "solved": True, "status": "planned", "done_by": 99}
    answer = client.post(f"/api/visits/{visit.pk}/record", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["solved"] is True
    assert Visit.objects.get().done_by_id == round_.company.people["colleague"].pk


def test_bulk_giving_out(round_: Round) -> None:
    visits = [round_.visit(), round_.visit()]
    agent = round_.company.people["agent"]
    data = {"verb": "assign", "confirmed": "1", "pk": [one.pk for one in visits], "assignee": agent.pk}
    assert round_.company.client("leader").post("/visits/bulk/", data).status_code == 302
    assert set(Visit.objects.values_list("assignee_id", flat=True)) == {agent.pk}
    assert Todo.objects.filter(label="visits.visit", done_at=None, employee=agent).count() == 2


def test_the_card_on_the_tickets_page(round_: Round) -> None:
    visit = round_.visit()
    ticket = Ticket.objects.get()
    found = {name: url for name, _title, url in panels_for(round_.company.actor("agent"), ticket)}
    assert visit.number in shown(round_.company.client("agent"), found["visits"])


def test_rectification_pages_for_the_department(round_: Round) -> None:
    visit = round_.visit()
    actions.record_result(actor=round_.company.actor("colleague"), obj=visit, satisfaction=1, solved=False, said="太差")
    task = Rectification.objects.get()
    client = round_.company.client("department")
    assert task.number in shown(client, "/rectifications/")
    page = shown(client, f"/rectifications/{task.pk}/")
    assert "太差" in page
    assert "提交整改计划" in page
    answer = client.post(f"/rectifications/{task.pk}/do/plan/", {"plan": "加强抽检"})
    assert answer.status_code == 302
    assert client.post(f"/rectifications/{task.pk}/do/check/", {"passed": "true"}).status_code == 403
    assert "加强抽检" in shown(round_.company.client("manager"), f"/rectifications/{task.pk}/")
    assert round_.company.client("outsider").get(f"/rectifications/{task.pk}/").status_code == 404


def figures(round_: Round) -> list[Visit]:
    """Two done in time with 5 and 1, one done late with 4, one missed, one not due yet."""
    visits = [round_.visit() for _turn in range(4)]
    colleague = round_.company.actor("colleague")
    actions.record_result(actor=colleague, obj=visits[0], satisfaction=5, solved=True)
    actions.record_result(actor=colleague, obj=visits[1], satisfaction=1, solved=False)
    round_.to(visits[0].due_at + timedelta(hours=1))
    actions.record_result(actor=colleague, obj=visits[2], satisfaction=4, solved=True)
    return visits


def test_coverage_and_the_list_behind_it(round_: Round, django_assert_num_queries: Any) -> None:
    figures(round_)
    manager = round_.company.actor("manager")
    with django_assert_num_queries(1):
        found = queries.coverage(manager, DAY, DAY)
    assert (found.due, found.done_in_time, found.share) == (4, 2, 0.5)
    assert 0.14 < found.low < 0.16
    assert 0.84 < found.high < 0.86
    assert queries.coverage(manager, DAY - timedelta(days=3), DAY - timedelta(days=1)).share is None
    assert queries.coverage(round_.company.actor("outsider"), DAY, DAY).due == 0
    client = round_.company.client("manager")
    for which, n in (("due", 4), ("in_time", 2), ("missed", 2)):
        assert f"共 {n} 条" in shown(client, queries.coverage_url(DAY, DAY, which))
    with django_assert_num_queries(1):
        units = queries.coverage_by_unit(manager, DAY, DAY)
    assert [(one.name, one.coverage and one.coverage.due) for one in units] == [("投诉一组", 4)]


def test_satisfaction_and_the_list_behind_it(round_: Round, django_assert_num_queries: Any) -> None:
    figures(round_)
    manager = round_.company.actor("manager")
    monday = DAY - timedelta(days=3)
    with django_assert_num_queries(1):
        found = queries.satisfaction(manager, monday, DAY)
    assert found.counts == {1: 1, 2: 0, 3: 0, 4: 1, 5: 1}
    assert (found.n, found.mean, found.csat.value) == (3, 10 / 3, 2 / 3)
    assert queries.satisfaction(manager, DAY, DAY).counts[4] == 1
    client = round_.company.client("manager")
    assert "共 3 条" in shown(client, queries.satisfaction_url(monday, DAY))
    assert "共 1 条" in shown(client, queries.satisfaction_url(monday, DAY, 1, round_.company.units["team"].pk))
    with django_assert_num_queries(1):
        assert queries.satisfaction_by_unit(manager, monday, DAY)[0].satisfaction == found


def test_the_list_asks_the_same_number_of_queries_for_more_rows(
    round_: Round, django_assert_max_num_queries: Any
) -> None:
    client = round_.company.client("colleague")
    for _turn in range(4):
        round_.visit()
    client.get("/visits/")
    with django_assert_max_num_queries(12):
        client.get("/visits/")


@pytest.mark.django_db(transaction=True)  # readers pass over events of an open transaction
def test_search_finds_what_the_customer_said(round_: Round) -> None:
    visit = round_.visit()
    actions.record_result(
        actor=round_.company.actor("colleague"), obj=visit, satisfaction=4, solved=True, said="师傅上门很准时"
    )
    drain()
    assert visit.number in shown(round_.company.client("manager"), "/visits/?view=all&q=准时")
    assert visit.number not in shown(round_.company.client("manager"), "/visits/?view=all&q=迟到")
