"""The analysis of losses, and the card on a customer's page."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.care.losses import policies
from keqiao.care.losses.analysis import Group, analysis
from keqiao.customers.resource import customers
from keqiao.kernel.dates import add_months, today
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.reception.ledger import day_of

DAYS, LONGEST = 365, 1100


@require_safe
def analysis_page(request: HttpRequest) -> HttpResponse:
    """By reason, owner and month; every figure opens its losses."""
    actor = actor_of(request)
    if not policies.allowed(actor, "list"):
        raise NotAllowed(_("您没有查看流失客户的权限。"))
    last = day_of(request.GET.get("to", "")) or today()
    first = min(day_of(request.GET.get("from", "")) or last - timedelta(days=DAYS), last)
    first = max(first, last - timedelta(days=LONGEST))
    found = analysis(actor, first, last)
    titles = {"reason": _("流失原因"), "owner": _("原负责人"), "month": _("月份")}
    span = {"view": "all", "lost_after": first, "lost_before": last}
    tables = [(titles[name], [lined(name, group, span) for group in groups]) for name, groups in found.items()]
    return render(
        request, "care/losses.html", {"first": first, "last": last, "tables": tables, "any": any(found.values())}
    )


def lined(name: str, group: Group, span: dict[str, Any]) -> dict[str, Any]:
    """A group with the addresses of its figures."""
    same = dict(span)
    if name == "month":
        same["lost_after"] = max(group.key, span["lost_after"])
        same["lost_before"] = min(add_months(group.key, 1) - timedelta(days=1), span["lost_before"])
    else:
        same[name] = group.key or "null"
    base = reverse("losses:list")
    cells = [
        (number, f"{base}?{urlencode({**same, **more})}")
        for number, more in ((group.lost, {}), (group.won, {"status": "won"}), (group.given_up, {"status": "given_up"}))
    ]
    return {"name": group.name or _("公海"), "cells": cells, "rate": group.rate}


@require_safe
def of_customer(request: HttpRequest, pk: int) -> HttpResponse:
    """The losses of a customer, and the way to mark one."""
    customer, actor = fetch(customers, request, pk, "view"), actor_of(request)
    rows = list(policies.visible(actor).filter(customer=customer).select_related("reason__parent").order_by("-pk")[:5])
    may = policies.allowed(actor, "create") and not any(one.status in {"lost", "trying"} for one in rows)
    return render(request, "care/_losses.html", {"rows": rows, "customer": customer, "may_mark": may})
