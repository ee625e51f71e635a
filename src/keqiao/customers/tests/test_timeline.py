"""The timeline: sentences, pages, and only what the reader may see."""

from dataclasses import replace
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from keqiao.audit.actions import record
from keqiao.audit.models import Event
from keqiao.customers import actions, queries, timeline
from keqiao.kernel import bulk
from keqiao.kernel.actor import SYSTEM
from keqiao.tickets.actions import accept


@pytest.fixture
def chen(company):
    return actions.create_customer(actor=company.actor("agent"), name="陈默", owner=company.people["agent"])


def test_sentences_are_chinese_and_newest_first(chen, company) -> None:
    agent = company.actor("agent")
    actions.add_contact_point(actor=agent, obj=chen, kind="phone", value="13800138000")
    point = chen.contact_points.get()
    actions.reveal(actor=agent, obj=chen, contact_point=point, reason="核对地址")
    titles = [entry.title for entry in queries.timeline(agent, chen).entries]
    assert titles == [
        "查看了完整的电话 138****8000，原因：核对地址",
        "添加了联系方式：电话 138****8000",
        "建立客户档案，来源：来电",
    ]


def test_events_of_unknown_records_stay_hidden(chen, company, db, monkeypatch) -> None:
    monkeypatch.setitem(timeline._lines, "thing.done", timeline.Line(lambda event: "做了一件事", "history", "neutral"))
    record(SYSTEM, "thing.done", company.units["quality"], about=chen.pk)
    agent = company.actor("agent")
    monkeypatch.setattr(timeline, "get", lambda label: None)
    assert len(queries.timeline(agent, chen).entries) == 1
    monkeypatch.setitem(timeline._guards, "org.orgunit", lambda actor, ids: ids)
    assert queries.timeline(agent, chen).entries[0].title == "做了一件事"


@pytest.mark.parametrize("hidden", [False, True])
def test_five_thousand_entries_by_pages_without_more_queries(
    chen, company, django_assert_max_num_queries, hidden
) -> None:
    unseen = {"label": "nobody.thing", "object_id": 1, "verb": "customer.changed"}
    seen = {"label": "customers.customer", "object_id": chen.pk, "verb": "customer.tagged"}
    base = {"at": timezone.now(), "actor_name": "系统", "title": "陈默", "about_id": chen.pk}
    rows = [{**base, **(unseen if hidden and n % 3 else seen)} for n in range(5000)]
    bulk.insert(Event, rows)
    agent, before, found = company.actor("agent"), None, []
    with django_assert_max_num_queries(5):
        page = queries.timeline(agent, chen)
    assert len(page.entries) == 20
    while True:
        page = queries.timeline(agent, chen, before)
        found += [entry.id for entry in page.entries]
        before = page.next
        if before is None:
            break
    mine = Event.objects.filter(about_id=chen.pk, label="customers.customer").order_by("-pk")
    assert found == list(mine.values_list("pk", flat=True))


def test_a_timeline_is_narrowed_by_kind_and_days(chen, company) -> None:
    accept(
        actor=company.actor("agent"), kind="consultation", channel="phone", customer=chen, contact_name="陈默",
        contact_phone="13800138000", subject="安装", body="想知道什么时候能上门安装。",
    )  # fmt: skip
    client, url = company.client("agent"), reverse("customer-timeline", args=[chen.pk])
    every = client.get(url).content.decode()
    assert "<html" in every  # an address of its own, which may be sent on
    assert "建立客户档案" in every
    assert "安装" in every

    def part(**asked: str) -> str:
        return client.get(url, asked, headers={"HX-Request": "true"}).content.decode()

    tickets = part(kind="tickets")
    assert "<html" not in tickets
    assert "安装" in tickets
    assert "建立客户档案" not in tickets
    assert "建立客户档案" in part(kind="customers")
    assert "安装" not in part(kind="customers")
    today = timezone.localdate().isoformat()
    assert "建立客户档案" in part(since=today, until=today)
    assert "没有符合条件的动态" in part(until="2000-01-01")
    assert "没有符合条件的动态" in part(kind="visits")
    assert "建立客户档案" in part(kind="nonsense", since="9999-99-99")


def test_only_lists_that_the_person_opens_are_offered(company) -> None:
    assert [kind.name for kind in timeline.kinds(company.actor("agent"))][:1] == ["customers"]
    assert "tickets" in [kind.name for kind in timeline.kinds(company.actor("agent"))]
    nobody = replace(company.actor("agent"), grants={})
    assert [kind.name for kind in timeline.kinds(nobody)] == ["customers"]


def test_older_entries_stay_narrowed(chen, company) -> None:
    for n in range(25):
        actions.tag_customer(actor=company.actor("agent"), obj=chen, tags=[], new_tags=f"标签{n}")
    client, url = company.client("agent"), reverse("customer-timeline", args=[chen.pk])
    page = client.get(url, {"kind": "customers", "since": "2020-01-01"})
    older = f"?before={page.context['timeline'].next}&kind=customers&since=2020-01-01"
    assert older in unescape(page.content.decode())
    assert "建立客户档案" in client.get(url + older).content.decode()
