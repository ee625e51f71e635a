"""The fixtures of the apps, for the tests that go through all of them."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keqiao.conftest import _fresh_process_caches, _tables_can_be_emptied, company, in_parallel
from keqiao.tickets.tests.conftest import desk
from tests.base import DATABASE, Base, fresh_base
from tests.processes import keqiao

__all__ = ["_fresh_process_caches", "_tables_can_be_emptied", "company", "desk", "in_parallel"]


@pytest.fixture(scope="session")
def install(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Puts a fresh installation on SQLite, with nobody in it, into a folder; it is made once for all test processes."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent
    made = place / "installation"
    with (place / "installation.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            done = keqiao(place / "installation.new", "migrate")
            assert done.returncode == 0, done.stderr
            (place / "installation.new").rename(made)

    def copy(folder: Path) -> Path:
        return Path(shutil.copytree(made, folder, dirs_exist_ok=True))

    return copy


@pytest.fixture
def base(tmp_path: Path, install: Callable[[Path], Path]) -> Iterator[Base]:
    """The database of a program with nobody in it, of the kind that these tests run on."""
    data = tmp_path / "data"
    if not DATABASE.startswith("postgres"):
        install(data)
    with fresh_base(data, os.getpid()) as made:
        yield made
