"""Long work of the worker beside people's work: how long it takes, what it needs, and how long the others wait."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from keqiao.config.bench.client import Request, measure
from keqiao.config.bench.run import Server, create, descendants, get

ROUND = 20  # requests between two looks whether the work is done


def beside(server: Server, environ: Mapping[str, str], stock: dict[str, Any], script: str) -> dict[str, float]:
    """Run the script, which has the worker do something long, and meanwhile look at lists and register complaints.

    Returns seconds that the work took, the worker's peak of resident memory in MB, and the slowest page and the
    slowest registration meanwhile, in ms.
    """
    worker = max(descendants(server.process.pid))  # started last
    Path(f"/proc/{worker}/clear_refs").write_text("5")  # the peak counts from here
    page, made, number = 0.0, 0.0, 3_000_000
    look, register = get("/customers/", stock["agent_cookie"]), create(stock["agent_token"], stock["customers"])
    command = [sys.executable, "-c", f"from keqiao.config.bench import inside; {script}"]
    with subprocess.Popen(command, env=dict(environ), stdout=subprocess.PIPE) as process:
        while process.poll() is None:
            page = max(page, *measure(server.port, look, clients=1, requests=ROUND).times)
            done = measure(server.port, onwards(register, number), clients=1, requests=ROUND, expect=201)
            made, number = max(made, *done.times), number + ROUND
        said = process.stdout.read() if process.stdout else b""
    if process.returncode:
        raise RuntimeError(f"{script} ended with {process.returncode}")
    status = Path(f"/proc/{worker}/status").read_text()
    peak = int(re.search(r"^VmHWM:\s+(\d+)", status, re.MULTILINE)[1]) / 1024  # type: ignore[index]
    return {**json.loads(said.splitlines()[-1]), "peak_mb": peak, "slowest_page_ms": page, "slowest_write_ms": made}


def onwards(make: Callable[[int], Request], first: int) -> Callable[[int], Request]:
    """The same requests, numbered from `first` on."""
    return lambda number: make(first + number)
