"""What a token opens: checked at every address of the API, narrower than its owner and never wider."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keqiao.config.api import api
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.org import actions, scopes
from keqiao.org.models import Employee, Token


def asking(company, role: str, *opened: str) -> Client:
    """A program with a token of that role and those scopes."""
    token = actions.create_token(actor=SYSTEM, employee=company.people[role], name="程序", scopes=opened)
    return Client(headers={"Authorization": f"Bearer {token}"})


def operations() -> list[tuple[str, str, str]]:
    """(method, address, resource) of every operation of the API."""
    paths = api.get_openapi_schema(path_params={})["paths"]
    return [
        (method, re.sub(r"{\w+}", "999999", url), url.split("/")[2])
        for url, methods in paths.items()
        for method in methods
    ]


def send(client: Client, method: str, url: str) -> int:
    return client.generic(method.upper(), url, "{}", content_type="application/json").status_code


def test_every_operation_is_closed_to_a_token_for_something_else(company) -> None:
    units, customers = asking(company, "manager", "units:write"), asking(company, "manager", "customers:write")
    seen = set()
    for method, url, name in operations():
        stranger = customers if name != "customers" else units
        assert send(stranger, method, url) == 403, (method, url)
        seen.add(name)
    assert {"customers", "tickets", "employees"} <= seen


def test_a_reading_token_changes_nothing_anywhere(company) -> None:
    client = asking(company, "manager", "*:read")
    for method, url, _name in operations():
        if method == "get":
            assert send(client, method, url) in {200, 404}, url
        else:
            assert send(client, method, url) == 403, (method, url)


def test_a_scope_opens_its_resource_and_writing_includes_reading(company) -> None:
    client = asking(company, "manager", "units:write")
    assert client.get("/api/units").status_code == 200
    made = client.post("/api/units", {"name": "新组", "kind": "team"}, content_type="application/json")
    assert made.status_code == 201
    refused = client.get("/api/employees")
    assert refused.status_code == 403
    assert "范围" in refused.json()["message"]


def test_a_scope_never_opens_more_than_its_owner_may(company) -> None:
    client = asking(company, "agent", "*:write")
    made = client.post("/api/units", {"name": "新组", "kind": "team"}, content_type="application/json")
    assert made.status_code == 403
    assert client.get("/api/positions").status_code == 403


@pytest.mark.parametrize("wrong", [[], ["nonsense:read"], ["units:own"], ["units"], ["*:write", "x"]])
def test_an_unknown_scope_makes_no_token(company, wrong) -> None:
    with pytest.raises(Refused):
        actions.create_token(actor=SYSTEM, employee=company.people["agent"], name="x", scopes=wrong)
    assert not Token.objects.exists()


def test_the_page_makes_a_token_of_the_chosen_scope_and_time(company) -> None:
    client = company.client("manager")
    form = {"name": "订单系统", "days": "30", "access": "read", "resources": ["customers", "units"]}
    page = client.post(reverse("tokens"), form).content.decode()
    token = Token.objects.get()
    assert sorted(token.scopes) == ["customers:read", "units:read"]
    assert token.expires_at is not None
    assert timedelta(days=29) < token.expires_at - timezone.now() < timedelta(days=31)
    assert "只读取" in page
    plain = page.split('<code class="secret">')[1].split("<")[0]
    assert plain not in client.get(reverse("tokens")).content.decode()
    program = Client(headers={"Authorization": f"Bearer {plain}"})
    assert program.get("/api/units").status_code == 200
    with time_machine.travel(token.expires_at + timedelta(seconds=1)):
        assert program.get("/api/units").status_code == 401


def test_a_form_without_resources_means_all_and_a_wrong_one_is_kept(company) -> None:
    client = company.client("agent")
    wrong = client.post(reverse("tokens"), {"name": "留住我", "days": "7", "access": "read"})
    assert wrong.status_code == 422
    assert "留住我" in wrong.content.decode()
    client.post(reverse("tokens"), {"name": "读", "days": "0", "access": "read"})
    assert Token.objects.get().scopes == ["*:read"]
    assert Token.objects.get().expires_at is None


def test_revoking_ends_only_ones_own_token_and_at_once(company) -> None:
    client = asking(company, "agent", "*:read")
    token = Token.objects.get()
    assert company.client("colleague").post(reverse("token-revoke", args=[token.pk])).status_code == 404
    assert client.get("/api/units").status_code == 200
    assert company.client("agent").post(reverse("token-revoke", args=[token.pk])).status_code == 302
    assert client.get("/api/units").status_code == 401


def test_every_living_token_may_read_the_description(company) -> None:
    client = asking(company, "agent", "units:read")
    assert client.get("/api/openapi.json").status_code == 200
    assert client.get("/api/openapi.json/../customers").status_code in {403, 404}
    Token.objects.update(revoked_at=timezone.now())
    assert client.get("/api/openapi.json").status_code == 401


def test_a_token_with_no_scope_opens_nothing() -> None:
    assert not scopes.opens([], "GET", "units")
    assert not scopes.opens(["*:write"], "GET", "")


def test_leaving_ends_a_scoped_token(company) -> None:
    client = asking(company, "agent", "units:read")
    actions.deactivate_employee(actor=SYSTEM, employee=Employee.objects.get(username="agent"))
    assert client.get("/api/units").status_code == 401
