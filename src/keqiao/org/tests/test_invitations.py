"""Invitations: for one address, unit and positions, once, for a week, while the inviter may invite."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.org import actions as org
from keqiao.org.invitations import actions
from keqiao.org.models import Employee, Invitation, Position
from keqiao.org.tests.conftest import link_in, log_in, to_of, work
from keqiao.runtime.models import Job

GOOD = "blue-lantern-77"
JOIN = {"username": "newcomer", "new_password": GOOD, "repeated": GOOD}


def invite(company: Company, email: str = "new@haina.example", **more: Any) -> Invitation:
    position = Position.objects.get(name="客服专员")
    return actions.invite(
        actor=company.actor("manager"),
        email=email,
        name="新同事",
        unit=company.units["team"],
        positions=[position],
        **more,
    )


def link(company: Company, invitation: Invitation) -> str:
    url, _fresh = actions.renew_link(actor=company.actor("manager"), obj=invitation)
    return "/" + url.split("/", 3)[3]


def test_invited_by_the_page_and_the_letter_joined_with_what_was_fixed(company: Company, mailbox: list[Any]) -> None:
    boss, team = company.client("manager"), company.units["team"]
    position = Position.objects.get(name="客服专员")
    body = {"email": "new@haina.example", "name": "新同事", "unit": team.pk, "positions": [position.pk]}
    assert company.client("leader").post("/invitations/new/", body).status_code == 403
    assert boss.post("/invitations/new/", body).status_code == 302
    work()
    assert to_of(mailbox[0]) == "new@haina.example"
    path, client = link_in(mailbox[0]), Client()
    assert "新同事" in client.get(path).content.decode()
    other = {"email": "evil@evil.example", "unit": company.units["head"].pk, "name": "Evil", "is_active": "on",
             "positions": list(Position.objects.values_list("pk", flat=True))}  # fmt: skip
    assert client.post(path, JOIN | other).headers["Location"] == "/login/"
    made = Employee.objects.get(username="newcomer")
    assert (made.email, made.unit, made.name) == ("new@haina.example", team, "新同事")
    assert list(made.positions.all()) == [position]
    assert not made.must_change_password
    assert log_in(Client(), GOOD, "newcomer").headers["Location"] == "/"
    assert client.post(path, JOIN | {"username": "second"}).status_code == 410
    assert Event.objects.filter(verb="invitation.accepted").count() == 1
    assert "已加入" in boss.get("/invitations/?view=all").content.decode()


def test_the_link_can_be_copied_where_there_is_no_mail_server(company: Company, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    invitation, boss = invite(company), company.client("manager")
    assert not Job.objects.exists()
    assert "自行发给对方" in boss.get("/invitations/new/").content.decode()
    url = f"/invitations/{invitation.pk}/link/"
    assert company.client("leader").post(url).status_code in {403, 404}
    shown = boss.post(url)
    assert "no-store" in shown["Cache-Control"]
    found = re.search(r'id="answer-url">https?://[^/]+(/[^<]+)<', shown.content.decode())
    assert found
    assert Client().get(found[1]).status_code == 200
    boss.post(url)
    assert Client().get(found[1]).status_code == 410, "a new link replaces the old one"


def test_it_expires_and_can_be_withdrawn(company: Company) -> None:
    first, second = invite(company), invite(company, "other@haina.example")
    early, late = link(company, first), link(company, second)
    actions.withdraw(actor=company.actor("manager"), obj=first)
    assert Client().post(early, JOIN).status_code == 410
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        assert Client().post(late, JOIN).status_code == 410
        assert Invitation.objects.get(pk=second.pk).state == "expired"
    assert not Employee.objects.filter(username="newcomer").exists()


@pytest.mark.parametrize("what", ["left", "lost the power"])
def test_it_is_void_once_the_inviter_may_not_invite(company: Company, what: str) -> None:
    path, boss = link(company, invite(company)), company.people["manager"]
    if what == "left":
        org.deactivate_employee(actor=SYSTEM, employee=boss)
    else:
        org.change_employee(actor=SYSTEM, employee=boss, positions=[])
    assert Client().post(path, JOIN).status_code == 410


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_posts_at_once_make_one_employee(company: Company, in_parallel: Callable[..., list[Any]]) -> None:
    path, before = link(company, invite(company)), Employee.objects.count()
    answers = in_parallel(lambda n: Client().post(path, JOIN | {"username": f"new{n}"}).status_code, 20)
    assert answers.count(302) == 1, answers
    assert set(answers) <= {302, 410, 422}
    assert Employee.objects.count() == before + 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_condition_several_would_come_in(company: Company, in_parallel: Callable[..., list[Any]]) -> None:
    """The control: looking first and writing then."""
    path = link(company, invite(company))
    secret, looked = path.rstrip("/").rpartition("/")[2], threading.Barrier(12)

    def careless(number: int) -> bool:
        found = actions.find(secret)
        looked.wait()
        if found is None:
            return False
        Invitation.objects.filter(pk=found.pk).update(accepted_at=timezone.now())
        org.create_employee(actor=SYSTEM, username=f"n{number}", name="x", unit=found.unit)
        return True

    assert sum(one is True for one in in_parallel(careless, 12)) > 1


def test_one_open_invitation_for_an_address(company: Company) -> None:
    first = invite(company)
    old = link(company, first)
    invite(company, "NEW@haina.example")
    assert Client().get(old).status_code == 410
    with pytest.raises(IntegrityError):
        Invitation.objects.create(
            email="new@HAINA.example", name="x", unit=company.units["team"], digest="d", expires_at=timezone.now()
        )


def test_who_works_here_is_not_invited_again(company: Company) -> None:
    Employee.objects.filter(username="agent").update(email="agent@haina.example")
    with pytest.raises(Refused, match="已有在职员工"):
        invite(company, "Agent@haina.example")


def test_a_taken_user_name_and_a_weak_password_leave_the_invitation_open(company: Company) -> None:
    path, client = link(company, invite(company)), Client()
    for wrong in ({"username": "Agent"}, {"new_password": "short", "repeated": "short"}, {"repeated": "other"}):
        answer = client.post(path, JOIN | wrong)
        assert answer.status_code == 422
    assert 'value="newcomer"' in answer.content.decode()
    assert client.post(path, JOIN).status_code == 302


def test_only_a_hash_is_kept(company: Company) -> None:
    path = link(company, invite(company))
    secret = path.rstrip("/").rpartition("/")[2]
    assert secret not in str([*Invitation.objects.values(), *Event.objects.values()])
    assert len(secret) >= 43
