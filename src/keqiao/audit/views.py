"""The history of a record."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.audit import policies, wording
from keqiao.kernel.resource import get
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.kernel.resource.paging import page


@require_safe
def history(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Who did what and when, with old and new values; as a page or as a part of one."""
    resource = get(label)
    if resource is None:
        raise Http404
    fetch(resource, request, pk, "history")
    rows = page(policies.history(actor_of(request), label, pk), order="-pk", cursor=request.GET.get("after", ""))
    context = {
        "title": _("变更记录"),
        "back_url": reverse(f"{resource.name}:detail", args=[pk]),
        "back_label": resource.title,
        "entries": [wording.entry(resource, event, actor_of(request)) for event in rows.rows],
        "next_url": rows.next and f"?after={rows.next}",
        "prev_url": rows.prev and f"?after={rows.prev}",
    }
    return render(request, "kernel/history.html", {"page": context})
