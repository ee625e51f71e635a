"""The resource machine, tried on the employees that the organisation declares with it."""

import json
import re
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from keqiao.audit.models import Event
from keqiao.kernel import resource
from keqiao.kernel.resource import paging
from keqiao.kernel.resource.listing import sortable
from keqiao.org.actions import create_token
from keqiao.org.models import Employee, Position
from keqiao.runtime.models import IdempotencyKey

pytestmark = pytest.mark.django_db


def post_json(client, url: str, data: dict, **headers: str):
    token_free = {"X-CSRFToken": "x", **headers}
    return client.post(url, json.dumps(data), content_type="application/json", headers=token_free)


@pytest.fixture
def boss(company):
    return company.client("manager")


def new_employee(company, username: str = "new") -> dict:
    position = Position.objects.get(name="客服专员")
    return {"username": username, "name": "新同事", "unit": company.units["team"].pk, "positions": [position.pk]}


def test_list_filters_searches_and_links_to_records(company, boss) -> None:
    page = boss.get("/employees/", {"unit": company.units["team"].pk}).content.decode()
    assert "林一诺" in page
    assert f"/employees/{company.people['department'].pk}/" not in page
    assert f"/employees/{company.people['agent'].pk}/" in page
    assert "共 2 条" in page
    assert "韩建国" in boss.get("/employees/", {"q": "建国"}).content.decode()


def test_an_htmx_request_gets_the_table_alone(company, boss) -> None:
    part = boss.get("/employees/", headers={"HX-Request": "true"}).content.decode()
    assert 'id="table"' in part
    assert "<html" not in part


def test_the_number_of_queries_does_not_grow_with_rows(company, boss, django_assert_max_num_queries) -> None:
    team = company.units["team"]
    Employee.objects.bulk_create(Employee(username=f"x{n}", name=f"员工{n}", unit=team) for n in range(24))
    boss.get("/employees/")
    with django_assert_max_num_queries(10):
        page = boss.get("/employees/?view=all").content.decode()
    assert page.count('class="row-link"') == 25
    assert "下一页" in page


def test_a_long_list_counts_a_little_and_the_whole_when_asked(company, boss, monkeypatch) -> None:
    monkeypatch.setattr(paging, "MANY", 3)
    page = boss.get("/employees/?view=all&q=").content.decode()
    assert "超过 3 条" in page
    link = re.search(r'href="([^"]*count=1)"', page)
    assert link is not None
    whole = boss.get("/employees/" + unescape(link[1])).content.decode()
    assert f"共 {Employee.objects.count()} 条" in whole
    assert "数出全部" not in whole


def test_create_edit_and_history_through_pages(company, boss) -> None:
    response = boss.post("/employees/new/", new_employee(company))
    employee = Employee.objects.get(username="new")
    assert response["Location"] == f"/employees/{employee.pk}/"
    changed = new_employee(company) | {"name": "改名了"}
    assert boss.post(f"/employees/{employee.pk}/edit/", changed).status_code == 302
    history = boss.get(reverse("history", args=["org.employee", employee.pk])).content.decode()
    assert "新同事" in history
    assert "改名了" in history


def test_a_wrong_form_comes_back_with_what_was_typed(company, boss) -> None:
    response = boss.post("/employees/new/", new_employee(company, "agent"))
    text = response.content.decode()
    assert response.status_code == 422
    assert "已有人使用" in text
    assert 'value="agent"' in text


def test_a_refused_action_shows_its_reason_on_the_form(company, boss) -> None:
    unit = company.units["service"]
    data = {"name": "客服", "kind": "department", "parent": company.units["team"].pk}
    response = boss.post(f"/units/{unit.pk}/edit/", data)
    assert response.status_code == 422
    assert "不能把组织单元移到它自己下面" in response.content.decode()


def test_those_who_may_not_change_get_no_button_and_no_way_around(company) -> None:
    agent, url = company.client("agent"), f"/employees/{company.people['colleague'].pk}/"
    assert "办理离职" not in agent.get(url).content.decode()
    assert agent.post(url + "do/leave/").status_code == 403
    assert agent.post(url + "edit/", new_employee(company)).status_code == 403
    assert post_json(agent, f"/api{url}leave", {}).status_code in {403, 404}
    assert agent.get("/employees/export/").status_code == 403
    assert Employee.objects.get(pk=company.people["colleague"].pk).is_active


def test_unknown_verbs_and_records_are_404(company, boss) -> None:
    assert boss.get("/employees/999999/").status_code == 404
    assert boss.post(f"/employees/{company.people['agent'].pk}/do/destroy/").status_code == 404


def test_a_verb_asks_with_its_form_and_does_it(company, boss) -> None:
    url = f"/employees/{company.people['agent'].pk}/do/leave/"
    assert "办理离职" in boss.get(url).content.decode()
    assert boss.post(url, {"left_on": "2026-11-30"}, headers={"HX-Request": "true"})["HX-Redirect"]
    assert not Employee.objects.get(pk=company.people["agent"].pk).is_active


def test_export_has_the_same_rows_and_is_on_record(company, boss) -> None:
    response = boss.get("/employees/export/", {"unit": company.units["team"].pk, "format": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0].startswith("【水印】")
    assert rows[1][0] == "姓名"
    assert {row[0] for row in rows[2:]} == {"林一诺", "周衡"}
    assert Event.objects.get(verb="employees.exported").data["rows"] == 2


def test_json_has_the_same_rows_forms_and_words(company, boss) -> None:
    rows = boss.get("/api/employees", {"unit": company.units["team"].pk}).json()
    assert {row["name"] for row in rows["items"]} == {"林一诺", "周衡"}
    wrong = post_json(boss, "/api/employees", new_employee(company, "agent"))
    assert wrong.status_code == 422
    assert wrong.json()["fields"]["username"] == ["这个用户名已有人使用，请换一个。"]
    made = post_json(boss, "/api/employees", new_employee(company) | {"is_active": False, "access_version": 9})
    assert made.status_code == 201
    employee = Employee.objects.get(pk=made.json()["id"])
    assert (employee.is_active, employee.access_version) == (True, 0)


def test_json_changes_only_the_fields_that_are_sent(company, boss) -> None:
    employee = company.people["agent"]
    answer = boss.patch(
        f"/api/employees/{employee.pk}", json.dumps({"phone": "13800138000"}), content_type="application/json"
    )
    assert answer.status_code == 200
    employee.refresh_from_db()
    assert (employee.phone, employee.name) == ("13800138000", "林一诺")
    assert employee.positions.count() == 1


def test_an_idempotency_key_makes_one_effect_and_the_same_answer(company, boss) -> None:
    first = post_json(boss, "/api/employees", new_employee(company), **{"Idempotency-Key": "k1"})
    second = post_json(boss, "/api/employees", new_employee(company), **{"Idempotency-Key": "k1"})
    other = post_json(boss, "/api/employees", new_employee(company, "other"), **{"Idempotency-Key": "k1"})
    assert (first.status_code, second.status_code, other.status_code) == (201, 201, 422)
    assert first.content == second.content
    assert not Employee.objects.filter(username="other").exists()


def test_a_refused_request_may_use_its_key_again(company, boss) -> None:
    wrong = post_json(boss, "/api/employees", new_employee(company, "agent"), **{"Idempotency-Key": "k2"})
    assert wrong.status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert post_json(boss, "/api/employees", new_employee(company), **{"Idempotency-Key": "k2"}).status_code == 201


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_posts_with_one_key_make_one_record(company, in_parallel) -> None:
    client = company.client("manager")
    data = new_employee(company)

    def send(_number: int):
        fresh = type(client)()
        fresh.cookies = client.cookies
        return post_json(fresh, "/api/employees", data, **{"Idempotency-Key": "same"})

    answers = in_parallel(send)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Employee.objects.filter(username="new").count() == 1


@pytest.mark.parametrize("one", resource.resources(), ids=lambda one: one.name)
def test_every_declared_order_is_possible(one) -> None:
    sortable(one)


def test_nested_input_is_refused_in_words(company, boss) -> None:
    answer = post_json(boss, "/api/employees", new_employee(company) | {"name": {"a": 1}})
    assert answer.status_code == 422
    assert answer.json()["fields"]["name"] == ["这里不能是对象。"]


def test_the_api_describes_itself(company, boss) -> None:
    document = boss.get("/api/openapi.json").json()
    assert "/api/employees/{pk}/leave" in document["paths"]
    assert "/api/employees/{pk}/leave" in boss.get("/api/docs/").content.decode()


def test_only_the_known_read_the_description_of_the_api(company) -> None:
    assert Client().get("/api/openapi.json").status_code == 401
    assert Client().get("/api/docs/")["Location"].startswith("/login/")
    token = create_token(actor=company.actor("agent"), employee=company.people["agent"], name="程序")
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert program.get("/api/openapi.json").json()["paths"]
    assert Client(headers={"Authorization": "Bearer kq_wrong"}).get("/api/openapi.json").status_code == 401


def test_the_same_form_sent_twice_adds_one_record_and_leads_to_it(company, boss) -> None:
    data = {"name": "热线组", "kind": "team", "parent": company.units["service"].pk, "form_key": "drawn-once"}
    first, second = boss.post("/units/new/", data), boss.post("/units/new/", data)
    assert first["Location"] == second["Location"]
    changed = boss.post("/units/new/", data | {"name": "回访组"})
    assert changed["Location"] != first["Location"]


def test_a_refused_form_may_be_sent_again_with_its_key(company, boss) -> None:
    data = new_employee(company, "agent") | {"form_key": "drawn-once"}
    assert boss.post("/employees/new/", data).status_code == 422
    assert boss.post("/employees/new/", data | {"username": "fresh"}).status_code == 302


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_add_one_record(company, in_parallel) -> None:
    client = company.client("manager")
    data = new_employee(company) | {"form_key": "drawn-once"}

    def click(_number: int):
        fresh = type(client)()
        fresh.cookies = client.cookies
        return fresh.post("/employees/new/", data)

    answers = in_parallel(click, times=10)
    assert Employee.objects.filter(username="new").count() == 1
    assert {answer.status_code for answer in answers} <= {302, 422}
