"""Surveys are built, branch soundly, and never change once published."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from keqiao.conftest import Company
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.surveys import actions, branching, policies
from keqiao.surveys.models import Question, Survey, Version

pytestmark = pytest.mark.django_db


def made(company: Company, kind: str = "csat", **more: Any) -> Survey:
    return actions.create_survey(actor=company.actor("manager"), name=f"调查{kind}", kind=kind, **more)


def asked(survey: Survey) -> list[Question]:
    return list(Version.objects.filter(survey=survey).latest("number").questions.all())


@pytest.mark.parametrize("kind", ["csat", "nps", "ces"])
def test_a_standard_survey_is_published_at_once(company: Company, kind: str) -> None:
    survey = actions.publish(actor=company.actor("manager"), obj=made(company, kind))
    version = policies.current(survey)
    assert version is not None
    assert version.published_at is not None
    assert asked(survey)[0].scale is not None


def test_what_is_published_never_changes(company: Company) -> None:
    boss = company.actor("manager")
    survey = actions.publish(actor=boss, obj=made(company))
    before = list(Question.objects.values())
    question = asked(survey)[0]
    with pytest.raises(WrongState):
        actions.change_question(actor=boss, obj=question, kind="score", text="改")
    with pytest.raises(WrongState):
        actions.remove_question(actor=boss, obj=question)
    survey = actions.revise(actor=boss, obj=survey)
    copy = asked(survey)[0]
    actions.change_question(actor=boss, obj=copy, kind="score", text="新的问法")
    with pytest.raises(Refused):
        actions.change_question(actor=boss, obj=copy, kind="nps", text="换题型")
    actions.publish(actor=boss, obj=survey)
    assert list(Question.objects.filter(version__number=1).values()) == before
    assert [one.state for one in Version.objects.order_by("number")] == ["old", "current"]
    assert copy.key == question.key


def test_conditions_name_earlier_questions_only(company: Company) -> None:
    boss, survey = company.actor("manager"), made(company)
    first, second, third = asked(survey)
    with pytest.raises(Refused):
        actions.move_question(actor=boss, obj=second, up=True)
    with pytest.raises(Refused):
        actions.remove_question(actor=boss, obj=first)
    with pytest.raises(Refused):
        actions.change_question(actor=boss, obj=first, kind="score", text="环", when=[f"{second.key}=o1"])
    with pytest.raises(Refused):
        actions.add_question(actor=boss, survey=survey, kind="text", text="不存在的答案", when=["q1=9"])
    actions.move_question(actor=boss, obj=third, up=True)
    assert [one.key for one in asked(survey)] == ["q1", "q3", "q2"]


def test_a_renamed_option_keeps_its_code(company: Company) -> None:
    boss, survey = company.actor("manager"), made(company, "own")
    question = actions.add_question(actor=boss, survey=survey, kind="choice", text="哪家店", options="济南\n南京")
    actions.change_question(actor=boss, obj=question, kind="choice", text="哪家店", options="济南店\n南京")
    assert [one["code"] for one in asked(survey)[0].options] == ["o1", "o2"]
    actions.change_question(actor=boss, obj=question, kind="choice", text="哪家店", options="成都\n济南店\n南京")
    assert [one["code"] for one in asked(survey)[0].options] == ["o3", "o1", "o2"]


def test_both_languages_must_be_whole(company: Company) -> None:
    boss, survey = company.actor("manager"), made(company, "csat", language="both")
    actions.add_question(actor=boss, survey=survey, kind="text", text="还有吗")
    with pytest.raises(Refused):
        actions.publish(actor=boss, obj=survey)


def test_who_only_looks_changes_nothing(company: Company) -> None:
    survey = made(company)
    with pytest.raises(NotAllowed):
        actions.publish(actor=company.actor("agent"), obj=survey)
    client = company.client("agent")
    assert client.get(f"/surveys/{survey.pk}/").status_code == 200
    assert client.get(f"/surveys/{survey.pk}/questions/new/").status_code == 403
    assert client.post(f"/surveys/questions/{asked(survey)[0].pk}/down/").status_code == 403
    assert Client().get(f"/surveys/{survey.pk}/preview/").status_code == 302


def test_the_builder_adds_moves_and_removes(company: Company) -> None:
    client, survey = company.client("manager"), made(company, "own")
    url = f"/surveys/{survey.pk}/questions/new/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"kind": "choice", "text": "缺选项"}).status_code == 422
    assert client.post(url, {"kind": "score", "text": "满意吗", "required": "on"}).status_code == 302
    body = {"kind": "text", "text": "为什么", "when": ["q1=1", "q1=2"]}
    assert client.post(url, body).status_code == 302
    assert asked(survey)[1].when_codes == ["1", "2"]
    second = asked(survey)[1]
    assert client.get(f"/surveys/questions/{second.pk}/").status_code == 200
    client.post(f"/surveys/questions/{second.pk}/remove/")
    assert [one.text for one in asked(survey)] == ["满意吗"]
    assert client.get("/surveys/").status_code == 200


def test_the_preview_branches_page_by_page_and_keeps_what_was_typed(company: Company) -> None:
    client, survey = company.client("manager"), made(company)
    url = f"/surveys/{survey.pk}/preview/"
    assert "不满意？" not in client.get(url).content.decode()
    assert client.post(url, {"page": "0"}).status_code == 422
    low = client.post(url, {"page": "0", "q1": "2"}).content.decode()
    assert "哪些地方让您不满意？" in low
    assert '<input type="hidden" name="q1" value="2">' in low
    high = client.post(url, {"page": "0", "q1": "5"}).content.decode()
    assert "哪些地方让您不满意？" not in high
    long = client.post(url, {"page": "1", "q1": "5", "q3": "<b>好" * 400})
    assert long.status_code == 422
    assert "&lt;b&gt;好" in long.content.decode()
    assert "谢谢您" in client.post(url, {"page": "1", "q1": "5", "q3": "好"}).content.decode()


@st.composite
def questionnaires(draw: Any) -> list[Question]:
    found: list[Question] = []
    for place in range(draw(st.integers(1, 8))):
        earlier = draw(st.sampled_from(["", *(one.key for one in found)]))
        found.append(Question(key=f"q{place}", when_key=earlier, when_codes=["1"] if earlier else []))
    return found


@given(questionnaires(), st.dictionaries(st.sampled_from([f"q{n}" for n in range(8)]), st.sampled_from(["1", "2"])))
def test_no_page_holds_a_question_and_what_it_depends_on(found: list[Question], answers: dict[str, str]) -> None:
    pages = branching.pages(found)
    assert [one for page in pages for one in page] == found
    assert all(one.when_key not in {other.key for other in page} for page in pages for one in page)
    keys = {one.key for one in branching.shown(found, answers)}
    for one in found:
        decided = not one.when_key or (one.when_key in keys and answers.get(one.when_key) == "1")
        assert (one.key in keys) == decided


def test_the_list_asks_as_much_for_many_as_for_few(company: Company, django_assert_num_queries: Any) -> None:
    boss, client = company.actor("manager"), company.client("manager")
    made(company)
    client.get("/surveys/")
    with CaptureQueriesContext(connection) as few:
        assert client.get("/surveys/").status_code == 200
    for number in range(6):
        actions.create_survey(actor=boss, name=f"更多{number}", kind="nps")
    with django_assert_num_queries(len(few)):
        assert client.get("/surveys/").status_code == 200
