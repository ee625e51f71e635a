"""To the other system and back, and one's own links to it."""

import hmac
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.kernel.errors import Refused
from keqiao.kernel.resource.pages import actor_of, submit
from keqiao.org import account, links
from keqiao.org.entering import proceed
from keqiao.org.factors.forms import BeginForm
from keqiao.org.factors.proving import prove
from keqiao.org.models import Employee, LoginLink
from keqiao.org.sso import actions
from keqiao.org.sso.provider import Attempt, Failed, Person, log
from keqiao.org.sso.queries import active_provider, button_label, provider_of

KEPT = "sso"
LINKING = "sso_linking"
PATIENCE = timedelta(minutes=10)


@login_not_required
@never_cache
@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """Off to the other system, with a state that only this browser's session knows."""
    row = active_provider()
    if row is None:
        return HttpResponseRedirect(reverse("login"))
    attempt = Attempt.fresh()
    try:
        url = provider_of(row).address(attempt, links.address("sso-back"), request.headers.get("User-Agent", ""))
    except Failed as error:
        return failed(request, error)
    request.session[KEPT] = {
        "state": attempt.state, "nonce": attempt.nonce, "verifier": attempt.verifier, "at": timezone.now().isoformat(),
        "target": request.GET.get("next", ""), "link": request.user.pk if may_link(request) else None,
    }  # fmt: skip
    return HttpResponseRedirect(url)


def may_link(request: HttpRequest) -> bool:
    """Whether the person here gave the password a moment ago, in order to link an account."""
    at = parse_datetime(request.session.get(LINKING, ""))
    return request.user.is_authenticated and at is not None and timezone.now() - at < PATIENCE


def failed(request: HttpRequest, error: Exception | str) -> HttpResponse:
    """Say so, on the page where one can try again; what went wrong is for the log."""
    log.warning("single sign-on: %s", error)
    messages.error(request, _("登录没有完成，请再试一次；仍不行请用密码登录，并告诉管理员。"))
    return HttpResponseRedirect(reverse("logins" if request.user.is_authenticated else "login"))


@login_not_required
@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Back with a code; the state is used up by this, whatever comes of it."""
    row, kept = active_provider(), request.session.pop(KEPT, None)
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    at = parse_datetime(kept["at"]) if kept else None
    if row is None or at is None or timezone.now() - at > PATIENCE:
        return failed(request, "nobody here asked for this")
    if not code or not hmac.compare_digest(state.encode(), kept["state"].encode()):
        return failed(request, f"wrong state or no code: {request.GET.get('error', '')[:60]}")
    request.session.save()  # used up now, though the other system takes its time
    attempt = Attempt(kept["state"], kept["nonce"], kept["verifier"])
    try:
        person = provider_of(row).person(attempt, links.address("sso-back"), code)
    except Failed as error:
        return failed(request, error)
    if kept["link"] is not None:
        return linked(request, person, kept["link"])
    return entered(request, person, auto_link=row.auto_link, target=kept["target"])


def entered(request: HttpRequest, person: Person, *, auto_link: bool, target: str) -> HttpResponse:
    """In, with the second factor where there is one."""
    employee = actions.come_in(person=person, auto_link=auto_link)
    if employee is None:
        messages.error(request, _("这个账号还没有关联员工。请先用密码登录，再到“我的账号”里关联，或联系管理员。"))
        return HttpResponseRedirect(reverse("login"))
    return proceed(request, employee, target=target, way=_("单点登录"))


def linked(request: HttpRequest, person: Person, asked_by: int) -> HttpResponse:
    """The link that was asked for, by the very person who is still logged in."""
    request.session.pop(LINKING, None)
    if request.user.pk != asked_by:
        return failed(request, "another person is logged in now")
    try:
        actions.link(actor=actor_of(request), employee=request.user, person=person)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已关联，以后可以用它登录。"))
    return HttpResponseRedirect(reverse("logins"))


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def logins_page(request: HttpRequest) -> HttpResponse:
    """One's links to other systems; linking asks for the password first."""
    employee: Employee = request.user  # type: ignore[assignment]  # behind the login
    actor, row = actor_of(request), active_provider()
    form: Any = BeginForm(request.POST or None)
    if request.method == "POST" and "unlink" in request.POST:
        mine = LoginLink.objects.filter(employee=employee, pk=number(request.POST["unlink"]))
        actions.unlink(actor=actor, obj=get_object_or_404(mine))
        messages.success(request, _("已取消关联。"))
        return HttpResponseRedirect(reverse("logins"))
    if request.method == "POST" and row is not None:
        _none, done = submit(form, lambda: prove(actor, employee, form.cleaned_data["password"]))
        if done:
            request.session[LINKING] = timezone.now().isoformat()
            return HttpResponseRedirect(reverse("logins"))
    context = {
        "tabs": account.tabs("logins"), "links": employee.login_links.order_by("pk"), "provider": row, "form": form,
        "label": button_label(row) if row else "", "ready": may_link(request),
        "has_password": employee.has_usable_password(),
    }  # fmt: skip
    return render(request, "org/logins.html", context, status=422 if form.is_bound and form.errors else 200)


def number(text: str) -> int:
    """An id out of a form; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
