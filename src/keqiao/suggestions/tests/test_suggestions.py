"""Suggestions: written down where they are made, decided with a reason by the department, answered, counted."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.merging.actions import merge_customers
from keqiao.customers.models import Customer
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Todo
from keqiao.notices.queries import todos_page
from keqiao.org.actions import create_employee, create_position, create_token
from keqiao.reception.actions import register as receive
from keqiao.runtime import worker
from keqiao.staffing.transfers.actions import hand_over
from keqiao.suggestions import actions, policies
from keqiao.suggestions.models import TRANSITIONS, Suggestion
from keqiao.suggestions.queries import Line
from keqiao.tickets.actions import accept

pytestmark = pytest.mark.django_db
CONTENT = "希望安装师傅上门前先发短信，写明姓名和工号。"
REASON = "多位客户提过，能减少等候，增加的费用很少。"
S = Suggestion.Status


def customer(company: Company, name: str = "顾念秋", role: str = "agent") -> Customer:
    return create_customer(actor=company.actor(role), name=name, owner=company.people[role])


def registered(company: Company, **more: Any) -> Suggestion:
    known = {"customer", "visit", "entry", "ticket", "counter"} & more.keys()
    given = {"topic": "service", "content": CONTENT, **({} if known else {"customer": customer(company)})}
    return actions.register(actor=company.actor("agent"), **{**given, **more})


def considered(company: Company, **more: Any) -> Suggestion:
    return registered(company, unit=company.units["quality"], handler=company.people["department"], **more)


def decided(company: Company, *, adopted: bool = True) -> Suggestion:
    return actions.decide(
        actor=company.actor("department"), obj=considered(company), adopted=adopted, reason=REASON,
        plan="下月起系统自动发短信。",
    )  # fmt: skip


def open_todos() -> list[tuple[str, str]]:
    rows = Todo.objects.filter(done_at=None, label=actions.LABEL).order_by("pk")
    return [(one.kind, one.employee.username if one.employee else "") for one in rows]


def test_a_suggestion_goes_to_a_department_is_taken_up_and_the_customer_hears_of_it(company: Company) -> None:
    row = registered(company)
    assert re.fullmatch(r"JY\d{8}-\d{4}", row.number)
    assert (row.status, row.source, open_todos()) == ("new", "customer", [])
    row = actions.route(
        actor=company.actor("leader"), obj=row, unit=company.units["quality"], handler=company.people["department"]
    )
    assert (row.status, row.due_on) == ("routed", today() + timedelta(days=actions.DAYS))
    assert open_todos() == [("suggestion.consider", "department")]
    department = company.actor("department")
    with pytest.raises(Refused, match="怎么改进"):
        actions.decide(actor=department, obj=row, adopted=True, reason=REASON)
    row = actions.decide(actor=department, obj=row, adopted=True, reason=REASON, plan="下月起自动发短信。")
    assert (row.status, row.adopted, open_todos()) == ("decided", True, [("suggestion.answer", "agent")])
    row = actions.answer(actor=company.actor("agent"), obj=row, how="phone", reply="已采纳，下月起执行，感谢您。")
    assert (row.status, row.answered_by_id, open_todos()) == ("closed", company.people["agent"].pk, [])


def test_what_is_not_taken_up_says_why_and_may_go_back_once_more(company: Company) -> None:
    row = decided(company, adopted=False)
    assert (row.adopted, row.plan) == (False, "")
    again = actions.reconsider(actor=company.actor("leader"), obj=row, reason="这个理由没法对客户说")
    assert (again.status, again.adopted, again.decided_at) == ("routed", None, None)
    assert open_todos() == [("suggestion.consider", "department")]
    with pytest.raises(Refused, match="请写明理由"):
        actions.decide(actor=company.actor("department"), obj=again, adopted=False, reason=" 无 ")


def test_a_slip_without_a_name_ends_with_the_decision(company: Company) -> None:
    row = considered(company, counter=True)
    assert (row.source, row.customer) == ("counter", None)
    done = actions.decide(actor=company.actor("department"), obj=row, adopted=False, reason=REASON)
    assert (done.status, open_todos()) == ("closed", [])
    with pytest.raises(Refused, match="请选择提出建议的客户"):
        actions.register(actor=company.actor("agent"), topic="service", content=CONTENT)


def test_a_department_without_a_named_person_asks_its_head_or_everybody(company: Company) -> None:
    registered(company, unit=company.units["quality"])
    todo = Todo.objects.get(done_at=None, label=actions.LABEL)
    assert (todo.employee_id, todo.unit_id) == (None, company.units["quality"].pk)


def test_who_may_do_what(company: Company) -> None:
    row = considered(company)
    for role in ("agent", "leader", "outsider"):
        with pytest.raises(NotAllowed):
            actions.decide(actor=company.actor(role), obj=row, adopted=False, reason=REASON)
    with pytest.raises(NotAllowed):
        actions.route(actor=company.actor("agent"), obj=row, unit=company.units["service"])
    row = actions.decide(actor=company.actor("department"), obj=row, adopted=False, reason=REASON)
    for role in ("department", "colleague", "outsider"):
        with pytest.raises(NotAllowed):
            actions.answer(actor=company.actor(role), obj=row, how="phone", reply="没有采纳，谢谢")
    with pytest.raises(NotAllowed):
        actions.register(actor=company.actor("department"), topic="service", content=CONTENT, counter=True)
    with pytest.raises(NotAllowed):
        actions.register(
            actor=company.actor("outsider"), topic="service", content=CONTENT, customer=customer(company, "别人的")
        )


def test_seen_from_both_sides_and_by_nobody_else(company: Company) -> None:
    row = considered(company)
    seen = {
        role: policies.visible(company.actor(role)).filter(pk=row.pk).exists()
        for role in ("agent", "colleague", "leader", "department", "manager", "outsider")
    }
    assert seen == {
        "agent": True, "colleague": False, "leader": True, "department": True, "manager": True, "outsider": False,
    }  # fmt: skip
    for role, seen_there in seen.items():
        client = company.client(role)
        assert client.get(f"/suggestions/{row.pk}/").status_code == (200 if seen_there else 404), role
        assert (row.number in client.get("/suggestions/?view=all").content.decode()) is seen_there, role
        assert ("view=counted&amp;registered" in client.get("/suggestions/figures/").content.decode()) is seen_there, (
            role
        )


def test_two_decide_at_once_and_one_wins(company: Company) -> None:
    """Without threads: the second has the record as it was before."""
    row = considered(company)
    stale = Suggestion.objects.get(pk=row.pk)
    department = company.actor("department")
    actions.decide(actor=department, obj=row, adopted=True, reason=REASON, plan="下月起改。")
    with pytest.raises((NotAllowed, WrongState)):
        actions.decide(actor=department, obj=stale, adopted=False, reason=REASON)
    assert Suggestion.objects.get().adopted is True


@pytest.mark.django_db(transaction=True)
def test_of_many_answers_at_once_one_counts(company: Company, in_parallel: Any) -> None:
    row = decided(company)
    actor = company.actor("agent")

    def say(n: int) -> Suggestion:
        return actions.answer(actor=actor, obj=row, how="phone", reply=f"第{n}次回复客户")

    results = in_parallel(say, 4)
    good = [one for one in results if isinstance(one, Suggestion)]
    assert len(good) == 1
    assert all(isinstance(one, NotAllowed | WrongState) for one in results if not isinstance(one, Suggestion))
    assert Suggestion.objects.get().reply == good[0].reply


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["route", "decide", "reconsider", "answer", "void"]), max_size=7))
def test_whatever_is_tried_the_record_stays_whole(company: Company, steps: list[str]) -> None:
    boss = company.actor("manager")
    with transaction.atomic():
        row = registered(company)
        for step in steps:
            before = row.status
            more: dict[str, Any] = {
                "route": {"unit": company.units["quality"]}, "decide": {"adopted": False, "reason": REASON},
                "reconsider": {"reason": REASON}, "answer": {"how": "phone", "reply": "已经答复"}, "void": {"reason": "重复"},
            }[step]  # fmt: skip
            try:
                row = getattr(actions, step)(actor=boss, obj=row, **more)
            except (NotAllowed, WrongState):
                continue
            assert row.status in TRANSITIONS[before]
        row.refresh_from_db()
        assert (row.adopted is not None) == (row.status in {"decided", "closed"})
        assert (row.answered_at is not None) == (row.status == "closed")
        transaction.set_rollback(True)


def test_the_database_refuses_a_decision_without_a_reason(company: Company) -> None:
    row = considered(company)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.filter(pk=row.pk).update(status="decided", adopted=True)


def test_from_the_reception_register_and_from_a_ticket_what_is_known_is_filled_in(company: Company) -> None:
    who, client = customer(company), company.client("agent")
    entry = receive(actor=company.actor("agent"), way="call", customer=who, matter="问能不能改成电子保修卡")
    assert f"/suggestions/new/?entry={entry.pk}" in client.get(f"/reception/{entry.pk}/").content.decode()
    page = unescape(client.get(f"/suggestions/new/?entry={entry.pk}").content.decode())
    assert "问能不能改成电子保修卡" in page
    sent = {"entry": entry.pk, "topic": "process", "content": "改成电子保修卡", "unit": company.units["quality"].pk}
    assert client.post("/suggestions/new/", sent).status_code == 302
    row = Suggestion.objects.get()
    assert (row.source, row.entry, row.customer, row.status) == ("counter", entry, who, "routed")
    ticket = accept(
        actor=company.actor("agent"), kind="suggestion", channel="phone", subject="门把手太低", body="老人弯不下腰。",
        contact_name="顾念秋", contact_phone="13800138000", customer=who,
    )  # fmt: skip
    card = client.get(f"/suggestions/of/ticket/{ticket.pk}/").content.decode()
    assert f"/suggestions/new/?ticket={ticket.pk}" in card
    assert "门把手太低\n老人弯不下腰。" in unescape(
        client.get(f"/suggestions/new/?ticket={ticket.pk}").content.decode()
    )
    card = client.get(f"/suggestions/of/customer/{who.pk}/").content.decode()
    assert row.number in card


def test_a_wrong_number_of_a_customer_is_said_and_nothing_typed_is_lost(company: Company) -> None:
    client = company.client("agent")
    sent = {"topic": "service", "content": CONTENT, "customer": "KH-没有"}
    answer = client.post("/suggestions/new/", sent)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert CONTENT in page
    assert "没有这个编号的客户" in page
    who = customer(company)
    assert client.post("/suggestions/new/", {**sent, "customer": who.number}).status_code == 302
    assert Suggestion.objects.get().customer == who
    hidden = customer(company, "财务的客户", "outsider")
    assert client.post("/suggestions/new/", {**sent, "customer": hidden.number}).status_code == 422


@pytest.mark.parametrize("query", ["ticket=999999", "entry=x", "visit=9" + "9" * 30, "customer=1"])
def test_a_source_that_is_out_of_sight_fills_in_nothing(company: Company, query: str) -> None:
    receive(actor=company.actor("agent"), way="call", customer=customer(company), matter="秘密的来意")
    page = company.client("outsider").get(f"/suggestions/new/?{query}").content.decode()
    assert "秘密的来意" not in page
    assert "顾念秋" not in page


def test_the_customers_page_tells_it(company: Company) -> None:
    row = decided(company)
    actions.answer(actor=company.actor("agent"), obj=row, how="wechat", reply="已采纳，谢谢您。")
    page = company.client("agent").get(f"/customers/{row.customer_id}/").content.decode()
    for words in ("提出建议", "建议交给质量部研究", "建议已采纳", "已微信回复客户的建议"):
        assert words in page, words


def test_counted_and_every_figure_opens_its_records(company: Company, django_assert_max_num_queries: Any) -> None:
    decided(company)
    decided(company, adopted=False)
    considered(company, topic="price")
    registered(company)
    actions.void(actor=company.actor("agent"), obj=registered(company), reason="重复登记")
    client = company.client("manager")
    client.get("/suggestions/figures/")
    with django_assert_max_num_queries(8):
        page = unescape(client.get("/suggestions/figures/").content.decode())
    figures = re.findall(r'<a class="link" href="(/suggestions/\?[^"]+)">(\d+)</a>', page)
    assert ("50%" in page, len(figures) > 8) == (True, True)
    for url, count in figures:
        assert f"共 {count} 条" in client.get(url).content.decode(), url
    totals = {int(n) for url, n in figures if not re.search("topic=|unit=|adopted=|status=", url)}
    assert totals == {4}


@given(parts=st.lists(st.tuples(st.sampled_from(list(S)), st.integers(0, 40)), max_size=12))
def test_a_line_adds_up(parts: list[tuple[str, int]]) -> None:
    line = Line("", "")
    for place, (status, n) in enumerate(parts):
        line.add(status, {S.DECIDED: place % 2 == 0, S.CLOSED: place % 3 == 0}.get(S(status)), n)
    assert line.count == sum(n for _status, n in parts)
    assert line.adopted + line.declined + line.waiting <= line.count
    assert line.share is None or 0 <= line.share <= 1


def test_what_a_leaver_had_to_consider_goes_over(company: Company) -> None:
    row = considered(company)
    hand_over(
        actor=company.actor("manager"), giver=company.people["department"],
        receivers={"suggestions": company.people["manager"]}, reason="leaving",
    )  # fmt: skip
    row.refresh_from_db()
    assert row.handler == company.people["manager"]


@pytest.mark.django_db(transaction=True)
def test_found_by_its_words_and_kept_when_customers_are_merged(company: Company) -> None:
    first, second = customer(company, "甲"), customer(company, "乙")
    registered(company, customer=second)
    worker.drain()
    found = company.client("agent").get("/suggestions/", {"view": "all", "q": "工号"}).content.decode()
    assert "写明姓名和工号" in found
    merge_customers(actor=SYSTEM, survivor=first, other=second)
    assert Suggestion.objects.get().customer_id == first.pk


def test_the_list_asks_as_much_for_many_as_for_few(company: Company, django_assert_max_num_queries: Any) -> None:
    for n in range(12):
        registered(company, content=f"{CONTENT}{n}")
    client = company.client("manager")
    client.get("/suggestions/?view=all")
    with django_assert_max_num_queries(9):
        page = client.get("/suggestions/?view=all").content.decode()
    assert page.count("row-link") >= 12


def test_programs_register_and_decide_too(company: Company) -> None:
    token = create_token(actor=SYSTEM, employee=company.people["manager"], name="测试")
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}", "content_type": "application/json"}
    client, who = company.client("manager"), customer(company)
    body = {"topic": "service", "content": CONTENT, "customer": who.number, "unit": company.units["quality"].pk}
    made = client.post("/api/suggestions", json.dumps(body), **head)
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    body = {"adopted": "1", "reason": REASON, "plan": "下月起改。"}
    done = client.post(f"/api/suggestions/{pk}/decide", json.dumps(body), **head)
    assert done.status_code == 200, done.content
    assert Suggestion.objects.get(pk=pk).adopted is True
    assert client.get("/api/suggestions?view=answer", **head).json()["items"][0]["decision"] == "采纳"


def test_a_units_todo_tells_the_suggestion_to_those_who_see_it(company: Company) -> None:
    post = create_position(actor=SYSTEM, name="化验员", scope="all", powers=["customer.view"])
    unit = company.units["quality"]
    company.people["without"] = create_employee(
        actor=SYSTEM, username="without", name="旁人", unit=unit, positions=[post]
    )
    row = registered(company)
    actions.route(actor=company.actor("leader"), obj=row, unit=unit)
    Todo.objects.filter(label=actions.LABEL).delete()
    Suggestion.objects.filter(pk=row.pk).update(handler=None)
    actions.ask(Suggestion.objects.get(pk=row.pk), today())
    assert [len(todos_page(company.actor(role)).rows) for role in ("department", "without")] == [1, 0]
