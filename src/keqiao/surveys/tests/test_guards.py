"""What the pages do not offer is refused all the same, and cards show each reader what is his to see."""

from typing import Any

import pytest
from django.test import Client

from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused, WrongState
from keqiao.mailing.models import Mail
from keqiao.org.actions import create_employee, create_position
from keqiao.org.models import Employee, Scope
from keqiao.surveys import actions
from keqiao.surveys.actions import building, sending
from keqiao.surveys.models import Answer, Invitation, Poster, Response, Survey, Version
from keqiao.surveys.occasions import Occasion
from keqiao.tickets.actions import accept

pytestmark = pytest.mark.django_db


def published(company: Company, kind: str = "csat") -> Survey:
    boss = company.actor("manager")
    return actions.publish(actor=boss, obj=actions.create_survey(actor=boss, name=f"调查{kind}", kind=kind))


def link(company: Company) -> tuple[Invitation, str]:
    boss, agent = company.actor("manager"), company.actor("agent")
    whom = create_customer(actor=agent, name="柳如烟", phone="13800138000")
    row = actions.invite(actor=boss, survey=published(company), customer=whom, matter="空调安装")
    return row, actions.make_link(actor=boss, obj=row)[0]


def stand(company: Company) -> Poster:
    unit = company.units["team"]
    return actions.create_poster(actor=company.actor("manager"), survey=published(company), unit=unit, place="收银台")


def test_an_answer_that_is_not_offered_is_none(company: Company) -> None:
    _row, token = link(company)
    for code in ("9", "0", "五", "q1"):
        assert Client().post(f"/q/{token}/", {"page": "1", "q1": code, "q3": "好"}).status_code == 422
    assert not Response.objects.exists()
    Client().post(f"/q/{token}/", {"page": "1", "q1": "1", "q2": ["o1", "o99"], "q3": "好\0的"})
    assert set(Answer.objects.values_list("key", "code", "text")) == {
        ("q1", "1", ""), ("q2", "o1", ""), ("q3", "", "好的"),
    }  # fmt: skip


def test_one_address_answers_so_often_and_what_was_typed_stays(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keqiao.surveys.answering.ANSWERS", 1)
    made = stand(company)
    answers = []
    for _browser in range(2):
        client = Client()
        client.get(f"/s/{made.code}/")
        answers.append(client.post(f"/s/{made.code}/", {"page": "1", "q1": "5", "q3": "留着这句"}))
    assert [one.status_code for one in answers] == [302, 422]
    assert "留着这句" in answers[1].content.decode()
    assert Response.objects.count() == 1


def test_guessing_codes_of_posters_is_slowed(company: Company) -> None:
    made, client = stand(company), Client()
    for number in range(20):
        assert client.get(f"/s/guess-guess-{number}/").status_code == 404
    assert client.get(f"/s/{made.code}/").status_code == 429


def test_the_only_draft_stays_and_a_later_one_may_go(company: Company) -> None:
    boss = company.actor("manager")
    survey = actions.create_survey(actor=boss, name="新问卷", kind="csat")
    with pytest.raises(WrongState):
        actions.drop(actor=boss, obj=survey)
    survey = actions.revise(actor=boss, obj=actions.publish(actor=boss, obj=survey))
    actions.drop(actor=boss, obj=survey)
    assert list(Version.objects.values_list("number", "state")) == [(1, "current")]


def test_a_survey_has_so_many_questions(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "MOST_QUESTIONS", 1)
    boss = company.actor("manager")
    survey = actions.create_survey(actor=boss, name="长问卷", kind="own")
    actions.add_question(actor=boss, survey=survey, kind="text", text="第一题")
    with pytest.raises(Refused, match="最多"):
        actions.add_question(actor=boss, survey=survey, kind="text", text="第二题")


def rule(company: Company) -> Any:
    return sending.create_rule(
        actor=company.actor("manager"), name="办结后", survey=published(company), event="ticket.closed", kinds=[], share=100,
        rest_days=30, delay_hours=0, way="mail", active=True,
    )  # fmt: skip


def test_a_link_taken_back_sends_no_mail_and_does_not_count_as_asked(company: Company, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    made, agent = rule(company), company.people["agent"]
    whom = create_customer(actor=company.actor("agent"), name="柳如烟", email="liu@example.com")

    def closed(number: int) -> Invitation | None:
        about = Occasion(f"ticket:{number}:0", whom.pk, "TS1 修空调", agent.pk, agent.unit_id, "repair")
        return sending.send_by_rule(rule=made, occasion=about)

    row = closed(1)
    assert row is not None
    assert closed(2) is None
    mail = Mail.objects.get()
    assert sending.against(mail) == ""
    actions.withdraw(actor=company.actor("manager"), obj=row)
    assert sending.against(mail) != ""
    assert closed(3) is not None


def person(company: Company, name: str, power: str) -> Employee:
    """Somebody who sees all customers and has one power over surveys."""
    powers = ["customer.view", "survey.view", power]
    post = create_position(actor=SYSTEM, name=name, scope=Scope.ALL, powers=powers)
    return create_employee(actor=SYSTEM, username=name, name=name, unit=company.units["finance"], positions=[post])


def test_the_card_of_a_customer_shows_each_reader_what_is_his(company: Company) -> None:
    row, token = link(company)
    Client().post(f"/q/{token}/", {"page": "1", "q1": "1", "q3": "太慢了"})
    response, cards = Response.objects.get(), {}
    for power in ("survey.send", "survey.answers"):
        client = Client()
        client.force_login(person(company, power, power))
        cards[power] = client.get(f"/surveys/of-customer/{row.customer_id}/").content.decode()
    links = {power: f"/survey-links/{row.pk}/" in card for power, card in cards.items()}
    answers = {power: f"/survey-answers/{response.pk}/" in card for power, card in cards.items()}
    assert links == {"survey.send": True, "survey.answers": False}
    assert answers == {"survey.send": False, "survey.answers": True}
    assert "太慢了" not in cards["survey.send"]


def test_the_card_of_a_ticket_is_for_those_who_see_the_ticket(company: Company) -> None:
    ticket = accept(
        actor=company.actor("agent"), kind="consultation", channel="phone", subject="问安装", body="什么时候能装？",
        contact_name="陈美兰", contact_phone="13800138000",
    )  # fmt: skip
    assert company.client("leader").get(f"/surveys/of-ticket/{ticket.pk}/").status_code == 200
    assert company.client("outsider").get(f"/surveys/of-ticket/{ticket.pk}/").status_code == 404
