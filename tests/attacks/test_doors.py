"""Login, sessions, headers, redirects: the doors and their frames."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from keqiao.conftest import PASSWORD, Company
from keqiao.kernel.actor import SYSTEM
from keqiao.org.actions import change_employee, change_password, create_token, deactivate_employee
from keqiao.org.models import Employee
from keqiao.runtime.models import Throttle
from keqiao.tickets.tests.conftest import Desk
from tests.attacks.answers import patterns

pytestmark = pytest.mark.django_db
EVIL = [
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
]
EVIL += [
    "https:///evil.example",
    "///evil.example",
    "/\t/evil.example",
    "http://testserver@evil.example/",
    "//evil.example/%2f..",
    "\x08//evil",
]


@pytest.fixture
def boss(company: Company) -> Employee:
    """Somebody with a password."""
    person = company.people["manager"]
    change_password(actor=SYSTEM, employee=person, password=PASSWORD, must_change=False)
    return person


def log_in(client: Client, password: str = PASSWORD, query: str = "", **headers: str) -> Any:
    return client.post(f"/login/{query}", {"username": "manager", "password": password}, headers=headers)


@pytest.mark.parametrize("target", EVIL)
def test_no_way_leads_to_another_site(boss: Employee, target: str) -> None:
    client = Client()
    answer = client.post("/login/", {"username": "manager", "password": PASSWORD}, query_params={"next": target})
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    answer = client.post(
        "/language/", {"language": "en", "next": target}, headers={"Referer": target.replace("\x08", "")}
    )
    assert answer.status_code in {204, 302}
    assert "evil" not in answer.get("Location", "")
    assert "javascript" not in answer.get("Location", "")


def test_the_session_changes_at_login_and_ends_at_logout(boss: Employee) -> None:
    client = Client()
    client.cookies["sessionid"] = planted = "a" * 32
    log_in(client)
    first = client.cookies["sessionid"].value
    assert first != planted
    assert client.get("/").status_code == 200
    csrf = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else ""
    client.post("/logout/")
    stolen = Client()
    stolen.cookies["sessionid"] = first
    assert stolen.get("/").status_code == 302
    log_in(client)
    assert client.cookies["sessionid"].value != first
    assert not csrf or client.cookies["csrftoken"].value != csrf
    planted_client = Client()
    planted_client.cookies["sessionid"] = planted
    assert planted_client.get("/").status_code == 302


def test_cookies_are_hidden_from_scripts_and_from_plain_http(boss: Employee, settings: Any) -> None:
    client = Client()
    log_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    settings.SESSION_COOKIE_SECURE = True  # what an https PUBLIC_URL switches on
    log_in(client)
    assert client.cookies["sessionid"]["secure"] is True


def test_every_page_carries_its_armour(desk: Desk) -> None:
    client, ticket = desk.company.client("manager"), desk.accept()
    urls = [
        "/",
        "/login/",
        "/tickets/",
        f"/tickets/{ticket.pk}/",
        "/p/",
        "/nowhere/",
        "/api/tickets",
        "/health/",
        "/customers/new/",
        "/v/x/",
    ]
    for url in urls:
        answer = client.get(url)
        policy = {
            line.split()[0]: line.split()[1:] for line in answer["Content-Security-Policy"].split(";") if line.strip()
        }
        assert policy["script-src"] == ["'self'"], url
        assert policy["style-src"] == ["'self'"], url
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"], url
        assert policy["form-action"] == ["'self'"], url
        assert policy["default-src"] == ["'self'"], url
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil.example", "testserver:80@evil", "", "localhost/x"],
)
def test_a_foreign_host_is_refused(company: Company, host: str) -> None:
    answer = Client(raise_request_exception=False).get("/login/", headers={"Host": host})
    assert answer.status_code == 400
    answer = Client().get("/login/", headers={"X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 200
    assert b"evil.example" not in answer.content


CLAIMS = [
    "Remote-User",
    "X-Remote-User",
    "X-Forwarded-User",
    "X-Auth-User",
    "X-Webauth-User",
    "X-Original-User",
    "From",
]


def test_nobody_is_who_a_header_says(boss: Employee) -> None:
    for name in CLAIMS:
        assert Client().get("/", headers={name: "manager"}).status_code == 302
        assert Client().get("/api/tickets", headers={name: "manager"}).status_code == 401
    for word in ("Bearer", "Bearer ", "Bearer kq_", "Basic bWFuYWdlcjp4", "Bearer \u00e9", "bearer null", "Token x"):
        assert Client().get("/api/tickets", headers={"Authorization": word}).status_code == 401
    assert Client().post("/", headers={"X-HTTP-Method-Override": "GET"}).status_code == 302
    assert (
        Client().get("/login/", headers={"X-Original-URL": "/manager/", "X-Rewrite-URL": "/manager/"}).status_code
        == 200
    )


def test_every_post_page_asks_for_the_csrf_token(desk: Desk) -> None:
    """Found by asking: whatever takes a POST from a browser refuses it without the token."""
    desk.accept()
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.company.people["manager"])
    fill = {
        "<slug:verb>": "assess",
        "<str:label>": "tickets.ticket",
        "<str:code>": "customer.view",
    }
    fill |= {
        "<uuid:key>": "00000000-0000-4000-8000-000000000000",
        "<str:token>": "x",
        "<str:kind>": "ticket",
        "<str:key>": "summary",
        "<calendar_day:on>": "2026-10-01",
        "<todo_deed:verb>": "done",
    }
    assert get_resolver()
    for route, name in patterns():
        url = "/" + route
        for hole, value in fill.items():
            url = url.replace(hole, value)
        url = re.sub(r"<slug:\w+>", "assess", re.sub(r"<int:\w+>", "1", url))
        assert "<" not in url, f"tell this test how to fill {route}"
        body = (
            {"content_type": "application/json", "data": "{}"}
            if name.startswith("api:")
            else {"data": {"username": "manager"}}
        )
        if name == "consent-unsubscribe":
            continue  # mail programs press that button, without a page; its address is signed
        for method in ("post", "patch", "put", "delete"):
            status = getattr(client, method)(url, **body).status_code
            assert status in {403, 405} or (status == 404 and "/api/" in url), (method, url, status)
            assert status != 404 or name == "api:api-root"


def test_wrong_passwords_lock_the_name_and_nobody_else(boss: Employee, company: Company) -> None:
    change_password(actor=SYSTEM, employee=company.people["agent"], password=PASSWORD, must_change=False)
    for number in range(12):
        log_in(Client(REMOTE_ADDR=f"10.0.0.{number}"), password="wrong", **{"X-Forwarded-For": f"6.6.6.{number}"})
    assert log_in(Client()).status_code == 422, "the right password opens a locked name"
    for spelling in ("MANAGER", " manager ", "Manager\u200b"):
        assert Client().post("/login/", {"username": spelling, "password": PASSWORD}).status_code == 422
    assert (
        Client(REMOTE_ADDR="10.0.0.1").post("/login/", {"username": "agent", "password": PASSWORD}).status_code == 302
    )


def test_unknown_and_wrong_answer_alike(boss: Employee) -> None:
    wrong = log_in(Client(), password="wrong").content.decode()
    unknown = Client().post("/login/", {"username": "nobody", "password": "wrong"}).content.decode()
    assert "用户名或密码不对" in wrong
    assert "用户名或密码不对" in unknown


def test_a_leaver_is_out_at_once(boss: Employee, company: Company) -> None:
    agent = company.people["agent"]
    client, token = company.client("agent"), create_token(actor=company.actor("agent"), employee=agent, name="x")
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert client.get("/").status_code == program.get("/api/tickets").status_code == 200
    deactivate_employee(actor=SYSTEM, employee=agent)
    assert client.get("/").status_code == 302
    assert program.get("/api/tickets").status_code == 401


def test_the_inactive_are_out_even_where_a_session_or_a_token_was_left(company: Company) -> None:
    """The second bolt: whoever writes the row by another way forgets to end sessions and tokens."""
    agent = company.people["agent"]
    client, token = company.client("agent"), create_token(actor=company.actor("agent"), employee=agent, name="x")
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert client.get("/").status_code == program.get("/api/tickets").status_code == 200
    Employee.objects.filter(pk=agent.pk).update(is_active=False)
    assert client.get("/").status_code == 302
    assert program.get("/api/tickets").status_code == 401


def test_a_new_position_counts_at_once(company: Company) -> None:
    client, agent = company.client("agent"), company.people["agent"]
    assert client.get("/customers/").status_code == 200
    change_employee(
        actor=SYSTEM, employee=agent, username="agent", name=agent.name, unit=agent.unit, positions=[], manager=None,
        phone="", email="", joined_on=None,
    )  # fmt: skip
    assert client.get("/customers/").status_code == 403


def test_a_password_that_must_be_changed_opens_nothing_else(boss: Employee) -> None:
    change_password(actor=SYSTEM, employee=boss, password=PASSWORD, must_change=True)
    client = Client()
    log_in(client)
    assert client.get("/tickets/")["Location"] == "/me/password/"
    assert client.get("/api/tickets").status_code in {401, 403}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_get_ten_tries_in_all(company: Company, in_parallel: Any) -> None:
    change_password(actor=SYSTEM, employee=company.people["manager"], password=PASSWORD, must_change=False)
    results = in_parallel(lambda number: log_in(Client(), password=f"wrong-{number}").content.decode(), 24)
    assert not [one for one in results if isinstance(one, Exception)], results
    assert sum("用户名或密码不对" in one for one in results) == 10
    assert Throttle.objects.get(key="login:manager").count == 24
