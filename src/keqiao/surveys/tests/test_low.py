"""A low score becomes a rectification of the department, once, and goes through like one from a visit."""

from typing import Any

import pytest

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.notices.models import Notice
from keqiao.surveys import actions
from keqiao.surveys.models import Response
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
