"""From a right password, or another system's word, to an open session: with the second factor between where there is one."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme

from keqiao.kernel.resource.pages import actor_of
from keqiao.org import actions, backends, passwords
from keqiao.org.factors.actions import TRUSTED
from keqiao.org.models import Employee
from keqiao.org.queries import has_factor, is_trusted

PENDING = "entering"
PATIENCE = timedelta(minutes=10)
DEVICE = "keqiao_device"


def proceed(request: HttpRequest, employee: Employee, *, target: str, way: str = "") -> HttpResponseRedirect:
    """Straight in, or first to the page that asks for the code."""
    if has_factor(employee.pk) and not is_trusted(employee.pk, request.COOKIES.get(DEVICE, "")):
        request.session.cycle_key()
        request.session[PENDING] = {
            "id": employee.pk, "hash": employee.get_session_auth_hash(), "at": timezone.now().isoformat(),
            "target": target, "way": way,
        }  # fmt: skip
        return HttpResponseRedirect(reverse("login-code"))
    return start(request, employee, target=target, way=way)


def waiting(request: HttpRequest) -> tuple[Employee, dict[str, Any]] | None:
    """Who has given the password here a moment ago and not yet the code; nobody once the password has changed."""
    kept: dict[str, Any] = request.session.get(PENDING) or {}
    since = parse_datetime(kept.get("at", ""))
    if since is None or timezone.now() - since > PATIENCE:
        return None
    employee = Employee.objects.filter(pk=kept["id"], is_active=True).first()
    if employee is None or not constant_time_compare(employee.get_session_auth_hash(), kept["hash"]):
        return None
    return employee, kept


def start(request: HttpRequest, employee: Employee, *, target: str, way: str = "") -> HttpResponseRedirect:
    """Open the session and go where the person wanted to go, never to another host."""
    request.session.pop(PENDING, None)
    login(request, employee)
    backends.succeeded(employee.username)
    request.session["ip"] = request.META.get("REMOTE_ADDR", "")
    request.session["agent"] = request.headers.get("User-Agent", "")
    request.session["since"] = timezone.now().isoformat()
    actor = actor_of(request)
    actions.note_login(actor=actor, way=way)
    if not way and passwords.expired(employee):
        actions.expire_password(actor=actor, employee=employee)
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe else reverse(settings.LOGIN_REDIRECT_URL))


def remember(response: HttpResponseRedirect, token: str) -> None:
    """Leave the token of a trusted device in the browser."""
    response.set_cookie(
        DEVICE, token, max_age=TRUSTED, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
