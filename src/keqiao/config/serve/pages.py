"""HTTP into Django's WSGI handler.

A body is taken in on the event loop and put aside before a thread is asked for: a slow or stalled sender costs a
little memory or disk, not one of the few threads.
"""

import asyncio
import contextvars
import io
import logging
import os
import tempfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, ClassVar, cast

from a2wsgi.wsgi import build_environ
from uvicorn._types import ASGIReceiveCallable, ASGIReceiveEvent, ASGISendCallable, HTTPScope, Scope

from keqiao.config.wsgi import application

logger = logging.getLogger(__name__)

THREADS = int(os.environ.get("KEQIAO_THREADS", "8"))
LARGEST_BODY = int(os.environ.get("KEQIAO_UPLOAD_MB", "64")) * 1024 * 1024
IN_MEMORY = 1024 * 1024
STALLED = 30.0  # seconds without a byte
TURN = 0.1  # seconds for which a request has the interpreter to itself

Message = dict[str, Any]
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="pages")


class Refused(Exception):
    """The body can't be taken; carries the HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def pages(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer one HTTP request."""
    request = cast(HTTPScope, scope)
    # WSGI can't tell X_Forwarded_For from X-Forwarded-For: a client could pass a proxy's word off as its own.
    request["headers"] = [(name, value) for name, value in request["headers"] if b"_" not in name]
    try:
        body = await _body(request, receive)
    except Refused as refusal:
        await send(
            {
                "type": "http.response.start",
                "status": refusal.status,
                "headers": [(b"content-length", b"0"), (b"connection", b"close")],
            }
        )
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    with body:
        async with _Turn():
            await _django(request, body, send)


async def _django(scope: HTTPScope, body: IO[bytes], send: ASGISendCallable) -> None:
    """Let a thread answer, in one piece where the answer is whole, as almost every page is.

    a2wsgi's own middleware asks the loop for every piece of the body, and hands head, body and end to it one by one; the
    thread waits for each, which is a tenth of a page's time.
    """
    loop = asyncio.get_running_loop()
    deliver = cast(Callable[[Message], Any], send)  # two spellings of the same messages

    def now(message: Message) -> None:
        asyncio.run_coroutine_threadsafe(deliver(message), loop).result()

    environ = build_environ(cast(Any, scope), cast(Any, body))
    for message in await loop.run_in_executor(_threads, contextvars.copy_context().run, _answer, environ, now):
        await deliver(message)


def _answer(environ: Any, now: Callable[[Message], None]) -> list[Message]:
    """In the thread: what is left to send. A file goes out through `now`, piece by piece."""
    head: Message = {}

    def start(status: str, headers: list[tuple[str, str]], *_exception: object) -> None:
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        head.update(type="http.response.start", status=int(status[:3]), headers=pairs)

    answer: Any = application(environ, start)  # type: ignore[arg-type]  # Django never uses the `write` that WSGI wants back
    try:
        if not answer.streaming:
            return [head, {"type": "http.response.body", "body": b"".join(answer)}]
        now(head)
        for chunk in answer:
            now({"type": "http.response.body", "body": chunk, "more_body": True})
        return [{"type": "http.response.body", "body": b""}]
    finally:
        answer.close()


class _Turn:
    """One request at a time in a process, unless it takes long.

    Threads that compute at the same time hinder each other: handing the interpreter to and fro costs half as much again
    as the pages themselves. So each waits for its turn, and one that waits for the disk or the database ends it early.
    """

    waiting: ClassVar[deque[asyncio.Future[None]]] = deque()
    taken: ClassVar[bool] = False

    async def __aenter__(self) -> None:
        if _Turn.taken:
            wait = asyncio.get_running_loop().create_future()
            _Turn.waiting.append(wait)
            try:
                await wait
            except asyncio.CancelledError:
                if wait.done() and not wait.cancelled():
                    _Turn.next()  # it was given to us as we left
                raise
        _Turn.taken = True
        self.early = asyncio.get_running_loop().call_later(TURN, self.end)
        self.over = False

    async def __aexit__(self, *_exception: object) -> None:
        self.early.cancel()
        self.end()

    def end(self) -> None:
        """Hand over, once."""
        if not self.over:
            self.over = True
            _Turn.next()

    @staticmethod
    def next() -> None:
        """The longest waiting comes next."""
        while _Turn.waiting:
            wait = _Turn.waiting.popleft()
            if not wait.done():
                wait.set_result(None)
                return
        _Turn.taken = False


async def _body(scope: HTTPScope, receive: ASGIReceiveCallable) -> IO[bytes]:
    """The whole body, to be read: small in memory, large in a temporary file. Raises Refused when too large, stalled or cut off."""
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not declared.isdigit() or int(declared) > LARGEST_BODY:
        raise Refused(413)
    parts: list[bytes] = []
    file: IO[bytes] | None = None
    size, more = 0, True
    while more:
        part, more = await _next(receive)
        size += len(part)
        if size > LARGEST_BODY:
            raise Refused(413)
        parts.append(part)
        if size > IN_MEMORY:
            file = file or tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller
            await asyncio.to_thread(file.write, b"".join(parts))
            parts.clear()
    if file is None:
        return io.BytesIO(b"".join(parts))
    await asyncio.to_thread(file.write, b"".join(parts))
    file.seek(0)
    return file


async def _next(receive: ASGIReceiveCallable) -> tuple[bytes, bool]:
    try:
        event: ASGIReceiveEvent = await asyncio.wait_for(receive(), STALLED)
    except TimeoutError:
        raise Refused(408) from None
    if event["type"] != "http.request":
        raise Refused(400)  # gone: nobody reads the answer
    return event.get("body", b""), event.get("more_body", False)
