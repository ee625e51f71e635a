"""The link of an invitation shown once, and the page on which it is accepted."""

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

from keqiao.kernel import dates
from keqiao.kernel import links as made
from keqiao.kernel.resource.pages import actor_of, fetch, submit
from keqiao.org.invitations import actions
from keqiao.org.invitations.forms import JoinForm
from keqiao.org.invitations.resource import INVITATIONS
from keqiao.org.models import Invitation


@never_cache
@require_http_methods(["GET", "POST"])
def link_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then make a fresh link and show it once."""
    obj = fetch(INVITATIONS, request, pk, "link")
    back = INVITATIONS.url(obj)
    if request.method == "POST":
        url, fresh = actions.renew_link(actor=actor_of(request), obj=obj)
        note = _("有效期至 %(until)s，只能用一次。链接只在这里显示这一次。") % {"until": dates.full(fresh.expires_at)}
        said = _("请把链接发给 %(name)s 本人：") % {"name": fresh.name}
        return made.link_page(request, title=_("邀请链接"), url=url, said=said, note=note, back=back)
    page: dict[str, object] = {
        "title": _("复制邀请链接"), "submit_label": _("生成链接"), "cancel_url": back, "action": request.path,
        "warning": _("会生成一个新链接，之前发出的链接立即失效。"), "facts": [(_("邀请"), str(obj))],
    }  # fmt: skip
    return render(request, "kernel/confirm.html", {"page": page, "form": Form()})


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def join_page(request: HttpRequest, token: str) -> HttpResponse:
    """The invited person chooses user name and password."""
    invitation = actions.find(token)
    if invitation is None:
        return render(request, "org/join_void.html", status=410)
    form = JoinForm(request.POST or None)
    if request.method == "POST":
        _employee, done = submit(form, lambda: join(form, invitation))
        if done:
            messages.success(request, _("账号已建立，请登录。"))
            return HttpResponseRedirect(reverse("login"))
    context = {"form": form, "invitation": invitation}
    return render(request, "org/join.html", context, status=422 if form.is_bound else 200)


def join(form: JoinForm, invitation: Invitation) -> None:
    """Only what the form asks for is taken from it."""
    data = form.cleaned_data
    actions.accept(invitation=invitation, username=data["username"], password=data["new_password"])
