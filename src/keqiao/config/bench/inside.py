"""What the measuring runs in a process of its own: with the settings of the installation that is measured."""

import csv
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django


def ready() -> None:
    """Set Django up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqiao.config.settings")
    django.setup()


def answer(data: dict[str, Any]) -> None:
    """The result as the last line of output."""
    sys.stdout.write(json.dumps(data) + "\n")


def build(customers: int, tickets: int) -> None:
    """Fill the database."""
    ready()
    from keqiao.config.bench.build import build as fill

    answer(fill(customers, tickets))


def year(tickets: int) -> None:
    """Let a year pass."""
    ready()
    from keqiao.config.bench.year.comparing import live

    answer(live(tickets))


def take_in(rows: int) -> None:
    """Import a file of that many customers, of whom one in ten is there already."""
    ready()
    from keqiao.customers.imports import command

    with tempfile.TemporaryDirectory() as folder:
        path = table_of(Path(folder), rows)
        start = time.perf_counter()
        figures = command.run(path)
        seconds = time.perf_counter() - start
    if figures["created"] != rows * 9 // 10:
        raise RuntimeError(f"import: {figures}")
    answer({"seconds": seconds})


def table_of(folder: Path, rows: int, area: str = "1990") -> Path:
    """A table of that many customers whose phones begin with `area`; one in ten is there already."""
    from keqiao.config.bench import words

    rng = random.Random(7)
    path = folder / "customers.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["客户名称", "手机", "省份", "备注"])
        for n in range(rows):
            phone = words.phone(n) if n % 10 == 9 else f"{area}{n:07d}"
            writer.writerow([words.person(rng), phone, "广东", "展会登记"])
    return path


def take_in_by_worker(rows: int) -> None:
    """Upload such a file and let the running worker import it; answers with the seconds from start to end."""
    ready()
    from django.core.files.uploadedfile import SimpleUploadedFile

    from keqiao.customers.imports import actions
    from keqiao.kernel.actor import SYSTEM

    with tempfile.TemporaryDirectory() as folder:
        upload = SimpleUploadedFile("customers.csv", table_of(Path(folder), rows, "1980").read_bytes())
    batch = actions.upload(actor=SYSTEM, file=upload)
    columns = {int(at): name for at, name in batch.mapping.items()}
    start = time.perf_counter()
    actions.start(actor=SYSTEM, batch=batch, columns=columns, source="", duplicates="skip")
    wait_while(batch, "running")
    if batch.created + batch.skipped != rows:
        raise RuntimeError(f"import: {batch.created} + {batch.skipped} of {rows}, {batch.problem}")
    answer({"seconds": time.perf_counter() - start})


def take_away_by_worker(kind: str) -> None:
    """Let the running worker export every customer; answers with seconds and rows."""
    ready()
    from django.http import QueryDict

    from keqiao.exports import actions
    from keqiao.exports.models import ExportSettings
    from keqiao.kernel.resource import get
    from keqiao.org.models import Employee
    from keqiao.org.queries import actor_for

    ExportSettings.objects.update(approval_rows=actions.LARGEST)
    customers = get("customers.customer")
    if customers is None:
        raise LookupError("customers")
    start = time.perf_counter()
    boss = actor_for(Employee.objects.get(username="boss"))
    export = actions.ask(actor=boss, resource=customers, query=QueryDict(f"format={kind}"))
    wait_while(export, "making")
    if export.state != "ready":
        raise RuntimeError(f"export: {export.problem}")
    answer({"seconds": time.perf_counter() - start, "rows": export.rows})


def wait_while(row: Any, state: str) -> None:
    """Look every 50 ms until the record is in another state."""
    while row.state == state:
        time.sleep(0.05)
        row.refresh_from_db()


def report(days: int, times: int) -> None:
    """The report by day and agent, `times` times; answers with the median in ms."""
    ready()
    from keqiao.config.bench.reports import by_day_and_agent

    answer(by_day_and_agent(days, times))


def monthly(times: int) -> None:
    """The monthly reports of the whole house, `times` times; answers with the medians in ms."""
    ready()
    from keqiao.config.bench.reports import drafted

    answer(drafted(times))


def alike(share: int) -> None:
    """Put doubles in and look for them in the whole stock; answers with seconds, customers and pairs."""
    ready()
    from keqiao.config.bench.alike import look

    answer(look(share))
