"""Two archives become one and two again; nothing gets lost on the way."""

import json
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyCase

from keqiao.audit.models import Event
from keqiao.customers import actions, policies, queries
from keqiao.customers.archive import actions as archive
from keqiao.customers.merging import jobs
from keqiao.customers.merging.actions import gather, merge_customers, undo_merge
from keqiao.customers.merging.registry import declared, followers
from keqiao.customers.models import ContactPoint, Customer, CustomerTag, Merge
from keqiao.files.models import Attachment
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.org.actions import create_token
from keqiao.tickets.actions import accept
from keqiao.tickets.models import Ticket

PHONE, OTHER = "13800138000", "13900139001"


@pytest.fixture
def two(company):
    make = actions.create_customer
    service = company.units["service"]
    left = make(actor=SYSTEM, name="张晓雯", unit=service, phone=PHONE, tags=["老客户"], city="杭州", note="先建的")
    right = make(
        actor=SYSTEM, name="张晓文", unit=service, phone=OTHER, other_phone=PHONE, email="zxw@example.com",
        tags=["老客户", "团购"], company_name="海纳电器", gender="female",
    )  # fmt: skip
    return left, right


def state_of(*customers: Customer) -> dict[str, Any]:
    """Every record that hangs on these customers, and their own rows, without versions."""
    found: dict[str, Any] = {}
    for customer in customers:
        row = Customer.objects.filter(pk=customer.pk).values().get()
        row.pop("updated_at")
        found[f"row {customer.pk}"] = row
        for one in followers():
            found[f"{one.name} {customer.pk}"] = list(one.rows(customer.pk).order_by("pk").values())
    return found


def test_every_foreign_key_to_a_customer_has_a_declared_fate() -> None:
    found = {
        f"{model._meta.label_lower}.{field.attname}"
        for model in apps.get_models()
        if not model._meta.proxy
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Customer
    }
    assert found - declared() == set(), "declare these with merging.registry.follow or stay"
    assert found >= {"tickets.ticket.customer_id", "visits.visit.customer_id", "customers.contactpoint.customer_id"}


def test_everything_goes_over_and_comes_back(two, company) -> None:
    left, right = two
    ticket = file_ticket(right)
    paper = Attachment.objects.create(
        owner_label="customers.customer", owner_id=right.pk, name="合同.pdf", size=1, sha256="0" * 64, stored="x",
        content_type="application/pdf",
    )  # fmt: skip
    before = state_of(left, right)
    merge = merge_customers(actor=company.actor("leader"), survivor=left, other=right)
    left.refresh_from_db()
    ticket.refresh_from_db()
    paper.refresh_from_db()
    assert (ticket.customer_id, paper.owner_id) == (left.pk, left.pk)
    assert sorted(left.tags.values_list("name", flat=True)) == ["团购", "老客户"]
    assert set(left.contact_points.values_list("value", flat=True)) == {PHONE, OTHER, "zxw@example.com"}
    assert left.contact_points.get(kind="phone", primary=True).value == PHONE
    assert (left.name, left.city, left.company_name, left.gender) == ("张晓雯", "杭州", "海纳电器", "female")
    assert right not in policies.visible(SYSTEM)
    undone = undo_merge(actor=company.actor("leader"), obj=merge)
    assert undone.left == []
    assert state_of(left, right) == before
    with pytest.raises(WrongState):
        undo_merge(actor=company.actor("leader"), obj=merge)


def file_ticket(customer: Customer) -> Ticket:
    """A complaint of the customer."""
    return accept(
        actor=SYSTEM, kind="consultation", channel="phone", customer=customer, contact_name=customer.name,
        contact_phone=OTHER, subject="咨询安装时间", body="想知道什么时候能上门安装。",
    )  # fmt: skip


def test_choices_count(two, company) -> None:
    left, right = two
    before = state_of(left, right)
    choose = {"name": "merged", "note": "survivor", "points": "merged", "tags": "survivor"}
    merge = merge_customers(actor=SYSTEM, survivor=left, other=right, choose=choose)
    left.refresh_from_db()
    assert (left.name, left.initials, left.note) == ("张晓文", "zxw", "先建的")
    assert set(left.contact_points.values_list("value", flat=True)) == {OTHER, PHONE, "zxw@example.com"}
    assert left.contact_points.get(kind="phone", primary=True).value == OTHER
    assert left.phone_masked == "139****9001"
    assert list(left.tags.values_list("name", flat=True)) == ["老客户"]
    undo_merge(actor=SYSTEM, obj=merge)
    assert state_of(left, right) == before


@pytest.mark.parametrize("choose", [{"number": "merged"}, {"name": "both"}, {"owner": "merged"}, {"points": "none"}])
def test_a_choice_that_does_not_exist_is_refused(two, choose) -> None:
    with pytest.raises(Refused, match="没有这样的选项"):
        merge_customers(actor=SYSTEM, survivor=two[0], other=two[1], choose=choose)
    assert not Merge.objects.exists()


def test_what_came_in_between_stays_and_is_named(two, company) -> None:
    left, right = two
    merge = merge_customers(actor=SYSTEM, survivor=left, other=right)
    left.refresh_from_db()
    new = actions.add_contact_point(actor=SYSTEM, obj=left, kind="qq", value="123456")
    actions.change_customer(actor=SYSTEM, obj=left, company_name="海纳集团")
    actions.remove_contact_point(
        actor=SYSTEM, obj=left, contact_point=ContactPoint.objects.get(value="zxw@example.com")
    )
    undone = undo_merge(actor=SYSTEM, obj=merge)
    left.refresh_from_db()
    new.refresh_from_db()
    assert new.customer_id == left.pk
    assert left.company_name == "海纳集团"
    assert [what for what, _why in undone.left][1:] == ["所在单位"]
    assert "联系方式" in undone.left[0][0]
    assert undone.left[0][1] == "合并后已被删除"


def test_the_number_of_the_merged_one_leads_to_the_survivor(two, company, client) -> None:
    left, right = two
    ticket = file_ticket(right)
    merge = merge_customers(actor=SYSTEM, survivor=left, other=right)
    leader = company.client("leader")
    page = leader.get(reverse("customers:detail", args=[right.pk]))
    assert (page.status_code, page["Location"]) == (302, reverse("customers:detail", args=[left.pk]))
    assert "no-store" in page["Cache-Control"]
    token = create_token(actor=SYSTEM, employee=company.people["leader"], name="测试")
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    answer = client.get(f"/api/customers/{right.pk}", **head)
    assert (answer.status_code, answer["Location"]) == (302, f"/api/customers/{left.pk}")
    refused = client.patch(f"/api/customers/{right.pk}", "{}", content_type="application/json", **head)
    assert refused.status_code == 409
    assert left.number in refused.json()["message"]
    assert list(queries.find(policies.visible(SYSTEM), right.number)) == [left]
    entries = queries.timeline(company.actor("leader"), left).entries
    assert [one.title for one in entries].count("建立客户档案，来源：来电") == 2
    assert company.client("manager").get(reverse("tickets:detail", args=[ticket.pk])).status_code == 200
    outsider = company.client("outsider").get(reverse("customers:detail", args=[right.pk]))
    assert outsider.status_code == 404
    undo_merge(actor=SYSTEM, obj=merge)
    assert leader.get(reverse("customers:detail", args=[right.pk])).status_code == 200


def test_only_who_reaches_both_may_merge(two, company) -> None:
    left, right = two
    for role in ("agent", "outsider", "department"):
        with pytest.raises(NotAllowed):
            merge_customers(actor=company.actor(role), survivor=left, other=right)
    far = actions.create_customer(actor=SYSTEM, name="外部门客户", unit=company.units["finance"], phone="13700137000")
    with pytest.raises(NotAllowed):
        merge_customers(actor=company.actor("leader"), survivor=left, other=far)
    assert company.client("leader").get(reverse("customer-merge", args=[left.pk, far.pk])).status_code == 404
    assert not Merge.objects.exists()


def test_chains_come_apart_from_the_end(two, company) -> None:
    left, right = two
    last = actions.create_customer(actor=SYSTEM, name="张小雯", unit=company.units["service"], phone="13600136000")
    before = state_of(left, right, last)
    first = merge_customers(actor=SYSTEM, survivor=left, other=right)
    second = merge_customers(actor=SYSTEM, survivor=last, other=left)
    right.refresh_from_db()
    assert right.merged_into == last
    with pytest.raises(WrongState, match=second.number):
        undo_merge(actor=SYSTEM, obj=first)
    with pytest.raises(WrongState):
        merge_customers(actor=SYSTEM, survivor=left, other=last)
    undo_merge(actor=SYSTEM, obj=second)
    undo_merge(actor=SYSTEM, obj=first)
    assert state_of(left, right, last) == before


def test_what_arrives_late_is_gathered(two) -> None:
    left, right = two
    merge = merge_customers(actor=SYSTEM, survivor=left, other=right)
    late = Ticket.objects.get(pk=file_ticket(left).pk)
    Ticket.objects.filter(pk=late.pk).update(customer=right)  # a page that had not heard of the merge
    kept = list(ContactPoint.objects.filter(customer=right).values_list("pk", flat=True))
    jobs.follow([Event(about_id=right.pk, verb="ticket.created")])
    late.refresh_from_db()
    assert late.customer_id == left.pk
    assert list(ContactPoint.objects.filter(customer=right).values_list("pk", flat=True)) == kept
    undo_merge(actor=SYSTEM, obj=merge)
    late.refresh_from_db()
    assert late.customer_id == right.pk
    assert gather(right.pk) == 0


def test_writing_to_a_merged_archive_is_refused(two) -> None:
    left, right = two
    merge_customers(actor=SYSTEM, survivor=left, other=right)
    stale = Customer.objects.get(pk=right.pk)
    stale.merged_into = None  # as a page saw it before the merge
    with pytest.raises(WrongState, match=left.number):
        actions.add_contact_point(actor=SYSTEM, obj=stale, kind="qq", value="123456")
    with pytest.raises(WrongState, match=left.number):
        actions.change_customer(actor=SYSTEM, obj=stale, name="别的名字")


def test_pages_and_json(two, company, client) -> None:
    left, right = two
    leader = company.client("leader")
    found = leader.get(reverse("customer-merge-choose", args=[left.pk]), {"q": right.number}).content.decode()
    url = reverse("customer-merge", args=[left.pk, right.pk])
    assert url in found
    page = leader.get(url).content.decode()
    assert "张晓文" in page
    assert OTHER not in page
    done = leader.post(url, {"choose_name": "merged"}, follow=True)
    left.refresh_from_db()
    assert left.name == "张晓文"
    assert "查看或撤销" in done.content.decode()
    assert "已经合并" in leader.post(url, follow=True).content.decode()
    merge = Merge.objects.get()
    assert right.number in leader.get(reverse("customer-duplicates", args=[left.pk])).content.decode()
    assert "客户名称" in leader.get(reverse("merges:detail", args=[merge.pk])).content.decode()
    leader.post(reverse("merges:verb", args=[merge.pk, "undo"]))
    assert "全部记录都已回到原来的档案" in leader.get(reverse("merges:detail", args=[merge.pk])).content.decode()
    token = create_token(actor=SYSTEM, employee=company.people["leader"], name="测试")
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}", "content_type": "application/json"}
    preview = client.get(f"/api/customers/{left.pk}/merge/{right.pk}", **head)
    assert {line["name"] for line in preview.json()["fields"]} >= {"name", "note", "company_name"}
    made = client.post(f"/api/customers/{left.pk}/merge", json.dumps({"other": right.pk}), **head)
    assert made.status_code == 201
    assert client.post(f"/api/customers/{left.pk}/merge", json.dumps({"other": right.pk}), **head).status_code == 409
    assert client.post(f"/api/merges/{made.json()['id']}/undo", "{}", **head).status_code == 200


def parts_of_archive(one: Customer, two: Customer) -> None:
    """Addresses, contacts, roles, dates and relations, some the same on both sides."""
    for customer in (one, two):
        archive.add_address(actor=SYSTEM, obj=customer, kind="delivery", division="320500", detail="人民路 1 号")
        archive.add_contact(actor=SYSTEM, obj=customer, name="赵经理", post="采购")
        archive.set_roles(actor=SYSTEM, obj=customer, roles=["member"])
        archive.add_date(actor=SYSTEM, obj=customer, kind="wedding", date="2015-10-01")
    archive.relate(actor=SYSTEM, obj=one, other=two, role="spouse")


KINDS = st.sampled_from(["phone", "email", "wechat", "qq"])
POINT = st.tuples(KINDS, st.integers(0, 3))
SIDE = st.lists(POINT, max_size=5, unique=True)
CHOICE = st.sampled_from(["both", "survivor", "merged"])
VALUES = {"phone": "1380013800{}", "email": "a{}@example.com", "wechat": "wx_{}", "qq": "10000{}"}


class MergeAndBack(PropertyCase):
    """Whatever hangs on two archives: merged with whatever choice and taken apart they are as before."""

    @settings(max_examples=40, deadline=None)
    @given(
        left=SIDE,
        right=SIDE,
        tags=st.lists(st.lists(st.sampled_from("甲乙丙"), unique=True), min_size=2, max_size=2),
        points=CHOICE,
        homes=CHOICE,
        marks=CHOICE,
        fields=st.dictionaries(st.sampled_from(["name", "note", "birthday"]), st.sampled_from(["survivor", "merged"])),
        swap=st.booleans(),
    )
    def test(self, left, right, tags, points, homes, marks, fields, swap) -> None:
        sides = []
        for name, own, words in (("钱一", left, tags[0]), ("钱二", right, tags[1])):
            given_points = [(kind, VALUES[kind].format(n), "") for kind, n in own]
            more = {"city": "苏州", "birthday": "1990-02-03"} if name == "钱二" else {"note": "备注"}
            sides.append(
                actions.create_customer(actor=SYSTEM, name=name, contact_points=given_points, tags=words, **more)
            )
        if swap:
            parts_of_archive(*sides)
        one, two = reversed(sides) if swap else sides
        before = state_of(*sides)
        choose = {"points": points, "tags": marks, "addresses": homes, **fields}
        merge = merge_customers(actor=SYSTEM, survivor=one, other=two, choose=choose)
        for kind in VALUES:
            mine = ContactPoint.objects.filter(customer=one, kind=kind)
            assert mine.filter(primary=True).count() == min(1, mine.count())
        everything = {*left, *right}
        here = {(point.kind, point.value) for point in ContactPoint.objects.filter(customer=one)}
        if points == "both":
            assert here == {(kind, VALUES[kind].format(n)) for kind, n in everything}
        if marks == "both":
            assert CustomerTag.objects.filter(customer=one).count() == len({*tags[0], *tags[1]})
        undone = undo_merge(actor=SYSTEM, obj=merge)
        assert undone.left == []
        assert state_of(*sides) == before


def test_a_refused_merge_keeps_what_was_chosen(two, company) -> None:
    left, right = two
    page = company.client("leader").post(
        reverse("customer-merge", args=[left.pk, right.pk]),
        {"choose_name": "both", "choose_note": "merged", "choose_points": "survivor", "choose_tags": "merged"},
    )
    assert page.status_code == 409
    words = page.content.decode()
    assert 'name="choose_note" value="merged" checked' in words
    assert (words.count('value="survivor" selected'), words.count('value="merged" selected')) == (1, 1)
