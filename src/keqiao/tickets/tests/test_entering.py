"""The form by which a matter comes in: whose it will be."""

import pytest

from keqiao.customers.actions import create_customer
from keqiao.customers.models import Customer
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk

FORM = {"kind": "consultation", "channel": "phone", "contact_phone": "13900139007", "body": "问一问保修期"}


@pytest.fixture
def one(desk: Desk) -> Customer:
    company = desk.company
    return create_customer(
        actor=company.actor("agent"), name="沈慕白", phone="13600003333", tier="vip", owner=company.people["agent"]
    )


def test_the_form_says_whose_matter_it_will_be(desk: Desk, one: Customer) -> None:
    client = desk.company.client("agent")
    page = client.get(f"/tickets/new/?customer={one.pk}").content.decode()
    for words in ("沈慕白", one.number, "VIP", "不是这位客户"):
        assert words in page
    assert client.post("/tickets/new/", {**FORM, "customer": one.pk}).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.customer_id, ticket.contact_name) == (one.pk, "沈慕白")


def test_the_customer_can_be_taken_off(desk: Desk, one: Customer) -> None:
    client = desk.company.client("agent")
    url = f"/tickets/new/?customer={one.pk}"
    assert client.post(url, {**FORM, "contact_name": "路人", "customer": ""}).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.customer_id != one.pk, ticket.contact_name) == (True, "路人")


def test_a_wrong_form_still_says_it(desk: Desk, one: Customer) -> None:
    wrong = desk.company.client("agent").post("/tickets/new/", {**FORM, "body": "", "customer": one.pk})
    assert wrong.status_code == 422
    assert "不是这位客户" in wrong.content.decode()


@pytest.mark.parametrize("given", ["999999", "x", "9" * 30, ""])
def test_who_is_out_of_sight_is_not_shown(desk: Desk, one: Customer, given: str) -> None:
    page = desk.company.client("agent").get(f"/tickets/new/?customer={given}").content.decode()
    assert "不是这位客户" not in page
    stranger = desk.company.client("outsider").get(f"/tickets/new/?customer={one.pk}")
    assert "沈慕白" not in stranger.content.decode()
    assert desk.company.client("agent").post("/tickets/new/", {**FORM, "customer": one.pk + 999}).status_code == 422
