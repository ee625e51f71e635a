"""Real receivers on this machine, subscriptions to them, and a clock."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import time_machine

from keqiao.audit import readers
from keqiao.conftest import Company
from keqiao.customers.actions import change_customer, create_customer
from keqiao.customers.models import Customer
from keqiao.kernel.actor import SYSTEM
from keqiao.org.actions import refresh_access
from keqiao.webhooks import actions, jobs, policies
from keqiao.webhooks.models import Subscription

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass
class Got:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def uid(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """A real HTTP server. `says` gives the status for a request; `location` goes with it; `then` runs before the answer."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    says: Callable[[Got], int] = lambda got: 200
    location: str = ""
    then: Callable[[], None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def good(self) -> list[str]:
        """The ids of messages, in their order, each attempt."""
        return [one.uid for one in self.got]


class Running:
    """Starts and stops a receiver at one port."""

    def __init__(self) -> None:
        self.receiver = Receiver()
        self.server: ThreadingHTTPServer | None = None
        self.start()

    def start(self) -> None:
        receiver = self.receiver

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802 – the library's name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                one = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                receiver.got.append(one)
                if receiver.then is not None:
                    receiver.then()
                self.send_response(receiver.says(one))
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", receiver.port), Handler)
        receiver.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def running(settings: Any) -> Iterator[Running]:
    """A receiver that the administrator of the machine allows."""
    settings.WEBHOOK_ALLOW = ["127.0.0.1/32"]
    one = Running()
    yield one
    one.stop()


@pytest.fixture
def receiver(running: Running) -> Receiver:
    return running.receiver


@pytest.fixture
def clock() -> Iterator[Any]:
    """Time that stands until it is moved."""
    with time_machine.travel(NOW, tick=False) as moving:
        yield moving


@pytest.fixture
def subscribe(company: Company) -> Callable[..., Subscription]:
    """Make a subscription of somebody."""

    def make(
        url: str, events: tuple[str, ...] = ("customer.*",), role: str = "manager", name: str = "ERP"
    ) -> Subscription:
        return actions.create(actor=company.actor(role), name=name, url=url, events=list(events))

    return make


def flow() -> int:
    """From the outbox to the receivers, once; returns how many messages were tried."""
    while readers.read("webhooks"):
        pass
    return jobs.send_due()


def drain() -> None:
    """Until nothing is due."""
    while flow():
        pass


PHONE = "13913572468"


def customer(company: Company, name: str = "王师傅", **more: Any) -> Customer:
    return create_customer(actor=SYSTEM, name=name, owner=company.people["agent"], phone=PHONE, **more)


def rename(one: Customer, note: str) -> None:
    change_customer(actor=SYSTEM, obj=one, note=note)


def grant(company: Company, role: str, *more: str) -> None:
    """Give a role's position the power."""
    position = company.people[role].positions.get()
    position.powers = sorted({*position.powers, policies.POWER, *more})
    position.save()
    refresh_access()
