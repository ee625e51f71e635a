"""One effect per key: the answer of a POST is kept in the transaction that did the work."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.errors import Refused
from keqiao.kernel.prepared import insert
from keqiao.runtime.models import IdempotencyKey

T = TypeVar("T")
KEPT = timedelta(days=2)


class OtherRequest(Refused):
    """The key was used for a different request."""

    status = 422


def once(
    owner: str, key: str, request: HttpRequest, prepare: Callable[[], T], answer: Callable[[T], HttpResponse]
) -> HttpResponse:
    """Run `answer(prepare())` once per owner and key; a repetition, also a parallel one, gets the stored answer.

    `prepare` checks the input before the transaction begins, so that nobody waits for its work; `answer` acts inside
    it. Refusals (also status ≥ 400) roll back with the key, so a corrected request may use it again.
    Raises OtherRequest when the key was used with another method, path or body.
    """
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).hexdigest()
    try:
        prepared = prepare()
        with transaction.atomic():
            response = answer(prepared)
            if response.status_code >= 400:
                raise _Undo(response)
            # written last, in one statement: of parallel twins the slower one fails here and takes its deed back
            insert(
                IdempotencyKey(
                    owner=owner, key=key, request=digest, status=response.status_code, body=response.content.decode()
                )
            )
            return response
    except _Undo as undo:
        return undo.response
    except (IntegrityError, Refused):
        # a parallel twin may have been faster: then its deed is also why this one was refused
        known = kept(owner, key, digest)
        if known is None:
            raise
        return known


def claim(owner: str, key: str) -> tuple[IdempotencyKey, bool]:
    """The row of the key, and whether it is new; waits for a parallel claim to end. Inside the deed's transaction."""
    return IdempotencyKey.objects.get_or_create(owner=owner, key=key, defaults={"request": "form"})


def keep(row: IdempotencyKey, status: int, body: str) -> None:
    """Keep the answer of a claimed key."""
    IdempotencyKey.objects.filter(pk=row.pk).update(status=status, body=body)


def release(row: IdempotencyKey) -> None:
    """Nothing was done: the key may be used again."""
    row.delete()


def sweep() -> int:
    """Delete answers older than KEPT; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def kept(owner: str, key: str, digest: str) -> HttpResponse | None:
    """The answer given before; raises OtherRequest when it was given to a different request."""
    row = IdempotencyKey.objects.filter(owner=owner, key=key).first()
    if row is None:
        return None
    if row.request != digest:
        raise OtherRequest(_("这个幂等键已用于另一个请求，请换一个。"))
    return HttpResponse(row.body, status=row.status, content_type="application/json")


class _Undo(Exception):
    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response
