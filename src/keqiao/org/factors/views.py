"""The page on which a person sets up, looks after and removes the own second factor."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from keqiao.kernel.resource.pages import actor_of, submit
from keqiao.org import account
from keqiao.org.factors import actions, totp
from keqiao.org.factors.forms import BeginForm, ConfirmForm, ProofForm
from keqiao.org.factors.proving import prove
from keqiao.org.models import Employee, SecondFactor
from keqiao.org.queries import factor_missing

BEGUN = "factor_begun"
PATIENCE = timedelta(minutes=15)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def factor_page(request: HttpRequest) -> HttpResponse:
    """Off, being set up, or on; every button of the page names its step."""
    employee: Employee = request.user  # type: ignore[assignment]  # behind the login
    steps = {"begin": begin, "confirm": confirm, "codes": codes, "remove": remove, "distrust": distrust}
    step = steps.get(request.POST.get("step", "")) if request.method == "POST" else None
    if step is not None:
        return step(request, employee)
    return show(request, employee)


def show(request: HttpRequest, employee: Employee, form: Any = None, step: str = "") -> HttpResponse:
    """The page as things stand, with the form that came back wrong in its place."""
    factor = SecondFactor.objects.filter(employee=employee).first()
    context: dict[str, Any] = {
        "tabs": account.tabs("factor"), "state": "off", "step": step, "form": form or BeginForm(),
        "has_password": employee.has_usable_password(), "demanded": factor_missing(employee.pk, employee.access_version),
    }  # fmt: skip
    if factor is not None and factor.confirmed_at is not None:
        context |= {
            "state": "on", "since": factor.confirmed_at, "form": form or ProofForm(),
            "codes_left": employee.recovery_codes.filter(used_at__isnull=True).count(),
            "devices": employee.trusted_devices.filter(expires_at__gt=timezone.now()).count(),
        }  # fmt: skip
    elif factor is not None and begun_here(request):
        secret = actions.secret_of(factor)
        context |= {
            "state": "begun", "form": form or ConfirmForm(), "qr": totp.picture(secret, employee.username),
            "secret": totp.spaced(secret),
        }  # fmt: skip
    return render(request, "org/factor.html", context, status=422 if form is not None else 200)


def begun_here(request: HttpRequest) -> bool:
    """Whether the password was given in this session a moment ago; only then the new secret is shown."""
    at = parse_datetime(request.session.get(BEGUN, ""))
    return at is not None and timezone.now() - at < PATIENCE


def back() -> HttpResponse:
    """To the page as it is now."""
    return HttpResponseRedirect(reverse("factor"))


def begin(request: HttpRequest, employee: Employee) -> HttpResponse:
    """Password, then a new secret."""
    actor, form = actor_of(request), BeginForm(request.POST)

    def deed() -> None:
        prove(actor, employee, form.cleaned_data["password"])
        actions.begin(actor=actor, employee=employee)

    _none, done = submit(form, deed)
    if not done:
        return show(request, employee, form, "begin")
    request.session[BEGUN] = timezone.now().isoformat()
    return back()


def confirm(request: HttpRequest, employee: Employee) -> HttpResponse:
    """The first code; the recovery codes are shown with the answer and never again."""
    actor, form = actor_of(request), ConfirmForm(request.POST)
    found, done = submit(
        form, lambda: actions.confirm(actor=actor, employee=employee, code=form.cleaned_data["code"].strip())
    )
    if not done:
        return show(request, employee, form, "confirm")
    request.session.pop(BEGUN, None)
    return show_codes(request, found, first=True)


def show_codes(request: HttpRequest, found: list[str], *, first: bool) -> HttpResponse:
    """The new recovery codes, this once."""
    context = {"tabs": account.tabs("factor"), "state": "codes", "codes": found, "first": first}
    return render(request, "org/factor.html", context)


def codes(request: HttpRequest, employee: Employee) -> HttpResponse:
    """New recovery codes, after password and code."""
    actor, form = actor_of(request), ProofForm(request.POST)

    def deed() -> list[str]:
        prove(actor, employee, form.cleaned_data["password"], form.cleaned_data["code"])
        return actions.renew_codes(actor=actor, employee=employee)

    found, done = submit(form, deed)
    return show_codes(request, found, first=False) if done else show(request, employee, form, "codes")


def remove(request: HttpRequest, employee: Employee) -> HttpResponse:
    """Switch it off, after password and code."""
    actor, form = actor_of(request), ProofForm(request.POST)

    def deed() -> None:
        prove(actor, employee, form.cleaned_data["password"], form.cleaned_data["code"])
        actions.remove(actor=actor, employee=employee)

    _none, done = submit(form, deed)
    if not done:
        return show(request, employee, form, "remove")
    messages.success(request, _("两步验证已关闭。"))
    return back()


def distrust(request: HttpRequest, employee: Employee) -> HttpResponse:
    """Ask all browsers for the code again."""
    actions.distrust(actor=actor_of(request), employee=employee)
    messages.success(request, _("所有设备下次登录都会询问验证码。"))
    return back()
