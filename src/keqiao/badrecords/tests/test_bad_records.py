"""The register of bad records: opened from what is known, answered for, closed by somebody else, counted with its records."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from keqiao.badrecords import actions, policies
from keqiao.badrecords.models import BadKind, BadRecord
from keqiao.care.losses.actions import keep_reason, mark
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.merging.actions import merge_customers
from keqiao.customers.models import Customer
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Todo
from keqiao.org.actions import create_token
from keqiao.reception.actions import register as receive
from keqiao.runtime import worker
from keqiao.staffing.transfers.actions import hand_over
from keqiao.tickets.actions import accept
from keqiao.tickets.models import Ticket

pytestmark = pytest.mark.django_db
WHAT = "维修师傅约好上午到，下午五点才到，没有提前告知。"


@pytest.fixture(autouse=True)
def _kinds(db: Any) -> None:
    """Two kinds, also where a test with real transactions has emptied the table."""
    for name in ("服务态度", "处理超时"):
        BadKind.objects.get_or_create(name=name)


def kind(name: str = "处理超时") -> BadKind:
    return BadKind.objects.get(name=name)


def customer(company: Company, name: str = "顾念秋") -> Customer:
    return create_customer(actor=company.actor("agent"), name=name, owner=company.people["agent"])


def complaint(company: Company) -> Ticket:
    return accept(
        actor=company.actor("agent"), kind="complaint", channel="phone", subject="师傅迟到半天", body="等了一整天。",
        contact_name="顾念秋", contact_phone="13800138000", customer=customer(company), product="油烟机",
    )  # fmt: skip


def registered(company: Company, **more: Any) -> BadRecord:
    given = {"kind": kind(), "severity": 2, "what": WHAT, "unit": company.units["quality"]}
    return actions.register(actor=company.actor("agent"), **{**given, **more})


def test_a_record_has_a_number_who_answers_and_an_end(company: Company) -> None:
    row = registered(company, person=company.people["department"], customer=customer(company))
    assert re.fullmatch(r"BL\d{8}-\d{4}", row.number)
    todo = Todo.objects.get(employee=company.people["department"], done_at=None)
    assert row.number in todo.title
    leader = company.actor("leader")
    with pytest.raises(Refused, match="还没有写处理措施"):
        actions.close(actor=leader, obj=row, result="算了")
    answered = actions.answer(
        actor=company.actor("department"), obj=row, measures="改为提前一小时电话预约，迟到必须告知。"
    )
    assert not Todo.objects.filter(done_at=None).exists()
    with pytest.raises(NotAllowed):
        actions.close(actor=company.actor("agent"), obj=answered, result="好了")
    done = actions.close(actor=leader, obj=answered, result="已落实，客户认可。")
    assert (done.status, done.closed_by_id) == ("closed", leader.id)
    with pytest.raises((NotAllowed, WrongState)):
        actions.close(actor=leader, obj=answered, result="再了结一次")
    again = actions.reopen(actor=leader, obj=done, reason="又迟到了")
    assert (again.status, again.closed_at) == ("open", None)
    assert Todo.objects.filter(employee=company.people["department"], done_at=None).count() == 1


def test_nobody_closes_what_he_answers_for(company: Company) -> None:
    row = registered(company, person=company.people["leader"], measures="当面道歉并培训。")
    with pytest.raises(NotAllowed):
        actions.close(actor=company.actor("leader"), obj=row, result="好了")
    assert actions.close(actor=company.actor("manager"), obj=row, result="已核实").status == "closed"


def test_what_a_leaver_had_to_put_right_goes_over_and_the_fault_stays(company: Company) -> None:
    leaver, colleague = company.people["department"], company.people["colleague"]
    row = registered(company, person=leaver)
    ended = registered(company, person=leaver, kind=kind("服务态度"), measures="已培训。")
    actions.close(actor=company.actor("manager"), obj=ended, result="已落实")
    hand_over(actor=company.actor("manager"), giver=leaver, receivers={"bad-records": colleague}, reason="leaving")
    row.refresh_from_db()
    assert (row.person, row.handler) == (leaver, colleague)
    assert BadRecord.objects.get(pk=ended.pk).handler == leaver
    assert Todo.objects.get(done_at=None).employee == colleague
    actor = company.actor("colleague")
    assert list(policies.visible(actor)) == [row]
    assert not policies.allowed(actor, "close", row)
    page = company.client("colleague").get(f"/bad-records/{row.pk}/").content.decode()
    assert leaver.name in page
    assert colleague.name in page.partition("处理人")[2]
    assert actions.answer(actor=actor, obj=row, measures="改为提前一小时预约。").measures


def test_what_may_not_be_registered(company: Company) -> None:
    for values, field in (
        ({"what": " 迟 "}, "what"), ({"happened_on": today() + timedelta(days=1)}, "happened_on"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            registered(company, **values)
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        actions.register(
            actor=company.actor("department"), kind=kind(), severity=1, what=WHAT, unit=company.units["quality"]
        )
    ticket = complaint(company)
    with pytest.raises(NotAllowed):
        actions.register(
            actor=company.actor("outsider"),
            kind=kind(),
            severity=1,
            what=WHAT,
            unit=company.units["quality"],
            ticket=ticket,
        )
    assert not BadRecord.objects.exists()


def test_one_source_gives_a_unit_one_record_of_a_kind(company: Company) -> None:
    ticket = complaint(company)
    registered(company, ticket=ticket)
    with pytest.raises(Refused, match="已就这个部门登记过"):
        registered(company, ticket=ticket)
    registered(company, ticket=ticket, kind=kind("服务态度"))
    registered(company, ticket=ticket, unit=company.units["service"])
    assert BadRecord.objects.filter(ticket=ticket, source="complaint", customer=ticket.customer).count() == 3


def form_of(company: Company, query: str, role: str = "agent") -> str:
    return unescape(company.client(role).get(f"/bad-records/new/?{query}").content.decode())


def test_from_a_complaint_what_is_known_is_filled_in(company: Company) -> None:
    ticket = complaint(company)
    card = company.client("agent").get(f"/bad-records/of-ticket/{ticket.pk}/").content.decode()
    assert f"/bad-records/new/?ticket={ticket.pk}" in card
    page = form_of(company, f"ticket={ticket.pk}")
    assert 'value="油烟机"' in page
    assert "师傅迟到半天\n等了一整天。" in page
    assert re.search(rf'<option value="{ticket.unit_id}" selected', page)
    sent = {
        "ticket": ticket.pk, "kind": kind().pk, "severity": 2, "what": WHAT, "unit": company.units["quality"].pk,
        "product": "油烟机",
    }  # fmt: skip
    assert company.client("agent").post("/bad-records/new/", sent).status_code == 302
    row = BadRecord.objects.get()
    assert (row.ticket, row.customer, row.source) == (ticket, ticket.customer, "complaint")
    assert row.number in company.client("agent").get(f"/bad-records/of-ticket/{ticket.pk}/").content.decode()


def test_from_a_lost_customer_and_from_the_reception_register(company: Company) -> None:
    why = keep_reason(actor=company.actor("leader"), name="维修太慢")
    loss = mark(actor=company.actor("agent"), customer=customer(company), reason=why, evidence="等了十天没人来")
    assert f"/bad-records/new/?loss={loss.pk}" in company.client("leader").get(f"/losses/{loss.pk}/").content.decode()
    assert "维修太慢：等了十天没人来" in form_of(company, f"loss={loss.pk}")
    entry = receive(actor=company.actor("agent"), way="call", customer=loss.customer, matter="电话里被顶撞")
    shown = company.client("agent").get(f"/reception/{entry.pk}/").content.decode()
    assert f"/bad-records/new/?entry={entry.pk}" in shown
    assert "电话里被顶撞" in form_of(company, f"entry={entry.pk}")
    lost, met = registered(company, loss=loss), registered(company, entry=entry)
    assert (lost.source, lost.customer_id, met.source) == ("loss", loss.customer_id, "reception")


@pytest.mark.parametrize("query", ["ticket=999999", "ticket=x", "loss=9" + "9" * 30, "customer=1"])
def test_a_source_that_is_out_of_sight_fills_in_nothing(company: Company, query: str) -> None:
    complaint(company)
    page = form_of(company, query, "outsider")
    assert "油烟机" not in page
    assert "师傅迟到" not in page


def test_seen_by_who_answers_who_registered_and_nobody_else(company: Company) -> None:
    row = registered(company)
    assert {
        role: policies.visible(company.actor(role)).filter(pk=row.pk).exists()
        for role in ("agent", "colleague", "leader", "department", "manager", "outsider")
    } == {"agent": True, "colleague": False, "leader": True, "department": True, "manager": True, "outsider": False}
    assert company.client("outsider").get(f"/bad-records/{row.pk}/").status_code == 404


def test_changing_keeps_the_source_and_tells_the_new_person(company: Company) -> None:
    row = registered(company, ticket=complaint(company), person=company.people["leader"])
    actions.change(
        actor=company.actor("agent"), obj=row, kind=kind("服务态度"), severity=3, what=WHAT, unit=company.units["quality"],
        person=company.people["department"],
    )  # fmt: skip
    fresh = BadRecord.objects.get()
    assert (fresh.kind.name, fresh.severity, fresh.source, fresh.ticket_id) == (
        "服务态度",
        3,
        "complaint",
        row.ticket_id,
    )
    assert list(Todo.objects.filter(done_at=None).values_list("employee", flat=True)) == [
        company.people["department"].pk
    ]


def test_counted_by_kind_and_unit_and_every_figure_opens_its_records(
    company: Company, django_assert_max_num_queries: Any
) -> None:
    for n in range(5):
        unit = company.units["quality" if n % 2 else "service"]
        row = registered(
            company, kind=kind("服务态度" if n < 3 else "处理超时"), unit=unit, severity=3, measures="已培训。"
        )
        if n == 0:
            actions.close(actor=company.actor("manager"), obj=row, result="已落实")
    client = company.client("manager")
    client.get("/bad-records/analysis/")
    with django_assert_max_num_queries(8):
        page = unescape(client.get("/bad-records/analysis/").content.decode())
    figures = re.findall(r'<a class="link" href="(/bad-records/\?[^"]+)">(\d+)</a>', page)
    assert figures
    for url, count in figures:
        assert f"共 {count} 条" in client.get(url).content.decode(), url
    totals = [int(count) for url, count in figures if "unit=" not in url and "kind=" not in url and "status" not in url]
    assert set(totals) == {5}


@pytest.mark.django_db(transaction=True)
def test_found_by_what_happened_and_kept_when_customers_are_merged(company: Company) -> None:
    first, second = customer(company, "甲"), customer(company, "乙")
    registered(company, customer=second, product="油烟机")
    worker.drain()
    client = company.client("agent")
    assert "油烟机" in client.get("/bad-records/", {"view": "all", "q": "师傅"}).content.decode()
    merge_customers(actor=SYSTEM, survivor=first, other=second)
    assert BadRecord.objects.get().customer_id == first.pk


def test_the_list_asks_as_much_for_many_as_for_few(company: Company, django_assert_max_num_queries: Any) -> None:
    for n in range(12):
        registered(company, ticket=complaint(company) if n % 3 else None, product=f"产品{n}")
    client = company.client("manager")
    client.get("/bad-records/?view=all")
    with django_assert_max_num_queries(9):
        page = client.get("/bad-records/?view=all").content.decode()
    assert page.count("row-link") >= 12


def test_programs_register_and_close_too(company: Company) -> None:
    token = create_token(actor=SYSTEM, employee=company.people["manager"], name="测试")
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}", "content_type": "application/json"}
    client = company.client("manager")
    body = {
        "kind": kind().pk,
        "severity": 2,
        "what": WHAT,
        "unit": company.units["quality"].pk,
        "measures": "已培训全组。",
    }
    made = client.post("/api/bad-records", json.dumps(body), **head)
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    closed = client.post(f"/api/bad-records/{pk}/close", json.dumps({"result": "已落实"}), **head)
    assert closed.status_code == 200, closed.content
    assert BadRecord.objects.get(pk=pk).status == "closed"
