"""What reaches Django, and what is stopped before."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from keqiao.config.serve import pages


def talk(
    monkeypatch: pytest.MonkeyPatch,
    headers: list[tuple[bytes, bytes]],
    parts: Iterable[bytes],
    answer: HttpResponseBase | None = None,
) -> dict[str, Any]:
    """Send one request; what Django saw, or the status of the refusal. What was sent back lies in `sent`."""
    seen: dict[str, Any] = {}
    events = list(parts)

    def application(environ: dict[str, Any], start_response: Any) -> HttpResponseBase:
        seen.update(environ, body=environ["wsgi.input"].read(), sent=[])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return answer or HttpResponse("ok")

    monkeypatch.setattr(pages, "application", application)
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "http_version": "1.1",
             "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)}  # fmt: skip

    async def receive() -> dict[str, Any]:
        if not events:
            await asyncio.Event().wait()  # nothing comes any more
        body = events.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(events) or body == b"more"}

    async def send(event: dict[str, Any]) -> None:
        if event["type"] == "http.response.start":
            seen["status"] = event["status"]
        else:
            seen.setdefault("sent", []).append((event.get("body", b""), event.get("more_body", False)))

    asyncio.run(pages.pages(scope, receive, send))  # type: ignore[arg-type]
    return seen


def test_small_and_large_bodies_arrive_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert talk(monkeypatch, [], [b"abc", b"def"])["body"] == b"abcdef"
    large = [bytes([number]) * 700_000 for number in range(5)]
    assert talk(monkeypatch, [], large)["body"] == b"".join(large)
    assert talk(monkeypatch, [], [b"x" * pages.IN_MEMORY, b"y" * pages.IN_MEMORY])["body"][-1:] == b"y"


def test_headers_with_underscores_never_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = talk(monkeypatch, [(b"x_forwarded_for", b"6.6.6.6"), (b"x_remote-user", b"boss"), (b"accept", b"a")], [b""])
    assert seen["HTTP_ACCEPT"] == "a"
    assert not [name for name in seen if "FORWARDED" in name or "REMOTE_USER" in name]


def test_too_large_is_refused_by_word_and_by_deed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LARGEST_BODY", 10)
    assert talk(monkeypatch, [(b"content-length", b"11")], []) == {"status": 413, "sent": [(b"", False)]}
    assert talk(monkeypatch, [], [b"x" * 6, b"y" * 6]) == {"status": 413, "sent": [(b"", False)]}
    assert talk(monkeypatch, [(b"content-length", b"10")], [b"x" * 10])["status"] == 200


def test_a_sender_that_stalls_costs_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "STALLED", 0.01)
    assert talk(monkeypatch, [(b"content-length", b"9")], [b"more"]) == {"status": 408, "sent": [(b"", False)]}


def test_a_whole_answer_goes_in_one_piece_and_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = HttpResponse(["甲", "乙"])
    seen = talk(monkeypatch, [], [b""], answer)
    assert (seen["status"], seen["sent"]) == (200, [("甲乙".encode(), False)])
    assert answer.closed


def test_a_file_goes_piece_by_piece_and_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = StreamingHttpResponse(iter([b"one", b"two"]))
    seen = talk(monkeypatch, [], [b""], answer)
    assert seen["sent"] == [(b"one", True), (b"two", True), (b"", False)]
    assert answer.closed


def test_a_file_that_breaks_off_is_closed_and_not_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"one"
        raise OSError("disk")

    answer = StreamingHttpResponse(breaking())
    with pytest.raises(OSError, match="disk"):  # uvicorn cuts the connection then, so nobody takes it for whole
        talk(monkeypatch, [], [b""], answer)
    assert answer.closed
