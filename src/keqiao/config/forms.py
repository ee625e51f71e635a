"""One effect per form: the second click, the retry and the reload of a sent form get the first one's answer."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from keqiao.config.errors import refusal
from keqiao.kernel.errors import Refused
from keqiao.runtime import idempotency

View = Callable[..., HttpResponseBase]
# Hashing a password and reading a long table must not hold a transaction open; a bulk verb has one for each record.
# Looking for what resembles a form that is still being filled in does nothing.
APART = {"login", "login-code", "password", "factor", "me", "reset-set", "join", "bulk", "customer-import-new",
         "tickets-alike"}  # fmt: skip
LARGEST = 200_000  # bytes of an answer that is kept


class FormOnceMiddleware:
    """Does a form that carries a `form_key` once.

    The key is drawn with the form ({% form_key %}). What was typed belongs to it: somebody who goes back, changes the
    form and sends it again means a new record. The answer is kept in the transaction of the deed, so of two copies
    sent at once the second waits for the first and gets its answer. A form that came back with an error is not kept
    and may be sent again, and neither is an answer that shows a secret (Cache-Control: no-store).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if request.method != "POST" or not match or match.url_name in APART or match.app_names[:1] == ["ninja"]:
            return None
        drawn = request.POST.get("form_key", "")[:40]
        if not drawn:
            return None
        owner = f"employee:{request.user.pk}" if request.user.is_authenticated else "visitor"
        return once(request, owner, f"form:{drawn}:{digest(request)}", lambda: view(request, *args, **kwargs))


def once(request: HttpRequest, owner: str, key: str, view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The view's answer, or the one that was given to the same form before."""
    before = len(messages.get_messages(request))
    with transaction.atomic():
        row, first = idempotency.claim(owner, key)
        if not first:
            return again(request, json.loads(row.body))
        try:
            response = view()
        except Refused as refused:
            response = refusal(request, refused)
        if worth_keeping(response):
            idempotency.keep(row, response.status_code, json.dumps(kept(request, response, before)))
        else:
            idempotency.release(row)
    return response


def digest(request: HttpRequest) -> str:
    """What was sent, and where to: fields without the token that changes, and the content of files."""
    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    total = hashlib.sha256(repr((request.path, typed)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            total.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                total.update(chunk)
            file.seek(0)
    return total.hexdigest()[:32]


def worth_keeping(response: HttpResponseBase) -> bool:
    """Whether the answer says that something was done, and may lie in the database for a day."""
    if response.status_code >= 400:
        return False
    if "Location" in response or "HX-Redirect" in response:
        return True
    small = isinstance(response, HttpResponse) and len(response.content) <= LARGEST
    return small and "no-store" not in response.get("Cache-Control", "")


def kept(request: HttpRequest, response: HttpResponseBase, before: int) -> dict[str, Any]:
    """Everything that makes the second answer look like the first: also its messages, and the customer's door."""
    said: Any = messages.get_messages(request)
    lines = [(line.level, str(line.message)) for line in list(said)[before:]]
    said.used = False  # they were looked at here, not shown
    return {
        "status": response.status_code,
        "headers": dict(response.items()),
        "content": response.content.decode() if isinstance(response, HttpResponse) else "",
        "cookies": response.cookies.output(header="", sep="\n"),
        "messages": lines,
    }


def again(request: HttpRequest, first: dict[str, Any]) -> HttpResponse:
    """The first answer once more."""
    for level, line in first["messages"]:
        messages.add_message(request, level, line)
    headers = first["headers"]
    response = HttpResponseRedirect(headers["Location"]) if "Location" in headers else HttpResponse(first["content"])
    response.status_code = first["status"]
    for name, value in headers.items():
        response[name] = value
    response.cookies.load(first["cookies"])
    return response
