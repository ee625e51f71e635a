"""What every other system that logs people in has in common: an address to go to, and a word on who came back."""

import json
import logging
import secrets
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

log = logging.getLogger(__name__)
TIMEOUT = 10.0  # seconds
LARGEST = 1_000_000  # bytes of an answer
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Failed(Exception):
    """The other system did not say who it is. The text is for the log, people are told to try again."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to the other system and back; kept in the session, good once."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def fresh(cls) -> "Attempt":
        """Three secrets that nobody can guess."""
        return cls(*(secrets.token_urlsafe(32) for _each in range(3)))


@dataclass(frozen=True, slots=True)
class Person:
    """Who came back. `email` only where the other system has verified it; `username` only where it vouches for it."""

    issuer: str
    subject: str
    label: str = ""
    email: str = ""
    username: str = ""


class Provider(Protocol):
    """One kind of other system."""

    issuer: str

    def address(self, attempt: Attempt, back: str, agent: str) -> str:
        """Where the browser goes; `agent` is what it calls itself."""

    def person(self, attempt: Attempt, back: str, code: str) -> Person:
        """Who brought this code. Raises Failed."""

    def check(self) -> None:
        """Raise Failed unless the other system answers as configured."""


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port."""
    parts = urlsplit(url)
    ports = {"https": 443, "http": 80}
    return parts.scheme, (parts.hostname or "").lower(), parts.port or ports.get(parts.scheme)


def is_safe(url: str) -> bool:
    """An address that may be configured: https, or http to this very machine; nothing but scheme, host, port and path."""
    try:
        parts = urlsplit(url)
        scheme, host, _port = origin(url)
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    return plain and bool(host) and (scheme == "https" or (scheme == "http" and host in LOOPBACK))


def ask(method: str, url: str, *, issuer: str, **more: Any) -> dict[str, Any]:
    """A JSON object from the issuer, and from no other host: redirects are not followed. Raises Failed."""
    import httpx  # noqa: PLC0415 – nine megabytes in every process, for what few installations use

    if origin(url) != origin(issuer):
        raise Failed(f"{url} is not at {issuer}")
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client,
            client.stream(method, url, headers={"Accept": "application/json"}, **more) as answer,
        ):
            content = b""
            for part in answer.iter_bytes():
                content += part
                if len(content) > LARGEST:
                    raise Failed(f"{urlsplit(url).path}: too long an answer")
            status = answer.status_code
        found = json.loads(content)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Failed(f"{urlsplit(url).path}: {type(error).__name__}") from error
    if status != 200 or not isinstance(found, dict):
        raise Failed(f"{urlsplit(url).path}: status {status}")
    return found
