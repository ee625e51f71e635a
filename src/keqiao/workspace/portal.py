"""The customer's own door: a signed, short-lived cookie that opens one ticket and nothing else."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from keqiao.tickets.models import Ticket

COOKIE = "keqiao_portal"
SALT = "keqiao.workspace.portal"
AGE = timedelta(minutes=30)
PATH = "/p/"


def grant(response: HttpResponse, ticket: Ticket) -> HttpResponse:
    """Let the browser into this ticket for half an hour; a cookie for another ticket ends with it."""
    response.set_cookie(
        COOKIE,
        signing.dumps([ticket.pk, ticket.phone_reversed], salt=SALT, compress=False),
        max_age=AGE,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def revoke(response: HttpResponse) -> HttpResponse:
    """Shut the door again."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response


def ticket_of(request: HttpRequest) -> Ticket | None:
    """The ticket that the browser's cookie opens; None without one, for an old or forged one, or a changed phone."""
    try:
        pk, phone = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Ticket.objects.filter(pk=pk, phone_reversed=phone).select_related("customer").first()
