"""Rules ask once for each occasion, a share of the customers, nobody too often, and nobody who does not want it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.models import Consent, Customer, RestWish
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.mailing.actions import failed
from keqiao.mailing.models import Mail
from keqiao.surveys import actions, hooks, occasions
from keqiao.surveys.actions import sending
from keqiao.surveys.models import Invitation, SendingRule, Survey
from keqiao.surveys.occasions import Occasion
from keqiao.tickets.actions import close_after_visit
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import MONDAY, Desk, desk

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


def rule(company: Company, **more: Any) -> SendingRule:
    boss = company.actor("manager")
    survey = Survey.objects.filter(name="办结调查").first()
    if survey is None:
        survey = actions.publish(actor=boss, obj=actions.create_survey(actor=boss, name="办结调查", kind="csat"))
    values = {
        "name": "办结后", "survey": survey, "event": "ticket.closed", "kinds": [], "share": 100, "rest_days": 30,
        "delay_hours": 2, "way": "mail", "active": True,
    }  # fmt: skip
    return sending.create_rule(actor=boss, **(values | more))


def person(company: Company, email: str = "liu@example.com") -> Customer:
    return create_customer(actor=company.actor("agent"), name="柳如烟", phone="13800138000", email=email)


def occasion(company: Company, customer: Customer, key: str = "ticket:1:0", kind: str = "repair") -> Occasion:
    agent = company.people["agent"]
    return Occasion(key, customer.pk, "TS1 修空调", agent.pk, company.units["team"].pk, kind, "空调")


@pytest.fixture
def server(settings: Any) -> None:
    """A mail server is set."""
    settings.EMAIL_HOST = "mail.example"


def closed(desk: Desk) -> Event:
    """A complaint that was told and closed by its visit."""
    ticket = desk.at("told")
    close_after_visit(actor=desk.company.actor("colleague"), ticket=ticket, satisfaction=5)
    return Event.objects.filter(verb="ticket.closed").latest("pk")


def test_a_closed_ticket_asks_once_about_whoever_helped(desk: Desk) -> None:
    made, event = rule(desk.company, way="copy"), closed(desk)
    hooks.ask([event, event])
    hooks.ask([event])
    row = Invitation.objects.get()
    ticket = Ticket.objects.get()
    assert (row.state, row.rule, row.ticket, row.customer) == ("waiting", made, ticket, ticket.customer)
    assert row.agent_id == desk.company.people["agent"].pk
    assert Event.objects.filter(verb="survey.invited").count() == 1


def like(event: Event, **other: Any) -> Event:
    """The same event with something else in it."""
    values = {"verb": event.verb, "label": event.label, "object_id": event.object_id, "at": event.at, "actor_id": 1}
    return Event(**{**values, "data": {"satisfaction": 5}, **other})


def test_nobody_is_asked_after_a_close_by_the_clock_or_without_help(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = closed(desk)
    by_clock = like(event, actor_id=None, actor_name="系统")
    timed = like(event, data={"timed_out": True, "satisfaction": 5})
    unreached = like(event, data={"satisfaction": None})
    old = like(event, at=event.at - timedelta(days=9))
    assert [occasions.of(one) for one in (by_clock, timed, unreached, old)] == [None] * 4
    assert occasions.of(event) is not None
    monkeypatch.setattr(occasions, "HELPED", ())
    assert occasions.of(event) is None


def test_a_reopened_ticket_is_not_asked_about(desk: Desk) -> None:
    rule(desk.company, way="copy")
    event = closed(desk)
    Ticket.objects.update(stage="investigating", open=True)
    hooks.ask([event])
    assert not Invitation.objects.exists()


def test_the_mail_waits_for_the_rest_to_end_and_opens_the_survey(company: Company, server: None) -> None:
    customer = person(company)
    RestWish.objects.create(customer=customer, start="08:00", end="15:00")
    with time_machine.travel(MONDAY, tick=False):
        row = sending.send_by_rule(rule=rule(company), occasion=occasion(company, customer))
        assert row is not None
        mail = Mail.objects.get()
        assert timezone.localtime(mail.next_at).hour == 15
        row.refresh_from_db()
        assert row.state == "sent"
        assert row.token_digest
        assert mail.private
        assert "填写问卷" not in mail.text


@pytest.mark.parametrize("word", [("contact", ""), ("service", "email"), ("service", "")])
def test_who_said_no_gets_no_mail(company: Company, server: None, word: tuple[str, str]) -> None:
    customer = person(company)
    purpose, channel = word
    Consent.objects.create(
        customer=customer, purpose=purpose, channel=channel, given=False, how="phone", at=timezone.now()
    )
    sending.send_by_rule(rule=rule(company), occasion=occasion(company, customer))
    assert not Mail.objects.exists()
    assert Invitation.objects.count() == (1 if channel else 0)


def test_a_general_survey_needs_consent(company: Company) -> None:
    boss, customer = company.actor("manager"), person(company)
    survey = actions.create_survey(actor=boss, name="一般", kind="nps", basis="survey")
    made = rule(company, survey=actions.publish(actor=boss, obj=survey))
    assert sending.send_by_rule(rule=made, occasion=occasion(company, customer)) is None
    Consent.objects.create(customer=customer, purpose="survey", channel="", given=True, how="phone", at=timezone.now())
    assert sending.send_by_rule(rule=made, occasion=occasion(company, customer)) is not None


def test_a_no_after_the_mail_was_queued_holds(company: Company, server: None) -> None:
    customer = person(company)
    row = sending.send_by_rule(rule=rule(company), occasion=occasion(company, customer))
    assert row is not None
    mail = Mail.objects.get()
    assert sending.against(mail) == ""
    Consent.objects.create(
        customer=customer, purpose="contact", channel="", given=False, how="phone", at=timezone.now()
    )
    assert sending.against(mail)
    assert not outbox.outbox


def test_a_mail_that_fails_leaves_the_survey_to_be_copied(company: Company, server: None) -> None:
    row = sending.send_by_rule(rule=rule(company), occasion=occasion(company, person(company)))
    assert row is not None
    Mail.objects.update(state="sending", attempts=1)
    failed(Mail.objects.get(), "没有这个邮箱", permanent=True)
    row.refresh_from_db()
    assert (row.state, row.note, row.token_digest) == ("waiting", "没有这个邮箱", None)


def test_nobody_is_asked_again_within_the_days(company: Company) -> None:
    made, customer = rule(company, way="copy"), person(company)
    assert sending.send_by_rule(rule=made, occasion=occasion(company, customer)) is not None
    assert sending.send_by_rule(rule=made, occasion=occasion(company, customer, "ticket:2:0")) is None
    with time_machine.travel(timezone.now() + timedelta(days=30, minutes=1)):
        assert sending.send_by_rule(rule=made, occasion=occasion(company, customer, "ticket:3:0")) is not None


def test_a_rule_is_about_its_kinds_only(company: Company) -> None:
    made, customer = rule(company, kinds=["complaint"], way="copy"), person(company)
    assert sending.send_by_rule(rule=made, occasion=occasion(company, customer)) is None
    assert sending.send_by_rule(rule=made, occasion=occasion(company, customer, kind="complaint")) is not None


@given(st.integers(1, 100))
def test_the_share_is_kept_and_always_the_same(share: int) -> None:
    made = SendingRule(pk=7, share=share)
    keys = [f"ticket:{number}:0" for number in range(400)]
    chosen = [key for key in keys if sending.chosen(made, key)]
    assert chosen == [key for key in keys if sending.chosen(made, key)]
    assert abs(len(chosen) - 4 * share) <= 45
    assert share < 100 or len(chosen) == 400


def test_rules_are_kept_in_the_browser_by_those_who_may(company: Company) -> None:
    made, client = rule(company), company.client("manager")
    body = {
        "name": "改名", "survey": made.survey_id, "event": "visit.done", "share": "30", "rest_days": "60",
        "delay_hours": "0", "way": "copy",
    }  # fmt: skip
    assert client.get(f"/survey-rules/{made.pk}/edit/").status_code == 200
    assert client.post(f"/survey-rules/{made.pk}/edit/", body).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.share, made.rest_days, made.active) == ("改名", 30, 60, False)
    wrong = client.post(f"/survey-rules/{made.pk}/edit/", {**body, "share": "0", "name": "留着"})
    assert wrong.status_code == 422
    assert "留着" in wrong.content.decode()
    assert client.get("/survey-rules/").status_code == 200
    assert company.client("leader").get("/survey-rules/").status_code == 403
    with pytest.raises(NotAllowed):
        rule_by(company, "leader")
    with pytest.raises(Refused):
        rule(company, name="改名")


def rule_by(company: Company, role: str) -> SendingRule:
    values = {
        "name": "x", "survey": Survey.objects.get(), "event": "visit.done", "kinds": [], "share": 1, "rest_days": 0,
        "delay_hours": 0, "way": "copy", "active": True,
    }  # fmt: skip
    return sending.create_rule(actor=company.actor(role), **values)


def test_a_visit_by_phone_is_an_occasion_one_by_link_is_not(company: Company) -> None:
    customer, agent = person(company), company.people["agent"]
    visit = Event(
        verb="visit.done", label="visits.visit", object_id=3, at=timezone.now(), title="HF1", about_id=customer.pk
    )
    assert occasions.of(visit) is None
    visit.actor_id = agent.pk
    found = occasions.of(visit)
    assert found is not None
    assert (found.customer_id, found.agent_id, found.unit_id) == (customer.pk, agent.pk, agent.unit_id)


@pytest.mark.django_db(transaction=True)
class TestWorkers:
    def test_two_workers_ask_once(self, company: Company, in_parallel: Callable[..., list[Any]]) -> None:
        made, one = rule(company, way="copy"), occasion(company, person(company))
        results = in_parallel(lambda _number: sending.send_by_rule(rule=made, occasion=one), 4)
        assert not [result for result in results if isinstance(result, Exception)]
        assert Invitation.objects.count() == 1

    def test_two_occasions_at_once_ask_one_customer_once(
        self, company: Company, in_parallel: Callable[..., list[Any]]
    ) -> None:
        made, customer = rule(company, way="copy"), person(company)
        both = [occasion(company, customer, f"ticket:{number}:0") for number in range(4)]
        results = in_parallel(lambda number: sending.send_by_rule(rule=made, occasion=both[number]), 4)
        assert not [result for result in results if isinstance(result, Exception)]
        assert Invitation.objects.count() == 1
        assert SYSTEM.name == Event.objects.get(verb="survey.invited").actor_name
