"""Real processes for tests: the program started as its users start it, with a data folder of its own."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PATIENCE = 180.0  # seconds; a deadline, not a pause: every wait ends as soon as what it waits for is there


def until(look: Callable[[], Any], what: str) -> Any:
    """Look again and again until there is something; fail at the deadline."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"never happened: {what}")


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a program of its own, on SQLite in `data`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KEQIAO_") and key != "DATABASE_URL"}
    return kept | {"KEQIAO_DATA": str(data), "PYTHONWARNINGS": "default"} | more


def keqiao(data: Path, *words: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    command = [sys.executable, "-m", "keqiao", *words]
    return subprocess.run(
        command,
        env=environment(data, **more),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    """The living children of a process."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(word) for word in text.split()]


def get(port: int, path: str = "/") -> int:
    """The status of a page; 0 when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@contextlib.contextmanager
def up(data: Path, *words: str, **more: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The whole program running; gives its process and port, and stops it at the end."""
    port = free_port()
    with (data.parent / f"up-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "keqiao", "up", "--port", str(port), *words],
            env=environment(data, **more),
            stdout=log,
            stderr=log,
        )
        try:
            until(lambda: get(port) or process.poll() is not None, "first page")
            yield process, port
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
