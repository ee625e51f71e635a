"""The databases of all tests: the tables are made once per run, each test process and each program copies them."""

import fcntl
import gc
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.base import POSTGRES, Once, copied, drop_template, make_template
from tests.processes import keqiao

# a test process holds a million objects that stay: looking through them for garbage took a fifth of its time
gc.set_threshold(100_000, 50, 100)
# the tests' mail servers speak of lost connections from threads of their own, into an output that is closed by then
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run is over, in all its processes."""
    if POSTGRES and not hasattr(config, "workerinput"):
        drop_template()


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes a folder of a name, once for all test processes."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        made, new = place / name, place / f"{name}.new"
        with (place / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                new.mkdir(exist_ok=True)
                make(new)
                new.rename(made)
        return made

    return folder


def migrate(folder: Path) -> None:
    """A fresh installation on SQLite, with nobody in it."""
    done = keqiao(folder, "migrate")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def install(once: Once) -> Callable[[Path], Path]:
    """Puts a fresh installation on SQLite, with nobody in it, into a folder."""

    def copy(folder: Path) -> Path:
        return Path(shutil.copytree(once("installation", migrate), folder, dirs_exist_ok=True))

    return copy


@pytest.fixture(scope="session")
def template(once: Once) -> None:
    """What PostgreSQL copies for each test process, and for each test that needs a database of its own."""
    once("template", make_template)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The database of the test process is there already, see below."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The database of this test process: a copy in a folder, or a name, of its own, so that runs do not meet."""
    if POSTGRES:
        request.getfixturevalue("template")
        with copied(f"keqiao_test_{os.getpid()}") as name:
            settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = name
            yield
        return
    data = request.getfixturevalue("install")(tmp_path_factory.mktemp("database"))
    settings.DATABASES["default"]["TEST"]["NAME"] = str(data / "keqiao.sqlite3")
    yield
