"""Live events: tells open pages by WebSocket how many to-dos and notices wait. Holds no truth; pages poll without it.

A socket is taken from a page of this very site with a living session. All sockets of a process share one clock: every
two seconds it asks once per session whether it still lives and once per employee what waits, and sends what changed.
"""

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope, WebSocketScope

from keqiao.notices.queries import counts
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for

logger = logging.getLogger(__name__)

EVERY = 2.0  # seconds
PER_SESSION = 20  # sockets; more tabs than anybody reads
POLICY = 1008  # the WebSocket code for "not allowed"

_sessions = import_module(settings.SESSION_ENGINE)
_threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")


@dataclass(eq=False)
class Socket:
    """One open page."""

    session: str
    send: ASGISendCallable
    sent: dict[str, int] = field(default_factory=dict)


class Clock:
    """All sockets of this process."""

    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self.task: asyncio.Task[None] | None = None

    def add(self, socket: Socket) -> None:
        """Take a socket in, and start the clock if it stands."""
        self.sockets.add(socket)
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self.run())

    async def run(self) -> None:
        """Tick while anybody listens."""
        while self.sockets:
            try:
                await self.tick()
            except Exception:  # noqa: BLE001 - a database that is away for a moment must not end the clock
                logger.exception("live: tick failed")
            await asyncio.sleep(EVERY)

    async def tick(self) -> None:
        """Close the sockets of ended sessions, tell the others what changed."""
        sockets = list(self.sockets)
        loop = asyncio.get_running_loop()
        waiting = await loop.run_in_executor(_threads, _look, {socket.session for socket in sockets})
        for socket in sockets:
            news = waiting.get(socket.session)
            try:
                if news is None:
                    self.sockets.discard(socket)
                    await socket.send({"type": "websocket.close", "code": POLICY, "reason": ""})
                elif news != socket.sent:
                    socket.sent = news
                    await socket.send({"type": "websocket.send", "bytes": None, "text": json.dumps(news)})
            except (OSError, RuntimeError):  # it went away in this very moment; its own task cleans up
                self.sockets.discard(socket)


clock = Clock()


def _employee(session_key: str) -> Employee | None:
    """The employee of a session; None when it has ended or the employee may no longer work. As a page sees it."""
    request = HttpRequest()
    request.session = _sessions.SessionStore(session_key)
    user = get_user(request)
    return user if isinstance(user, Employee) and user.is_active else None


def _look(sessions: set[str]) -> dict[str, dict[str, int]]:
    """What waits, for each session that lives."""
    close_old_connections()
    employees = {key: employee for key in sessions if (employee := _employee(key)) is not None}
    waiting = {one.pk: counts(actor_for(one)) for one in set(employees.values())}
    return {key: waiting[employee.pk] for key, employee in employees.items()}


def _of_this_site(headers: dict[bytes, bytes]) -> bool:
    """Does the page that asks come from here? Browsers send cookies with sockets of any site, so Origin decides."""
    host = headers.get(b"host", b"").decode("latin1").lower()
    origin = headers.get(b"origin", b"").decode("latin1").lower()
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return False
    return urlsplit(origin).netloc == host or origin in settings.CSRF_TRUSTED_ORIGINS


def _session_key(headers: dict[bytes, bytes]) -> str | None:
    try:
        morsel = SimpleCookie(headers.get(b"cookie", b"").decode("latin1")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel else None


async def _admitted(scope: WebSocketScope, send: ASGISendCallable) -> Socket | None:
    """The socket of an employee; None for anybody else."""
    headers = dict(scope["headers"])
    key = _session_key(headers)
    if scope["path"] != "/live" or not key or not _of_this_site(headers):
        return None
    if sum(socket.session == key for socket in clock.sockets) >= PER_SESSION:
        return None
    employee = await asyncio.get_running_loop().run_in_executor(_threads, _employee, key)
    return None if employee is None else Socket(key, send)


async def live(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """One WebSocket, from its opening to its end."""
    if scope["type"] == "http":  # only when the handler runs alone
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    assert scope["type"] == "websocket"  # noqa: S101 - lifespan is off
    socket = await _admitted(scope, send)
    if socket is None:
        await send({"type": "websocket.close", "code": POLICY, "reason": ""})
        return
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    clock.add(socket)
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        clock.sockets.discard(socket)
