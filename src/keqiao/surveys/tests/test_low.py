"""A low score becomes a rectification of the department, once, and goes through like one from a visit."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.notices.models import Notice
from keqiao.org.models import OrgUnit
from keqiao.surveys import actions
from keqiao.surveys.actions.low import EACH
from keqiao.surveys.hooks import tell
from keqiao.surveys.models import Poster, Response
from keqiao.visits import actions as visits
from keqiao.visits.hooks import follow_low_answers
from keqiao.visits.models import Rectification

pytestmark = pytest.mark.django_db


def low(company: Company, **answers: Any) -> tuple[Response, list[Event]]:
    boss = company.actor("manager")
    survey = actions.create_survey(actor=boss, name="服务调查", kind="csat", low_score=2)
    actions.publish(actor=boss, obj=survey)
    customer = create_customer(actor=company.actor("agent"), name="柳如烟")
    row = actions.invite(actor=company.actor("leader"), survey=survey, customer=customer)
    token, _until = actions.make_link(actor=company.actor("leader"), obj=row)
    response = actions.answer_by_link(token=token, answers=answers, language="zh-hans")
    return response, list(Event.objects.filter(verb="survey.low"))


def test_a_low_score_orders_one_rectification(company: Company) -> None:
    response, events = low(company, q1="1", q3="太慢")
    follow_low_answers([*events, *events])
    follow_low_answers(events)
    task = Rectification.objects.get()
    assert (task.visit, task.customer, task.unit) == (None, response.customer, response.unit)
    assert "服务调查" in str(task)
    assert "太慢" not in str(list(Event.objects.filter(verb="rectification.opened").values()))
    page = company.client("manager").get(f"/rectifications/{task.pk}/").content.decode()
    assert f"/survey-answers/{response.pk}/" in page
    assert company.client("manager").get("/rectifications/?view=all").status_code == 200
    assert company.client("manager").get(f"/api/rectifications/{task.pk}").status_code == 200
    assert company.client("manager").get("/").status_code == 200
    assert company.client("outsider").get(f"/rectifications/{task.pk}/").status_code == 404


def test_a_good_score_orders_none(company: Company) -> None:
    _response, events = low(company, q1="3")
    assert not events


def test_it_is_planned_done_and_checked_by_somebody_else(company: Company) -> None:
    _response, events = low(company, q1="2")
    follow_low_answers(events)
    task = Rectification.objects.get()
    boss = company.actor("manager")
    task = visits.plan_rectification(actor=boss, obj=task, plan="每天下午查一次待回电")
    task = visits.finish_rectification(actor=boss, obj=task, proof="已照办两周")
    Rectification.objects.filter(pk=task.pk).update(done_by=company.people["department"])
    task = visits.check_rectification(actor=boss, obj=Rectification.objects.get(), passed=True)
    task = visits.report_rectification(actor=boss, obj=task, report="已改")
    assert task.status == "reported"


def test_who_must_act_is_told(company: Company) -> None:
    unit = company.units["service"]
    unit.leader = company.people["leader"]
    unit.save()
    _response, events = low(company, q1="1")
    follow_low_answers(events)
    assert Notice.objects.filter(employee=company.people["leader"], kind="rectification").exists()


def stand(company: Company, unit: str = "team") -> Poster:
    """A poster of a survey that has a low score."""
    boss = company.actor("manager")
    survey = actions.create_survey(actor=boss, name="门店调查", kind="csat", low_score=2)
    actions.publish(actor=boss, obj=survey)
    return actions.create_poster(actor=boss, survey=survey, unit=company.units[unit], place="收银台")


def scanned(poster: Poster, *scores: str, said: str = "") -> list[Event]:
    """Answers of passers-by; the low ones as events."""
    first = Response.objects.count()
    for number, score in enumerate(scores, first):
        answers = {"q1": score, "q3": said} if said else {"q1": score}
        actions.answer_by_poster(code=poster.code, browser=f"{number:032}", answers=answers, language="zh-hans")
    return list(Event.objects.filter(verb="survey.low").order_by("pk"))


def lead(company: Company, unit: str, role: str) -> None:
    """Somebody leads a unit."""
    OrgUnit.objects.filter(pk=company.units[unit].pk).update(leader=company.people[role])


def test_a_low_score_before_a_poster_reaches_the_leader_of_the_place(company: Company) -> None:
    lead(company, "service", "leader")
    lead(company, "head", "manager")
    poster = stand(company)
    scanned(poster, "5", said="服务很快")
    events = scanned(poster, "1", said="排队太久")
    follow_low_answers(events)
    assert not Rectification.objects.exists()
    tell([*events, *events])
    tell(events)
    told = Notice.objects.get(kind="survey.low")
    low = Response.objects.get(low=True)
    assert (told.employee, told.url) == (company.people["leader"], f"/survey-answers/{low.pk}/")
    assert "收银台" in told.title
    client = company.client("leader")
    assert "排队太久" in client.get(told.url).content.decode()
    page = client.get(f"/surveys/results/?survey={low.survey_id}").content.decode()
    assert f'href="/survey-answers/{low.pk}/"' in page
    assert ("排队太久" in page, "服务很快" in page) == (True, False)


def test_a_leader_who_may_not_read_answers_is_passed_over(company: Company) -> None:
    lead(company, "team", "agent")
    lead(company, "head", "manager")
    tell(scanned(stand(company), "2"))
    assert Notice.objects.get(kind="survey.low").employee == company.people["manager"]


def test_without_leaders_those_nearest_who_may_read_are_told(company: Company) -> None:
    tell(scanned(stand(company), "2"))
    assert Notice.objects.get(kind="survey.low").employee == company.people["leader"]


def test_a_crowd_of_low_scores_is_told_once_more(company: Company) -> None:
    lead(company, "service", "leader")
    poster = stand(company)
    tell(scanned(poster, *"1" * (EACH + 4)))
    told = list(Notice.objects.filter(kind="survey.low").order_by("pk"))
    assert len(told) == EACH + 1
    assert str(EACH) in told[-1].title
    page = company.client("leader").get(told[-1].url)
    assert page.status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tell(scanned(poster, "1")[-1:])
    assert Notice.objects.filter(kind="survey.low").count() == EACH + 2


def test_old_low_scores_and_those_of_customers_are_no_news(company: Company) -> None:
    lead(company, "service", "leader")
    _response, events = low(company, q1="1")
    tell(events)
    events = scanned(stand(company), "1")
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        tell(events)
    assert not Notice.objects.filter(kind="survey.low").exists()
