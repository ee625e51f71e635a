"""Being told to stop: by SIGTERM or SIGINT, or by the death of the process that started us."""

import os
import signal
import threading
from collections.abc import Callable

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def on_signal() -> threading.Event:
    """An event that is set at SIGTERM or SIGINT.

    A thread of its own waits for the signal: a handler would run inside the main thread, perhaps while that holds the
    event's own lock, and `set()` would then wait for itself. Call before other threads start, so that they inherit
    the blocked signals.
    """
    stop = threading.Event()
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)

    def wait() -> None:
        signal.sigwait(SIGNALS)
        stop.set()

    threading.Thread(target=wait, name="signals", daemon=True).start()
    return stop


def on_orphaned(lifeline: int, act: Callable[[], None]) -> None:
    """Call `act` from a thread once the other end of the pipe `lifeline` is closed, as happens when its owner dies."""

    def wait() -> None:
        os.read(lifeline, 1)
        act()

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
