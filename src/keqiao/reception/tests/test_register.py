"""The register: who is recognised, what is first and what again, and what becomes of an entry."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.models import Customer
from keqiao.customers.queries import timeline
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice, Todo
from keqiao.reception import actions, policies, queries
from keqiao.reception.models import Entry, Word
from keqiao.tickets.actions import accept_from_reception
from keqiao.tickets.models import Ticket

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_new_caller_becomes_a_customer_of_whoever_receives(company: Company) -> None:
    entry = actions.register(
        actor=company.actor("agent"), way="call", name="顾念秋", phone="139 1357-2468", matter="问价"
    )
    customer = entry.customer
    assert (customer.name, customer.owner_id, customer.source) == ("顾念秋", company.people["agent"].pk, "phone")
    assert entry.first
    assert entry.phone_masked == "139****2468"
    assert entry.number == "JD20261123-0001"
    assert entry.unit_id == company.units["team"].pk
    titles = [line.title for line in timeline(company.actor("agent"), customer).entries]
    assert "首次来电" in titles


def test_a_known_phone_in_any_spelling_is_the_same_customer_and_comes_again(company: Company) -> None:
    first = actions.register(actor=company.actor("agent"), way="call", name="顾念秋", phone="13913572468")
    again = actions.register(actor=company.actor("agent"), way="walk_in", phone="+86 139-1357-2468")
    assert again.customer_id == first.customer_id
    assert (first.first, again.first) == (True, False)
    assert again.caller == "顾念秋"
    assert Customer.objects.count() == 1


def test_a_phone_alone_is_enough_and_a_name_alone_too(company: Company) -> None:
    by_phone = actions.register(actor=company.actor("agent"), way="call", phone="13913572468")
    assert by_phone.caller == "未留姓名（尾号 2468）"
    by_name = actions.register(actor=company.actor("agent"), way="walk_in", name="穆大爷")
    assert by_name.customer.phone_masked == ""
    with pytest.raises(Refused, match="姓名或电话") as refused:
        actions.register(actor=company.actor("agent"), way="call")
    assert refused.value.field == "phone"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"way": "call", "phone": "12ab"}, "phone"),
        ({"way": "pigeon", "name": "信鸽"}, "way"),
        ({"way": "call", "name": "明天", "at": NOW + timedelta(hours=1)}, "at"),
        ({"way": "call", "name": "上月", "at": NOW - timedelta(days=8)}, "at"),
        ({"way": "call", "name": "昨天跟进", "follow_on": date(2026, 11, 22)}, "follow_on"),
        ({"way": "call", "name": "十年后", "follow_on": date(2036, 1, 1)}, "follow_on"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(company: Company, values: Any, field: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.register(actor=company.actor("agent"), **values)
    assert refused.value.field == field
    assert not Entry.objects.exists()
    assert not Customer.objects.exists()
    assert not Todo.objects.exists()


def test_anothers_customer_is_not_filed_twice_nor_disclosed_and_his_owner_hears_of_it(company: Company) -> None:
    owner = company.people["outsider"]
    customer = create_customer(
        actor=company.actor("outsider"),
        name="欧阳暮雪",
        phone="13913572468",
        owner=owner,
        unit=company.units["finance"],
    )
    agent = company.actor("agent")
    assert queries.matches(agent, "13913572468", "欧阳") == []
    entry = actions.register(actor=agent, way="walk_in", phone="13913572468")
    assert entry.customer_id == customer.pk
    assert "暮雪" not in entry.caller
    assert Notice.objects.get(employee=owner).title == "您的客户欧阳暮雪来访，由林一诺接待"
    page = company.client("agent").get(f"/reception/{entry.pk}/").content.decode()
    assert "欧阳暮雪" not in page
    assert customer.number not in page
    data = company.client("agent").get(f"/api/reception/{entry.pk}").json()
    assert data["customer"] is None


def test_while_typing_the_customers_within_sight_appear(company: Company) -> None:
    agent = company.actor("agent")
    entry = actions.register(actor=agent, way="call", name="顾念秋", phone="13913572468")
    actions.register(actor=agent, way="walk_in", phone="13913572468")
    found = queries.matches(agent, "2468", "")
    assert [(one.customer.pk, one.times, one.exact) for one in found] == [(entry.customer_id, 2, False)]
    assert queries.matches(agent, "139 1357 2468", "")[0].exact
    assert queries.matches(company.actor("outsider"), "13913572468", "") == []
    assert queries.matches(agent, "99", "顾") == []


def test_a_follow_up_has_an_owner_a_day_and_a_todo_that_closes_with_its_result(company: Company) -> None:
    agent, colleague = company.actor("agent"), company.people["colleague"]
    entry = actions.register(
        actor=agent, way="call", name="顾念秋", follower=colleague, follow_on=date(2026, 11, 25), follow_note="报价"
    )
    assert entry.status == "waiting"
    todo = Todo.objects.get(employee=colleague, done_at=None)
    assert timezone.localtime(todo.due_at).date() == date(2026, 11, 25)
    assert policies.visible(company.actor("colleague")).filter(pk=entry.pk).exists()
    with pytest.raises(Refused, match="跟进结果"):
        actions.follow(actor=company.actor("colleague"), obj=entry, result=" ")
    done = actions.follow(actor=company.actor("colleague"), obj=entry, result="已报价，下周到店")
    assert (done.status, done.result) == ("followed", "已报价，下周到店")
    assert not Todo.objects.filter(done_at=None).exists()
    with pytest.raises((WrongState, NotAllowed)):
        actions.follow(actor=company.actor("colleague"), obj=entry, result="再来一次")


def test_a_follow_up_given_to_another_leaves_one_todo(company: Company) -> None:
    agent = company.actor("agent")
    entry = actions.register(actor=agent, way="call", name="顾念秋", follow_on=date(2026, 11, 24))
    actions.hand_over(actor=agent, obj=entry, follower=company.people["leader"], follow_on=date(2026, 11, 26))
    assert list(Todo.objects.filter(done_at=None).values_list("employee__name", flat=True)) == ["许知远"]


def test_an_entry_becomes_one_ticket_with_what_is_known(company: Company) -> None:
    agent = company.actor("agent")
    entry = actions.register(actor=agent, way="call", name="顾念秋", phone="13913572468", follow_on=date(2026, 11, 24))
    details = {"kind": "repair", "channel": "phone", "subject": "", "body": "冰箱不制冷", "contact_name": "顾念秋"}
    ticket = accept_from_reception(actor=agent, entry=entry, **details)
    entry.refresh_from_db()
    assert (entry.status, entry.turned_number, ticket.customer_id) == ("turned", ticket.number, entry.customer_id)
    assert not Todo.objects.filter(label="reception.entry", done_at=None).exists()
    with pytest.raises((WrongState, NotAllowed)):
        accept_from_reception(actor=agent, entry=entry, **details)
    assert Ticket.objects.count() == 1


def test_void_entries_do_not_count_and_the_next_becomes_the_first(company: Company) -> None:
    leader = company.actor("leader")
    first = actions.register(actor=leader, way="call", name="顾念秋", phone="13913572468")
    second = actions.register(actor=leader, way="walk_in", phone="13913572468")
    with pytest.raises(NotAllowed):
        actions.void(actor=company.actor("agent"), obj=first, reason="登记错了")
    actions.void(actor=leader, obj=first, reason="登记错了")
    second.refresh_from_db()
    assert second.first
    assert queries.ledger(leader, date(2026, 11, 23), date(2026, 11, 23)).total == 1
    assert Event.objects.filter(verb="reception.voided").count() == 1


def test_a_correction_changes_the_counts_but_not_the_person(company: Company) -> None:
    agent = company.actor("agent")
    entry = actions.register(actor=agent, way="call", name="顾念秋", matter="问价")
    word = Word.objects.create(kind="source", name="同事介绍")
    changed = actions.change(actor=agent, obj=entry, way="walk_in", source=word, matter="看样机")
    assert (changed.way, changed.source, changed.matter, changed.caller) == ("walk_in", word, "看样机", "顾念秋")
    event = Event.objects.get(verb="reception.changed")
    assert event.data["changes"]["matter"] == ["问价", "看样机"]


def test_strangers_neither_see_nor_touch_the_register(company: Company) -> None:
    entry = actions.register(actor=company.actor("agent"), way="call", name="顾念秋")
    outsider = company.actor("outsider")
    assert not policies.visible(outsider).exists()
    for act in (
        lambda: actions.hand_over(actor=outsider, obj=entry, follow_on=date(2026, 11, 25)),
        lambda: actions.change(actor=outsider, obj=entry, way="call"),
        lambda: actions.void(actor=outsider, obj=entry, reason="无聊"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert company.client("outsider").get(f"/reception/{entry.pk}/").status_code == 404
    assert company.client("department").get("/reception/").status_code == 403


def test_words_are_kept_in_the_browser_by_those_who_manage(company: Company) -> None:
    leader = company.actor("leader")
    word = actions.keep_word(actor=leader, kind="source", name="车身广告")
    with pytest.raises(Refused, match="同名"):
        actions.keep_word(actor=leader, kind="source", name="车身广告")
    actions.keep_word(actor=leader, obj=word, kind="source", name="车身广告", active=False)
    assert word not in queries.offered("source")
    with pytest.raises(NotAllowed):
        actions.keep_word(actor=company.actor("agent"), kind="source", name="我的")
    assert company.client("agent").get("/reception-words/").status_code == 403
    assert company.client("leader").get("/reception-words/").status_code == 200
