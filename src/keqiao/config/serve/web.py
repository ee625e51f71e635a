"""A web process: pages through Django's WSGI handler in threads, `/live` beside them on the event loop."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

from keqiao.config import output
from keqiao.config.serve import stopping
from keqiao.config.serve.live import live
from keqiao.config.serve.pages import pages

GRACE = 10  # seconds for answers under way at the end
MESSAGE_LIMIT = 1024  # bytes; pages send nothing over the socket but pongs


def listen(bind: str, port: int) -> socket.socket:
    """A listening socket. Raises CommandError when the address is taken or not ours."""
    return listen_each(bind, port, 1)[0]


def listen_each(bind: str, port: int, number: int) -> list[socket.socket]:
    """Listening sockets on one address, one for each web process: the kernel deals connections out among them.

    With a single shared socket one process takes in all connections that come at the same moment, and keeps them.
    Raises CommandError when the address is taken or not ours.
    """
    listeners: list[socket.socket] = []
    try:
        # the first alone, without sharing: an address that another program shares counts as taken
        bound(bind, port, share=False).close()
        listeners.extend(bound(bind, port, share=number > 1) for _ in range(number))
    except OSError as error:
        for listener in listeners:
            listener.close()
        raise output.CommandError(
            f"不能监听 {bind}:{port}（{os.strerror(error.errno or 0)}）。换一个端口：--port 或 KEQIAO_PORT。"
        ) from error
    for listener in listeners:
        listener.listen(2048)
    return listeners


def bound(bind: str, port: int, *, share: bool) -> socket.socket:
    """A socket bound to the address, which others may share when all of them say so. Raises OSError."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    # named as TCP, because asyncio switches Nagle's delay (40 ms a page) off only for sockets that say so
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if share:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((bind, port))
    except OSError:
        listener.close()
        raise
    return listener


async def everything(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Pages and live events on one port."""
    await (pages if scope["type"] == "http" else live)(scope, receive, send)


class Server(uvicorn.Server):
    """uvicorn that ends at SIGTERM or SIGINT with exit code 0 instead of raising the signal again."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A handler that only notes the wish; a second signal doesn't cut answers off."""
        for number in stopping.SIGNALS:
            signal.signal(number, lambda *_: self.stop())
        yield

    def stop(self) -> None:
        """Finish what is under way and end."""
        self.should_exit = True


def server(app: object) -> Server:
    """uvicorn, set up the same for pages and for live alone."""
    proxy = os.environ.get("KEQIAO_PROXY", "")
    return Server(
        uvicorn.Config(
            app,  # type: ignore[arg-type]  # uvicorn's own callable protocols
            loop="asyncio",
            http="httptools",
            ws="websockets-sansio",
            ws_max_size=MESSAGE_LIMIT,
            ws_per_message_deflate=False,
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=bool(proxy),
            forwarded_allow_ips=proxy or None,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=GRACE,
        )
    )


def run(listener: socket.socket, lifeline: int) -> None:
    """A web process, until told to stop or orphaned."""
    process = server(everything)
    stopping.on_orphaned(lifeline, process.stop)
    process.run(sockets=[listener])


def run_live(listener: socket.socket) -> None:
    """The live handler alone."""
    server(live).run(sockets=[listener])
