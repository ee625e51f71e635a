"""Who uses the data folder: running programs share a lock, restore wants it alone."""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.conf import settings

from keqiao.config.output import CommandError


@contextmanager
def _locked(kind: int, refusal: str) -> Iterator[None]:
    with (settings.DATA / "running.lock").open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(refusal) from error
        yield  # closing releases; forked children share it, so it is held until the last of them has ended


def running() -> AbstractContextManager[None]:
    """Held by everything that serves or works. Raises CommandError while a restore runs."""
    return _locked(fcntl.LOCK_SH, "正在从备份恢复，请等它结束再启动。")


def alone() -> AbstractContextManager[None]:
    """Held by restore. Raises CommandError while anything serves or works."""
    return _locked(fcntl.LOCK_EX, "系统正在运行。请先停止它，再恢复。")
