"""Writers on SQLite wait for each other."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

pytestmark = pytest.mark.django_db  # else pytest-django lets nobody open a connection
Open = Callable[..., BaseDatabaseWrapper]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Opens one more connection to the same file; each thread needs its own."""

    def connect(timeout: float = 20) -> BaseDatabaseWrapper:
        options = {"transaction_mode": "IMMEDIATE", "timeout": timeout, "init_command": "PRAGMA journal_mode=WAL;"}
        entry = {"ENGINE": "keqiao.kernel.sqlite", "NAME": tmp_path / "file.sqlite3", "OPTIONS": options}
        return ConnectionHandler({"default": entry})["default"]

    return connect


def begin(connection: BaseDatabaseWrapper) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def finish(connection: BaseDatabaseWrapper) -> None:
    connection.commit()
    connection.set_autocommit(True)
    connection.close()


class Writer(threading.Thread):
    """Holds a transaction until told to end it."""

    def __init__(self, opened: Open) -> None:
        super().__init__()
        self.opened, self.holds, self.may_end, self.ended = opened, threading.Event(), threading.Event(), False

    def run(self) -> None:
        connection = self.opened()
        begin(connection)
        self.holds.set()
        self.may_end.wait(10)
        self.ended = True
        finish(connection)


def test_a_writer_waits_for_the_one_before(opened: Open) -> None:
    first, second = Writer(opened), opened()
    first.start()
    first.holds.wait(10)
    threading.Timer(0.05, first.may_end.set).start()
    begin(second)
    assert first.ended
    finish(second)
    first.join()


def test_a_writer_gives_up_in_the_end(opened: Open) -> None:
    first, second = Writer(opened), opened(timeout=0.01)
    first.start()
    first.holds.wait(10)
    with pytest.raises(OperationalError, match="locked"):
        begin(second)
    first.may_end.set()
    first.join()
    begin(second)
    finish(second)
