"""A clock that the demonstration moves by hand.

The demonstration lives through half a year in a minute, by the same actions that people use. These ask
`timezone.now()` for the time, through the module, so replacing that one function puts every deadline, log row and
event at the moment at which it would have happened. Only this package does so, in the one process that makes the
data; nothing else of the program ever sees another time than the machine's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.utils import timezone


class Clock:
    """The simulated time. It only goes forward, and never stands still for two deeds in a row by itself."""

    def __init__(self, start: datetime) -> None:
        self.at = start.astimezone(UTC)

    def now(self) -> datetime:
        """The simulated instant, in UTC, as timezone.now() gives it."""
        return self.at

    def set(self, at: datetime) -> None:
        """Go on to an instant; a time that has passed already is ignored."""
        self.at = max(self.at, at.astimezone(UTC))


@contextmanager
def moved(start: datetime) -> Iterator[Clock]:
    """While this lasts, `timezone.now()` tells the simulated time."""
    clock = Clock(start)
    real = timezone.now
    timezone.now = clock.now
    try:
        yield clock
    finally:
        timezone.now = real
