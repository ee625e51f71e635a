"""Query counts do not grow with rows, and creating stays lean."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keqiao.conftest import Company
from keqiao.org.actions import create_token
from keqiao.tickets import actions, policies
from keqiao.tickets.models import Ticket
from keqiao.tickets.resource import TICKETS
from keqiao.tickets.tests.conftest import Desk


def test_accepting_a_known_customers_complaint_takes_few_queries(
    desk: Desk, company: Company, django_assert_max_num_queries: Any
) -> None:
    desk.accept()
    actor, category = company.actor("agent"), desk.category()
    with django_assert_max_num_queries(12):
        actions.accept(
            actor=actor, kind="complaint", channel="phone", subject="漏水", body="洗衣机漏水", contact_name="陈美兰",
            contact_phone="13800138000", category=category, wishes=["refund"],
        )  # fmt: skip


def test_creating_through_the_api_takes_few_queries(desk: Desk, company: Company) -> None:
    first = desk.accept()
    token = create_token(actor=company.actor("agent"), employee=company.people["agent"], name="测试")
    client, headers = company.client("agent"), {"Authorization": f"Bearer {token}"}
    body = {
        "kind": "complaint", "channel": "phone", "subject": "漏水", "body": "洗衣机漏水", "contact_name": "陈美兰",
        "contact_phone": "13800138000", "category": desk.category().pk,
    }  # fmt: skip
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.post("/api/tickets", json.dumps(body), content_type="application/json", headers=headers)
        assert answer.status_code == 201, answer.content
        counts.append(len(queries))
    assert Ticket.objects.filter(customer=first.customer).count() == 3
    assert counts[1] <= 20, [query["sql"][:90] for query in queries.captured_queries]


@pytest.mark.parametrize("view", ["mine", "answering", "due", "open", "all"])
def test_the_list_asks_the_same_number_of_questions_for_any_number_of_rows(
    desk: Desk, company: Company, view: str
) -> None:
    client = company.client("manager")
    desk.at("investigating")
    client.get("/tickets/", {"view": view})
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/tickets/", {"view": view})
        counts.append(len(queries))
        for _more in range(6):
            desk.at("investigating")
    assert counts[0] == counts[1]


def test_the_page_of_a_ticket_asks_the_same_for_any_number_of_cards(desk: Desk, company: Company) -> None:
    ticket = desk.at("investigating")
    client, actor = company.client("manager"), company.actor("manager")
    counts = []
    for turn in range(2):
        for number in range(1 + turn * 5):
            actions.add_evidence(actor=actor, obj=ticket, kind="paper", title=f"材料{number}")
            actions.progress(actor=actor, obj=ticket, text=f"进度{number}")
        client.get(f"/tickets/{ticket.pk}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/tickets/{ticket.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_default_list_walks_its_index(desk: Desk, company: Company) -> None:
    first, people = desk.accept(), [company.people[role].pk for role in ("agent", "colleague", "leader")]
    values = Ticket.objects.filter(pk=first.pk).values().get()
    del values["id"]
    copies = []
    for number in range(3000):
        copy = Ticket(
            **values | {"number": f"TS-{number}", "owner_id": people[0 if number % 60 == 0 else 1 + number % 2]}
        )
        copy.due_at += timedelta(minutes=number)
        copies.append(copy)
    Ticket.objects.bulk_create(copies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_ticket")
    actor = company.actor("agent")
    plan = TICKETS.presets[0].where(policies.visible(actor), actor).order_by("due_at", "pk")[:25].explain()
    assert "ticket_mine" in plan
    assert "TEMP B-TREE" not in plan
