"""Manners for work of many short transactions: whoever else wants to write gets a turn.

PostgreSQL lets writers stand in line. SQLite does not: who finds the file locked asks again every fifth of a millisecond
(kernel.sqlite) and misses a gap between two transactions that is shorter. Measured with three writers beside such work:
without turns one in twenty waits 0.4 to 2 s, with them 0.13 s. So now and then the gap is made long enough for some.
"""

import time

from django.db import connection

WORK = 0.1  # seconds of writing after which others get a turn
PAUSE = 0.01  # many times kernel.sqlite's NAP


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
