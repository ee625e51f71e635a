"""Links are answered once by one customer, posters once by each browser; whatever is wrong is said kindly."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.models import Consent, Customer
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.org.actions import create_employee, create_position
from keqiao.org.models import Scope
from keqiao.org.queries import actor_for
from keqiao.surveys import actions, policies
from keqiao.surveys.actions import answering
from keqiao.surveys.models import Answer, Invitation, Poster, Response, Survey

pytestmark = pytest.mark.django_db
LOW = {"page": "0", "q1": "2"}
WHOLE = {"page": "1", "q1": "2", "q2": ["o1", "o2"], "q3": "等了<b>很久"}


def survey(company: Company, kind: str = "csat", **more: Any) -> Survey:
    boss = company.actor("manager")
    made = actions.create_survey(actor=boss, name=f"调查{kind}", kind=kind, **more)
    return actions.publish(actor=boss, obj=made)


def customer(company: Company, name: str = "柳如烟") -> Customer:
    return create_customer(actor=company.actor("agent"), name=name, phone="13800138000")


def link(company: Company, **more: Any) -> tuple[Invitation, str]:
    boss = company.actor("manager")
    row = actions.invite(actor=boss, survey=survey(company, **more), customer=customer(company), matter="空调安装")
    token, _until = actions.make_link(actor=boss, obj=row)
    return row, token


def poster(company: Company, **more: Any) -> Poster:
    unit = company.units["team"]
    return actions.create_poster(
        actor=company.actor("manager"), survey=survey(company, **more), unit=unit, place="收银台"
    )


def test_a_link_is_answered_page_by_page_and_only_once(company: Company) -> None:
    row, token = link(company)
    client, url = Client(), f"/q/{token}/"
    page = client.get(url)
    assert page.status_code == 200
    assert "柳如烟" not in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert "哪些地方让您不满意？" in client.post(url, LOW).content.decode()
    assert not Response.objects.exists()
    done = client.post(url, WHOLE)
    assert done.status_code == 302
    response = Response.objects.get()
    assert (response.score, response.metric, response.said, response.low) == (2, "score", "等了<b>很久", False)
    assert (response.customer_id, response.unit_id, response.agent_id) == (row.customer_id, row.unit_id, row.agent_id)
    rows = set(Answer.objects.values_list("key", "code"))
    assert rows == {("q1", "2"), ("q2", "o1"), ("q2", "o2"), ("q3", "")}
    for again in (client.get(url), Client().get(url), Client().post(url, {"page": "1", "q1": "5"})):
        assert again.status_code == 200
        assert "谢谢您" in again.content.decode()
        assert "等了" not in again.content.decode()
    assert Response.objects.get().score == 2


def test_what_is_wrong_keeps_what_was_typed(company: Company) -> None:
    _row, token = link(company)
    missing = Client().post(f"/q/{token}/", {"page": "0"})
    assert missing.status_code == 422
    assert "请选一项" in missing.content.decode()
    long = Client().post(f"/q/{token}/", {"page": "1", "q1": "5", "q3": "很好" * 501})
    assert long.status_code == 422
    assert "很好" * 501 in long.content.decode()
    assert '<input type="hidden" name="q1" value="5">' in long.content.decode()


def test_what_was_not_asked_is_not_kept(company: Company) -> None:
    _row, token = link(company)
    Client().post(f"/q/{token}/", {"page": "1", "q1": "5", "q2": "o1", "q3": "", "bogus": "x"})
    assert list(Answer.objects.values_list("key", "code")) == [("q1", "5")]
    with pytest.raises(Refused):
        answering.whole(Response.objects.get().version, {})


def test_expired_withdrawn_stopped_and_unknown_links_are_told_kindly(company: Company) -> None:
    boss = company.actor("manager")
    row, token = link(company)
    url = f"/q/{token}/"
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        late = Client().post(url, WHOLE)
        assert late.status_code == 410
        assert "已过期" in late.content.decode()
    actions.stop(actor=boss, obj=row.survey)
    assert "已结束" in Client().get(url).content.decode()
    actions.resume(actor=boss, obj=row.survey)
    actions.withdraw(actor=boss, obj=row)
    back = Client().post(url, WHOLE)
    assert back.status_code == 410
    assert "已撤回" in back.content.decode()
    assert Client().get("/q/bm90LWEtdG9rZW4tYXQtYWxs/").status_code == 404
    with pytest.raises(Refused):
        actions.answer_by_link(token=token, answers={"q1": "5"}, language="zh-hans")
    with pytest.raises(WrongState):
        actions.make_link(actor=boss, obj=row)
    assert not Response.objects.exists()


def test_guessing_is_slowed(company: Company) -> None:
    _row, token = link(company)
    client = Client()
    for number in range(20):
        assert client.get(f"/q/{'x' * 20}{number}/").status_code == 404
    assert client.get(f"/q/{token}/").status_code == 429


def test_a_new_link_ends_the_old_one_and_no_token_is_kept(company: Company) -> None:
    row, old = link(company)
    fresh, _until = actions.make_link(actor=company.actor("manager"), obj=row)
    assert Client().get(f"/q/{old}/").status_code == 404
    assert Client().get(f"/q/{fresh}/").status_code == 200
    kept = f"{list(Invitation.objects.values())}{list(Event.objects.values())}"
    assert fresh not in kept
    assert old not in kept


def test_one_link_for_one_customer_and_occasion(company: Company) -> None:
    row, _token = link(company)
    boss = company.actor("manager")
    with pytest.raises(Refused):
        actions.invite(actor=boss, survey=row.survey, customer=row.customer, matter="又一次")
    assert Invitation.objects.count() == 1


def test_who_refuses_is_not_asked(company: Company) -> None:
    boss, whom = company.actor("manager"), customer(company)
    general = survey(company, "nps", basis="survey")
    with pytest.raises(Refused):
        actions.invite(actor=boss, survey=general, customer=whom)
    Consent.objects.create(customer=whom, purpose="contact", channel="", given=False, how="phone", at=timezone.now())
    with pytest.raises(Refused):
        actions.invite(actor=boss, survey=survey(company), customer=whom)


def test_sending_needs_the_power_and_the_customer(company: Company) -> None:
    made, whom = survey(company), customer(company)
    with pytest.raises(NotAllowed):
        actions.invite(actor=company.actor("agent"), survey=made, customer=whom)
    with pytest.raises(NotAllowed):
        actions.create_poster(actor=company.actor("agent"), survey=made, unit=company.units["team"], place="门口")


def test_the_page_speaks_the_readers_language_and_turns_without_losing_anything(company: Company) -> None:
    _row, token = link(company, language="both")
    url = f"/q/{token}/"
    english = Client(headers={"Accept-Language": "en"}).get(url).content.decode()
    assert "How satisfied" in english or "satisfied" in english
    assert "您对这次服务满意吗" not in english
    turned = Client().post(url, {"page": "0", "q1": "4", "lang": "zh-hans", "turn": "en"})
    assert turned.status_code == 200
    assert 'value="4" checked' in turned.content.decode()
    assert 'name="lang" value="en"' in turned.content.decode()
    Client().post(url, {"page": "1", "q1": "4", "lang": "en"})
    assert Response.objects.get().language == "en"


def test_a_poster_is_answered_once_by_each_browser(company: Company) -> None:
    made = poster(company)
    url, first = f"/s/{made.code}/", Client()
    blind = Client().post(url, {"page": "1", "q1": "5"})
    assert blind.status_code == 422  # a browser that keeps no cookies
    assert first.get(url).status_code == 200
    assert first.post(url, {"page": "1", "q1": "5", "q3": "不错"}).status_code == 302
    assert "谢谢您" in first.get(url).content.decode()
    assert "谢谢您" in first.post(url, {"page": "1", "q1": "1"}).content.decode()
    second = Client()
    second.get(url)
    second.post(url, {"page": "1", "q1": "3"})
    assert sorted(Response.objects.values_list("score", "customer", "unit")) == [
        (3, None, made.unit_id), (5, None, made.unit_id),
    ]  # fmt: skip
    actions.stop_poster(actor=company.actor("manager"), obj=made)
    assert Client().get(url).status_code == 410
    assert Client().get("/s/nothing-here/").status_code == 404


def test_a_poster_takes_so_many_answers_and_no_more(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keqiao.surveys.answering.ANSWERS_OF_POSTER", 2)
    made = poster(company)
    codes = []
    for _browser in range(3):
        client = Client()
        client.get(f"/s/{made.code}/")
        codes.append(client.post(f"/s/{made.code}/", {"page": "1", "q1": "5", "q3": "留着"}))
    assert [one.status_code for one in codes] == [302, 302, 422]
    assert "留着" in codes[-1].content.decode()
    assert Response.objects.count() == 2


def test_the_poster_prints(company: Company) -> None:
    made = poster(company, language="both")
    answer = company.client("manager").get(f"/survey-posters/{made.pk}/poster.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert company.client("outsider").get(f"/survey-posters/{made.pk}/poster.pdf").status_code == 404


def test_answers_need_the_forms_own_token(company: Company) -> None:
    _row, token = link(company)
    assert Client(enforce_csrf_checks=True).post(f"/q/{token}/", WHOLE).status_code == 403
    assert not Response.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestMany:
    def test_of_many_at_once_one_is_kept(self, company: Company, in_parallel: Callable[..., list[Any]]) -> None:
        _row, token = link(company)

        def send(number: int) -> object:
            return actions.answer_by_link(token=token, answers={"q1": str(number % 5 + 1)}, language="zh-hans")

        results = in_parallel(send, 6)
        assert sum(isinstance(one, Response) for one in results) == 1
        assert sum(isinstance(one, WrongState) for one in results) == 5
        assert Response.objects.count() == 1
        assert Event.objects.filter(verb="survey.answered").count() == 1

    def test_of_one_browser_one_is_kept(self, company: Company, in_parallel: Callable[..., list[Any]]) -> None:
        made = poster(company)

        def send(_number: int) -> object:
            return actions.answer_by_poster(code=made.code, browser="b" * 32, answers={"q1": "5"}, language="zh-hans")

        results = in_parallel(send, 4)
        assert sum(isinstance(one, Response) for one in results) == 1
        assert Response.objects.count() == 1


def test_links_and_answers_are_seen_by_those_whose_they_are(company: Company) -> None:
    row, token = link(company)
    Client().post(f"/q/{token}/", WHOLE)
    response = Response.objects.get()
    for role, sees in (("manager", True), ("agent", False), ("outsider", False), ("department", False)):
        client = company.client(role)
        status = client.get(f"/survey-answers/{response.pk}/").status_code
        assert (status == 200) is sees, role
        assert (client.get(f"/survey-links/{row.pk}/").status_code == 200) is sees, role
        if sees:
            assert "等了&lt;b&gt;很久" in client.get("/survey-answers/").content.decode()
    page = company.client("manager").get(f"/customers/{row.customer_id}/")
    assert f"/surveys/of-customer/{row.customer_id}/" in page.content.decode()
    card = company.client("manager").get(f"/surveys/of-customer/{row.customer_id}/").content.decode()
    assert "空调安装" in card
    assert company.client("outsider").get(f"/surveys/of-customer/{row.customer_id}/").status_code == 404


def test_another_department_with_the_same_powers_sees_none_of_it(company: Company) -> None:
    row, token = link(company)
    Client().post(f"/q/{token}/", WHOLE)
    stand = actions.create_poster(
        actor=company.actor("manager"), survey=row.survey, unit=company.units["team"], place="收银台"
    )
    other = finance(company)
    Invitation.objects.update(unit=company.units["team"])
    Response.objects.update(unit=company.units["team"])
    for actor, seen in ((other, False), (company.actor("leader"), True)):
        for rows in (policies.invitations(actor), policies.responses(actor), policies.posters(actor)):
            assert rows.exists() is seen
        assert policies.allowed_poster(actor, "stop", stand) is seen
    with pytest.raises(NotAllowed):
        actions.withdraw(actor=other, obj=row)
    with pytest.raises(NotAllowed):
        actions.stop_poster(actor=other, obj=stand)


def test_what_the_page_does_not_offer_is_refused_all_the_same(company: Company) -> None:
    boss, whom = company.actor("manager"), customer(company)
    row, token = link(company, kind="ces")
    Invitation.objects.filter(pk=row.pk).update(until=timezone.now())
    with pytest.raises(Refused):
        actions.answer_by_link(token=token, answers={"q1": "5"}, language="zh-hans")
    assert not Response.objects.exists()
    draft = actions.create_survey(actor=boss, name="草稿", kind="csat")
    stopped = actions.stop(actor=boss, obj=survey(company, "nps"))
    for one in (draft, stopped):
        with pytest.raises(Refused):
            actions.invite(actor=boss, survey=one, customer=whom)
    with pytest.raises(Refused):
        actions.create_poster(actor=boss, survey=draft, unit=company.units["team"], place="门口")
    made = actions.invite(actor=boss, survey=survey(company), customer=whom)
    Consent.objects.create(customer=whom, purpose="contact", channel="", given=False, how="phone", at=timezone.now())
    with pytest.raises(Refused):
        actions.make_link(actor=boss, obj=made)
    assert Invitation.objects.get(pk=made.pk).token_digest is None


def test_a_poster_refuses_what_its_page_would_have_stopped(company: Company) -> None:
    made = poster(company)

    def send(browser: str, **answers: str) -> None:
        with pytest.raises(Refused):
            actions.answer_by_poster(code=made.code, browser=browser, answers=answers, language="zh-hans")

    send("", q1="5")
    send("b" * 32, q1="5", q3="长" * 1001)
    actions.stop_poster(actor=company.actor("manager"), obj=made)
    send("b" * 32, q1="5")
    assert not Response.objects.exists()


def test_nobody_is_asked_by_those_who_do_not_see_him(company: Company) -> None:
    with pytest.raises(NotAllowed):
        actions.invite(actor=finance(company), survey=survey(company), customer=customer(company, "别人的客户"))


def test_taking_answers_away_needs_a_power_of_its_own(company: Company) -> None:
    post = create_position(actor=SYSTEM, name="看答卷", scope=Scope.ALL, powers=["survey.view", "survey.answers"])
    reader = create_employee(actor=SYSTEM, username="reader", name="阅卷", unit=company.units["team"], positions=[post])
    assert not policies.allowed_response(actor_for(reader), "export")
    assert policies.allowed_response(company.actor("leader"), "export")


def finance(company: Company) -> Actor:
    """Somebody with the powers of a leader in a department of his own."""
    posts = list(company.people["leader"].positions.all())
    return actor_for(
        create_employee(
            actor=SYSTEM, username="finance", name="财务班长", unit=company.units["finance"], positions=posts
        )
    )


def test_the_lists_ask_as_much_for_many_as_for_few(company: Company, django_assert_num_queries: Any) -> None:
    made, client = poster(company), company.client("manager")

    def answer(number: int) -> None:
        actions.answer_by_poster(code=made.code, browser=f"{number:032}", answers={"q1": "5"}, language="zh-hans")

    answer(0)
    client.get("/survey-answers/")
    with CaptureQueriesContext(connection) as few:
        assert client.get("/survey-answers/").status_code == 200
    for number in range(1, 8):
        answer(number)
    with django_assert_num_queries(len(few)):
        assert client.get("/survey-answers/").status_code == 200


def test_the_link_page_shows_the_link_once(company: Company) -> None:
    boss, client = company.actor("manager"), company.client("manager")
    row = actions.invite(actor=boss, survey=survey(company), customer=customer(company))
    assert client.get(f"/survey-links/{row.pk}/link/").status_code == 200
    page = client.post(f"/survey-links/{row.pk}/link/").content.decode()
    assert f"{settings.PUBLIC_URL}/q/" in page, "for customers, whatever the employee's browser calls this machine"
    assert Invitation.objects.get().state == "sent"
    assert client.get(f"/survey-links/new/?customer={row.customer_id}").status_code == 200
    assert client.get("/survey-posters/new/").status_code == 200


def test_a_low_score_is_told(company: Company) -> None:
    boss = company.actor("manager")
    made = actions.create_survey(actor=boss, name="低分", kind="csat", low_score=2)
    actions.publish(actor=boss, obj=made)
    stand = actions.create_poster(actor=SYSTEM, survey=Survey.objects.get(), unit=company.units["team"], place="门口")
    for number, score in enumerate("321"):
        actions.answer_by_poster(code=stand.code, browser=f"{number:032}", answers={"q1": score}, language="zh-hans")
    told = Event.objects.filter(verb="survey.low").order_by("pk")
    assert [one.data["score"] for one in told] == [2, 1]
    assert told[0].data["unit"] == company.units["team"].pk


def test_a_survey_is_sent_by_the_number_of_a_customer_within_sight(company: Company) -> None:
    made, whom = survey(company), customer(company)
    body = {"survey": made.pk, "number": whom.number, "matter": "新品体验"}
    wrong = company.client("manager").post("/survey-links/new/", {**body, "number": "KH-0"})
    assert wrong.status_code == 422
    assert "没有这个编号" in wrong.content.decode()
    assert "新品体验" in wrong.content.decode()
    assert company.client("manager").post("/survey-links/new/", body).status_code == 302
    assert Invitation.objects.get().customer == whom
