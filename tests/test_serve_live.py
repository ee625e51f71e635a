"""Live events over real WebSockets."""

import contextlib
import http.client
import http.cookies
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import orjson
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.processes import environment, keqiao, up

PASSWORD = "right-horse-battery"


class Browser:
    """Logs in as a browser does."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies = http.cookies.SimpleCookie()

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Cookie": self.cookie(), "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies.load(value)
        text = answer.read().decode()
        connection.close()
        return text

    def cookie(self) -> str:
        return "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())

    def log_in(self, username: str = "boss") -> None:
        form = self.ask("GET", "/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token
        fields = {"csrfmiddlewaretoken": token[1], "username": username, "password": PASSWORD}
        self.ask("POST", "/login/", fields)
        assert "sessionid" in self.cookies

    def socket(self, *, origin: str = "", path: str = "/live", cookie: str | None = None) -> ClientConnection:
        return connect(
            f"ws://127.0.0.1:{self.port}{path}",
            origin=origin or f"http://127.0.0.1:{self.port}",  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie() if cookie is None else cookie},
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, install: Callable[[Path], Path]) -> Iterator[tuple[Path, int]]:
    """The program running with one employee."""
    data = install(tmp_path_factory.mktemp("live") / "data")
    made = keqiao(data, "createsuperuser", "--username", "boss", "--name", "王", "--password-stdin", stdin=PASSWORD)
    assert made.returncode == 0, made.stderr
    with up(data, "--workers", "1", "--no-worker") as (_process, port):
        yield data, port


@pytest.fixture
def visitor(place: tuple[Path, int]) -> Browser:
    """A browser in which the employee is logged in."""
    found = Browser(place[1])
    found.log_in()
    return found


def change(data: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(data / "keqiao.sqlite3", timeout=20)) as database:
        assert database.execute(statement, values).rowcount
        database.commit()


def closed_after(socket: ClientConnection) -> float:
    """Seconds until the server closes."""
    started = time.monotonic()
    with contextlib.suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=10)
    return time.monotonic() - started


def test_tells_what_waits_and_what_is_new(place: tuple[Path, int], visitor: Browser) -> None:
    with visitor.socket() as socket:
        assert orjson.loads(socket.recv(timeout=10)) == {"todo": 0, "notice": 0}
        made = keqiao(place[0], "token", "create", "boss")
        assert made.returncode == 0
        socket.send("hello")  # pages say nothing, and nobody listens
        assert socket.ping().wait(5)


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1.evil.example", "null"])
def test_refuses_pages_of_other_sites(visitor: Browser, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        visitor.socket(origin=origin)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("cookie", ["", "sessionid=", "sessionid=abcdefghijklmnopqrstuvwxyz012345", 'sessionid="\\'])
def test_refuses_strangers(visitor: Browser, cookie: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        visitor.socket(cookie=cookie)
    assert refused.value.response.status_code == 403


def test_refuses_other_addresses(visitor: Browser) -> None:
    with pytest.raises(InvalidStatus):
        visitor.socket(path="/elsewhere")


def test_ends_within_five_seconds_of_the_session(place: tuple[Path, int], visitor: Browser) -> None:
    with visitor.socket() as socket:
        socket.recv(timeout=10)
        change(place[0], "DELETE FROM org_session WHERE session_key = ?", visitor.cookies["sessionid"].value)
        assert closed_after(socket) < 5


def test_ends_within_five_seconds_of_deactivation(place: tuple[Path, int], visitor: Browser) -> None:
    with visitor.socket() as socket:
        socket.recv(timeout=10)
        change(place[0], "UPDATE org_employee SET is_active = 0 WHERE username = 'boss'")
        try:
            assert closed_after(socket) < 5
        finally:
            change(place[0], "UPDATE org_employee SET is_active = 1 WHERE username = 'boss'")


def test_sockets_of_one_session_are_limited(visitor: Browser) -> None:
    with contextlib.ExitStack() as open_pages:
        for _ in range(20):
            open_pages.enter_context(visitor.socket())
        with pytest.raises(InvalidStatus):
            visitor.socket()


WAITING = """
import django; django.setup()
from keqiao.kernel.actor import SYSTEM
from keqiao.notices.actions import notify, open_todo
from keqiao.org.actions import change_password, create_employee, create_position, create_unit
post = create_position(actor=SYSTEM, name="师傅", scope="department", powers=["customer.view"])
units = [create_unit(actor=SYSTEM, name=name, kind="department", parent=None) for name in ("维修部", "物流部")]
for number, (username, unit) in enumerate(zip(("repair", "logistics"), units)):
    one = create_employee(actor=SYSTEM, username=username, name=username, unit=unit, positions=[post])
    change_password(actor=SYSTEM, employee=one, password="PASSWORD", must_change=False)
    if username == "repair":
        for pk in (1, 2):
            open_todo(label="x.x", object_id=pk, kind="x", title="维修部的事", url="/", unit_id=unit.pk, power="customer.view")
        open_todo(label="x.x", object_id=3, kind="x", title="本人的事", url="/", employee_id=one.pk)
        notify(actor=SYSTEM, to=[one.pk], title="给维修部的人", url="/", kind="x", key="x")
    else:
        open_todo(label="x.x", object_id=4, kind="x", title="物流部的事", url="/", unit_id=unit.pk, power="customer.view")
""".replace("PASSWORD", PASSWORD)


def test_a_session_of_another_department_hears_its_own_counts_only(place: tuple[Path, int]) -> None:
    env = environment(place[0], DJANGO_SETTINGS_MODULE="keqiao.config.settings")
    done = subprocess.run(
        [sys.executable, "-c", WAITING], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    repair, logistics = Browser(place[1]), Browser(place[1])
    repair.log_in("repair")
    logistics.log_in("logistics")
    with repair.socket() as ours, logistics.socket() as theirs:
        assert orjson.loads(ours.recv(timeout=10)) == {"todo": 3, "notice": 1}
        assert orjson.loads(theirs.recv(timeout=10)) == {"todo": 1, "notice": 0}
        change(place[0], "UPDATE notices_todo SET done_at = created_at WHERE object_id = 1")
        assert orjson.loads(ours.recv(timeout=10)) == {"todo": 2, "notice": 1}
        # the end of one session ends its own socket and leaves the other alone
        change(place[0], "DELETE FROM org_session WHERE session_key = ?", repair.cookies["sessionid"].value)
        assert closed_after(ours) < 5
        change(place[0], "UPDATE notices_todo SET done_at = created_at WHERE object_id = 4")
        assert orjson.loads(theirs.recv(timeout=10)) == {"todo": 0, "notice": 0}
