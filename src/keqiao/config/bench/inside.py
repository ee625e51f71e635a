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
    from keqiao.config.bench.build import build as fill  # noqa: PLC0415 – after django.setup

    answer(fill(customers, tickets))


def take_in(rows: int) -> None:
    """Import a file of that many customers, of whom one in ten is there already."""
    ready()
    from keqiao.config.bench import words  # noqa: PLC0415 – after django.setup
    from keqiao.customers.imports import command  # noqa: PLC0415

    rng = random.Random(7)  # noqa: S311 – repeatable, not secret
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["客户名称", "手机", "省份", "备注"])
            for n in range(rows):
                writer.writerow(
                    [words.person(rng), words.phone(n) if n % 10 == 9 else f"1990{n:07d}", "广东", "展会登记"]
                )
        start = time.perf_counter()
        figures = command.run(path)
        seconds = time.perf_counter() - start
    if figures["created"] != rows * 9 // 10:
        raise RuntimeError(f"import: {figures}")
    answer({"seconds": seconds})


def report(days: int, times: int) -> None:
    """The report by day and agent, `times` times; answers with the median in ms."""
    ready()
    from keqiao.config.bench.reports import by_day_and_agent  # noqa: PLC0415 – after django.setup

    answer(by_day_and_agent(days, times))
