"""Customers: recognised, revealed with a reason, never written over unseen."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.customers import actions, policies, queries
from keqiao.customers.models import ContactPoint, Customer
from keqiao.customers.sharing import handing
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.org.models import Position


@pytest.fixture
def zhang(company):
    return actions.create_customer(
        actor=company.actor("agent"), name="张晓雯", owner=company.people["agent"], phone="138 0013 8000",
        email="Xiaowen@Example.com", tags=["老客户"],
    )  # fmt: skip


def test_created_with_number_initials_points_and_masked_history(zhang, company) -> None:
    assert zhang.number.startswith("KH")
    assert zhang.number.endswith("-0001")
    assert zhang.initials == "zxw"
    assert zhang.unit == company.units["team"]
    assert zhang.phone_masked == "138****8000"
    points = {(point.kind, point.value, point.primary) for point in zhang.contact_points.all()}
    assert points == {("phone", "13800138000", True), ("email", "xiaowen@example.com", True)}
    event = Event.objects.get(verb="customer.created")
    assert event.about_id == zhang.pk
    assert "13800138000" not in str(event.data)
    assert "138****8000" in str(event.data)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": "  "}, "name"),
        ({"name": "···"}, "name"),
        ({"name": "李" * 101}, "name"),
        ({"name": "李雷", "phone": "1380013"}, "phone"),
        ({"name": "李雷", "phone": "1.38E+10"}, "phone"),
        ({"name": "李雷", "email": "li@"}, "email"),
        ({"name": "李雷", "birthday": "2999-01-01"}, "birthday"),
    ],
)
def test_bad_input_is_refused_in_words(company, fields, wrong) -> None:
    with pytest.raises(Refused) as refused:
        actions.create_customer(actor=company.actor("agent"), **fields)
    assert refused.value.field == wrong
    assert Customer.objects.count() == 0


def test_names_of_minorities_and_rare_characters_are_taken(company) -> None:
    made = actions.create_customer(actor=company.actor("agent"), name="阿卜杜\u200b·热合曼 𠮷")
    assert made.name == "阿卜杜·热合曼 𠮷"


SPELLINGS = [
    "{p}",
    "+86{p}",
    "+86 {a} {b} {c}",
    "0086-{a}-{b}-{c}",
    "({a}) {b}-{c}",
    "{p}.0",
    "86 {p}",
    "tel:{p}",
    "0{p}",
]


@pytest.mark.django_db
@given(
    head=st.sampled_from(["130", "138", "159", "186", "199"]),
    tail=st.integers(0, 99_999_999),
    spelling=st.sampled_from(SPELLINGS),
    wide=st.booleans(),
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_recognised_by_any_spelling(head, tail, spelling, wide) -> None:
    digits = f"{head}{tail:08d}"
    Customer.objects.filter(contact_points__value=digits).delete()
    made = actions.create_customer(actor=SYSTEM, name="王五", phone=digits)
    raw = spelling.format(p=digits, a=digits[:3], b=digits[3:7], c=digits[7:])
    if wide:
        raw = raw.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert list(queries.by_phone(SYSTEM, raw)) == [made]
    assert made in queries.by_phone(SYSTEM, digits[-4:])
    assert made not in queries.by_phone(SYSTEM, digits[:-1] + str((int(digits[-1]) + 1) % 10))


def test_extension_and_tail(company) -> None:
    shop = actions.create_customer(actor=SYSTEM, name="前台", phone="021-12345678转802")
    other = actions.create_customer(actor=SYSTEM, name="分机", phone="021-12345678-803")
    assert set(queries.by_phone(SYSTEM, "021 1234 5678")) == {shop, other}
    assert list(queries.by_phone(SYSTEM, "02112345678-802")) == [shop]
    assert set(queries.by_phone(SYSTEM, "12345678")) == {shop, other}
    assert not queries.by_phone(SYSTEM, "123").exists()
    assert queries.recognised("021-12345678") is None
    assert queries.recognised("021-12345678-803") == other


def test_change_records_and_refuses_what_was_overtaken(zhang, company) -> None:
    seen = zhang.updated_at.isoformat()
    agent = company.actor("agent")
    changed = actions.change_customer(actor=agent, obj=zhang, seen=seen, name="张小雯", tier="vip")
    assert (changed.name, changed.tier, changed.initials) == ("张小雯", "vip", "zxw")
    event = Event.objects.get(verb="customer.changed")
    assert event.data["changes"] == {"name": ["张晓雯", "张小雯"], "tier": ["normal", "vip"]}
    with pytest.raises(WrongState, match="别人已修改"):
        actions.change_customer(actor=agent, obj=zhang, seen=seen, name="张大雯")
    zhang.refresh_from_db()
    assert zhang.name == "张小雯"
    actions.change_customer(actor=agent, obj=zhang, seen=zhang.updated_at.isoformat(), name="张小雯")
    assert Event.objects.filter(verb="customer.changed").count() == 1


def test_contact_points_keep_one_primary_and_the_masked_phone(zhang, company) -> None:
    agent = company.actor("agent")
    with pytest.raises(Refused, match="已有这个联系方式"):
        actions.add_contact_point(actor=agent, obj=zhang, kind="phone", value="+86 138-0013-8000")
    second = actions.add_contact_point(actor=agent, obj=zhang, kind="phone", value="13900139001", label="配偶")
    assert not second.primary
    actions.make_primary(actor=agent, obj=zhang, contact_point=second)
    zhang.refresh_from_db()
    assert zhang.phone_masked == "139****9001"
    second.refresh_from_db()
    actions.remove_contact_point(actor=agent, obj=zhang, contact_point=second)
    zhang.refresh_from_db()
    assert zhang.phone_masked == "138****8000"
    assert zhang.contact_points.get(kind="phone").primary
    assert not any("13900139001" in str(data) for data in Event.objects.values_list("data", flat=True))


def test_reveal_needs_a_reason_is_recorded_and_limited(zhang, company) -> None:
    agent, point = company.actor("agent"), zhang.contact_points.get(kind="phone")
    with pytest.raises(Refused, match="原因"):
        actions.reveal(actor=agent, obj=zhang, contact_point=point, reason=" ")
    Position.objects.update(reveals_a_day=2)
    for _again in range(2):
        assert actions.reveal(actor=agent, obj=zhang, contact_point=point, reason="回访客户") == "13800138000"
    with pytest.raises(Refused, match="每日上限"):
        actions.reveal(actor=agent, obj=zhang, contact_point=point, reason="回访客户")
    events = Event.objects.filter(verb="customer.revealed", about_id=zhang.pk)
    assert [event.data for event in events] == [{"contact_point": "电话 138****8000", "reason": "回访客户"}] * 2


def test_other_departments_see_and_do_nothing(zhang, company) -> None:
    outsider, point = company.actor("outsider"), zhang.contact_points.first()
    assert not policies.visible(outsider).exists()
    assert not queries.by_phone(outsider, "13800138000").exists()
    with pytest.raises(NotAllowed):
        actions.change_customer(actor=outsider, obj=zhang, name="别人")
    with pytest.raises(NotAllowed):
        actions.reveal(actor=outsider, obj=zhang, contact_point=point, reason="好奇")
    with pytest.raises(NotAllowed):
        handing.assign_owner(actor=outsider, obj=zhang, owner=company.people["outsider"])
    assert policies.visible(company.actor("leader")).count() == 1
    assert not policies.visible(company.actor("colleague")).exists()


def test_the_pool_of_the_own_unit_is_open(zhang, company) -> None:
    leader = company.actor("leader")
    freed = handing.assign_owner(actor=leader, obj=zhang, owner=None)
    assert freed.owner is None
    assert policies.visible(company.actor("colleague")).get() == zhang
    taken = handing.assign_owner(actor=company.actor("colleague"), obj=freed, owner=company.people["colleague"])
    assert taken.owner == company.people["colleague"]
    assert not policies.visible(company.actor("agent")).exists()
    deeds = Event.objects.filter(verb__in=["customer.released", "customer.picked"]).order_by("pk")
    assert [(one.verb, one.data["changes"]["owner"][1]) for one in deeds] == [
        ("customer.released", None), ("customer.picked", "周衡"),
    ]  # fmt: skip


def test_tags_are_exactly_those_chosen(zhang, company) -> None:
    actions.tag_customer(actor=company.actor("agent"), obj=zhang, tags=[], new_tags="敏感 易怒，敏感")
    assert sorted(zhang.tags.values_list("name", flat=True)) == ["敏感", "易怒"]
    event = Event.objects.get(verb="customer.tagged")
    assert event.data["changes"]["tags"] == [["老客户"], ["敏感", "易怒"]]


def test_one_number_of_a_source_is_one_customer(company) -> None:
    actions.create_customer(actor=SYSTEM, name="甲", external=("商城", "7"))
    actions.create_customer(actor=SYSTEM, name="乙", external=("门店", "7"))
    with pytest.raises(Refused, match="已经建档"):
        actions.create_customer(actor=SYSTEM, name="丙", external=("商城", "7"))
    assert Customer.objects.count() == 2
    assert ContactPoint.objects.count() == 0
