"""Full values: a reason, a number a day by position, a leader who is told and may allow more."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers import actions, allowance
from keqiao.customers.models import Customer
from keqiao.customers.privacy import actions as privacy
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.models import Notice
from keqiao.org.actions import change_position, create_position
from keqiao.org.models import Appointment, OrgUnit, Position, Scope
from keqiao.runtime import throttle
from keqiao.runtime.models import Throttle

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(company: Company) -> Customer:
    """A customer of the agent; the department has a leader."""
    OrgUnit.objects.filter(pk=company.units["service"].pk).update(leader=company.people["leader"])
    return actions.create_customer(
        actor=company.actor("agent"), name="梅长青", phone="13800138000", owner=company.people["agent"]
    )


def look(company: Company, customer: Customer, role: str = "agent") -> str:
    point = customer.contact_points.get(kind="phone")
    return actions.reveal(actor=company.actor(role), obj=customer, contact_point=point, reason="回访客户")


def allow(number: int) -> None:
    """Every position's number."""
    Position.objects.update(reveals_a_day=number)


def test_the_number_is_a_setting_of_the_position_and_the_most_counts(company: Company) -> None:
    agent = company.people["agent"]
    change_position(
        actor=SYSTEM, position=agent.positions.get(), name="客服专员", scope=Scope.OWN, powers=[], reveals_a_day=3
    )
    assert allowance.limit(company.actor("agent")) == 3
    more = create_position(actor=SYSTEM, name="大客户专员", scope=Scope.OWN, powers=[], reveals_a_day=8)
    Appointment.objects.create(employee=agent, position=more)
    assert allowance.limit(company.actor("agent")) == 8
    page = company.client("manager").get(f"/positions/{more.pk}/edit/").content.decode()
    assert "每日可查看完整信息的次数" in page


def test_beyond_the_number_nothing_is_shown_and_a_way_is_given(company: Company, mei: Customer) -> None:
    allow(1)
    look(company, mei)
    with pytest.raises(Refused, match="向主管申请"):
        look(company, mei)
    point = mei.contact_points.get(kind="phone")
    client = company.client("agent")
    answer = client.get(f"/customers/{mei.pk}/points/{point.pk}/reveal/", follow=True)
    assert "申请增加查看次数" in answer.content.decode()
    assert client.post("/customers/reveal-more/", {"reason": "今天回访多"}).status_code == 302
    assert Approval.objects.get().title == "林一诺申请今天再查看 20 次客户完整信息"
    assert Notice.objects.filter(employee=company.people["leader"], kind="reveal.asked").exists()
    assert Event.objects.filter(verb="customer.revealed").count() == 1


def test_the_leader_allows_more_for_that_day_only(company: Company, mei: Customer) -> None:
    allow(1)
    with time_machine.travel("2026-11-23 02:00:00+00:00", tick=False) as clock:
        look(company, mei)
        approval = privacy.ask_more(actor=company.actor("agent"), reason="今天回访多")
        with pytest.raises(Refused, match="等待审批"):
            privacy.ask_more(actor=company.actor("agent"), reason="今天回访多")
        with pytest.raises(NotAllowed):
            approvals.approve(actor=company.actor("colleague"), obj=approval)
        approvals.approve(actor=company.actor("leader"), obj=approval)
        assert allowance.left(company.actor("agent")) == 20
        assert look(company, mei) == "13800138000"
        assert Notice.objects.filter(employee=company.people["agent"], kind="reveal.decided").exists()
        clock.shift(timedelta(days=1))
        assert allowance.limit(company.actor("agent")) == 1


def test_a_leaders_no_changes_nothing(company: Company, mei: Customer) -> None:
    allow(0)
    approval = privacy.ask_more(actor=company.actor("agent"), reason="今天回访多")
    approvals.reject(actor=company.actor("leader"), obj=approval, note="没有必要")
    assert allowance.left(company.actor("agent")) == 0


def test_only_who_may_look_may_ask_for_more(company: Company) -> None:
    with pytest.raises(NotAllowed):
        privacy.ask_more(actor=company.actor("department"), reason="好奇")


def test_the_leader_is_told_near_the_limit_at_it_and_of_haste(company: Company, mei: Customer) -> None:
    allow(20)
    for _again in range(20):
        look(company, mei)
    told = list(Notice.objects.filter(kind="reveal.alarm").order_by("pk").values_list("employee__username", "title"))
    assert told == [
        ("leader", "林一诺在 10 分钟内查看了 15 次客户完整信息，请核实用途。"),
        ("leader", "林一诺今天已查看 16 次客户完整信息，上限 20 次。"),
        ("leader", "林一诺今天已查看 20 次客户完整信息，上限 20 次。"),
    ]
    assert company.client("leader").get(Notice.objects.filter(kind="reveal.alarm")[0].url).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_parallel_looks_never_exceed_the_number(company: Company, mei: Customer, in_parallel: Any) -> None:
    allow(5)
    results = in_parallel(lambda number: look(company, mei), 12)
    assert results.count("13800138000") == 5
    assert len([one for one in results if isinstance(one, Refused)]) == 7
    assert Event.objects.filter(verb="customer.revealed").count() == 5


@pytest.mark.django_db(transaction=True)
def test_control_with_reading_before_writing_they_do(
    company: Company, mei: Customer, in_parallel: Any, monkeypatch: Any
) -> None:
    """The same with the count read first and written later, as it must not be."""
    allow(5)
    seen = throttle.count(allowance.key(company.actor("agent")))

    def careless(key: str, *, window: timedelta) -> int:
        try:
            Throttle.objects.get(key=key)
        except ObjectDoesNotExist:
            Throttle.objects.get_or_create(key=key, defaults={"count": 1, "window_ends": timezone.now() + window})
        return seen + 1

    monkeypatch.setattr(throttle, "hits", careless)
    results = in_parallel(lambda number: look(company, mei), 12)
    assert results.count("13800138000") > 5


class TestThePages:
    """What people meet in the browser and in JSON."""

    def test_a_usual_purpose_is_enough_and_words_are_added(self, company: Company, mei: Customer) -> None:
        point = mei.contact_points.get(kind="phone")
        url = f"/customers/{mei.pk}/points/{point.pk}/reveal/"
        client = company.client("agent")
        assert "今天还可以查看 50 次" in client.get(url).content.decode()
        assert "138 0013 8000" in client.post(url, {"purpose": "deliver"}).content.decode()
        client.post(url, {"purpose": "call", "reason": "漏接"})
        refused = client.post(url, {"purpose": "other", "reason": ""})
        assert refused.status_code == 422
        assert "请选择用途" in refused.content.decode()
        said = list(
            Event.objects.filter(verb="customer.revealed").order_by("pk").values_list("data__reason", flat=True)
        )
        assert said == ["核对送货、安装或上门信息", "回复客户的来电或留言：漏接"]

    def test_leaders_see_who_looked_at_what_and_others_do_not(self, company: Company, mei: Customer) -> None:
        look(company, mei)
        page = company.client("leader").get("/reveals/").content.decode()
        assert "林一诺" in page
        assert "电话 138****8000" in page
        assert "回访客户" in page
        assert "13800138000" not in page
        assert company.client("agent").get("/reveals/").status_code == 403
        event = Event.objects.get(verb="customer.revealed")
        assert "梅长青" in company.client("leader").get(f"/reveals/{event.pk}/").content.decode()
        post = create_position(actor=SYSTEM, name="财务主管", scope=Scope.DEPARTMENT, powers=["customer.oversee"])
        Appointment.objects.create(employee=company.people["outsider"], position=post)
        company.people["outsider"].refresh_from_db()
        assert "林一诺" not in company.client("outsider").get("/reveals/").content.decode()
        assert company.client("outsider").get(f"/reveals/{event.pk}/").status_code == 404

    def test_json_asks_for_more(self, company: Company, mei: Customer) -> None:
        answer = company.client("agent").post(
            "/api/customers/reveal_more", {"reason": "今天回访多"}, content_type="application/json"
        )
        assert answer.status_code == 201
        assert Approval.objects.get().pk == answer.json()["id"]
