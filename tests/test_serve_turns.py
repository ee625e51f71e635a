"""One request at a time in a process, unless it takes long."""

import asyncio
from typing import Any

import pytest

from keqiao.config.serve import pages

SCOPE = {"type": "http", "method": "GET", "path": "/", "headers": []}


class Thread:
    """Stands where Django does: notes who has begun and waits until told to go on."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.may_end: dict[str, asyncio.Event] = {}

    async def __call__(self, scope: Any, _receive: Any, _send: Any) -> None:
        self.begun.append(scope["path"])
        await self.may_end.setdefault(scope["path"], asyncio.Event()).wait()

    def end(self, path: str) -> None:
        self.may_end.setdefault(path, asyncio.Event()).set()


@pytest.fixture
def thread(monkeypatch: pytest.MonkeyPatch) -> Thread:
    stub = Thread()
    monkeypatch.setattr(pages, "_django", stub)
    return stub


async def receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(_message: Any) -> None:
    """Nobody listens."""


def ask(path: str) -> asyncio.Task[None]:
    return asyncio.create_task(pages.pages({**SCOPE, "path": path}, receive, send))  # type: ignore[arg-type]


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


def test_the_next_begins_when_the_first_has_ended(thread: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "TURN", 3600)

    async def run() -> None:
        first, second, third = ask("/1"), ask("/2"), ask("/3")
        await settle()
        assert thread.begun == ["/1"]
        thread.end("/1")
        await first
        await settle()
        assert thread.begun == ["/1", "/2"]
        thread.end("/2")
        thread.end("/3")
        await asyncio.gather(second, third)
        assert thread.begun == ["/1", "/2", "/3"]

    asyncio.run(run())


def test_a_long_one_does_not_keep_the_others_waiting(thread: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "TURN", 0.001)

    async def run() -> None:
        long = ask("/long")
        thread.end("/short")
        await asyncio.wait_for(ask("/short"), 10)
        assert not long.done()
        thread.end("/long")
        await long
        await asyncio.wait_for(ask("/short"), 10)

    asyncio.run(run())


def test_whoever_goes_away_while_waiting_takes_no_turn(thread: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "TURN", 3600)

    async def run() -> None:
        first, gone, last = ask("/1"), ask("/gone"), ask("/last")
        await settle()
        gone.cancel()
        await settle()
        thread.end("/1")
        thread.end("/last")
        await asyncio.wait_for(asyncio.gather(first, last), 10)
        assert thread.begun == ["/1", "/last"]

    asyncio.run(run())
