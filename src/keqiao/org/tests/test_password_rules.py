"""The rules of passwords, kept in the browser."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.org import actions
from keqiao.org.models import Employee, OldPassword, PasswordRules
from keqiao.org.tests.conftest import GOOD, as_actor, log_in

PASSWORDS = ["blue-lantern-77", "green-harbour-88", "quiet-meadow-99"]


def one_row() -> PasswordRules:
    """The one row of a new installation; a test with real transactions leaves the table empty."""
    return PasswordRules.objects.first() or PasswordRules.objects.create()


def keep(**values: Any) -> None:
    actions.change_password_rules(actor=SYSTEM, obj=one_row(), **values)


def change(agent: Employee, password: str) -> None:
    actions.change_password(actor=as_actor(agent), employee=Employee.objects.get(pk=agent.pk), password=password)


def test_the_rules_are_kept_by_the_page_and_felt_at_once(agent: Employee, company: Company) -> None:
    boss, rules = company.client("manager"), one_row()
    url = f"/password-rules/{rules.pk}/edit/"
    body = {"min_length": "16", "refuse_common": "on", "expires_days": "0", "history": "0"}
    assert company.client("agent").post(url, body).status_code in {403, 404}
    assert boss.post(url, body | {"min_length": "3"}).status_code == 422
    assert boss.post(url, body).status_code == 302
    with pytest.raises(Refused, match="16"):
        change(agent, PASSWORDS[0])
    client = Client()
    log_in(client)
    assert "至少 16 个字符" in client.get("/me/password/").content.decode()


def test_common_passwords_are_refused_unless_the_rules_allow_them(agent: Employee) -> None:
    keep(min_length=8)
    with pytest.raises(Refused):
        change(agent, "password123")
    keep(refuse_common=False)
    change(agent, "password123")


def test_the_last_ones_are_not_taken_again(agent: Employee) -> None:
    keep(history=3)
    for password in PASSWORDS:
        change(agent, password)
    for password in PASSWORDS:
        with pytest.raises(Refused, match="最近 3 次"):
            change(agent, password)
    change(agent, GOOD)
    change(agent, PASSWORDS[0])
    assert OldPassword.objects.filter(employee=agent).count() == 3
    keep(history=0)
    change(agent, GOOD)
    assert not OldPassword.objects.exists()


def test_an_old_password_opens_only_the_page_on_which_it_is_changed(agent: Employee) -> None:
    keep(expires_days=90)
    assert log_in(Client()).headers["Location"] == "/"
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        client = Client()
        log_in(client)
        page = client.get("/employees/", follow=True)
        assert page.redirect_chain == [("/me/password/", 302)]
        assert "已超过有效期" in page.content.decode()
        new = {"old_password": GOOD, "new_password": PASSWORDS[0], "repeated": PASSWORDS[0]}
        assert client.post("/me/password/", new).status_code == 302
        assert client.get("/employees/").status_code == 200
