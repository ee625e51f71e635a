"""A lean HTTP/1.1 client: on two cores every millisecond that the measuring takes is missing from what is measured."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready to send: method, path with query, headers, body."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def raw(self, host: str) -> bytes:
        """The bytes on the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds of each request, in order of completion, and how many were answered in a second."""

    times: list[float]
    rate: float

    @property
    def median(self) -> float:
        """Half of the requests were faster, in ms."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """95 % of the requests were faster, in ms (nearest rank)."""
        return sorted(self.times)[max(0, -(-len(self.times) * 95 // 100) - 1)]


class UnexpectedAnswer(Exception):
    """The server answered something else than was asked for; then no figure means anything."""


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of one answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    if "\r\ncontent-length:" in head:
        length = int(head.split("\r\ncontent-length:", 1)[1].split("\r\n", 1)[0])
        return status, await reader.readexactly(length)
    if "transfer-encoding: chunked" in head:
        return status, await chunks(reader)
    return status, b""


async def chunks(reader: asyncio.StreamReader) -> bytes:
    """A chunked body."""
    parts = []
    while size := int((await reader.readline()).strip(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


async def client(
    host: str, port: int, make: Callable[[int], Request], numbers: "asyncio.Queue[int]", times: list[float], expect: int
) -> None:
    """One keep-alive connection that sends request after request until the numbers are used up."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        while not numbers.empty():
            raw = make(numbers.get_nowait()).raw(f"{host}:{port}")
            start = time.perf_counter()
            writer.write(raw)
            status, body = await answer(reader)
            times.append((time.perf_counter() - start) * 1000)
            if status != expect:
                raise UnexpectedAnswer(f"{status}: {body[:300]!r}")
    finally:
        writer.close()
        await writer.wait_closed()


def measure(
    port: int,
    make: Callable[[int], Request],
    *,
    clients: int,
    requests: int,
    expect: int = 200,
    host: str = "127.0.0.1",
) -> Measured:
    """Send requests 0 … n-1 over `clients` connections; raises UnexpectedAnswer on any status but `expect`."""

    async def run() -> Measured:
        numbers: asyncio.Queue[int] = asyncio.Queue()
        for number in range(requests):
            numbers.put_nowait(number)
        times: list[float] = []
        start = time.perf_counter()
        await asyncio.gather(*(client(host, port, make, numbers, times, expect) for _ in range(clients)))
        return Measured(times, len(times) / (time.perf_counter() - start))

    return asyncio.run(run())


def fetch(port: int, request: Request, host: str = "127.0.0.1") -> tuple[int, bytes]:
    """Status and body of a single request."""

    async def run() -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(request.raw(f"{host}:{port}"))
        result = await answer(reader)
        writer.close()
        return result

    return asyncio.run(run())
