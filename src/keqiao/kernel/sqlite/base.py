"""Beginning a transaction on SQLite without long naps."""

import sqlite3
import time
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.utils import debug_transaction

NAP = 0.0002  # seconds


class DatabaseWrapper(base.DatabaseWrapper):
    """Waits for the writer before it in small steps.

    SQLite's own wait sleeps 1, 2, 5 … 100 ms, and whoever comes later may go first: under load writers are left
    waiting for a quarter of a second while the database lies idle. A transaction of ours takes a few milliseconds.
    """

    unlocked = False  # asked by the triggers that keep the audit append-only (audit.guard)

    def get_new_connection(self, conn_params: Any) -> sqlite3.Connection:
        """A connection that knows the function in those triggers."""
        made: sqlite3.Connection = super().get_new_connection(conn_params)
        made.create_function("keqiao_unlocked", 0, lambda: self.unlocked)
        return made

    def _start_transaction_under_autocommit(self) -> None:
        begin = f"BEGIN {self.transaction_mode or ''}"  # type: ignore[attr-defined]  # unknown to the stubs
        patience = time.monotonic() + self.settings_dict.get("OPTIONS", {}).get("timeout", 5.0)
        with debug_transaction(self, begin), self.wrap_database_errors:
            self.connection.execute("PRAGMA busy_timeout = 0")
            try:
                while not self._begin(begin, time.monotonic() > patience):
                    time.sleep(NAP)
            finally:
                self.connection.execute(f"PRAGMA busy_timeout = {self._busy_timeout}")

    def _begin(self, begin: str, last: bool) -> bool:
        try:
            self.connection.execute(begin)
        except sqlite3.OperationalError as error:
            if last or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    @property
    def _busy_timeout(self) -> int:
        return int(self.settings_dict.get("OPTIONS", {}).get("timeout", 5.0) * 1000)
