"""On the telephone: from a customer's page to a ticket, a number nobody knows, a photo at once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.models import Customer
from keqiao.files.models import Attachment
from keqiao.tickets import actions
from keqiao.tickets.models import Dispatch, Ticket
from keqiao.tickets.tests.conftest import Desk

PAGE = "/tickets/new/"


@pytest.fixture
def customer(company: Company) -> Customer:
    """A customer of the agent."""
    return create_customer(
        actor=company.actor("agent"), name="于庆丰", phone="18900004270", source="phone", owner=company.people["agent"]
    )


def test_a_customers_page_leads_to_a_ticket_without_typing_name_or_phone(company: Company, customer: Customer) -> None:
    browser = company.client("agent")
    shown = browser.get(reverse("customers:detail", args=[customer.pk])).content.decode()
    assert f"kind=complaint&amp;customer={customer.pk}" in shown
    assert shown.index("panel-matters") < shown.index("档案完整度"), "what somebody asks about stands above the profile"
    form = browser.get(PAGE, {"kind": "complaint", "customer": customer.pk}).content.decode()
    assert f'于庆丰 <span class="muted">{customer.number}</span>' in form
    assert "4270" in form
    assert "18900004270" not in form, "the phone stays masked"
    posted = {
        "kind": "complaint",
        "channel": "phone",
        "customer": customer.pk,
        "contact_name": "于庆丰",
        "body": "漏水",
    }
    assert browser.post(PAGE, posted).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.customer_id, ticket.contact_phone) == (customer.pk, "18900004270")
    assert ticket.phone_reversed.startswith("0724"), "so the customer can ask for the state"


def test_without_the_power_there_is_no_button(company: Company, customer: Customer) -> None:
    Customer.objects.filter(pk=customer.pk).update(erased=True)
    shown = company.client("agent").get(reverse("customers:detail", args=[customer.pk])).content.decode()
    assert f"customer={customer.pk}" not in shown.split("two-main")[0]


def test_an_unknown_number_is_registered_from_the_search(company: Company, customer: Customer) -> None:
    browser = company.client("agent")
    for url in ("search", "search_live"):
        found = browser.get(reverse(url), {"q": "139 1357 2468"}).content.decode()
        assert "/customers/new/?phone=13913572468" in found
        assert "/tickets/new/?kind=complaint&amp;contact_phone=13913572468" in found
        assert "/reception/new/?phone=13913572468" in found
        assert "phone=" not in browser.get(reverse(url), {"q": "没有这个人"}).content.decode()
        assert "phone=" not in browser.get(reverse(url), {"q": "2468"}).content.decode(), "the end alone is no number"
    form = browser.get("/tickets/new/?kind=complaint&contact_phone=13913572468").content.decode()
    assert 'value="13913572468"' in form


def test_a_photo_may_come_before_anybody_has_looked_into_it(desk: Desk) -> None:
    ticket = desk.accept("agent")
    browser = desk.company.client("agent")
    assert ticket.stage == "accepted"
    assert 'id="attachments-file"' in browser.get(reverse("tickets:detail", args=[ticket.pk])).content.decode()
    photo = SimpleUploadedFile("说明.txt", "照片".encode())
    upload = reverse("files:upload", args=["tickets.ticket", ticket.pk])
    assert browser.post(upload, {"file": photo}).status_code in {200, 302}
    assert Attachment.objects.filter(owner_label="tickets.ticket", owner_id=ticket.pk).count() == 1
    outsider = desk.company.client("outsider").post(upload, {"file": SimpleUploadedFile("x.txt", b"x")})
    assert outsider.status_code in {403, 404}
    assert Attachment.objects.count() == 1


def test_who_answers_sees_the_time_left_and_what_the_customer_said(desk: Desk, company: Company) -> None:
    row = desk.at("investigating").dispatches.get()
    browser = company.client("department")
    page = browser.get(f"/dispatches/{row.pk}/").content.decode()
    assert "食物都坏了" in page, "without another click"
    assert "双开门冰箱 BCD-520" in page
    assert "退回原因" not in page, "what is not there yet is not shown"
    assert "剩 " in browser.get("/dispatches/").content.decode()
    Dispatch.objects.update(due_at=row.due_at - timedelta(days=60))
    assert "超时 " in browser.get("/dispatches/").content.decode()
    actions.dispatch_return(actor=company.actor("department"), obj=row, reason="不是我们的产品")
    page = browser.get(f"/dispatches/{row.pk}/").content.decode()
    assert "不是我们的产品" in page
    assert "食物都坏了" not in page, "who has given it back does not see the matter"
