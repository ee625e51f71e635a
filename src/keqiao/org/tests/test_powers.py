"""Kinds of power, who may do what, and warnings before something is taken away."""

import json

import pytest

from keqiao.kernel import powers
from keqiao.kernel.actor import SYSTEM
from keqiao.org import actions, holders
from keqiao.org.models import Employee, Position

pytestmark = pytest.mark.django_db


def test_every_power_is_of_a_kind_and_every_kind_opens_something() -> None:
    grouped = powers.by_kind()
    assert [kind for kind, _members in grouped] == list(powers.Kind)
    assert sorted(one.code for _kind, members in grouped for one in members) == sorted(p.code for p in powers.every())
    assert all(powers.MEANINGS[kind] for kind in powers.Kind)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ticket.view", powers.Kind.KNOW), ("ticket.investigate", powers.Kind.INVESTIGATE),
        ("ticket.supervise", powers.Kind.SUPERVISE), ("ticket.dispatch", powers.Kind.COORDINATE),
        ("ticket.tell", powers.Kind.SPEAK), ("visit.do", powers.Kind.SPEAK), ("correction.change", powers.Kind.SUGGEST),
        ("ticket.create", powers.Kind.EXECUTE), ("position.draft", powers.Kind.SUGGEST),
        ("customer.share", powers.Kind.COORDINATE), ("customer.pick", powers.Kind.EXECUTE),
        ("customer.oversee", powers.Kind.SUPERVISE), ("violation.decide", powers.Kind.INVESTIGATE),
        ("privacy.oversee", powers.Kind.COORDINATE), ("bad_record.close", powers.Kind.SUPERVISE),
        ("approval.oversee", powers.Kind.SUPERVISE), ("webhook.keep", powers.Kind.COORDINATE),
    ],
)  # fmt: skip
def test_the_kind_fits_what_the_power_opens(code: str, kind: powers.Kind) -> None:
    found = powers.named(code)
    assert found is not None
    assert found.kind is kind


def test_a_power_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="name it in kinds="):
        powers.declare("系统", {"moon.walk": "登月"})
    assert powers.named("moon.walk") is None


def test_what_a_position_may_do_is_said_in_words(company) -> None:
    post = Position.objects.get(name="客服专员")
    page = company.client("manager").get(f"/positions/{post.pk}/").content.decode()
    assert "只对自己负责的记录" in page
    assert "调查取证权" in page
    assert "调查取证、作出结论" in page
    assert "没有：" in page
    assert "督办权" in page.partition("没有：")[2]
    assert "林一诺" in page
    assert company.client("leader").get(f"/positions/{post.pk}/").status_code == 404


def test_who_may_do_this_leads_from_power_to_positions_to_people(company, django_assert_max_num_queries) -> None:
    client = company.client("manager")
    page = client.get("/powers/").content.decode()
    assert "督办权" in page
    assert 'href="/powers/ticket.supervise/"' in page
    with django_assert_max_num_queries(11):
        page = client.get("/powers/ticket.supervise/").content.decode()
    assert "客服班长" in page
    assert "许知远" in page
    assert "林一诺" not in page
    assert "共 2 人" in page
    assert client.get("/powers/ticket.nothing/").status_code == 404


@pytest.mark.parametrize("url", ["/powers/", "/powers/ticket.view/"])
def test_others_are_not_told_who_may_what(company, url: str) -> None:
    assert company.client("leader").get(url).status_code == 403


def edit(company, post: Position, codes: list[str], **more: str):
    data = {"name": post.name, "scope": post.scope, "reveals_a_day": 50, "powers": codes, **more}
    return company.client("manager").post(f"/positions/{post.pk}/edit/", data)


def test_taking_a_powers_last_holder_away_warns_first_and_then_does_it(company) -> None:
    post = Position.objects.get(name="总经理")
    rest = [code for code in post.powers if code != "settings.change"]
    answer = edit(company, post, rest)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有人再能：维护业务规则" in page
    assert 'type="checkbox" name="understood"' in page
    post.refresh_from_db()
    assert "settings.change" in post.powers
    assert edit(company, post, rest, understood="on").status_code == 302
    post.refresh_from_db()
    assert "settings.change" not in post.powers


def test_a_power_that_others_hold_too_goes_without_a_word(company) -> None:
    post = Position.objects.get(name="客服班长")
    assert edit(company, post, [code for code in post.powers if code != "ticket.urge"]).status_code == 302


def test_taking_ones_own_hold_on_the_organisation_away_warns(company) -> None:
    spare = actions.create_position(actor=SYSTEM, name="管理员", scope="all", powers=["org.change"])
    actions.change_employee(actor=SYSTEM, employee=company.people["leader"], positions=[spare])
    post = Position.objects.get(name="总经理")
    page = edit(company, post, [code for code in post.powers if code != "org.change"]).content.decode()
    assert "您自己不再能维护组织" in page
    assert "没有人再能" not in page


def test_a_persons_change_and_leaving_warn_too(company) -> None:
    client, boss = company.client("manager"), company.people["manager"]
    agent = Position.objects.get(name="客服专员")
    data = {"username": "manager", "name": "沈若谷", "unit": boss.unit_id, "positions": [agent.pk]}
    answer = client.post(f"/employees/{boss.pk}/edit/", data)
    assert answer.status_code == 422
    assert "没有人再能" in answer.content.decode()
    assert list(Employee.objects.get(pk=boss.pk).positions.values_list("name", flat=True)) == ["总经理"]
    department = company.people["department"]
    actions.change_position(
        actor=SYSTEM, position=Position.objects.get(name="部门经理"), name="部门经理", scope="department",
        powers=["export.approve"],
    )  # fmt: skip
    actions.change_position(
        actor=SYSTEM, position=Position.objects.get(name="总经理"), name="总经理", scope="all", powers=["org.change"]
    )
    answer = client.post(f"/employees/{department.pk}/do/leave/", {"left_on": ""})
    assert answer.status_code == 422
    assert "审批大量导出" in answer.content.decode()
    assert client.post(f"/employees/{department.pk}/do/leave/", {"understood": "on"}).status_code == 302
    assert not Employee.objects.get(pk=department.pk).is_active


def test_the_api_warns_in_the_same_words(company) -> None:
    post = Position.objects.get(name="总经理")
    client = company.client("manager")
    body = {"powers": [code for code in post.powers if code != "settings.change"]}
    answer = client.patch(f"/api/positions/{post.pk}", json.dumps(body), content_type="application/json")
    assert answer.status_code == 422
    assert "没有人再能" in answer.json()["fields"]["understood"][0]
    answer = client.patch(
        f"/api/positions/{post.pk}", json.dumps({**body, "understood": True}), content_type="application/json"
    )
    assert answer.status_code == 200
    assert "settings.change" not in answer.json()["power_codes"]
    assert "知情权：" in answer.json()["may"]


def test_holders_are_read_in_two_queries(company, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        now = holders.holders()
    held = now.of_power()
    assert held["org.change"] == {company.people["manager"].pk}
    assert holders.orphaned(now, now.with_employee(company.people["agent"].pk, [])) == []
