"""The parent process: forks, watches, restarts and stops its children.

It loads everything once and then forks, so that the children share that memory; it keeps to one thread, because a fork
in a program with several copies locks that nobody will ever release.
"""

import gc
import http.client
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from django.conf import settings
from django.db import connections

from keqiao.config import output
from keqiao.config.serve import children, web

logger = logging.getLogger(__name__)

SETTLED = 5.0  # seconds after which a child counts as having started well
LONGEST_PAUSE = 30.0  # seconds between two tries of a child that dies at once
GRACE = 15.0  # seconds that a child has to finish what it is doing


@dataclass
class Child:
    """One place for a process: what runs there, and the process that does now."""

    name: str
    main: Callable[[int], None]
    pid: int = 0
    started: float = 0.0
    failures: int = 0
    due: float = 0.0

    def after_death(self, now: float) -> None:
        """Decide when to start again: at once after a good run, later and later after bad starts."""
        self.failures = 0 if now - self.started > SETTLED else self.failures + 1
        self.due = now + (min(LONGEST_PAUSE, 0.25 * 2**self.failures) if self.failures else 0.0)
        self.pid = 0


class Supervisor:
    """Keeps one process alive in each place until told to stop."""

    def __init__(self, mains: Mapping[str, Callable[[int], None]]) -> None:
        self.places = [Child(name, main) for name, main in mains.items()]
        self.stopping = 0.0  # when to lose patience; 0 while running
        self.lifeline, self._alive = os.pipe()
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)

    def start(self) -> None:
        """Listen to signals and fork the first processes."""
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)  # the byte that arrives at `_woken` is what counts
        self._fill_places()

    def turn(self, seconds: float) -> bool:
        """Wait for at most so long, handle what happened. False when all is over."""
        if select.select([self._woken], [], [], seconds)[0]:
            received = self._woken.recv(256)
            if signal.SIGTERM in received or signal.SIGINT in received:
                self._stop()
        self._reap()
        if self.stopping:
            if time.monotonic() > self.stopping:
                self._send(signal.SIGKILL)
            return any(child.pid for child in self.places)
        self._fill_places()
        return True

    def run(self) -> None:
        """Until told to stop."""
        while self.turn(0.5):
            pass

    def _stop(self) -> None:
        if not self.stopping:
            self.stopping = time.monotonic() + GRACE
            self._send(signal.SIGTERM)

    def _send(self, number: signal.Signals) -> None:
        for child in self.places:
            if child.pid:  # not yet reaped, so the number still means this child
                os.kill(child.pid, number)

    def _reap(self) -> None:
        for child in self.places:
            if child.pid:
                pid, status = os.waitpid(child.pid, os.WNOHANG)
                if pid:
                    child.after_death(time.monotonic())
                    if not self.stopping:
                        code = os.waitstatus_to_exitcode(status)
                        logger.error("process %s (%d) ended with %d, starts again", child.name, pid, code)

    def _fill_places(self) -> None:
        now = time.monotonic()
        for child in self.places:
            if not child.pid and child.due <= now:
                child.started = now
                child.pid = self._fork(child.main)

    def _fork(self, main: Callable[[int], None]) -> int:
        pid = os.fork()
        if not pid:
            self._become(main)
        return pid

    def _become(self, main: Callable[[int], None]) -> NoReturn:
        """In the child: let go of what is the parent's, then work."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.close(self._alive)
        self._woken.close()
        self._waker.close()
        children.run(main, self.lifeline)


def first_page(address: tuple[str, int]) -> int:
    """The HTTP status of the first page; 0 while nobody answers."""
    connection = http.client.HTTPConnection(*address, timeout=2)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def serve(*, bind: str, port: int, web_processes: int, with_worker: bool) -> int:
    """Serve until told to stop; the exit code. Raises CommandError when the port can't be had."""
    listeners = web.listen_each(bind, port, web_processes)
    children.preload()
    mains: dict[str, Callable[[int], None]] = {
        f"web-{number}": partial(web.run, listener) for number, listener in enumerate(listeners, 1)
    }
    if with_worker:
        mains["worker"] = children.work
    connections.close_all()
    gc.collect()
    gc.freeze()  # what is loaded stays out of later collections, whose marks would copy every shared page
    supervisor = Supervisor(mains)
    supervisor.start()
    local = ("127.0.0.1" if bind in {"0.0.0.0", ""} else "::1" if bind == "::" else bind, port)  # noqa: S104 - compared
    while supervisor.turn(0.05):
        status = first_page(local)
        if status:
            good = "已启动" if status < 500 else "已启动，但首页出错，请看日志"
            output.note(f"{good}:{settings.PUBLIC_URL}   按 Ctrl+C 停止")
            break
    supervisor.run()
    for listener in listeners:
        listener.close()
    output.note("已停止")
    sys.stderr.flush()
    return 0
