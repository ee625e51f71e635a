"""A new password by e-mail, another address or phone: the right host, the right person, once, and nothing told to strangers."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.mailing.models import Mail
from keqiao.org import actions, mail
from keqiao.org.models import Employee, PersonalLink, Token
from keqiao.org.queries import token_digest
from keqiao.org.recovery import actions as recovery
from keqiao.org.tests.conftest import GOOD, as_actor, free_port, is_in, link_in, log_in, text_of, to_of, work
from keqiao.runtime.models import Job

ASK = "/login/reset/"
NEW = "blue-lantern-77"
Mailbox = list[Any]


def ask(email: str = "agent@haina.example", **headers: str) -> Any:
    return Client(raise_request_exception=False).post(ASK, {"email": email}, headers=headers)


def test_a_link_by_mail_sets_a_new_password_and_ends_everything_old(agent: Employee, mailbox: Mailbox) -> None:
    old = Client()
    log_in(old)
    actions.create_token(actor=as_actor(agent), employee=agent, name="x")
    assert ask("AGENT@haina.example").status_code == 200
    work()
    assert [to_of(message) for message in mailbox] == ["agent@haina.example"]
    assert "agent" in text_of(mailbox[0])
    path = link_in(mailbox[0])
    client = Client()
    assert client.get(path).status_code == 200
    weak = client.post(path, {"new_password": "short", "repeated": "short"})
    assert weak.status_code == 422
    assert client.post(path, {"new_password": NEW, "repeated": NEW}).headers["Location"] == "/login/"
    assert not is_in(old)
    assert not Token.objects.filter(revoked_at=None).exists()
    assert client.post(path, {"new_password": "x" * 12, "repeated": "x" * 12}).status_code == 410
    assert log_in(Client(), GOOD).status_code == 422
    assert log_in(Client(), NEW).status_code == 302
    assert Event.objects.filter(verb="employee.reset_used", object_id=agent.pk).exists()


@pytest.mark.parametrize(
    ("header", "status"),
    [("Host", 400), ("X-Forwarded-Host", 200), ("X-Host", 200), ("Forwarded", 200), ("X-Original-Host", 200)],
)
def test_the_link_never_leads_where_the_request_says(
    agent: Employee, mailbox: Mailbox, header: str, status: int
) -> None:
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    assert ask(**{header: value}).status_code == status
    work()
    assert len(mailbox) == (1 if status == 200 else 0)
    for message in mailbox:
        assert link_in(message)
        assert "evil" not in message.as_string() + text_of(message)


def test_nobody_learns_who_works_here(agent: Employee, mailbox: Mailbox) -> None:
    def answer(email: str) -> tuple[int, str]:
        response = ask(email)
        return response.status_code, re.sub(
            r'Token" value="\w+"|token" value="\w+"', "", response.content.decode()
        ).replace(email, "")

    known, unknown = "agent@haina.example", "nobody@haina.example"
    assert answer(known) == answer(unknown)
    counts = []
    for email in (known, unknown):  # the request asks the database the same, so it takes the same time
        with CaptureQueriesContext(connection) as seen:
            ask(email)
        asked = [query["sql"] for query in seen.captured_queries]
        assert not any("org_employee" in sql for sql in asked)
        counts.append([sql.split()[:3] for sql in asked if "SAVEPOINT" not in sql])
    assert counts[0] == counts[1]
    work()
    assert {to_of(message) for message in mailbox} == {known}


def test_five_letters_an_hour_for_an_address_known_or_not(agent: Employee, mailbox: Mailbox) -> None:
    for email in ("agent@haina.example", "nobody@haina.example"):
        answers = [ask(email, **{"X-Forwarded-For": f"10.0.0.{n}"}) for n in range(7)]
        assert [one.status_code for one in answers] == [200] * 5 + [422] * 2
        assert "尝试次数过多" in answers[-1].content.decode()
    work()
    assert len(mailbox) == 5
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert ask().status_code == 200


def test_a_link_is_good_for_an_hour_and_only_the_newest_counts(agent: Employee, mailbox: Mailbox) -> None:
    ask()
    ask()
    work()
    older, newer = (link_in(message) for message in mailbox)
    assert Client().get(older).status_code == 410
    assert Client().get(newer).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert Client().get(newer).status_code == 410


@pytest.mark.parametrize("deed", ["leave", "password"])
def test_a_link_dies_with_the_leaver_and_with_another_new_password(
    agent: Employee, mailbox: Mailbox, deed: str
) -> None:
    ask()
    work()
    if deed == "leave":
        actions.deactivate_employee(actor=SYSTEM, employee=agent)
    else:
        actions.change_password(actor=SYSTEM, employee=agent, password=NEW)
    assert Client().post(link_in(mailbox[0]), {"new_password": "z" * 12, "repeated": "z" * 12}).status_code == 410
    ask()
    work()
    assert len(mailbox) == (1 if deed == "leave" else 2)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_link_sent_by_many_at_once_works_once(
    agent: Employee, mailbox: Mailbox, in_parallel: Callable[..., list[Any]]
) -> None:
    ask()
    work()
    link = recovery.find(link_in(mailbox[0]).split("/")[3], "password")
    assert link is not None
    results = in_parallel(lambda n: recovery.set_password(link=link, password=f"blue-lantern-{n}"), 8)
    assert sum(one is None for one in results) == 1, results
    assert sum(isinstance(one, Refused) for one in results) == 7


def test_only_hashes_are_kept_and_the_signing_key_makes_no_link(
    agent: Employee, mailbox: Mailbox, settings: Any
) -> None:
    ask()
    recovery.answer_request("agent@haina.example", "")
    waiting = [*Job.objects.values(), *Mail.objects.values()]
    assert "sealed_by" in str(waiting)
    work()
    secrets = [link_in(message).split("/")[3] for message in mailbox]
    kept = str([*PersonalLink.objects.values(), *Job.objects.values(), *Event.objects.values(), *waiting])
    assert len(secrets) == 2
    assert not [plain for plain in secrets if plain in kept]
    assert PersonalLink.objects.get().digest in map(token_digest, secrets)
    for made in (signing.dumps(agent.pk), signing.dumps({"id": agent.pk}), str(agent.pk)):
        assert Client().get(f"{ASK}{made}/").status_code == 410
    assert min(map(len, secrets)) >= 43
    assert len({recovery.fresh_link(agent, "password", timedelta(hours=1)) for _each in range(5)}) == 5


def test_without_a_mail_server_the_page_says_what_to_do(agent: Employee, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    page = Client().get(ASK).content.decode()
    assert "联系管理员" in page
    assert 'name="email"' not in page
    ask()
    assert not Job.objects.exists()


def test_a_mail_server_that_is_down_for_an_hour_loses_nothing(agent: Employee, mailbox: Mailbox, settings: Any) -> None:
    running, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    mail.post(to="a@b.example", name="甲", subject="x", body="y", until=timezone.now() + timedelta(days=1))
    with time_machine.travel(timezone.now()) as moving:
        for _time in range(60):
            work()
            moving.shift(timedelta(minutes=1))
        assert not mailbox
        settings.EMAIL_PORT = running
        for _time in range(60):
            work()
            moving.shift(timedelta(minutes=1))
    assert len(mailbox) == 1
    assert Mail.objects.get().state == Mail.State.SENT


def contact(client: Client, kind: str, value: str, password: str = GOOD) -> Any:
    return client.post("/me/", {"kind": kind, f"{kind}-value": value, f"{kind}-password": password})


def test_another_address_counts_when_its_owner_has_confirmed(
    agent: Employee, mailbox: Mailbox, company: Company
) -> None:
    client = Client()
    log_in(client)
    assert contact(client, "email", "new@haina.example", "wrong").status_code == 422
    assert contact(client, "email", "nonsense").status_code == 422
    assert contact(client, "email", "new@haina.example").status_code == 302
    work()
    assert [to_of(message) for message in mailbox] == ["new@haina.example"]
    path = link_in(mailbox[0])
    agent.refresh_from_db()
    assert agent.email == "agent@haina.example"

    stranger = company.client("colleague")
    assert stranger.get(path).status_code == stranger.post(path).status_code == 403
    assert Client().get(path).headers["Location"].startswith("/login/")
    for person in (agent, company.people["colleague"]):
        person.refresh_from_db()
    assert (agent.email, company.people["colleague"].email) == ("agent@haina.example", "")

    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 302
    agent.refresh_from_db()
    assert agent.email == "new@haina.example"
    work()
    assert to_of(mailbox[1]) == "agent@haina.example", "the old address is told"
    assert client.post(path).status_code == 410
    assert client.get(path).status_code == 410


def test_another_phone_is_confirmed_by_the_persons_own_mail(agent: Employee, mailbox: Mailbox) -> None:
    client = Client()
    log_in(client)
    assert contact(client, "phone", "123").status_code == 422
    contact(client, "phone", "138 0013 8000")
    work()
    assert to_of(mailbox[0]) == "agent@haina.example"
    client.post(link_in(mailbox[0]))
    agent.refresh_from_db()
    assert agent.phone == "13800138000"


def test_a_token_of_one_person_is_refused_to_another_in_the_action_too(
    agent: Employee, mailbox: Mailbox, company: Company
) -> None:
    recovery.ask_contact(actor=as_actor(agent), employee=agent, kind="email", value="new@haina.example")
    link = PersonalLink.objects.get()
    with pytest.raises(NotAllowed):
        recovery.confirm_contact(actor=company.actor("manager"), link=link)
    with pytest.raises(NotAllowed):
        recovery.ask_contact(actor=company.actor("manager"), employee=agent, kind="email", value="x@haina.example")


def test_a_link_for_one_thing_does_not_do_another(agent: Employee, mailbox: Mailbox) -> None:
    recovery.ask_contact(actor=as_actor(agent), employee=agent, kind="email", value="new@haina.example")
    work()
    token = link_in(mailbox[0]).split("/")[3]
    assert Client().get(f"{ASK}{token}/").status_code == 410
