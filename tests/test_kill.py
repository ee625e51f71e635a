"""kill -9 of web and worker under load: nothing acknowledged is lost, nothing is done twice."""

import http.client
import itertools
import json
import os
import signal
import threading
import time
import zlib
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.base import PASSWORD, Base, submit
from tests.processes import children, until, up

KILLS = 6  # each child twice, more or less: two web processes and the worker
CLIENTS = 6
LINES = 8_000  # of the import; sixteen chunks


@dataclass
class Book:
    """What the clients were told. `told` maps each Idempotency-Key to the ticket number that was acknowledged."""

    told: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    strange: list[Any] = field(default_factory=list)
    lost: int = 0
    stop: threading.Event = field(default_factory=threading.Event)


def post(port: int, token: str, key: str, body: dict[str, Any]) -> tuple[int, Any]:
    """One ticket by the API; (0, None) when the answer was lost."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key}
    try:
        connection.request("POST", "/api/tickets", json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    except (OSError, http.client.HTTPException, ValueError):
        return 0, None
    finally:
        connection.close()


def matter(key: str) -> dict[str, Any]:
    """A complaint; its order number is the key, so that a second one would show."""
    phone = f"138{zlib.crc32(key.encode()) % 10**8:08d}"
    return {
        "kind": "complaint", "channel": "phone", "contact_name": "李四", "contact_phone": phone, "subject": "电饭煲不加热",
        "body": f"电饭煲不加热,米饭夹生。{key}", "order_number": key,
    }  # fmt: skip


def client(port: int, token: str, book: Book, number: int) -> None:
    """Post tickets one after the other; an answer that was lost is asked for again under the same key."""
    for count in itertools.count():
        if book.stop.is_set():
            return
        key = f"k{number}-{count}"
        book.asked.add(key)
        while True:
            status, answer = post(port, token, key, matter(key))
            if status == 201:
                book.told[key] = answer["number"]
                break
            if status != 0:
                book.strange.append((status, answer))
                return
            book.lost += 1
            time.sleep(0.01)  # the supervisor needs a moment to start the next process


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(base: Base) -> None:
    base.employee("boss", "王")
    token = base.token("boss")
    book = Book()
    with up(base.data, "--workers", "2", **base.more) as (parent, port):
        begin_import(port)
        until(
            lambda: base.one("SELECT max(next_row) FROM customers_importbatch") > LINES // 10, "the import is under way"
        )
        os.kill(max(children(parent.pid)), signal.SIGKILL)  # the worker was started last
        threads = [threading.Thread(target=client, args=(port, token, book, n)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            torment(parent.pid, book)
        finally:
            book.stop.set()
            for thread in threads:
                thread.join(30)
        assert book.strange == []
        check_retries(port, token, book)
        base.lease_is_over()
        until(lambda: base.one("SELECT state FROM customers_importbatch") == "done", "the import goes on to its end")
        until(lambda: read_to_the_end(base), "the search index has read every event")
        check(base, book)
        check_import(base)


def begin_import(port: int) -> None:
    """Upload a long list of customers in the browser and start its import."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=30) as browser:
        submit(browser, "/login/", {"username": "boss", "password": PASSWORD})
        lines = "".join(f"导入客户{number},139{number:08d}\n" for number in range(LINES))
        file = {"file": ("名单.csv", f"客户名称,电话\n{lines}".encode())}
        page = submit(browser, "/customers/imports/new/", {}, files=file)
        chosen = {"column_0": "name", "column_1": "phone", "duplicates": "skip", "source": ""}
        submit(browser, page.url.path, chosen)


def torment(parent: int, book: Book) -> None:
    """kill -9 every child in turn, web and worker alike, each time after more tickets went in."""
    for turn in range(KILLS):
        more_go_in(book)
        alive = until(lambda: sorted(children(parent))[:3], "living children")
        victim = alive[turn % len(alive)]
        os.kill(victim, signal.SIGKILL)
        until(lambda victim=victim: victim not in children(parent), "the dead child is noticed")
    more_go_in(book)


def more_go_in(book: Book) -> None:
    """Wait until a dozen more tickets were acknowledged."""
    goal = len(book.told) + 12
    until(lambda: len(book.told) >= goal or book.strange, "tickets go in")


def check_retries(port: int, token: str, book: Book) -> None:
    """An acknowledged key, sent again, tells the same number."""
    for key in list(book.told)[:10]:
        assert post(port, token, key, matter(key))[1]["number"] == book.told[key]
    other = next(iter(book.told))
    assert post(port, token, other, matter("another"))[0] == 422


def read_to_the_end(base: Base) -> bool:
    """Whether the index holds a document for each ticket."""
    tickets = base.one("SELECT count(*) FROM tickets_ticket")
    return bool(base.one(DOCUMENTS) == tickets)


DOCUMENTS = "SELECT count(*) FROM search_document WHERE label = 'tickets.ticket'"


def check(base: Base, book: Book) -> None:
    """Every acknowledged ticket once, numbers without a gap, every event once."""
    rows = dict(base.rows("SELECT number, order_number FROM tickets_ticket"))
    assert len(book.told) >= 12 * KILLS
    assert {number: key for key, number in book.told.items()}.items() <= rows.items()
    assert len(set(rows.values())) == len(rows), "a key made two tickets"
    assert set(rows.values()) <= book.asked
    assert sorted(int(number[-4:]) for number in rows) == list(range(1, len(rows) + 1)), "a gap in the numbers"
    created = base.one("SELECT count(*) FROM audit_event WHERE verb = 'ticket.created'")
    assert (
        created
        == len(rows)
        == base.one("SELECT count(DISTINCT object_id) FROM audit_event WHERE verb = 'ticket.created'")
    )
    assert base.one("SELECT count(*) FROM audit_missed") == 0
    assert base.one("SELECT count(*) FROM tickets_complaint") == len(rows)
    assert base.one("SELECT count(*) FROM tickets_stage") == len(rows)


def check_import(base: Base) -> None:
    """Every line is one customer, and the job ran to its end in one piece or in two, but only once."""
    assert base.one("SELECT count(*) FROM customers_customer WHERE name LIKE '导入客户%'") == LINES
    assert base.one("SELECT count(DISTINCT name) FROM customers_customer WHERE name LIKE '导入客户%'") == LINES
    assert base.one("SELECT count(*) FROM customers_contactpoint WHERE value LIKE '%139%'") >= LINES
    batch = base.rows("SELECT created, updated, skipped, refused FROM customers_importbatch")
    assert batch == [(LINES, 0, 0, 0)]
    jobs = base.rows("SELECT state, attempts FROM runtime_job WHERE name = 'customers.import'")
    assert len(jobs) == 1
    assert jobs[0][0] == "done"
    assert jobs[0][1] >= 2, "the worker was not killed while it imported"
