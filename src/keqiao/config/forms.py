"""One effect per form: the second click, and the reload of a sent form, find the first one's result."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest

from keqiao.runtime import idempotency


def once(request: HttpRequest, do: Callable[[], str]) -> str:
    """Do the deed of a form unless this very form was sent before; returns the address to go on to.

    The key is drawn with the form. What was typed belongs to it: somebody who goes back, changes the form and sends
    it again means a new record.
    """
    drawn = request.POST.get("form_key", "")[:40]
    if not drawn:
        return do()
    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    key = f"form:{drawn}:{hashlib.sha256(repr(typed).encode()).hexdigest()[:32]}"
    return idempotency.once_form(f"employee:{request.actor.id}", key, do)  # type: ignore[attr-defined]
