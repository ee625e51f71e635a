"""kill -9 in the middle of an export, a bulk action, a mail, the undoing of an import: each goes on, and nothing twice."""

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from keqiao.mailing.tests.conftest import Handler, Server
from tests.base import PASSWORD, Base, submit
from tests.processes import children, free_port, keqiao, until, up

CUSTOMERS = 12_000
TICKETS = 50  # of one request


@contextmanager
def browser(port: int) -> Iterator[httpx.Client]:
    """Somebody who is logged in."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=30) as client:
        submit(client, "/login/", {"username": "boss", "password": PASSWORD})
        yield client


def worker_of(parent: int) -> int:
    """The worker, which is started last."""
    return max(until(lambda: len(found := children(parent)) == 2 and found, "a web process and a worker"))


def kill_worker(parent: int) -> None:
    """kill -9, and wait for the next one."""
    victim = worker_of(parent)
    os.kill(victim, signal.SIGKILL)
    until(lambda: worker_of(parent) != victim, "another worker")


@pytest.fixture
def stocked(base: Base, tmp_path: Path) -> Base:
    """Many customers, all from one file, who may be taken away without asking."""
    base.employee("boss", "王")
    lines = "".join(f"导入客户{number},139{number:08d}\n" for number in range(CUSTOMERS))
    (tmp_path / "list.csv").write_text(f"客户名称,电话\n{lines}", encoding="utf-8")
    came = keqiao(base.data, "import", "customers", str(tmp_path / "list.csv"), "--json", **base.more)
    assert json.loads(came.stdout)["created"] == CUSTOMERS, came.stderr
    base.do("DELETE FROM exports_exportsettings")
    base.do("INSERT INTO exports_exportsettings (approval_rows, keep_days) VALUES (1000000, 3)")
    return base


def test_an_export_begins_anew_and_is_offered_once(stocked: Base) -> None:
    with up(stocked.data, "--workers", "1", **stocked.more) as (parent, port), browser(port) as client:
        page = submit(client, "/customers/export/?format=csv&view=all", {})
        assert "/exports/" in page.url.path
        until(lambda: stocked.one("SELECT max(done) FROM runtime_job WHERE name = 'exports.make'"), "a part is written")
        kill_worker(parent.pid)
        assert stocked.one("SELECT state FROM exports_export") == "making", "killed too late"
        assert client.get(f"{page.url.path}file/").status_code == 404
        stocked.lease_is_over()
        until(lambda: stocked.one("SELECT state FROM exports_export") == "ready", "the export is made")
        file = client.get(f"{page.url.path}file/").content.decode("utf-8-sig")
    assert sum(line.count("导入客户") for line in file.splitlines()) == CUSTOMERS
    assert len({line.split(",")[0] for line in file.splitlines() if "导入客户" in line}) == CUSTOMERS
    assert len(list((stocked.data / "exports").glob("*.csv"))) == 1
    assert stocked.one("SELECT count(*) FROM audit_event WHERE verb = 'export.made'") == 1
    assert stocked.one("SELECT attempts FROM runtime_job WHERE name = 'exports.make'") == 2


def test_the_undoing_of_an_import_goes_on(stocked: Base) -> None:
    batch = stocked.one("SELECT id FROM customers_importbatch")
    with up(stocked.data, "--workers", "1", **stocked.more) as (parent, port), browser(port) as client:
        submit(client, f"/customers/imports/{batch}/undo/", {})
        until(lambda: stocked.one("SELECT undone FROM customers_importbatch"), "some are gone")
        kill_worker(parent.pid)
        assert stocked.one("SELECT state FROM customers_importbatch") == "undoing", "killed too late"
        stocked.lease_is_over()
        until(lambda: stocked.one("SELECT state FROM customers_importbatch") == "undone", "all is taken back")
    assert stocked.one("SELECT count(*) FROM customers_customer") == 0
    assert stocked.one("SELECT count(*) FROM customers_contactpoint") == 0
    removed = stocked.rows("SELECT object_id FROM audit_event WHERE verb = 'customer.removed'")
    assert len(removed) == len(set(removed)) == CUSTOMERS
    assert stocked.one("SELECT undone FROM customers_importbatch") == CUSTOMERS
    assert stocked.one("SELECT attempts FROM runtime_job WHERE name = 'customers.undo_import'") == 2


def test_a_bulk_action_sent_again_does_the_rest(base: Base) -> None:
    """Each record is a deed of its own: those that were done stay done, the others are done by the second try."""
    base.employee("boss", "王")
    other, program = base.employee("other", "李"), {"Authorization": f"Bearer {base.token('boss')}"}
    with up(base.data, "--workers", "1", **base.more) as (parent, port), browser(port) as client:
        for number in range(TICKETS):
            matter = {"kind": "consultation", "channel": "phone", "contact_name": "李四", "subject": f"咨询{number}",
                      "contact_phone": f"138{number:08d}", "body": "咨询保修。"}  # fmt: skip
            assert client.post("/api/tickets", json=matter, headers=program).status_code == 201
        ids = [str(pk) for (pk,) in base.rows("SELECT id FROM tickets_ticket ORDER BY id")]
        form: dict[str, Any] = {"verb": "assign", "pk": ids, "confirmed": "1", "owner": str(other)}
        lost = threading.Thread(target=send_and_lose, args=(client, form))
        lost.start()
        until(lambda: assigned(base) > 2, "some are assigned")
        os.kill(min(children(parent.pid)), signal.SIGKILL)
        lost.join(30)
        before = assigned(base)
        assert 2 < before < TICKETS, "killed too late"
        until(lambda: alive(client), "another web process")
        page = send(client, form)
        assert page.text.count("已经是负责人") >= before, "what was done already is named"
    assert base.one("SELECT count(*) FROM tickets_ticket WHERE owner_id <> (SELECT max(id) FROM org_employee)") == 0
    assert assigned(base) == TICKETS
    told = base.rows("SELECT object_id FROM audit_event WHERE verb = 'ticket.assigned'")
    assert len(set(told)) == TICKETS


def assigned(base: Base) -> int:
    """How many tickets were given away."""
    return int(base.one("SELECT count(*) FROM audit_event WHERE verb = 'ticket.assigned'"))


def send(client: httpx.Client, form: dict[str, Any]) -> httpx.Response:
    """The bulk form, as its page sends it."""
    token = client.cookies.get("csrftoken") or ""
    return client.post("/tickets/bulk/", data={**form, "csrfmiddlewaretoken": token})


def send_and_lose(client: httpx.Client, form: dict[str, Any]) -> None:
    """The same, for somebody who never hears of it again."""
    try:
        send(client, form)
    except httpx.HTTPError:
        return
    raise AssertionError("the answer came though the process was killed")


def alive(client: httpx.Client) -> bool:
    """Whether anybody answers."""
    try:
        return client.get("/health/").status_code == 200
    except httpx.HTTPError:
        return False


class Deadly(Handler):
    """A mail server that has the mail when the program's worker dies, once, before it hears so."""

    def __init__(self, server: Server, kill: Callable[[], None]) -> None:
        super().__init__(server)
        self.kill, self.struck = kill, False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 – aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        if not self.struck:
            await asyncio.to_thread(self.strike)
        return str(answer)

    def strike(self) -> None:
        """Not in the conversation itself, which ends with the worker."""
        self.kill()
        self.struck = True


@contextmanager
def listening(handler: Handler, port: int) -> Iterator[None]:
    """The mail server at work."""
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def forgetful(base: Base) -> Base:
    """Somebody with an address, who will ask for a new password."""
    base.employee("boss", "王")
    base.do("UPDATE org_employee SET email = 'wang@haina.example'")
    return base


def ask_for_a_mail(port: int) -> None:
    """The page that mails a link."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        submit(client, "/login/reset/", {"email": "wang@haina.example"})


def end_of(base: Base) -> str:
    """What became of the one mail, as if half a minute had passed."""
    base.lease_is_over()
    until(lambda: base.one("SELECT state FROM mailing_mail") not in {"waiting", "sending"}, "an end")
    assert base.one("SELECT count(*) FROM mailing_mail") == 1
    return str(base.one("SELECT state FROM mailing_mail"))


def test_a_mail_whose_end_nobody_saw_is_said_to_be_unsure_and_not_sent_again(forgetful: Base) -> None:
    received, place = Server(), free_port()
    smtp = {"KEQIAO_SMTP": f"smtp://127.0.0.1:{place}"}
    with up(forgetful.data, "--workers", "1", **smtp, **forgetful.more) as (parent, port):
        handler = Deadly(received, lambda: kill_worker(parent.pid))
        with listening(handler, place):
            ask_for_a_mail(port)
            until(lambda: handler.struck, "the worker is killed")
            assert end_of(forgetful) == "unsure"
    assert len(received.received) == 1


def test_a_mail_that_the_server_has_not_got_is_sent_by_the_next_worker(forgetful: Base) -> None:
    received, place = Server(), free_port()
    smtp = {"KEQIAO_SMTP": f"smtp://127.0.0.1:{place}"}
    with up(forgetful.data, "--workers", "1", **smtp, **forgetful.more) as (parent, port):
        with socket.create_server(("127.0.0.1", place)) as door:  # a server that never greets
            ask_for_a_mail(port)
            visitor, _address = door.accept()
            with visitor:
                kill_worker(parent.pid)
        with listening(Handler(received), place):
            assert end_of(forgetful) == "sent"
    assert len(received.received) == 1
