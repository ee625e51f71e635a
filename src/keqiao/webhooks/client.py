"""One POST to somebody else's machine: to the address that was checked, within a few seconds, following nothing.

On httpcore, which httpx stands on, because only its network backend lets us choose the address ourselves.
"""

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpcore
from django.utils.translation import gettext as _

from keqiao.webhooks import addresses

PATIENCE = 8.0  # seconds for everything, from the name to the answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt: the status and how long it took, or why there is none."""

    code: int | None
    took_ms: int
    error: str = ""

    @property
    def good(self) -> bool:
        """Whether the receiver has it."""
        return self.code is not None and 200 <= self.code < 300

    @property
    def reached(self) -> bool:
        """Whether anybody answered."""
        return self.code is not None


class Stream(httpcore.NetworkStream):
    """A connection that ends at a moment, however slowly the other side drips."""

    def __init__(self, inner: httpcore.NetworkStream, until: float) -> None:
        self.inner, self.until = inner, until

    def left(self) -> float:
        """The seconds that remain; raises when none do."""
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout
        return seconds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, self.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, self.left())

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return Stream(self.inner.start_tls(ssl_context, server_hostname, self.left()), self.until)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, until: float, *, encrypted: bool) -> None:
        self.until, self.encrypted = until, encrypted
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = addresses.checked(host, port, encrypted=self.encrypted)
        except OSError as error:
            raise httpcore.ConnectError from error
        left = max(self.until - time.monotonic(), 0.1)
        return Stream(self.inner.connect_tcp(found[0], port, left, None, socket_options), self.until)


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send it. Whatever happens becomes an answer; errors are told in words that give nothing away."""
    began = time.monotonic()
    code, error = None, ""
    try:
        code = sent(url, body, headers, began + PATIENCE)
    except addresses.NotAllowed:
        error = _("地址不允许：只能推送到互联网上的 https 地址，内网地址须由管理员列入许可。")
    except httpcore.TimeoutException:
        error = _("对方没有在 %d 秒内回应。") % PATIENCE
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as problem:
        error = _("对方的证书无效。") if about_certificate(problem) else _("连不上对方。")
    except ValueError:
        error = _("接收地址无法解析。")
    if code is not None and not 200 <= code < 300:
        error = _("对方要求转到别处，不跟随。") if 300 <= code < 400 else _("对方回应 %d。") % code
    return Answer(code, round((time.monotonic() - began) * 1000), error)


def sent(url: str, body: bytes, headers: dict[str, str], until: float) -> int:
    """The status of the answer; its body is not read."""
    import httpx  # noqa: PLC0415 – nine megabytes in every process, for what few installations use

    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from error
    target = httpcore.URL(
        scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path or b"/"
    )  # fmt: skip
    backend = Backend(until, encrypted=parsed.scheme == "https")
    with (
        httpcore.ConnectionPool(network_backend=backend, ssl_context=ssl.create_default_context(), retries=0) as pool,
        pool.stream("POST", target, headers=list(headers.items()), content=body) as response,
    ):
        return int(response.status)


def about_certificate(problem: BaseException | None) -> bool:
    """Whether a certificate was refused, somewhere in the chain of causes."""
    while problem is not None:
        if isinstance(problem, ssl.SSLCertVerificationError):
            return True
        problem = problem.__cause__ or problem.__context__
    return False
