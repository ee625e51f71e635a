"""Manners for work of many short transactions: whoever else wants to write gets a turn.

PostgreSQL lets writers stand in line. SQLite does not: who finds the file locked sleeps, at last a tenth of a second
at a time (sqlite3_busy_timeout, the table `delays` in main.c), and may sleep through every gap between two
transactions. So now and then the gap is made longer than that sleep.
"""

import time

from django.db import connection

WORK = 0.3  # seconds of writing after which others get a turn
PAUSE = 0.11


class Turns:
    """Kept by one piece of long work; `give` is called between its transactions."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def give(self) -> bool:
        """Pause if others may have been waiting for long; returns whether it did."""
        if connection.vendor != "sqlite" or time.monotonic() - self._since < WORK:
            return False
        time.sleep(PAUSE)
        self._since = time.monotonic()
        return True
