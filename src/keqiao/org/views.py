"""Login, password, the devices one is logged in on, API tokens, and how much of personal fields positions see."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.kernel import sight
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource.pages import actor_of, submit
from keqiao.org import account, actions, demo, entering, policies
from keqiao.org.devices import device_name
from keqiao.org.factors import proving
from keqiao.org.factors.actions import trust
from keqiao.org.forms import CodeForm, LoginForm, PasswordForm, TokenForm
from keqiao.org.models import Employee, Position
from keqiao.org.queries import actor_for
from keqiao.org.scopes import said
from keqiao.org.sso.queries import active_provider, button_label

LOCKED = lazy("尝试次数过多，该用户名已锁定 15 分钟。")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """Log in; the same answer for an unknown name and a wrong password."""
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        employee = entered(request, form)
        if employee is not None:
            return entering.proceed(request, employee, target=request.GET.get("next", ""))
    provider = active_provider()
    context = {
        "form": form,
        "next": request.GET.get("next", ""),
        "accounts": demo.accounts() if settings.DEMO else [],
        "provider": button_label(provider) if provider else "",
    }
    return render(request, "org/login.html", context, status=422 if form.is_bound and form.errors else 200)


def entered(request: HttpRequest, form: LoginForm) -> Employee | None:
    """Whose name and password these are; what is wrong is said on the form."""
    try:
        employee = authenticate(request, **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, LOCKED if refused.status == 429 else refused.message)
        return None
    if employee is None:
        form.add_error(None, _("用户名或密码不对，请再试一次。"))
    return employee


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code_page(request: HttpRequest) -> HttpResponse:
    """The second step: the code of the phone, or a recovery code. Tries are counted together with the password's."""
    found = entering.waiting(request)
    if found is None:
        messages.info(request, _("请重新输入用户名和密码。"))
        return HttpResponseRedirect(reverse("login"))
    employee, kept = found
    actor = actor_for(employee, request.META.get("REMOTE_ADDR", ""))
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        _none, right = submit(form, lambda: proving.check_code(actor, employee, form.cleaned_data["code"]))
        if right:
            response = entering.start(request, employee, target=kept["target"], way=kept["way"])
            if form.cleaned_data["trusted"]:
                agent = request.headers.get("User-Agent", "")
                entering.remember(response, trust(actor=actor, employee=employee, agent=agent))
            return response
    return render(request, "org/code.html", {"form": form, "who": employee}, status=422 if form.is_bound else 200)


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    """Log out here."""
    logout(request)
    return HttpResponseRedirect(reverse("login"))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_page(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other device is logged out."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST":
        _result, done = submit(form, lambda: change(request, form))
        if done:
            messages.success(request, _("密码已更换，其他设备已退出登录。"))
            return HttpResponseRedirect(reverse("home"))
    context = {"form": form, "tabs": account.tabs("password")}
    return render(request, "org/password.html", context, status=422 if form.is_bound else 200)


def change(request: HttpRequest, form: PasswordForm) -> None:
    """The new password, while this session stays; the old one must be right, so that an unattended screen is not enough."""
    employee: Employee = request.user  # type: ignore[assignment]  # behind the login
    password = form.cleaned_data["new_password"]
    proving.prove(actor_of(request), employee, form.cleaned_data["old_password"])
    actions.change_password(actor=actor_of(request), employee=employee, password=password)
    update_session_auth_hash(request, employee)


@require_http_methods(["GET", "POST"])
def sessions_page(request: HttpRequest) -> HttpResponse:
    """The devices one is logged in on; any of them can be logged out."""
    actor = actor_of(request)
    rows = policies.sessions(actor).order_by("-since")
    if request.method == "POST":
        actions.end_session(actor=actor, session=get_object_or_404(rows, pk=request.POST.get("session")))
        messages.success(request, _("已退出该设备。"))
        return HttpResponseRedirect(reverse("sessions"))
    shown = [(one, device_name(one.agent)) for one in rows]
    context = {"sessions": shown, "current": request.session.session_key, "tabs": account.tabs("sessions")}
    return render(request, "org/sessions.html", context)


@require_http_methods(["GET", "POST"])
def tokens_page(request: HttpRequest) -> HttpResponse:
    """One's API tokens; a new one is shown once."""
    actor = actor_of(request)
    form = TokenForm(request.POST or None)
    plain = ""
    if request.method == "POST" and form.is_valid():
        plain = actions.create_token(actor=actor, employee=request.user, **form.chosen())  # type: ignore[arg-type]
        form = TokenForm()
    tokens = policies.tokens(actor).order_by("-pk")
    context = {
        "form": form,
        "plain": plain,
        "tokens": [(one, said(one.scopes)) for one in tokens],
        "now": timezone.now(),
        "tabs": account.tabs("tokens"),
    }
    return render(request, "org/tokens.html", context, status=422 if form.is_bound else 200)


@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token at once."""
    actor = actor_of(request)
    actions.revoke_token(actor=actor, token=get_object_or_404(policies.tokens(actor), pk=pk))
    messages.success(request, _("令牌已作废。"))
    return HttpResponseRedirect(reverse("tokens"))


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Alive."""
    return HttpResponse("ok", content_type="text/plain")


@require_http_methods(["GET", "POST"])
def sight_page(request: HttpRequest) -> HttpResponse:
    """Which personal fields every position sees in full, masked or not at all; changed by those who keep positions."""
    actor = actor_of(request)
    if not (actor.can("org.change") or actor.can("customer.oversee")):
        raise NotAllowed(_("您没有查看岗位的权限。"))
    positions = Position.objects.filter(active=True).order_by("name")
    if request.method == "POST":
        levels = {
            one.pk: {field.code: request.POST.get(f"p{one.pk}-{field.code}", "") for field in sight.every()}
            for one in positions
            if any(f"p{one.pk}-{field.code}" in request.POST for field in sight.every())
        }
        changed = actions.set_sight(actor=actor, levels=levels)
        names = _("、").join(one.name for one in changed)
        messages.success(request, _("已保存：%(names)s。") % {"names": names} if changed else _("没有改动。"))
        return HttpResponseRedirect(request.path)
    rows = [(one, [sight_cell(one, field) for field in sight.every()]) for one in positions]
    context = {"fields": sight.every(), "rows": rows, "may_change": actor.can("org.change")}
    return render(request, "org/sight.html", context)


def sight_cell(position: Position, field: sight.Field) -> tuple[str, Any, list[tuple[str, Any, bool]]]:
    """Name and label of a choice, and its options with the present one marked."""
    now = position.sight.get(field.code, sight.Level.MASKED)
    return f"p{position.pk}-{field.code}", field.label, [(one.value, one.label, one == now) for one in field.levels]
