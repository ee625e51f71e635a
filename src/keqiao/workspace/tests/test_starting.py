"""The first day: what a new installation is led through, and that every step of it leads somewhere."""

import pytest
from django.test import Client
from django.urls import reverse

from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.org.actions import bootstrap
from keqiao.org.models import Employee, OrgUnit, Position
from keqiao.org.queries import actor_for
from keqiao.tickets import actions as tickets
from keqiao.tickets.models import Category, Cause, LetterTemplate, RuleSet
from keqiao.workspace.starting.positions import USUAL, adopt_positions
from keqiao.workspace.starting.steps import steps_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(db: None) -> Employee:
    """The only person of an empty installation."""
    return bootstrap(username="boss", name="王老板", password="right-horse-battery")


@pytest.fixture
def page(boss: Employee) -> Client:
    """The browser of that person."""
    client = Client()
    client.force_login(boss)
    return client


def done(boss: Employee) -> list[str]:
    """The steps that are done."""
    return [one.code for one in steps_of(actor_for(boss)) if one.done]


def test_the_first_page_says_what_to_do_until_all_is_done(page: Client, boss: Employee) -> None:
    home = page.get("/").content.decode()
    assert "开始使用" in home
    assert "设置组织架构" in home
    assert "采用通用岗位" in home
    assert done(boss) == []
    assert "/p/complain/" in page.get(reverse("starting")).content.decode(), "and where customers go"
    for one in steps_of(actor_for(boss)):
        answer = page.post(one.url) if one.post else page.get(one.url)
        assert answer.status_code in {200, 302}, one.code


def test_the_usual_positions_are_made_once_and_carry_powers(page: Client, boss: Employee) -> None:
    page.post(reverse("starting-positions"))
    page.post(reverse("starting-positions"))
    made = {one.name: one for one in Position.objects.filter(name__in=USUAL)}
    assert set(made) == set(USUAL)
    assert Position.objects.count() == len(USUAL) + 1
    assert "ticket.create" in made["客服专员"].powers
    assert "report.view" in made["总经理"].powers
    assert "positions" in done(boss)


def test_what_was_changed_meanwhile_stays(boss: Employee) -> None:
    adopt_positions(actor=SYSTEM)
    Position.objects.filter(name="客服专员").update(powers=["ticket.view"])
    Position.objects.filter(name="总经理").delete()
    assert [one.name for one in adopt_positions(actor=actor_for(boss))] == ["总经理"]
    assert Position.objects.get(name="客服专员").powers == ["ticket.view"]


def test_the_first_rules_are_one_click_and_then_a_complaint_can_be_assessed(page: Client, boss: Employee) -> None:
    page_of_rules = page.get(reverse("ticket-rules-current"))
    assert page_of_rules.status_code == 200
    assert "采用通用规则" in page_of_rules.content.decode()
    assert not Category.objects.exists()
    for _twice in range(2):
        answer = page.post(reverse("ticket-rules-begin"))
        assert answer.status_code == 302
    rules = RuleSet.objects.get()
    assert rules.state == RuleSet.State.FORCE
    assert Cause.objects.exists()
    assert LetterTemplate.objects.exists()
    assert page.get(reverse("ticket-rules-current"))["Location"] == reverse("ticket-rules:detail", args=[rules.pk])
    ticket = tickets.accept(
        actor=actor_for(boss), kind="complaint", channel="phone", subject="", body="冰箱不制冷",
        contact_name="张三", contact_phone="13800138000",
    )  # fmt: skip
    assert "产品质量 / 功能故障" in page.get(reverse("tickets:detail", args=[ticket.pk])).content.decode()
    assert {"rules", "customers", "work"} <= set(done(boss))


def test_nobody_else_is_led_or_may_adopt(company: Company) -> None:
    agent = company.client("agent")
    assert "开始使用" not in agent.get("/").content.decode()
    assert agent.get(reverse("starting")).status_code == 403
    assert agent.post(reverse("starting-positions")).status_code == 403
    assert agent.post(reverse("ticket-rules-begin")).status_code == 403
    assert not RuleSet.objects.exists()


def test_whoever_is_done_is_left_alone(page: Client, boss: Employee) -> None:
    page.post(reverse("starting-positions"))
    page.post(reverse("ticket-rules-begin"))
    unit = OrgUnit.objects.create(name="客户服务部", kind="department", parent=OrgUnit.objects.get(), path="/1/2/")
    Employee.objects.create(username="li", name="李", unit=unit)
    tickets.accept(
        actor=actor_for(boss), kind="complaint", channel="phone", subject="", body="不制冷", contact_name="张三"
    )
    assert len(done(boss)) == 6
    assert "采用通用岗位" not in page.get("/").content.decode()
    assert "已完成 6 / 6 步" in page.get(reverse("starting")).content.decode()
