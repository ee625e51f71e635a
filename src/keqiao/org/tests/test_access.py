"""Logging in, being locked out, and losing access at once."""

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from keqiao.audit.models import Event
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, TooMany
from keqiao.org import actions
from keqiao.org.models import Employee, OrgUnit, Position, Session, Token
from keqiao.org.queries import actor_for, token_owner

GOOD = "correct-horse-4711"


@pytest.fixture
def agent(company) -> Employee:
    actions.change_password(actor=SYSTEM, employee=company.people["agent"], password=GOOD)
    return company.people["agent"]


def log_in(client: Client, password: str, username: str = "agent", **more: str):
    return client.post(reverse("login"), {"username": username, "password": password}, **more)


def test_login_leads_to_the_wanted_page_but_never_to_another_host(agent) -> None:
    client = Client()
    response = client.post(reverse("login") + "?next=/employees/", {"username": "AGENT", "password": GOOD})
    assert response["Location"] == "/employees/"
    other = Client().post(reverse("login") + "?next=https://evil.example/", {"username": "agent", "password": GOOD})
    assert other["Location"] == reverse("home")
    assert Event.objects.filter(verb="employee.logged_in", object_id=agent.pk).count() == 2


def test_a_page_asks_for_login_and_comes_back(company) -> None:
    response = Client().get("/employees/?q=x")
    assert response["Location"] == reverse("login") + "?next=%2Femployees%2F%3Fq%3Dx"


def test_wrong_password_and_unknown_name_get_the_same_answer(agent) -> None:
    wrong = log_in(Client(), "nonsense")
    unknown = log_in(Client(), "nonsense", username="nobody")
    assert wrong.status_code == unknown.status_code == 422
    assert "用户名或密码不对" in wrong.content.decode()
    assert "用户名或密码不对" in unknown.content.decode()


def test_ten_wrong_passwords_lock_the_name_whatever_the_address_and_nobody_else(agent, company) -> None:
    for number in range(10):
        log_in(Client(), "nonsense", headers={"X-Forwarded-For": f"10.0.0.{number}"})
    locked = log_in(Client(), GOOD)
    assert "锁定" in locked.content.decode()
    actions.change_password(actor=SYSTEM, employee=company.people["leader"], password=GOOD)
    assert log_in(Client(), GOOD, username="leader").status_code == 302


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_get_no_more_than_ten_tries(company, in_parallel) -> None:
    actions.change_password(actor=SYSTEM, employee=company.people["agent"], password=GOOD)
    results = in_parallel(lambda _n: authenticate(None, username="agent", password="nonsense"))
    assert sum(isinstance(result, TooMany) for result in results) == 10


def test_leaving_ends_sessions_and_tokens_at_once(agent, company) -> None:
    client = Client()
    log_in(client, GOOD)
    plain = actions.create_token(actor=company.actor("agent"), employee=agent, name="test")
    assert client.get("/employees/").status_code == 200
    assert token_owner(plain) is not None
    actions.deactivate_employee(actor=company.actor("manager"), employee=agent)
    assert client.get("/employees/").status_code == 302
    assert token_owner(plain) is None
    assert log_in(Client(), GOOD).status_code == 422


def test_a_changed_password_throws_other_devices_out_and_keeps_this_one(agent) -> None:
    here, there = Client(), Client()
    log_in(here, GOOD)
    log_in(there, GOOD)
    wrong = here.post(reverse("password"), {"old_password": "x", "new_password": "n" * 12, "repeated": "n" * 12})
    assert wrong.status_code == 422
    new = {"old_password": GOOD, "new_password": "blue-lantern-77", "repeated": "blue-lantern-77"}
    assert here.post(reverse("password"), new).status_code == 302
    assert here.get("/employees/").status_code == 200
    assert there.get("/employees/").status_code == 302


def test_sessions_are_listed_and_ended_only_by_their_owner(agent, company) -> None:
    here, there, stranger = Client(headers={"User-Agent": "Firefox here"}), Client(), company.client("colleague")
    log_in(here, GOOD)
    log_in(there, GOOD)
    assert "Firefox" in here.get(reverse("sessions")).content.decode()
    key = Session.objects.get(session_key=there.session.session_key).pk
    assert stranger.post(reverse("sessions"), {"session": key}).status_code == 404
    assert here.post(reverse("sessions"), {"session": key}).status_code == 302
    assert there.get("/employees/").status_code == 302


def test_a_role_change_is_felt_with_the_next_request(company) -> None:
    client = company.client("leader")
    assert client.get(reverse("positions:list")).status_code == 403
    position = Position.objects.get(name="客服班长")
    actions.change_position(
        actor=SYSTEM,
        position=position,
        name=position.name,
        scope=position.scope,
        powers=[*position.powers, "org.change"],
    )
    assert client.get(reverse("positions:list")).status_code == 200


def test_powers_are_not_self_service(company) -> None:
    with pytest.raises(NotAllowed):
        actions.create_unit(actor=company.actor("agent"), name="x", kind="team")
    response = company.client("agent").post(reverse("positions:create"), {"name": "boss", "scope": "all"})
    assert response.status_code == 403
    assert not Position.objects.filter(name="boss").exists()


def test_a_unit_moves_with_everything_below_it_and_never_below_itself(company) -> None:
    service, team, quality = (company.units[name] for name in ("service", "team", "quality"))
    with pytest.raises(Refused):
        actions.change_unit(actor=SYSTEM, unit=service, name="x", kind="department", parent=team)
    actions.change_unit(actor=SYSTEM, unit=service, name="客服", kind="department", parent=quality)
    team.refresh_from_db()
    assert team.path == f"{OrgUnit.objects.get(pk=quality.pk).path}{service.pk}/{team.pk}/"


def test_scopes_reach_as_far_as_they_say(company) -> None:
    leader, agent, manager = (company.actor(role) for role in ("leader", "agent", "manager"))
    team, finance = company.units["team"].pk, company.units["finance"].pk
    assert leader.covers("customer.view", unit_id=team)
    assert not leader.covers("org.view", unit_id=finance)
    assert manager.covers("customer.view", unit_id=finance)
    assert not agent.covers("customer.view", owner_id=company.people["colleague"].pk, unit_id=team)
    assert agent.covers("customer.view", owner_id=agent.id, unit_id=finance)


def test_a_token_is_shown_once_and_not_kept(agent, company) -> None:
    plain = actions.create_token(actor=company.actor("agent"), employee=agent, name="test")
    assert plain not in str(list(Token.objects.values())) + str(list(Event.objects.values()))
    answer = Client().get("/api/employees", headers={"Authorization": f"Bearer {plain}"})
    assert answer.status_code == 200
    assert Client().get("/api/employees", headers={"Authorization": "Bearer kq_wrong"}).status_code == 401


def test_a_first_password_must_be_changed_before_anything_else(company) -> None:
    employee = company.people["agent"]
    actions.change_password(actor=company.actor("manager"), employee=employee, password=GOOD, must_change=True)
    client = Client()
    log_in(client, GOOD)
    assert client.get("/employees/")["Location"] == reverse("password")


def test_bootstrap_makes_one_who_may_do_everything(db) -> None:
    boss = actions.bootstrap(username="boss", name="店长", password=GOOD)
    assert actor_for(boss).can("org.change")
    assert actor_for(boss).covers("ticket.view", unit_id=4711) or not actor_for(boss).can("ticket.view")
