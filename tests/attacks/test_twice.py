"""The same deed by many browsers at one moment, and what is left on record of deeds and of sensitive reading."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from keqiao.approvals.models import Approval
from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers import actions as customers
from keqiao.kernel.actor import SYSTEM
from keqiao.tickets import actions as tickets
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk
from keqiao.visits import actions as visits
from keqiao.visits.models import Visit

Parallel = Callable[..., list[Any]]
race = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def browsers(company: Company, role: str, count: int) -> list[Client]:
    """The same person in several windows."""
    return [company.client(role) for _number in range(count)]


def at_once(in_parallel: Parallel, windows: list[Client], url: str, body: dict[str, Any]) -> list[int]:
    """Every window sends the form at the same moment; no window may meet an error page."""
    answers = in_parallel(lambda number: windows[number].post(url, body), len(windows))
    assert not [one for one in answers if isinstance(one, Exception)], answers
    assert max(one.status_code for one in answers) < 500
    return [one.status_code for one in answers]


class TestOneEffect:
    """Twenty clicks, one deed."""

    pytestmark = race

    def test_dispatch(self, desk: Desk, in_parallel: Parallel) -> None:
        ticket = desk.at("assessed")
        body = {"units": [desk.company.units["quality"].pk], "instructions": "请查"}
        at_once(in_parallel, browsers(desk.company, "agent", 10), f"/tickets/{ticket.pk}/do/dispatch/", body)
        assert ticket.dispatches.count() == 1
        assert Event.objects.filter(verb="ticket.dispatched").count() == 1

    def test_approval(self, desk: Desk, in_parallel: Parallel) -> None:
        desk.plan(desk.at("handling"), 90_000)
        approval = Approval.objects.get()
        at_once(
            in_parallel,
            browsers(desk.company, "manager", 10),
            f"/approvals/{approval.pk}/do/approve/",
            {"note": "同意"},
        )
        assert Event.objects.filter(verb="approval.approved").count() == 1
        assert Approval.objects.get().state == "approved"
        assert Ticket.objects.get().stages.filter(stage="handling").count() == 2

    def test_closing(self, desk: Desk, in_parallel: Parallel) -> None:
        ticket = desk.accept(kind="consultation")
        agent = desk.company.actor("agent")
        tickets.start(actor=agent, obj=ticket)
        tickets.resolve(actor=agent, obj=ticket, result="已说明")
        at_once(
            in_parallel, browsers(desk.company, "agent", 10), f"/tickets/{ticket.pk}/do/close/", {"satisfaction": "5"}
        )
        assert Ticket.objects.get().stage == "closed"
        assert Event.objects.filter(verb="ticket.closed").count() == 1

    def test_signed_link(self, desk: Desk, in_parallel: Parallel) -> None:
        visit = visits.plan_for_ticket(actor=SYSTEM, ticket=desk.at("told"))
        assert visit is not None
        token, _until = visits.make_link(actor=desk.company.actor("manager"), obj=visit)
        windows = [Client() for _number in range(20)]
        statuses = at_once(in_parallel, windows, f"/v/{token}/", {"satisfaction": "5", "solved": "true", "said": "好"})
        assert set(statuses) <= {200, 302}, statuses
        assert Visit.objects.get().status == "done"
        assert Event.objects.filter(verb="visit.done").count() == 1
        assert Event.objects.filter(verb="ticket.closed").count() == 1


@pytest.mark.django_db
def test_sensitive_reading_is_on_record(company: Company) -> None:
    owner = company.people["manager"]
    customer = customers.create_customer(actor=company.actor("manager"), name="甲", phone="13500135000", owner=owner)
    point, client = customer.contact_points.get(), company.client("manager")
    url = f"/customers/{customer.pk}/points/{point.pk}/reveal/"
    assert "13500135000" not in client.get(url).content.decode().replace(" ", "")
    shown = client.post(url, {"reason": "核对地址"})
    assert "13500135000" in shown.content.decode().replace(" ", "")
    event = Event.objects.get(verb__contains="reveal")
    assert (event.actor_id, event.about_id, event.ip) == (owner.pk, customer.pk, "127.0.0.1")
    assert event.data["reason"] == "核对地址"
    assert "13500135000" not in str(event.data)
    for name in ("customers", "tickets", "visits"):
        list(client.get(f"/{name}/export/?format=csv&q=甲").streaming_content)  # type: ignore[attr-defined]
        event = Event.objects.get(verb=f"{name}.exported")
        assert event.actor_id == owner.pk
        assert "q=" in event.data["filters"]


@pytest.mark.django_db
def test_refused_logins_are_on_record_and_no_line_can_be_forged(company: Company) -> None:
    before = Event.objects.count()
    Client().post("/login/", {"username": "manager", "password": "wrong"})
    assert Event.objects.count() == before + 1
    desk_client = company.client("manager")
    made = desk_client.post(
        "/customers/new/",
        {
            "name": "甲\r\n2026-01-01 沈若谷 办结",
            "kind": "person",
            "phone": "13500135001",
            "tier": "normal",
            "source": "phone",
        },
    )
    assert made.status_code == 302
    event = Event.objects.get(verb="customer.created")
    assert "办结" in event.title
    assert "\n" not in event.title
    assert "\r" not in event.title


@pytest.mark.django_db
def test_every_write_of_the_loop_leaves_a_line(desk: Desk) -> None:
    ticket = desk.at("told")
    visit = visits.plan_for_ticket(actor=SYSTEM, ticket=ticket)
    assert visit is not None
    visits.record_result(actor=desk.company.actor("manager"), obj=visit, satisfaction=5, solved=True, said="好")
    verbs = list(Event.objects.filter(about_id=ticket.customer_id).order_by("pk").values_list("verb", flat=True))
    loop = [
        "ticket.created",
        "ticket.assessed",
        "ticket.dispatched",
        "dispatch.accepted",
        "dispatch.answered",
        "ticket.concluded",
        "ticket.planned",
    ]
    loop += ["ticket.resolved", "ticket.told", "visit.planned", "visit.done", "ticket.closed"]
    assert [verb for verb in verbs if verb in loop] == loop  # each once, in the order in which it happened
