"""Results: the figures are those of the answers that one sees, and each opens exactly its answers."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.kernel.dates import today
from keqiao.kernel.statistics import ces
from keqiao.surveys import actions
from keqiao.surveys.models import Response, Survey
from keqiao.surveys.recurring import pieces, recurring
from keqiao.surveys.results import results

pytestmark = pytest.mark.django_db


def published(company: Company, kind: str = "csat") -> Survey:
    boss = company.actor("manager")
    return actions.publish(
        actor=boss, obj=actions.create_survey(actor=boss, name=f"调查{kind}", kind=kind, low_score=2)
    )


def answer(company: Company, survey: Survey, number: int, unit: str = "team", **answers: Any) -> Response:
    boss, place = company.actor("manager"), company.units[unit]
    stand = survey.posters.filter(unit=place).first() or actions.create_poster(
        actor=boss, survey=survey, unit=place, place="门口"
    )
    return actions.answer_by_poster(code=stand.code, browser=f"{number:032}", answers=answers, language="zh-hans")


def filled(company: Company, kind: str = "csat", scores: str = "5554421") -> Survey:
    survey = published(company, kind)
    for number, score in enumerate(scores):
        answer(company, survey, number, "team" if number % 2 else "quality", q1=score)
    return survey


def test_the_figures_are_those_of_the_answers(company: Company) -> None:
    survey = filled(company)
    found = results(company.actor("manager"), survey, today(), today())
    assert (found.everybody, found.whole.figure.n, found.low) == (7, 7, 2)
    assert found.whole.figure.value == pytest.approx(5 / 7)
    assert found.whole.figure.low == pytest.approx(0.3589, abs=1e-3)  # Wilson, 5 of 7
    assert found.mean == pytest.approx(26 / 7)
    assert {one.name: one.figure.n for one in found.units} == {"投诉一组": 3, "质量部": 4}
    assert [one.name for one in found.months] == [f"{today():%Y-%m}"]
    assert sum(n for _place, _words, n, *_rest in found.questions[0].options) == 7


@pytest.mark.parametrize(("kind", "scores", "value"), [("nps", "9960", 0.0), ("ces", "7654", 0.75)])
def test_each_kind_has_its_formula(company: Company, kind: str, scores: str, value: float) -> None:
    found = results(company.actor("manager"), filled(company, kind, scores), today(), today())
    assert found.whole.figure.value == pytest.approx(value)
    assert found.whole.figure.n == 4


def test_effort_is_the_share_that_found_it_easy() -> None:
    assert ces({}).value is None
    assert ces({7: 3, 4: 1}).value == pytest.approx(0.75)
    with pytest.raises(ValueError, match="scores run"):
        ces({8: 1})


def test_every_figure_opens_exactly_its_answers(company: Company) -> None:
    survey = published(company)
    for number, (score, said) in enumerate(
        [("5", "师傅很专业"), ("2", "等待时间太长"), ("1", "等待时间长"), ("4", "师傅专业")]
    ):
        answer(
            company,
            survey,
            number,
            "team" if number % 2 else "quality",
            q1=score,
            q3=said,
            q2=["o1"] if score < "3" else [],
        )
    client = company.client("manager")
    page = client.get(f"/surveys/results/?survey={survey.pk}").content.decode()
    links = re.findall(
        r'href="(/survey-answers/\?[^"]+)">(\d+|[\u4e00-\u9fff]+)</a>(?: <span class="muted">(\d+))?', page
    )
    assert len(links) > 8
    for url, text, beside in links:
        listed = client.get("/api" + url.replace("&amp;", "&").replace("/survey-answers/", "/survey-answers"))
        assert listed.status_code == 200, url
        assert len(listed.json()["items"]) == int(beside or text), url
    assert {"专业", "等待时间"} <= {text for _url, text, beside in links if beside}
    assert all(parse_qs(urlsplit(url).query)["amp;survey"] for url, *_rest in links)


def test_each_sees_the_figures_of_its_own_rows(company: Company) -> None:
    survey = filled(company)
    leader = results(company.actor("leader"), survey, today(), today())
    assert {one.name for one in leader.units} == {"投诉一组"}
    assert leader.everybody == 3
    assert leader.questions[0].n == 3
    assert company.client("outsider").get("/surveys/results/").status_code == 403
    page = company.client("leader").get(f"/surveys/results/?survey={survey.pk}").content.decode()
    assert "质量部" not in page


def test_words_of_others_are_not_counted(company: Company) -> None:
    survey = published(company)
    for number in range(3):
        answer(company, survey, number, "quality", q1="1", q3="机密配方泄漏")
    assert results(company.actor("leader"), survey, today(), today()).words == []
    assert "机密配方泄漏" in {word for word, _n in results(company.actor("manager"), survey, today(), today()).words}


def test_an_agent_has_his_own_line(company: Company) -> None:
    boss, survey = company.actor("manager"), published(company)
    for number, score in enumerate("51"):
        customer = create_customer(actor=company.actor("agent"), name=f"客户{number}")
        row = actions.invite(actor=boss, survey=survey, customer=customer)
        token, _until = actions.make_link(actor=boss, obj=row)
        actions.answer_by_link(token=token, answers={"q1": score}, language="zh-hans")
    found = results(boss, survey, today(), today())
    assert [(one.name, one.figure.n, one.good, one.bad) for one in found.agents] == [("沈若谷", 2, 1, 1)]


def test_the_page_asks_as_much_for_many_as_for_few(company: Company, django_assert_num_queries: Any) -> None:
    survey, client = published(company), company.client("manager")
    answer(company, survey, 0, q1="5")
    url = f"/surveys/results/?survey={survey.pk}"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        assert client.get(url).status_code == 200
    for number in range(1, 9):
        answer(company, survey, number, q1="1", q2=["o1", "o2"], q3="慢")
    with django_assert_num_queries(len(few)):
        assert client.get(url).status_code == 200


def test_answers_are_exported_with_every_question_by_those_who_may(company: Company) -> None:
    survey = published(company)
    answer(company, survey, 1, q1="2", q2=["o1"], q3="=1+1 等太久")
    answer(company, survey, 2, "quality", q1="5")
    url = "/survey-answers/export/?view=all&format=csv"
    text = b"".join(company.client("manager").get(url)).decode("utf-8-sig")
    assert "哪些地方让您不满意？" in text
    assert "等待太久" in text
    leaders = b"".join(company.client("leader").get(url)).decode("utf-8-sig")
    assert "等太久" in leaders
    assert "质量部" not in leaders
    assert company.client("outsider").get(url).status_code == 403


@given(st.lists(st.text("等待时间太长师傅专业ab ，", max_size=12), max_size=12))
def test_a_word_is_said_as_often_as_it_is_counted(comments: list[str]) -> None:
    for word, n in recurring(comments):
        assert n > 1
        assert n == sum(word in pieces(comment) for comment in comments)
        assert n == sum(word in comment.lower() for comment in comments)


def test_a_piece_of_a_word_is_no_word() -> None:
    said = ["服务态度好", "服务态度一般", "师傅服务态度差", "上门准时", "师傅上门准时"]
    assert dict(recurring(said)) == {"服务态度": 3, "上门准时": 2, "师傅": 2}
