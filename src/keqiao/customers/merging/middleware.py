"""Addresses of an archive that was merged lead to the one that stands for it, on pages and in the API.

Only an answer of 404 is looked at, so other requests cost nothing. The redirect is never a permanent one: a merge can
be undone.
"""

import re
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from keqiao.customers.merging.queries import stands_for
from keqiao.customers.models import Customer
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import WrongState
from keqiao.kernel.resource.api import refusal

ADDRESS = re.compile(
    r"^(?P<before>/(?P<api>api/)?(?:customers|history/customers\.customer)/)(?P<pk>\d{1,18})(?P<after>/.*|)$"
)


class MergedMiddleware:
    """Follows merged customers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if answer.status_code != 404:
            return answer
        match = ADDRESS.match(request.path_info)
        actor: Actor | None = getattr(request, "actor", None)
        if match is None or actor is None:
            return answer
        survivor = stands_for(actor, int(match["pk"]))
        if survivor is None:
            return answer
        return lead(request, match, survivor)


def lead(request: HttpRequest, match: re.Match[str], survivor: Customer) -> HttpResponse:
    """To the same page of the survivor; a change is not passed on but explained."""
    if request.method in {"GET", "HEAD"}:
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        prefix = request.path.removesuffix(request.path_info)
        answer: HttpResponse = HttpResponseRedirect(f"{prefix}{match['before']}{survivor.pk}{match['after']}{query}")
        add_never_cache_headers(answer)
        return answer
    said = _("这位客户已并入 %(name)s（%(number)s），刚才的操作没有执行。请在保留的档案里再做一次。") % {
        "name": survivor.name, "number": survivor.number,
    }  # fmt: skip
    if match["api"]:
        return refusal(WrongState(said))
    messages.error(request, said)
    url = reverse("customers:detail", args=[survivor.pk])
    return (
        HttpResponse(headers={"HX-Redirect": url}) if request.headers.get("HX-Request") else HttpResponseRedirect(url)
    )
