"""The parts of an archive on pages and in JSON."""

import json

import pytest
from django.urls import reverse

from keqiao.customers import actions
from keqiao.customers.archive import actions as archive
from keqiao.customers.models import Address, Customer, Relation


@pytest.fixture
def agent(company):
    return company.actor("agent")


@pytest.fixture
def client(company):
    return company.client("agent")


@pytest.fixture
def zhang(agent, company):
    return actions.create_customer(actor=agent, name="张晓雯", owner=company.people["agent"], phone="13800138000")


@pytest.fixture
def firm(agent, company):
    return actions.create_customer(actor=agent, name="泉城物业有限公司", kind="company", owner=company.people["agent"])


def page(client, customer) -> str:
    return client.get(reverse("customers:detail", args=[customer.pk])).content.decode()


def do(client, customer, verb, **data):
    return client.post(reverse("customers:verb", args=[customer.pk, verb]), data)


def test_address_by_the_selects(client, zhang) -> None:
    form = {
        "kind": "home",
        "division_0": "370000",
        "division_1": "370100",
        "division_2": "370102",
        "detail": "泉城路1号",
    }
    assert do(client, zhang, "address", **form).status_code == 302
    assert "山东省济南市历下区 泉***" in page(client, zhang)
    assert zhang.addresses.get().full == "山东省济南市历下区 泉城路1号"


def test_a_select_left_from_another_province_is_dropped(client, zhang) -> None:
    form = {"kind": "home", "division_0": "110000", "division_1": "370100", "division_2": "370102"}
    do(client, zhang, "address", **form)
    assert Address.objects.get().division == "110000"


def test_selects_offer_what_lies_below(client) -> None:
    part = client.get(reverse("customer-divisions"), {"name": "division", "division_0": "370000"}).content.decode()
    assert "济南市" in part
    assert "历下区" not in part
    part = client.get(
        reverse("customer-divisions"), {"name": "division", "division_0": "370000", "division_1": "370100"}
    )
    assert "历下区" in part.content.decode()
    assert client.get(reverse("customer-divisions"), {"name": "<script>"}).status_code == 404


def test_part_is_changed_and_removed(client, agent, zhang) -> None:
    row = archive.add_address(actor=agent, obj=zhang, kind="home", division="370102", detail="泉城路1号")
    edit = reverse("customer-part-edit", args=[zhang.pk, "addresses", row.pk])
    assert "泉***" in client.get(edit).content.decode()
    client.post(edit, {"kind": "work", "division_0": "370000", "detail": ""})  # not shown, so not wiped
    assert (zhang.addresses.get().kind, zhang.addresses.get().detail) == ("work", "泉城路1号")
    client.post(edit, {"kind": "work", "division_0": "370000", "detail": "经十路2号"})
    assert zhang.addresses.get().detail == "经十路2号"
    client.post(reverse("customer-part-remove", args=[zhang.pk, "addresses", row.pk]))
    assert "还没有地址" in page(client, zhang)


def test_part_of_another_customer_is_not_found(client, agent, zhang, firm, company) -> None:
    row = archive.add_address(actor=agent, obj=firm, kind="home", division="370102")
    url = reverse("customer-part-remove", args=[zhang.pk, "addresses", row.pk])
    assert client.post(url).status_code == 404
    outsider = company.client("outsider")
    assert outsider.post(reverse("customer-part-remove", args=[firm.pk, "addresses", row.pk])).status_code == 404
    assert Address.objects.count() == 1
    assert client.get(reverse("customer-part-edit", args=[zhang.pk, "nonsense", 1])).status_code == 404


def test_roles_read_well_in_the_timeline(client, zhang) -> None:
    do(client, zhang, "roles", roles=["member", "home_owner"])
    assert "身份改为业主、会员" in page(client, zhang)
    do(client, zhang, "roles")
    assert "清除了客户身份" in page(client, zhang)


def test_relation_by_suggestion_shows_on_both_pages(client, zhang, firm) -> None:
    offered = client.get(reverse("customer-names"), {"field": "other", "other": firm.number}).content.decode()
    assert f"{firm.number} 泉城物业有限公司" in offered
    do(client, zhang, "relate", other=f"{firm.number} 泉城物业有限公司", role="employer")
    assert "任职单位" in page(client, zhang)
    assert "张晓雯" in page(client, firm)
    assert "员工" in page(client, firm)


@pytest.mark.parametrize(
    ("typed", "said"), [("没有这个人", "没有找到这位客户"), ("王强", "有几位客户符合"), ("张晓雯", "不能与自己")]
)
def test_relation_says_what_is_wrong_and_loses_nothing(client, agent, zhang, company, typed, said) -> None:
    for _time in range(2):
        actions.create_customer(actor=agent, name="王强", owner=company.people["agent"])
    answer = do(client, zhang, "relate", other=typed, role="friend", note="同学")
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "同学" in answer.content.decode()
    assert not Relation.objects.exists()


def test_related_customer_out_of_sight_is_not_shown(agent, zhang, company, client) -> None:
    boss = company.actor("manager")
    hidden = actions.create_customer(actor=boss, name="密密密", unit=company.units["quality"])
    archive.relate(actor=boss, obj=hidden, other=zhang, role="friend")
    assert "密密密" not in page(client, zhang)
    assert client.get(f"/api/customers/{zhang.pk}").json()["relations"] == []


@pytest.mark.parametrize("name", ["……", "陈\ufffd", "锟斤拷"])
def test_a_contact_needs_a_name_that_can_be_read(client, firm, name) -> None:
    answer = do(client, firm, "person", name=name, post="采购经理")
    assert answer.status_code == 422
    assert "请填写联系人的姓名" in answer.content.decode()
    assert "采购经理" in answer.content.decode()
    assert not firm.contacts.exists()
    url = f"/api/customers/{firm.pk}/person"
    assert client.post(url, json.dumps({"name": name}), content_type="application/json").status_code == 409


def test_contact_phone_names_the_contact(client, firm) -> None:
    do(client, firm, "person", name="陈立", post="采购经理", phone="13900139000")
    shown = page(client, firm)
    assert "陈立" in shown
    assert "139****9000" in shown
    assert "13900139000" not in shown


def test_filters_by_place_and_role(client, agent, zhang, firm) -> None:
    archive.add_address(actor=agent, obj=zhang, kind="home", division="110105")
    archive.add_address(actor=agent, obj=zhang, kind="work", division="370102")
    archive.add_address(actor=agent, obj=firm, kind="work", division="370200")
    archive.set_roles(actor=agent, obj=firm, roles=["dealer"])
    for query, names in (
        ({"place": "济南"}, {"张晓雯"}),
        ({"place": "山东"}, {"张晓雯", "泉城物业有限公司"}),
        ({"place": "朝阳区"}, {"张晓雯"}),
        ({"place": "370200"}, {"泉城物业有限公司"}),
        ({"place": "广东"}, set()),
        ({"role": "dealer"}, {"泉城物业有限公司"}),
    ):
        answer = client.get("/api/customers", query).json()
        assert {one["name"] for one in answer["items"]} == names, query
    refused = client.get("/api/customers", {"place": "火星"})
    assert refused.status_code == 422
    assert "没有“火星”" in str(refused.json())


def test_list_with_a_place_asks_no_more_for_more_rows(client, agent, company, django_assert_max_num_queries) -> None:
    for number in range(12):
        actions.create_customer(
            actor=agent, name=f"客户{number}", owner=company.people["agent"], province="山东省", city="济南市"
        )
    client.get(reverse("customers:list"), {"place": "济南"})
    with django_assert_max_num_queries(8):
        found = client.get(reverse("customers:list"), {"place": "济南"}).content.decode()
    assert found.count("客户1") >= 1


def test_new_customer_with_division_roles_and_preferences(client) -> None:
    form = {
        "name": "李雷", "kind": "person", "tier": "normal", "source": "phone", "roles": ["home_owner", "member"],
        "division_0": "110000", "division_1": "110105", "address": "望京街9号", "preferred_channel": "wechat",
        "preferred_time": "晚上",
    }  # fmt: skip
    assert client.post(reverse("customers:create"), form).status_code == 302
    made = Customer.objects.get()
    assert (made.province, made.division, made.preferred_channel) == ("北京市", "110105", "wechat")
    shown = page(client, made)
    for words in ("业主", "会员", "北京市朝阳区 望***", "晚上"):
        assert words in shown


class TestJson:
    def post(self, client, url, **data):
        return client.post(url, json.dumps(data), content_type="application/json")

    def test_parts_come_and_go(self, client, zhang, firm) -> None:
        base = f"/api/customers/{zhang.pk}"
        assert self.post(client, f"{base}/address", kind="home", division="山东省 济南市 历下区").status_code == 200
        assert (
            self.post(client, f"{base}/date", kind="birthday", calendar="lunar", date="8-15", yearly=True).status_code
            == 200
        )
        assert self.post(client, f"{base}/relate", other=firm.number, role="employer").status_code == 200
        whole = client.get(base).json()
        assert whole["addresses"][0]["full"] == "山东省济南市历下区"
        assert whole["dates"][0]["month"] == 8
        assert whole["relations"][0]["relation"] == "任职单位"
        assert client.get(f"/api/customers/{firm.pk}").json()["relations"][0]["relation"] == "员工"
        address = whole["addresses"][0]["id"]
        changed = client.patch(
            f"{base}/addresses/{address}", json.dumps({"kind": "work", "detail": "泉城路1号"}),
            content_type="application/json",
        )  # fmt: skip
        assert changed.status_code == 200, changed.content
        assert changed.json()["addresses"][0]["full"] == "山东省济南市历下区 泉***"
        assert zhang.addresses.get().detail == "泉城路1号"
        assert client.delete(f"{base}/addresses/{address}").status_code == 200
        assert client.get(base).json()["addresses"] == []

    def test_bad_input_is_named_by_field(self, client, zhang) -> None:
        answer = self.post(client, f"/api/customers/{zhang.pk}/address", kind="home", division="火星")
        assert answer.status_code == 422
        assert "division" in answer.json()["fields"]

    def test_outsider_sees_and_changes_nothing(self, company, agent, zhang) -> None:
        row = archive.add_address(actor=agent, obj=zhang, kind="home", division="370102")
        outsider = company.client("outsider")
        assert outsider.delete(f"/api/customers/{zhang.pk}/addresses/{row.pk}").status_code == 404
        assert Address.objects.count() == 1
