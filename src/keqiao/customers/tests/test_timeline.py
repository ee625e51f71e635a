"""The timeline: sentences, pages, and only what the reader may see."""

import pytest
from django.utils import timezone

from keqiao.audit.actions import record
from keqiao.audit.models import Event
from keqiao.customers import actions, queries, timeline
from keqiao.kernel import bulk
from keqiao.kernel.actor import SYSTEM


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
