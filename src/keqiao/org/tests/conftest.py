"""A real mail server for tests of letters, and people with a password and a second factor."""

import re
import socket
from collections.abc import Callable, Iterator
from email.utils import parseaddr
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.org import actions
from keqiao.org.factors import actions as factors
from keqiao.org.factors import totp
from keqiao.org.models import Employee, SecondFactor
from keqiao.org.queries import actor_for
from keqiao.runtime import jobs

GOOD = "correct-horse-4711"
Mailbox = list[Any]


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Any) -> None:
    settings.SEAL_KEYS = tmp_path / "keys.json"


@pytest.fixture
def agent(company: Company) -> Employee:
    """An agent with a password and an address."""
    person = company.people["agent"]
    Employee.objects.filter(pk=person.pk).update(email="agent@haina.example")
    person.refresh_from_db()
    actions.change_password(actor=SYSTEM, employee=person, password=GOOD)
    return person


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A real mail server, and what it has received."""
    received: Mailbox = []

    class Keep(Message):
        def handle_message(self, message: Any) -> None:
            received.append(message)

    port = free_port()
    server = Controller(Keep(), hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL = "kefu@haina.example"
    settings.PUBLIC_URL = "https://kefu.haina.example"
    yield received
    server.stop()


def work() -> None:
    """Do all jobs that wait."""
    while jobs.work():
        pass


def to_of(message: Any) -> str:
    """The address that a letter went to."""
    return parseaddr(str(message["To"]))[1]


def text_of(message: Any) -> str:
    """What a letter says."""
    return str(message.get_payload(decode=True).decode())


def link_in(message: Any) -> str:
    """The path of the link in a letter."""
    found = re.search(r"https://kefu\.haina\.example(/\S+)", text_of(message))
    assert found, text_of(message)
    return found[1]


def log_in(client: Client, password: str = GOOD, username: str = "agent", **more: Any) -> Any:
    """The first step of a login."""
    return client.post(reverse("login"), {"username": username, "password": password}, **more)


def is_in(client: Client) -> bool:
    """Whether pages behind the login open."""
    return client.get(reverse("sessions")).status_code == 200


@pytest.fixture
def clock() -> Iterator[Any]:
    """Time that stands still until a test moves it."""
    with time_machine.travel(timezone.now(), tick=False) as moving:
        yield moving


@pytest.fixture
def phone(agent: Employee, clock: Any) -> Callable[[], str]:
    """The agent's phone: shows a fresh code at each call, because half a minute passes first."""
    actor = as_actor(agent)
    factors.begin(actor=actor, employee=agent)
    secret = factors.secret_of(SecondFactor.objects.get())

    def show() -> str:
        clock.shift(totp.STEP)
        return totp.code_at(secret, timezone.now())

    factors.confirm(actor=actor, employee=agent, code=show())
    return show


def as_actor(employee: Employee) -> Any:
    """The employee as an actor."""

    return actor_for(Employee.objects.get(pk=employee.pk))
