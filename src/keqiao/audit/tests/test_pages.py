"""The audit as pages: who sees it, by what it narrows, and that taking it away is on record too."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keqiao.audit.actions import record
from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.kernel.actor import SYSTEM
from keqiao.org.actions import create_employee, create_position
from keqiao.org.models import Scope

pytestmark = pytest.mark.django_db


def deed(company: Company, role: str, verb: str, title: Any = None, data: Any = None) -> Event:
    """One event."""
    with transaction.atomic():
        record(company.actor(role), verb, title, data)
    return Event.objects.latest("pk")


def said(client: Any, query: str = "") -> str:
    return str(client.get(f"/events/{query}").content.decode())


def rows(client: Any, query: str) -> list[str]:
    return [one["verb"] for one in client.get(f"/api/events{query}").json()["items"]]


def test_who_holds_the_power_reads_in_words(company: Company) -> None:
    deed(company, "agent", "customer.revealed", data={"contact_point": "电话 138****8000", "reason": "核对送货地址"})
    page = said(company.client("manager"))
    assert "林一诺" in page
    assert "查看完整联系方式" in page
    assert "核对送货地址" in page
    assert "customer.revealed" not in page.partition("<tbody")[2]
    assert company.client("agent").get("/events/").status_code == 403
    assert "/events/" in said(company.client("manager"), "../")
    assert "/events/" not in company.client("agent").get("/").content.decode()


def test_it_narrows_by_person_deed_kind_and_day(company: Company) -> None:
    customer = create_customer(actor=company.actor("leader"), name="于小满", phone="13800138000")
    deed(company, "agent", "ticket.closed")
    deed(company, "leader", "employee.logged_in")
    client = company.client("manager")
    assert rows(client, "?actor_name=林一诺") == ["办结"]
    assert rows(client, "?verb=customer.created") == ["建档"]
    assert rows(client, "?label=customers.customer") == rows(client, "?verb=customer.created")
    assert rows(client, "?view=doors")[0] == "登录"
    assert customer.name in said(client, "?q=小满")
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert rows(client, f"?at_after={tomorrow}") == []


def test_taking_it_away_is_on_record(company: Company) -> None:
    deed(company, "agent", "ticket.closed")
    client = company.client("manager")
    assert "办结".encode() in b"".join(client.get("/events/export/?format=csv"))
    assert rows(client, "?view=taken") == ["导出：审计记录"]
    assert Event.objects.get(verb="events.exported").data["rows"] >= 1


def test_values_are_shown_only_to_those_who_see_the_record(company: Company) -> None:
    customer = create_customer(actor=company.actor("agent"), name="于小满", phone="13800138000")
    with transaction.atomic():
        record(company.actor("agent"), "customer.changed", customer, {"changes": {"note": ["旧备注", "新备注"]}})
    event = Event.objects.latest("pk")
    assert "新备注" in company.client("manager").get(f"/events/{event.pk}/").content.decode()
    post = create_position(actor=SYSTEM, name="审计员", scope=Scope.ALL, powers=["audit.view"])
    company.people["auditor"] = create_employee(
        actor=SYSTEM, username="auditor", name="审计员甲", unit=company.units["head"], positions=[post]
    )
    page = company.client("auditor").get(f"/events/{event.pk}/").content.decode()
    assert "新备注" not in page
    assert "于小满" in page
    assert f"/customers/{customer.pk}/" not in page
    assert company.client("auditor").get(f"/api/events/{event.pk}").json()["changes"] == []


def test_less_than_everything_shows_ones_own_deeds_only(company: Company) -> None:
    post = create_position(actor=SYSTEM, name="部门审计", scope=Scope.DEPARTMENT, powers=["audit.view"])
    company.people["some"] = create_employee(
        actor=SYSTEM, username="some", name="某人", unit=company.units["finance"], positions=[post]
    )
    deed(company, "agent", "ticket.closed")
    deed(company, "some", "employee.logged_in")
    assert rows(company.client("some"), "") == ["登录"]


def test_the_list_asks_as_often_for_many_as_for_few(company: Company) -> None:
    client = company.client("manager")
    counts = []
    for _round in range(2):
        for _number in range(10):
            deed(company, "agent", "ticket.closed")
        client.get("/events/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/events/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_time_of_a_deed_is_said_as_everywhere(company: Company) -> None:
    event = deed(company, "agent", "customer.revealed")
    page = said(company.client("manager"), f"{event.pk}/")
    assert f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}" in page
    assert "+00:00" not in page
