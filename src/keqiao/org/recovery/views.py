"""Asking for a new password, setting it, and one's own address and phone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of, submit
from keqiao.org import account, mail
from keqiao.org.factors.proving import prove
from keqiao.org.forms import NewPasswordForm
from keqiao.org.models import Employee, PersonalLink
from keqiao.org.recovery import actions
from keqiao.org.recovery.forms import EmailForm, PhoneForm, ResetAskForm

Kind = PersonalLink.Kind


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def ask_page(request: HttpRequest) -> HttpResponse:
    """Ask for a link by e-mail; without a mail server the page says what to do instead."""
    if not mail.configured():
        return render(request, "org/reset_ask.html", {"no_mail": True})
    form = ResetAskForm(request.POST or None)
    if request.method == "POST":
        ip = request.META.get("REMOTE_ADDR", "")
        _none, done = submit(form, lambda: actions.ask_reset(email=form.cleaned_data["email"], ip=ip))
        if done:
            return render(request, "org/reset_ask.html", {"sent": form.cleaned_data["email"]})
    return render(request, "org/reset_ask.html", {"form": form}, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def set_page(request: HttpRequest, token: str) -> HttpResponse:
    """A new password, by the link that was mailed."""
    link = actions.find(token, Kind.PASSWORD)
    if link is None:
        return render(request, "org/link_void.html", {"again": reverse("reset-ask")}, status=410)
    form, ip = NewPasswordForm(request.POST or None), request.META.get("REMOTE_ADDR", "")
    if request.method == "POST":
        _none, done = submit(
            form, lambda: actions.set_password(link=link, password=form.cleaned_data["new_password"], ip=ip)
        )
        if done:
            messages.success(request, _("新密码已设置，请登录。"))
            return HttpResponseRedirect(reverse("login"))
    context = {"form": form, "who": link.employee}
    return render(request, "org/reset_set.html", context, status=422 if form.is_bound else 200)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def me_page(request: HttpRequest) -> HttpResponse:
    """Who one is here, and one's own address and phone."""
    employee: Employee = request.user  # type: ignore[assignment]  # behind the login
    forms: dict[str, Form] = {
        Kind.EMAIL: EmailForm(prefix=Kind.EMAIL),
        Kind.PHONE: PhoneForm(prefix=Kind.PHONE),
    }
    kind = request.POST.get("kind", "")
    if request.method == "POST" and kind in forms:
        form = forms[kind] = type(forms[kind])(request.POST, prefix=kind)
        to, done = submit(form, lambda: ask(request, employee, kind, form))
        if done:
            messages.success(request, _("确认信正在发往 %(to)s，打开信中的链接后生效。") % {"to": to})
            return HttpResponseRedirect(reverse("me"))
    context = {
        "tabs": account.tabs("me"), "employee": employee, "positions": employee.positions.all(), "forms": forms.items(),
        "mail": mail.configured(),
    }  # fmt: skip
    return render(request, "org/me.html", context, status=422 if request.method == "POST" else 200)


def ask(request: HttpRequest, employee: Employee, kind: str, form: Any) -> str:
    """Password first, then the letter."""
    value = form.cleaned_data["value"]
    if kind == Kind.PHONE:
        value = actions.clean_phone(value)
    prove(actor_of(request), employee, form.cleaned_data["password"])
    return actions.ask_contact(actor=actor_of(request), employee=employee, kind=kind, value=value)


@never_cache
@require_http_methods(["GET", "POST"])
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the letter, opened by the person who asked."""
    link = actions.find(token, Kind.EMAIL, Kind.PHONE)
    if link is None:
        return render(request, "org/link_void.html", {"again": reverse("me")}, status=410)
    if request.method == "POST":
        actions.confirm_contact(actor=actor_of(request), link=link)
        messages.success(request, _("已更换。"))
        return HttpResponseRedirect(reverse("me"))
    if link.employee_id != actor_of(request).id:
        raise NotAllowed(_("这个链接是发给另一位员工的。请用那个账号登录后再打开。"))
    what = _("邮箱") if link.kind == Kind.EMAIL else _("手机")
    page = {
        "title": _("确认更换%(what)s") % {"what": what}, "submit_label": _("确认更换"), "cancel_url": reverse("me"),
        "facts": [(_("换成"), link.value)],
    }  # fmt: skip
    return render(request, "kernel/confirm.html", {"page": page, "form": Form()})
