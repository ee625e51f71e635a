"""The supervisor with real processes."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes import children, get, keqiao, until, up


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, install: Callable[[Path], Path]) -> Path:
    """A data folder with a migrated database."""
    return install(tmp_path_factory.mktemp("serve") / "data")


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_starts_all_processes_and_stops_cleanly(data: Path) -> None:
    with up(data, "--workers", "2") as (process, port):
        before = until(lambda: len(found := children(process.pid)) == 3 and found, "two web processes and a worker")
        assert 0 < get(port) < 500
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert not any(alive(pid) for pid in before)
        assert get(port) == 0


def test_killed_children_start_again(data: Path) -> None:
    with up(data, "--workers", "2") as (process, port):
        before = set(until(lambda: len(found := children(process.pid)) == 3 and found, "three processes"))
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        until(lambda: len(set(children(process.pid)) - before) == 3, "three new processes")
        until(lambda: 0 < get(port) < 500, "a page from a new process")


def test_children_end_when_the_parent_is_killed(data: Path) -> None:
    with up(data, "--workers", "1") as (process, port):
        before = until(lambda: len(found := children(process.pid)) == 2 and found, "two processes")
        process.kill()
        process.wait(10)
        until(lambda: not any(alive(pid) for pid in before), "the end of the orphans")
        assert get(port) == 0


def test_a_taken_port_is_said_in_chinese(data: Path) -> None:
    with up(data, "--workers", "1", "--no-worker") as (_process, port):
        second = keqiao(data, "up", "--port", str(port))
        assert second.returncode == 1
        assert f"不能监听 127.0.0.1:{port}" in second.stderr


def test_restore_is_refused_while_running(data: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.tar.gz"
    assert keqiao(data, "backup", str(saved)).returncode == 0
    with up(data, "--workers", "1", "--no-worker"):
        refused = keqiao(data, "restore", str(saved), "--force")
        assert refused.returncode == 1
        assert "系统正在运行" in refused.stderr


def test_memory_of_all_processes_stays_below_300_mb(data: Path) -> None:
    with up(data, "--workers", "2") as (process, port):
        processes = [process.pid, *until(lambda: len(found := children(process.pid)) == 3 and found, "all")]
        for _ in range(40):
            get(port)
        rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii") for pid in processes]
        kilobytes = [int(line.split()[1]) for text in rollups for line in text.splitlines() if line.startswith("Pss:")]
        assert len(kilobytes) == 4
        assert sum(kilobytes) < 300 * 1024
