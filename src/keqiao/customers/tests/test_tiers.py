"""Tiers that the department keeps itself: everywhere the three fixed ones were, without anything lost."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from keqiao.care.actions import keep_plan
from keqiao.care.models import CarePlan
from keqiao.conftest import Company
from keqiao.customers import actions, rules
from keqiao.customers.models import CustomerTier, Segment, tier_choices
from keqiao.customers.models.customer import Customer
from keqiao.customers.segments import actions as segments
from keqiao.customers.tiers import actions as deeds
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.choices import forget_options
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org.actions import create_employee, create_position, create_token
from keqiao.org.models import Scope

pytestmark = pytest.mark.django_db


def make(company: Company, name: str, **details: object) -> Customer:
    return actions.create_customer(actor=SYSTEM, name=name, owner=company.people["agent"], **details)


def add(company: Company, name: str = "钻石", **more: object) -> CustomerTier:
    return deeds.create_tier(actor=company.actor("manager"), name=name, colour="danger", position=5, **more)


def page(company: Company, url: str, role: str = "manager", **query: str) -> str:
    forget_options()
    return company.client(role).get(url, query).content.decode()


def test_an_installation_begins_with_the_three_of_before() -> None:
    assert tier_choices() == [("vip", "VIP"), ("key", "大客户"), ("normal", "普通")]


def test_a_new_tier_is_given_filtered_counted_and_shown_everywhere(company: Company) -> None:
    tier = add(company)
    form = {"name": "李雷", "kind": "person", "tier": tier.code, "source": "phone", "phone": "13900139001"}
    company.client("manager").post(reverse("customers:create"), form)
    customer = Customer.objects.get()
    assert (customer.tier, customer.get_tier_display()) == (tier.code, "钻石")
    assert "钻石" in page(company, f"/customers/{customer.pk}/")
    assert "李雷" in page(company, "/customers/", view="all", tier=tier.code)
    assert "李雷" not in page(company, "/customers/", view="all", tier="vip")
    table = page(company, reverse("customer-analysis"), rows="tier", columns="kind")
    assert table.index("钻石") < table.index("VIP") < table.index("普通"), "in their own order"
    plan = keep_plan(
        actor=company.actor("leader"),
        name="钻石生日",
        occasion="birthday",
        channel="phone",
        words="您好",
        tier=tier.code,
    )
    assert "钻石" in page(company, reverse("care-plans:list"))
    assert CarePlan.objects.get(pk=plan.pk).tier == tier.code


def test_a_new_name_is_everywhere_at_once_and_codes_stay(company: Company) -> None:
    make(company, "甲", tier="vip")
    segment = segments.create_segment(actor=company.actor("manager"), name="贵宾们", query="tier=vip")
    before = CustomerTier.objects.get(code="vip")
    deeds.change_tier(
        actor=company.actor("manager"), obj=before, name="白金", colour="success", position=10, active=True
    )
    shown = page(company, "/customers/", view="vip")
    assert "白金" in shown
    assert ">VIP<" not in shown
    assert "甲" in shown
    assert Segment.objects.get(pk=segment.pk).query == "tier=vip"
    assert "白金" in page(company, f"/segments/{segment.pk}/")
    token = create_token(actor=SYSTEM, employee=company.people["manager"], name="测试")
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    got = company.client("manager").get("/api/customers?tier=vip", **head).json()
    assert [one["tier"] for one in got["items"]] == ["白金"]


def test_one_that_is_no_longer_given_stays_with_those_who_have_it(company: Company) -> None:
    customer = make(company, "甲", tier="key")
    key = CustomerTier.objects.get(code="key")
    deeds.change_tier(actor=company.actor("manager"), obj=key, active=False)
    assert tier_choices() == [("vip", "VIP"), ("normal", "普通")]
    assert 'value="key"' not in page(company, reverse("customers:create"))
    assert 'value="key" selected' in page(company, reverse("customers:edit", args=[customer.pk]))
    assert "甲" in page(company, "/customers/", view="all", tier="key")
    refused = company.client("manager").post(
        reverse("customers:create"), {"name": "乙", "kind": "person", "tier": "key", "source": "phone"}
    )
    assert refused.status_code == 422
    assert not Customer.objects.filter(name="乙").exists()


def test_what_may_not_be(company: Company) -> None:
    boss = company.actor("manager")
    with pytest.raises(NotAllowed):
        deeds.create_tier(actor=company.actor("agent"), name="我的")
    with pytest.raises(Refused, match="已有这个等级"):
        deeds.create_tier(actor=boss, name=" vip ")
    with pytest.raises(Refused, match="默认"):
        deeds.change_tier(actor=boss, obj=CustomerTier.objects.get(code="normal"), active=False)
    for n in range(9):
        deeds.create_tier(actor=boss, name=f"等级{n}")
    with pytest.raises(Refused, match="最多 12 个"):
        deeds.create_tier(actor=boss, name="第十三")
    assert company.client("agent").get(reverse("tiers:list")).status_code == 403


@pytest.mark.parametrize(
    ("word", "code"),
    [("钻石", "t1"), ("贵宾", "vip"), ("VIP", "vip"), ("重点客户", "key"), ("", "normal"), ("t1", "t1")],
)
def test_files_name_tiers_as_people_do(company: Company, word: str, code: str) -> None:
    add(company)
    assert rules.tier_of(word) == code


def test_a_word_that_is_no_tier_is_told_with_what_there_is(company: Company) -> None:
    problems = rules.check({"tier": "青铜"}).problems
    assert problems == {"tier": "没有“青铜”这个客户等级，可选：VIP、大客户、普通。"}


def test_programs_keep_tiers_too(company: Company) -> None:
    token = create_token(actor=SYSTEM, employee=company.people["manager"], name="测试")
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    body = json.dumps({"name": "钻石", "colour": "danger", "position": 1, "active": True})
    made = company.client("manager").post("/api/tiers", body, content_type="application/json", **head)
    assert made.status_code == 201, made.content
    assert CustomerTier.objects.get(name="钻石").code == "t1"


def test_the_figure_leads_only_those_who_may_follow(company: Company) -> None:
    post = create_position(actor=SYSTEM, name="规则员", scope=Scope.ALL, powers=["settings.change"])
    unit = company.units["service"]
    keeper = create_employee(actor=SYSTEM, username="rules", name="规则员", unit=unit, positions=[post])
    client = Client()
    client.force_login(keeper)
    page = client.get(reverse("tiers:list")).content.decode()
    assert ">0<" in page
    assert "view=all" not in page
    assert "view=all&amp;tier=vip" in company.client("manager").get(reverse("tiers:list")).content.decode()
