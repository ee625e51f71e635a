"""Whatever a record's history says has changed is said in words: no code, no English, and never an error instead."""

from typing import Any

import pytest

from keqiao.audit import wording
from keqiao.conftest import Company
from keqiao.customers import actions as customers
from keqiao.kernel.resource import Resource, resources
from keqiao.kernel.sight import Level
from keqiao.notices import actions as notices
from keqiao.org.actions import set_sight
from keqiao.org.models import Position
from keqiao.staffing.descriptions import actions as descriptions

pytestmark = pytest.mark.django_db


def history(company: Company, role: str, obj: Any) -> str:
    answer = company.client(role).get(f"/history/{obj._meta.label_lower}/{obj.pk}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("one", resources(), ids=lambda one: str(one.name))
def test_every_field_of_every_record_has_a_name_and_words(one: Resource, db: Any) -> None:
    """Also those of other models that point to it: parts of a record are told as changes of the record."""
    for field in one.model._meta.get_fields():
        label = wording.field_label(one, field.name)
        assert label, field.name
        for value in (None, True, "", 3, ["甲"]):
            assert wording.shown(one, field.name, value) not in {"None", "True"}, field.name


def test_the_parts_of_a_description(company: Company) -> None:
    boss = company.actor("manager")
    obj = descriptions.draft(actor=boss, position=Position.objects.get(name="客服专员"), purpose="受理来话")
    descriptions.add_duty(actor=boss, obj=obj, duty="受理投诉并评审", norm="", kpi="", powers=[])
    page = history(company, "manager", obj)
    assert "受理投诉并评审" in page
    assert "职责" in page
    assert ">duties<" not in page


def test_tiers_and_yes_or_no(company: Company) -> None:
    boss = company.actor("manager")
    row = customers.create_customer(actor=boss, name="陈先生", phone="13800138001")
    customers.change_customer(actor=boss, obj=row, tier="vip")
    page = history(company, "manager", row)
    assert "客户等级" in page
    assert "VIP" in page
    assert ">vip<" not in page
    assert [wording.shown(resources()[0], "anything", value) for value in (False, True)] == ["否", "是"]


def test_what_a_position_sees_and_what_somebody_is_told(company: Company) -> None:
    boss = company.actor("manager")
    post = Position.objects.get(name="客服专员")
    set_sight(actor=boss, levels={post.pk: {"phone": Level.HIDDEN.value}})
    assert "电话" in (page := history(company, "manager", post))
    assert "不显示" in page
    assert ">hidden<" not in page
    notices.choose(actor=boss, ways={"ticket.reopened": "mail"})
    page = history(company, "manager", company.people["manager"])
    assert "工单重新办理" in page
    assert "立即发邮件" in page
    assert "ticket.reopened" not in page
