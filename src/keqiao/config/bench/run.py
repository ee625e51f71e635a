"""Starting the program on a fresh stock, asking it, and putting the figures into rows."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from keqiao.config.bench.client import Request, fetch, measure
from keqiao.config.bench.words import phone

START = 30.0  # seconds to wait for the first page


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: medians and 95th percentiles in ms at 1 and 8 clients, requests a second at 8."""

    work: str
    median_1: float
    p95_1: float
    median_8: float
    p95_8: float
    rate_8: float
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None


@dataclass(slots=True)
class Server:
    """The running program."""

    process: subprocess.Popen[bytes]
    port: int
    first_page: float

    def memory(self) -> tuple[float, float]:
        """Megabytes of all its processes: shared pages counted once (PSS), and resident sizes added up (RSS)."""
        pss = rss = 0
        for pid in [self.process.pid, *descendants(self.process.pid)]:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            pss += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
            rss += int(re.search(r"^Rss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
        return pss / 1024, rss / 1024


def descendants(pid: int) -> list[int]:
    """Children of a process, and theirs."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children] + [below for child in children for below in descendants(int(child))]


def command(*words: str) -> list[str]:
    """The command line of this program in this interpreter."""
    return [sys.executable, "-m", "keqiao", *words]


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """An installation of its own in `folder`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KEQIAO_")}
    kept |= {"KEQIAO_DATA": str(folder), "KEQIAO_BENCH": "1", "KEQIAO_LOG_LEVEL": "ERROR"}
    if database_url:
        kept["DATABASE_URL"] = database_url
    return kept


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(environ: dict[str, str], workers: int) -> Iterator[Server]:
    """The program with `workers` web processes and its worker; stopped at the end."""
    port = free_port()
    start = time.perf_counter()
    process = subprocess.Popen(
        command("up", "--port", str(port), "--workers", str(workers)), env=environ,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield Server(process, port, wait_for_page(process, port, start))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_for_page(process: subprocess.Popen[bytes], port: int, start: float) -> float:
    """Seconds from the command to the login page; raises RuntimeError when it does not come."""
    while time.perf_counter() - start < START:
        try:
            if fetch(port, Request("GET", "/login/"))[0] == 200:
                return time.perf_counter() - start
        except OSError:
            time.sleep(0.01)
        if process.poll() is not None:
            raise RuntimeError(f"keqiao up ended with {process.returncode}")
    raise RuntimeError("no page within 30 seconds")


def row(work: str, server: Server, make: Any, *, requests: int, expect: int = 200) -> Row:
    """Warm up, then measure at 1 and at 8 clients."""
    measure(server.port, make, clients=4, requests=40, expect=expect)
    one = measure(server.port, lambda n: make(n + 1_000_000), clients=1, requests=requests, expect=expect)
    eight = measure(server.port, lambda n: make(n + 2_000_000), clients=8, requests=requests * 3, expect=expect)
    return Row(work, one.median, one.p95, eight.median, eight.p95, eight.rate)


def get(path: str, cookie: str = "") -> Any:
    """Makes the same GET again and again."""
    request = Request("GET", path, (("Cookie", cookie),) if cookie else ())
    return lambda _number: request


def create(token: str, customers: int) -> Any:
    """Makes a POST that registers a complaint of a customer who is known by the phone; every one is new."""

    def make(number: int) -> Request:
        body = {
            "kind": "complaint", "channel": "phone", "contact_name": "欧阳梓涵", "contact_phone": phone(number % customers),
            "subject": "洗衣机漏水", "body": f"第 {number} 位客户反映洗衣机脱水时漏水，要求上门检查。", "wishes": ["rework"],
        }  # fmt: skip
        headers = (
            ("Authorization", f"Bearer {token}"), ("Content-Type", "application/json"),
            ("Idempotency-Key", f"bench-{number}"),
        )  # fmt: skip
        return Request("POST", "/api/tickets", headers, json.dumps(body).encode())

    return make


@contextmanager
def stock(customers: int, tickets: int, database_url: str) -> Iterator[tuple[dict[str, str], dict[str, Any], float]]:
    """A fresh installation with its stock: environment, what is in it, seconds that the building took."""
    with tempfile.TemporaryDirectory(prefix="keqiao-bench-") as name:
        environ = environment(Path(name), database_url)
        subprocess.run(command("migrate"), env=environ, check=True, stdout=subprocess.DEVNULL)
        start = time.perf_counter()
        script = f"from keqiao.config.bench import inside; inside.build({customers}, {tickets})"
        built = subprocess.run([sys.executable, "-c", script], env=environ, check=True, stdout=subprocess.PIPE)
        yield environ, json.loads(built.stdout.splitlines()[-1]), time.perf_counter() - start


def year(tickets: int, database_url: str) -> dict[str, Any]:
    """What a simulated year of so many tickets gives, in an installation of its own."""
    with tempfile.TemporaryDirectory(prefix="keqiao-year-") as name:
        environ = environment(Path(name), database_url)
        subprocess.run(command("migrate"), env=environ, check=True, stdout=subprocess.DEVNULL)
        script = f"from keqiao.config.bench import inside; inside.year({tickets})"
        done = subprocess.run([sys.executable, "-c", script], env=environ, check=True, stdout=subprocess.PIPE)
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found


def import_seconds(environ: dict[str, str]) -> float:
    """Seconds in which 10,000 customers come in from a file, checked against all that are there."""
    script = "from keqiao.config.bench import inside; inside.take_in(10_000)"
    done = subprocess.run([sys.executable, "-c", script], env=environ, check=True, stdout=subprocess.PIPE)
    return float(json.loads(done.stdout.splitlines()[-1])["seconds"])


def monthly_ms(environ: dict[str, str]) -> dict[str, float]:
    """Median milliseconds in which the figures of each monthly report are counted, by name."""
    script = "from keqiao.config.bench import inside; inside.monthly(5)"
    done = subprocess.run([sys.executable, "-c", script], env=environ, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def alike(environ: dict[str, str]) -> dict[str, float]:
    """What looking for doubles in the whole stock takes: seconds, customers, pairs."""
    script = "from keqiao.config.bench import inside; inside.alike(100)"
    done = subprocess.run([sys.executable, "-c", script], env=environ, check=True, stdout=subprocess.PIPE)
    return {f"alike_{name}": float(value) for name, value in json.loads(done.stdout.splitlines()[-1]).items()}


def report_ms(environ: dict[str, str]) -> float:
    """Median milliseconds of the report by day and agent over 90 days."""
    script = "from keqiao.config.bench import inside; inside.report(90, 15)"
    done = subprocess.run([sys.executable, "-c", script], env=environ, check=True, stdout=subprocess.PIPE)
    return float(json.loads(done.stdout.splitlines()[-1])["median_ms"])


@contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """The URL of a database made for this run on the server of `url`, dropped at the end; "" stays SQLite."""
    if not url:
        yield ""
        return
    parts = urlsplit(url)
    name = f"keqiao_bench_{os.getpid()}_{secrets.token_hex(3)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
