"""Losing access in the running program: session, token and open socket are dead within five seconds, in every process."""

import http.client
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from websockets.sync.client import ClientConnection

from tests.processes import environment, keqiao, up
from tests.test_serve_live import PASSWORD, Browser, closed_after

SOON = 5.0
STAFF = """
import django; django.setup()
from keqiao.kernel.actor import SYSTEM
from keqiao.notices.actions import open_todo
from keqiao.org.actions import change_password, create_employee, create_position, create_unit
units = [create_unit(actor=SYSTEM, name=name, kind="department", parent=None) for name in ("维修部", "物流部")]
post = create_position(actor=SYSTEM, name="客服", scope="all", powers=["customer.view"])
for name in ("leaver", "renewed", "moved"):
    one = create_employee(actor=SYSTEM, username=name, name=name, unit=units[0], positions=[post])
    change_password(actor=SYSTEM, employee=one, password="PASSWORD", must_change=False)
for pk in (1, 2):
    open_todo(label="x.x", object_id=pk, kind="x", title="维修部的事", url="/", unit_id=units[0].pk, power="customer.view")
print(one.pk, units[1].pk)
""".replace("PASSWORD", PASSWORD)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, install: Callable[[Path], Path]) -> Iterator[tuple[Path, int, int]]:
    """The program with two web processes, an administrator and three employees; the other unit's id."""
    data = install(tmp_path_factory.mktemp("access") / "data")
    made = keqiao(data, "createsuperuser", "--username", "boss", "--name", "王", "--password-stdin", stdin=PASSWORD)
    assert made.returncode == 0, made.stderr
    env = environment(data, DJANGO_SETTINGS_MODULE="keqiao.config.settings")
    done = subprocess.run(
        [sys.executable, "-c", STAFF], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    with up(data, "--workers", "2", "--no-worker") as (_process, port):
        yield data, port, int(done.stdout.split()[1])


class Person:
    """Somebody with a session, a token and an open page."""

    def __init__(self, data: Path, port: int, name: str) -> None:
        self.browser, self.port = Browser(port), port
        self.browser.log_in(name)
        made = keqiao(data, "token", "create", name)
        assert made.returncode == 0, made.stderr
        self.token = made.stdout.strip()
        self.socket: ClientConnection = self.browser.socket()

    def ask(self, path: str, **headers: str) -> int:
        """The status of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers=headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def statuses(self) -> tuple[int, int]:
        """By session and by token."""
        page = self.ask("/customers/", Cookie=self.browser.cookie())
        return page, self.ask("/api/customers", Authorization=f"Bearer {self.token}")


@pytest.fixture(scope="module")
def boss(place: tuple[Path, int, int]) -> Browser:
    """The administrator, logged in."""
    found = Browser(place[1])
    found.log_in()
    return found


def employee(boss: Browser, name: str) -> str:
    """The address of somebody's page."""
    found = re.search(r'class="row-link" href="(/employees/\d+/)"', boss.ask("GET", f"/employees/?q={name}"))
    assert found
    return found[1]


def do(boss: Browser, path: str, fields: dict[str, str]) -> None:
    """Fill in a form of the administrator's."""
    page = boss.ask("GET", path)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token, page[:500]
    boss.ask("POST", path, fields | {"csrfmiddlewaretoken": token[1]})


@pytest.mark.parametrize(
    ("name", "verb", "fields"), [("leaver", "leave", {}), ("renewed", "reset", {"password": "blue-lantern-77"})]
)
def test_a_leaver_and_a_new_password_end_everything(
    place: tuple[Path, int, int], boss: Browser, name: str, verb: str, fields: dict[str, str]
) -> None:
    person = Person(place[0], place[1], name)
    with person.socket as socket:
        assert orjson.loads(socket.recv(timeout=10))["todo"] == 2
        assert person.statuses() == (200, 200)
        started = time.monotonic()
        do(boss, f"{employee(boss, name)}do/{verb}/", fields)
        assert person.statuses() == (302, 401), "at once, in every process"
        assert closed_after(socket) < SOON
        assert time.monotonic() - started < SOON + 2


def test_another_position_and_unit_are_felt_by_session_token_and_socket(
    place: tuple[Path, int, int], boss: Browser
) -> None:
    person = Person(place[0], place[1], "moved")
    with person.socket as socket:
        assert orjson.loads(socket.recv(timeout=10))["todo"] == 2
        assert person.statuses() == (200, 200)
        page = boss.ask("GET", f"{employee(boss, 'moved')}edit/")
        other = re.search(r'name="positions" value="(\d+)"[^>]*>\s*系统管理员', page)
        assert other
        do(boss, "/positions/new/", {"name": "旁观", "scope": "own", "reveals_a_day": "0"})
        page = boss.ask("GET", f"{employee(boss, 'moved')}edit/")
        nothing = re.search(r'name="positions" value="(\d+)"[^>]*>\s*旁观', page)
        assert nothing
        fields = {"username": "moved", "name": "moved", "unit": str(place[2]), "positions": nothing[1]}
        do(boss, f"{employee(boss, 'moved')}edit/", fields)
        started = time.monotonic()
        assert person.statuses() == (403, 403)
        assert orjson.loads(socket.recv(timeout=10))["todo"] == 0, "the old unit's to-dos are not told any more"
        assert time.monotonic() - started < SOON
