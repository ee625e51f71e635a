"""How complete archives are, which are stale, and the day of the person who completes them."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from keqiao.customers import actions, completeness
from keqiao.customers.archive import actions as archive
from keqiao.customers.models import ArchiveSettings, Customer
from keqiao.customers.presence import parts_of
from keqiao.kernel.errors import NotAllowed

NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
FULL = {"phone": "13800138000", "province": "山东省", "city": "济南市", "email": "a@b.example", "preferred_channel": "wechat",
        "gender": "female", "birthday": "1988-05-01"}  # fmt: skip


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


@pytest.fixture
def agent(company):
    return company.actor("agent")


@pytest.fixture
def client(company):
    return company.client("agent")


@pytest.fixture
def rules(db) -> ArchiveSettings:
    return ArchiveSettings.objects.get()


def new(agent, company, name="张晓雯", **details) -> Customer:
    return actions.create_customer(actor=agent, name=name, owner=company.people["agent"], **details)


def names(rows) -> set[str]:
    return {one.name for one in rows}


class TestScore:
    def test_nothing_known(self, agent, company) -> None:
        found = completeness.score_of(new(agent, company))
        assert found.percent == 0
        assert found.missing[:2] == ["电话", "地址"]
        assert "联系人" not in found.missing

    def test_a_full_person(self, agent, company) -> None:
        one = new(agent, company, roles=["member"], **FULL)
        assert completeness.score_of(one) == completeness.Score(90, ["证件"])

    def test_a_company_is_asked_for_contacts_not_for_a_birthday(self, agent, company) -> None:
        one = new(agent, company, "泉城物业", kind="company", phone="13800138000")
        assert completeness.score_of(one).missing == [
            "地址",
            "联系人",
            "邮箱或微信",
            "首选联系渠道",
            "证件",
            "客户身份",
        ]
        archive.add_contact(actor=agent, obj=one, name="陈立")
        assert "联系人" not in completeness.score_of(one).missing

    def test_a_lunar_birthday_counts(self, agent, company) -> None:
        one = new(agent, company)
        archive.add_date(actor=agent, obj=one, kind="birthday", date="8-15", calendar="lunar")
        assert "生日" not in completeness.score_of(one).missing

    def test_one_archive_is_scored_as_the_list_scores_it(self, agent, company, rules) -> None:
        ones = [
            new(agent, company), new(agent, company, roles=["member"], **FULL),
            new(agent, company, "泉城物业", kind="company", phone="13800138000"),
        ]  # fmt: skip
        archive.add_contact(actor=agent, obj=ones[2], name="陈立")
        archive.add_date(actor=agent, obj=ones[0], kind="birthday", date="8-15", calendar="lunar")
        archive.add_date(actor=agent, obj=ones[2], kind="wedding", date="8-15")
        for one in completeness.with_items(Customer.objects.all()):
            assert completeness.score_of(one) == completeness.score(one, rules)
            there = completeness.held(one, parts_of(one))
            assert there == {item for item in completeness.ITEMS if getattr(one, f"has_{item}")}

    def test_weights_are_the_departments(self, agent, company, rules) -> None:
        one = new(agent, company, phone="13800138000")
        before = completeness.score_of(one).percent
        values = {name: 0 for name in completeness.ITEMS} | {"phone": 30, "address": 10}
        archive.change_settings(actor=company.actor("manager"), obj=rules, **values)
        assert completeness.score_of(one) == completeness.Score(75, ["地址"])
        assert before == 25

    def test_no_weights_at_all_is_complete(self, agent, company, rules) -> None:
        archive.change_settings(actor=company.actor("manager"), obj=rules, **dict.fromkeys(completeness.ITEMS, 0))
        assert completeness.score_of(new(agent, company)).percent == 100
        assert not completeness.incomplete(Customer.objects.all()).exists()

    @given(have=st.sets(st.sampled_from(sorted(completeness.ITEMS))), weights=st.lists(st.integers(0, 100), min_size=9, max_size=9),
           kind=st.sampled_from(["person", "company"]))  # fmt: skip
    def test_never_outside_0_to_100_and_full_when_nothing_is_missing(self, have, weights, kind) -> None:
        rules = ArchiveSettings(**dict(zip(completeness.ITEMS, weights, strict=True)))
        one = Customer(kind=kind)
        for item in completeness.ITEMS:
            setattr(one, f"has_{item}", int(item in have))
        found = completeness.score(one, rules)
        assert 0 <= found.percent <= 100
        assert (found.percent == 100) == (not found.missing)

    @pytest.mark.parametrize("enough", [1, 25, 26, 55, 80, 90, 100])
    def test_the_list_agrees_with_the_score(self, agent, company, rules, enough) -> None:
        rules.enough = enough
        for number, keys in enumerate((0, 1, 3, 4, 6, 7)):
            new(agent, company, f"客户{number}", **{key: FULL[key] for key in list(FULL)[:keys]})
        new(agent, company, "泉城物业", kind="company", phone="13800138001")
        every = list(completeness.with_items(Customer.objects.all()))
        below = {one.name for one in every if completeness.score(one, rules).percent < enough}
        assert names(completeness.incomplete(Customer.objects.all(), rules)) == below


class TestStale:
    def test_touched_or_verified_is_fresh(self, agent, company, clock) -> None:
        old, verified, changed = (new(agent, company, name) for name in ("旧", "核", "改"))
        clock.move_to(NOW + dt.timedelta(days=360))
        archive.verify(actor=agent, obj=verified)
        actions.change_customer(actor=agent, obj=changed, note="改")
        assert names(completeness.stale(Customer.objects.all())) == set()
        clock.move_to(NOW + dt.timedelta(days=370))
        assert names(completeness.stale(Customer.objects.all())) == {"旧"}
        assert completeness.is_stale(Customer.objects.get(pk=old.pk), ArchiveSettings())

    def test_tabs_of_the_list(self, agent, company, clock) -> None:
        new(agent, company, "旧而缺")
        clock.move_to(NOW + dt.timedelta(days=400))
        new(agent, company, "新而全", roles=["member"], **FULL)
        client = company.client("agent")
        for view in ("incomplete", "stale"):
            page = client.get(reverse("customers:list"), {"view": view}).content.decode()
            assert "旧而缺" in page
            assert "新而全" not in page

    def test_verified_by_the_button(self, agent, company, client) -> None:
        one = new(agent, company)
        client.post(reverse("customers:verb", args=[one.pk, "verify"]))
        page = client.get(reverse("customers:detail", args=[one.pk])).content.decode()
        assert "核实于 2026-11-23" in page
        assert "与客户核实了资料" in page
        with pytest.raises(NotAllowed):
            archive.verify(actor=company.actor("outsider"), obj=one)


class TestToday:
    def test_completing_counts_once_and_for_that_day_only(self, agent, company, clock) -> None:
        one = new(agent, company)
        assert completeness.today(agent).done == 0
        actions.add_contact_point(actor=agent, obj=one, kind="phone", value="13800138000")
        actions.add_contact_point(actor=agent, obj=one, kind="email", value="a@b.example")
        values = {key: FULL[key] for key in ("province", "city", "preferred_channel", "gender", "birthday")}
        actions.change_customer(actor=agent, obj=one, **values)
        assert completeness.today(agent).done == 1
        archive.verify(actor=agent, obj=one)
        assert completeness.today(agent).done == 1
        assert completeness.today(company.actor("leader")).done == 0
        clock.move_to(NOW + dt.timedelta(days=1))
        assert completeness.today(agent).done == 0

    def test_looking_at_a_phone_completes_nothing(self, agent, company, clock) -> None:
        one = new(agent, company, roles=["member"], **FULL)
        clock.move_to(NOW + dt.timedelta(days=1))
        actions.reveal(actor=agent, obj=one, contact_point=one.contact_points.get(kind="phone"), reason="回访")
        assert completeness.today(agent).done == 0

    def test_own_archives_that_lack_something_oldest_first(self, agent, company, clock) -> None:
        for name in ("先", "后"):
            new(agent, company, name)
            clock.shift(60)
        new(agent, company, "全", roles=["member"], **FULL)
        actions.create_customer(actor=agent, name="公海", unit=company.units["team"])
        assert [one.name for one, _score, _old in completeness.today(agent).lines] == ["先", "后"]

    def test_page_home_and_json(self, agent, company, client) -> None:
        new(agent, company, "李雷", phone="13800138000")
        page = client.get(reverse("customers-today")).content.decode()
        assert "0 / 10" in page
        assert "李雷" in page
        assert "地址" in page
        assert reverse("customers-today") in client.get(reverse("home")).content.decode()
        answer = client.get("/api/customers/today").json()
        assert (answer["quota"], answer["done"], answer["items"][0]["name"]) == (10, 0, "李雷")
        one = client.get(f"/api/customers/{answer['items'][0]['id']}").json()
        assert one["completeness"]["percent"] == 25

    def test_no_quota_is_no_figure(self, company, client, rules) -> None:
        archive.change_settings(actor=company.actor("manager"), obj=rules, quota=0)
        assert reverse("customers-today") not in client.get(reverse("home")).content.decode()
        assert "没有布置数量" in client.get(reverse("customers-today")).content.decode()

    def test_no_query_per_archive(self, agent, company, client, django_assert_max_num_queries) -> None:
        for number in range(20):
            new(agent, company, f"客户{number}")
        with django_assert_max_num_queries(8):
            page = client.get(reverse("customers-today")).content.decode()
        assert page.count('todo-line"') == 20


class TestSettings:
    def test_kept_in_the_browser(self, company, rules) -> None:
        boss = company.client("manager")
        assert "档案完整度规则" in boss.get(reverse("settings")).content.decode()
        form = {
            **{name: getattr(rules, name) for name in completeness.ITEMS},
            "enough": 70,
            "stale_months": 6,
            "quota": 3,
        }
        url = reverse("archive-settings:edit", args=[rules.pk])
        assert boss.post(url, {**form, "enough": 0}).status_code == 422
        assert boss.post(url, {**form, "phone": 101}).status_code == 422
        assert boss.post(url, form).status_code == 302
        rules.refresh_from_db()
        assert (rules.enough, rules.stale_months, rules.quota) == (70, 6, 3)

    def test_not_by_agents(self, agent, client, rules) -> None:
        assert client.get(reverse("archive-settings:edit", args=[rules.pk])).status_code in {403, 404}
        with pytest.raises(NotAllowed):
            archive.change_settings(actor=agent, obj=rules, quota=1)
