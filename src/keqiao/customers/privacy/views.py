"""Asking for more, on a page or in the dialog."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keqiao.customers import allowance
from keqiao.customers.forms import MoreForm
from keqiao.customers.privacy import actions
from keqiao.kernel.resource.pages import actor_of, back_from, form_page, leave, submit


@require_http_methods(["GET", "POST"])
def more_page(request: HttpRequest) -> HttpResponse:
    """Say why, and the leader decides."""
    actor = actor_of(request)
    form = MoreForm(request.POST or None, actor=actor)
    if request.method == "POST":
        _approval, done = submit(form, lambda: actions.ask_more(actor=actor, **form.cleaned_data))
        if done:
            messages.success(request, _("已向主管申请，同意后会通知您。"))
            return leave(request, back_from(request, reverse("home")))
    used = _("今天的 %(n)s 次已用完。主管同意后，今天可以再查看 %(more)s 次。") % {
        "n": allowance.limit(actor), "more": actions.MORE,
    }  # fmt: skip
    return form_page(
        request, form, title=_("申请增加查看次数"), subtitle=used, submit_label=_("提交申请"),
        cancel_url=reverse("home"), action=request.path,
    )  # fmt: skip
