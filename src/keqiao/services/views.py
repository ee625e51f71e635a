"""The page that takes in a pasted table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of, submit
from keqiao.services import policies
from keqiao.services.forms import PasteForm
from keqiao.services.pasting import COLUMNS, take_in

EXAMPLE = ("送货", "138 0013 8000", "顾念秋", "滚筒洗衣机", "D20261128-01", "2026-11-28", "周师傅", "")


@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """Paste, see what became of each line, put the rest right and send it again."""
    actor = actor_of(request)
    if not policies.allowed(actor, "create"):
        raise NotAllowed(_("您没有登记送货与服务的权限。"))
    form, found = PasteForm(request.POST or None, actor=actor), None
    if request.method == "POST":
        found, _done = submit(form, lambda: take_in(actor, form.cleaned_data["table"]))
        if found is not None:
            form = PasteForm(actor=actor, initial={"table": found.rest})
    names = [known[0] for known in COLUMNS.values()]
    context = {"form": form, "found": found, "names": names, "example": list(zip(names, EXAMPLE, strict=True))}
    # also where some lines were wrong: what was taken must stay taken, once
    return render(request, "services/paste.html", context, status=422 if form.is_bound else 200)
