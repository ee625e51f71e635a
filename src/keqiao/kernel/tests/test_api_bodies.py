"""What a program sends: only JSON objects are read, and the description says what every deed takes and answers."""

from typing import Any

import pytest
from django.test import Client

from keqiao.conftest import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(company: Company) -> Client:
    return company.client("manager")


@pytest.mark.parametrize("body", ["", "{", "[]", '"word"', "3", "null", "[" * 5000], ids=lambda body: body[:4])
def test_what_is_no_object_is_refused_in_words(company: Company, boss: Client, body: str) -> None:
    for method, url in (("POST", "/api/units"), ("PATCH", f"/api/units/{company.units['finance'].pk}")):
        answer = boss.generic(method, url, body, content_type="application/json")
        assert answer.status_code == 400, (method, body[:9])
        assert answer.json() == {"message": "请求的格式不对。请发送一个 JSON 对象。", "fields": {}}


def test_a_deed_that_asks_nothing_needs_no_body(company: Company, boss: Client) -> None:
    unit = company.units["finance"].pk
    for body in ("", "null"):
        answer = boss.generic("POST", f"/api/units/{unit}/bogus", body, content_type="application/json")
        assert answer.status_code == 404
    leave = boss.generic(
        "POST", f"/api/employees/{company.people['outsider'].pk}/leave", "[1]", content_type="application/json"
    )
    assert leave.status_code == 400


@pytest.mark.parametrize(
    ("limit", "status"), [("1", 200), ("0", 200), ("9999", 200), ("x", 422), ("", 422), ("9" * 5000, 422)]
)
def test_the_length_of_a_page_is_a_number(boss: Client, limit: str, status: int) -> None:
    answer = boss.get("/api/employees", {"limit": limit})
    assert answer.status_code == status
    if status == 200:
        assert len(answer.json()["items"]) == (6 if limit == "9999" else 1)
    else:
        assert answer.json()["fields"] == {"limit": ["请填写整数。"]}


def test_the_description_says_what_a_deed_takes_and_answers(boss: Client) -> None:
    document: dict[str, Any] = boss.get("/api/openapi.json").json()
    schemas, paths = document["components"]["schemas"], document["paths"]
    create = paths["/api/tickets"]["post"]
    assert create["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/tickets_new")
    assert schemas["tickets_new"]["properties"]["subject"] == {"title": "标题", "type": "string"}
    assert set(create["responses"]) >= {"201", "401", "403", "422"}
    assert "200" not in create["responses"]
    assert create["responses"]["201"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/tickets"
    }
    listed = paths["/api/tickets"]["get"]
    assert {"q", "view", "sort", "after", "limit", "kind"} <= {one["name"] for one in listed["parameters"]}
    answered = listed["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    assert schemas[answered.rsplit("/", 1)[-1]]["properties"]["items"]["items"] == {
        "$ref": "#/components/schemas/tickets"
    }
    assert schemas["tickets"]["properties"]["id"]["type"] == "integer"


def test_every_shape_that_is_named_is_described(boss: Client) -> None:
    document: dict[str, Any] = boss.get("/api/openapi.json").json()
    named: set[str] = set()

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                named.add(part["$ref"].removeprefix("#/components/schemas/"))
            for one in part.values():
                walk(one)
        elif isinstance(part, list):
            for one in part:
                walk(one)

    walk(document)
    assert len(named) > 200
    assert named <= set(document["components"]["schemas"])
