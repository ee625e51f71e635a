"""Deliveries and services: registered once, by form, table and API; what follows from them; who sees them."""

import json
from datetime import date, timedelta

import pytest
import time_machine

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.models import Customer
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.org.actions import create_token
from keqiao.runtime.worker import drain
from keqiao.search.actions import index
from keqiao.services import actions
from keqiao.services.models import Service
from keqiao.services.pasting import take_in
from keqiao.surveys import occasions
from keqiao.tickets.tests.conftest import MONDAY
from keqiao.visits.models import Visit, VisitRule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(MONDAY, tick=False):
        yield


def delivery(company: Company, **more: object) -> Service:
    values = {"kind": "delivered", "name": "顾念秋", "phone": "13900000001", "order_number": "D1", "product": "洗衣机"}
    return actions.register(actor=company.actor("agent"), **(values | more))


def test_the_owner_of_the_phone_is_recognised_and_a_stranger_filed(company: Company) -> None:
    known = create_customer(actor=company.actor("leader"), name="顾念秋", phone="13900000001")
    assert delivery(company, phone="139 0000-0001").customer_id == known.pk
    stranger = delivery(company, name="陆之行", phone="13900000002", order_number="D2").customer
    assert (stranger.name, Customer.objects.count()) == ("陆之行", 2)
    with pytest.raises(Refused, match="填写客户姓名"):
        delivery(company, name="", phone="13900000003", order_number="D3")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "sold"}, "kind"),
        ({"phone": "12"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"done_on": MONDAY.date() + timedelta(days=1)}, "done_on"),
        ({"done_on": MONDAY.date() - timedelta(days=91)}, "done_on"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(company: Company, wrong: dict, field: str) -> None:
    with pytest.raises(Refused) as refused:
        delivery(company, **wrong)
    assert refused.value.field == field
    assert not Service.objects.exists()


def test_the_same_service_of_an_order_is_registered_once(company: Company) -> None:
    first = delivery(company)
    with pytest.raises(actions.Known, match=first.number):
        delivery(company)
    delivery(company, kind="installed")
    delivery(company, product="烘干机")
    delivery(company, order_number="")
    delivery(company, order_number="")
    assert Service.objects.count() == 5
    actions.void(actor=company.actor("leader"), obj=first, reason="客户拒收")
    assert delivery(company).pk != first.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_told_by_eight_at_once_it_is_registered_once(company: Company, in_parallel) -> None:
    made = in_parallel(lambda _n: delivery(company), times=8)
    assert sum(isinstance(one, Service) for one in made) == 1 == Service.objects.count()
    assert all(isinstance(one, Service | actions.Known) for one in made)
    assert Customer.objects.count() == 1


def test_one_registers_for_units_within_reach_alone(company: Company) -> None:
    assert delivery(company).unit == company.units["team"]
    with pytest.raises(Refused) as refused:
        delivery(company, order_number="D2", unit=company.units["quality"])
    assert refused.value.field == "unit"


def test_who_sees_and_changes_what(company: Company) -> None:
    service = delivery(company)
    assert company.client("outsider").get(f"/services/{service.pk}/").status_code in {403, 404}
    assert "洗衣机" in company.client("leader").get("/services/?view=all").content.decode()
    with pytest.raises(NotAllowed):
        actions.void(actor=company.actor("agent"), obj=service, reason="试试")
    changed = actions.correct(
        actor=company.actor("agent"), obj=service, product="烘干机", done_on=today(), worker="周师傅"
    )
    assert (changed.product, changed.worker) == ("烘干机", "周师傅")
    assert Event.objects.get(verb="service.changed").data["changes"]["product"] == ["洗衣机", "烘干机"]
    actions.void(actor=company.actor("leader"), obj=service, reason="登记错了")
    with pytest.raises((NotAllowed, WrongState)):
        actions.void(actor=company.actor("leader"), obj=service, reason="再来")
    with pytest.raises(NotAllowed):
        actions.correct(actor=company.actor("agent"), obj=service, product="空调", done_on=today())


def test_a_rule_calls_back_after_a_delivery_and_not_after_a_void_one(company: Company) -> None:
    VisitRule.objects.create(name="送达", event="service.delivered", kinds=[], after_days=2, gap_days=0)
    service = delivery(company)
    drain()
    drain()
    visit = Visit.objects.get()
    assert (visit.customer_id, visit.matter, visit.rule.name) == (service.customer_id, "洗衣机送货签收", "送达")
    assert visit.not_before == MONDAY + timedelta(days=2)
    wrong = delivery(company, name="陆之行", phone="13900000002", order_number="D2")
    actions.void(actor=company.actor("leader"), obj=wrong, reason="登记错了")
    delivery(company, kind="installed", name="何以安", phone="13900000003")
    drain()
    assert Visit.objects.get() == visit


def test_a_new_rule_speaks_of_the_delivery(company: Company) -> None:
    form = {
        "name": "送达三日", "occasion": "event", "event": "service.delivered", "within_days": 3, "counting": "working",
        "low_score": 2, "max_attempts": 3, "rectify_days": 5, "gap_days": 0, "most_a_day": 50, "after_days": 1,
    }  # fmt: skip
    page = company.client("manager").get("/visit-rules/new/")
    assert "送货签收后" in page.content.decode()
    words = {name: str(page.context["form"][name].value()) for name in ("opening", "middle", "closing")}
    answer = company.client("manager").post("/visit-rules/new/", form | words)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    rule = VisitRule.objects.get(name="送达三日")
    assert "处理完毕" not in rule.opening
    assert "{事项}" in rule.opening


def test_a_delivery_is_an_occasion_to_ask_the_customer(company: Company) -> None:
    service = delivery(company)
    event = Event.objects.get(verb="service.delivered")
    found = occasions.of(event)
    assert found is not None
    assert (found.customer_id, found.product, found.agent_id) == (service.customer_id, "洗衣机", None)
    actions.void(actor=company.actor("leader"), obj=service, reason="登记错了")
    assert occasions.of(event) is None


def test_a_pasted_table_keeps_what_is_wrong_and_takes_the_rest(company: Company) -> None:
    delivery(company)
    table = "\n".join(
        (
            "客户姓名\t手机\t类型\t订单编号\t产品\t签收日期\t师傅",
            "陆之行\t13900000002\t送货\tD2\t冰箱\t11月20日\t周师傅",
            "顾念秋\t13900000001\t送货上门\tD1\t洗衣机\t2026/11/21\t",
            "何以安\t1390\t安装\tD3\t空调\t2026-11-21\t",
            "何以安\t13900000003\t跑腿\tD4\t空调\t\t",
            "",
            "何以安\t13900000003\t维修\tD5\t空调\t2月30日\t",
            "何以安\t13900000003\t空调清洗\tD6\t空调\t\t",
        )
    )
    found = take_in(company.actor("agent"), table)
    assert [(one.kind, one.order_number, one.done_on) for one in found.made] == [
        ("delivered", "D2", date(2026, 11, 20)), ("maintained", "D6", MONDAY.date()),
    ]  # fmt: skip
    assert len(found.known) == 1
    assert [(one.place, one.reason[:6]) for one in found.wrong] == [(4, "“1390”"), (5, "认不出服务类"), (7, "“2月30日")]
    assert found.rest.splitlines() == [table.splitlines()[at] for at in (0, 3, 4, 6)]


def test_the_page_says_what_became_of_each_line_and_a_second_click_does_nothing(company: Company) -> None:
    client = company.client("agent")
    page = client.get("/services/paste/").content.decode()
    key = page.split('name="form_key" value="')[1].split('"')[0]
    table = "送货,13900000002,陆之行,冰箱\n送货,12,何以安,空调"
    first = client.post("/services/paste/", {"form_key": key, "table": table}).content.decode()
    assert "第 2 行" in first
    assert "送货,12,何以安,空调</textarea>" in first
    again = client.post("/services/paste/", {"form_key": key, "table": table})
    assert (again.status_code, Service.objects.count()) == (200, 1)
    empty = client.post("/services/paste/", {"table": "\n \n"})
    assert empty.status_code == 422
    many = client.post("/services/paste/", {"table": "\n".join([table] * 101)})
    assert "一次最多 200 行" in many.content.decode()
    assert table in many.content.decode()
    assert company.client("department").get("/services/paste/").status_code == 403


def test_an_order_system_tells_by_the_api_and_twice_is_once(company: Company, client) -> None:
    agent = company.actor("agent")
    plain = create_token(actor=agent, employee=company.people["agent"], name="订单系统", scopes=["services:write"])
    data = {
        "kind": "delivered",
        "name": "顾念秋",
        "phone": "13900000001",
        "order_number": "D1",
        "done_on": "2026-11-22",
    }

    def post(body: dict):
        return client.post(
            "/api/services",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {plain}"},
        )

    assert post(data).status_code == 201
    again = post(data)
    assert (again.status_code, "已经登记过" in again.content.decode()) == (409, True)
    assert Service.objects.get().done_on == date(2026, 11, 22)


def test_who_registers_for_a_hidden_customer_never_learns_the_name(company: Company) -> None:
    create_customer(actor=company.actor("leader"), name="欧阳暮雪", phone="13900000009", owner=company.people["leader"])
    made = actions.register(actor=company.actor("outsider"), kind="delivered", phone="13900000009", product="空调")
    index("services.service", [made])
    client = company.client("outsider")
    for url in ("/services/?view=all", f"/services/{made.pk}/", "/search/?q=空调", f"/api/services/{made.pk}"):
        page = client.get(url).content.decode()
        assert "空调" in page or "\\u7a7a\\u8c03" in page, url
        assert "欧阳暮雪" not in page
    assert made.number not in client.get("/services/?view=all&q=暮雪").content.decode()


def test_a_table_whose_answer_could_not_be_kept_is_refused_whole(company: Company) -> None:
    table = "送货,13900000002,陆之行,冰箱\n" + "\n".join('"' * 400 for _line in range(100))
    answer = company.client("agent").post("/services/paste/", {"table": table})
    assert (answer.status_code, Service.objects.count()) == (422, 0)
