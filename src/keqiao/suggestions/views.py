"""The figures of suggestions, and their card on the pages of tickets and customers."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.customers.resource import customers
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.reception.ledger import day_of
from keqiao.suggestions import policies
from keqiao.suggestions.queries import Line, analysis, listed
from keqiao.tickets.resource.tickets import TICKETS

DAYS, LONGEST = 90, 1100
SOURCES = {"ticket": TICKETS, "customer": customers}


@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    """How many were made, taken up and answered, by topic and department; every figure opens its records."""
    actor = actor_of(request)
    if not policies.allowed(actor, "list"):
        raise NotAllowed(_("您没有查看客户建议的权限。"))
    last = day_of(request.GET.get("to", "")) or today()
    first = min(day_of(request.GET.get("from", "")) or last - timedelta(days=DAYS), last)
    first = max(first, last - timedelta(days=LONGEST))
    found = analysis(actor, first, last)
    tables = [
        (name, [row(one, {key: one.key}, first, last) for one in lines] + [row(found.total, {}, first, last)])
        for name, key, lines in ((_("内容类别"), "topic", found.topics), (_("研究部门"), "unit", found.units))
    ]
    context = {"first": first, "last": last, "tables": tables, "total": found.total}
    return render(request, "suggestions/figures.html", context)


def row(line: Line, own: dict[str, Any], first: Any, last: Any) -> dict[str, Any]:
    """A line's figures with their lists."""
    cells = [
        (line.count, listed(first, last, **own)), (line.adopted, listed(first, last, **own, adopted=1)),
        (line.declined, listed(first, last, **own, adopted=0)), (line.closed, listed(first, last, **own, status="closed")),
    ]  # fmt: skip
    name = line.name or (_("未转交") if own else _("合计"))
    return {"name": name, "cells": cells, "waiting": line.waiting, "share": line.share}


@require_safe
def of_record(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The suggestions of a ticket or a customer within sight, and the way to register one."""
    if kind not in SOURCES:
        raise Http404
    obj, actor = fetch(SOURCES[kind], request, pk, "view"), actor_of(request)
    if not policies.allowed(actor, "list"):
        raise NotAllowed(_("您没有查看客户建议的权限。"))
    rows = policies.visible(actor).filter(**{kind: obj}).order_by("-pk")[:5]
    context = {"rows": rows, "kind": kind, "obj": obj, "may": policies.allowed(actor, "create")}
    return render(request, "suggestions/_of.html", context)
