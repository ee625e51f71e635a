"""A real mail server, and one that says no."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message as Email
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """What a real mail server has received. `says` is its answer to a recipient, `cuts` breaks off after the body."""

    def __init__(self) -> None:
        self.received: list[Email] = []
        self.says = ""
        self.cuts = False
        self.before: Any = None

    def subjects(self) -> list[str]:
        return [str(one["Subject"]) for one in self.received]


class Handler(Message):
    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 – aiosmtpd's name
        if self.server.says:
            return self.server.says
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 – aiosmtpd's name
        if self.server.before is not None:
            self.server.before()
        answer = await super().handle_DATA(server, session, envelope)
        if self.server.cuts:
            server.transport.abort()
        return str(answer)

    def handle_message(self, message: Email) -> None:
        self.server.received.append(message)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    """A real mail server, which the settings name."""
    kept = Server()
    port = free_port()
    controller = Controller(Handler(kept), hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL = "kefu@haina.example"
    yield kept
    controller.stop()


@pytest.fixture
def clock() -> Iterator[Any]:
    """Time that stands until it is moved."""
    with time_machine.travel(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), tick=False) as moving:
        yield moving
