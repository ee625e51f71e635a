"""The page that leads through the first day of a new installation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of
from keqiao.org.links import address
from keqiao.workspace.starting import steps
from keqiao.workspace.starting.positions import adopt_positions


@require_safe
def starting(request: HttpRequest) -> HttpResponse:
    """What is to be set up, what of it is done, and the addresses for customers."""
    actor = actor_of(request)
    if not steps.leads(actor):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    found = steps.steps_of(actor)
    context = {
        "steps": found,
        "done": sum(one.done for one in found),
        "next": next((one.code for one in found if not one.done), ""),
        "later": [(title, why, reverse(name), icon) for title, why, name, icon in steps.LATER],
        "complain_url": address("portal-complain"),
        "status_url": address("portal"),
    }
    return render(request, "workspace/starting.html", context)


@require_POST
def positions(request: HttpRequest) -> HttpResponse:
    """Take over the usual positions."""
    made = len(adopt_positions(actor=actor_of(request)))
    if made:
        said = ngettext("已建立 %(n)s 个岗位，可以随时修改。", "已建立 %(n)s 个岗位，可以随时修改。", made) % {
            "n": made
        }
        messages.success(request, said)
    else:
        messages.info(request, _("通用岗位都已经有了。"))
    return HttpResponseRedirect(reverse("starting"))
