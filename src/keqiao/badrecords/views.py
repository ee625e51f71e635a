"""The analysis of bad records, and their card on a ticket's page."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.badrecords import policies
from keqiao.badrecords.queries import Line, analysis
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.reception.ledger import day_of
from keqiao.tickets.resource.tickets import TICKETS

DAYS, LONGEST = 365, 1100


@require_safe
def analysis_page(request: HttpRequest) -> HttpResponse:
    """Kinds against units, and months; every figure opens its records."""
    actor = actor_of(request)
    if not policies.allowed(actor, "list"):
        raise NotAllowed(_("您没有查看不良记录的权限。"))
    last = day_of(request.GET.get("to", "")) or today()
    first = min(day_of(request.GET.get("from", "")) or last - timedelta(days=DAYS), last)
    first = max(first, last - timedelta(days=LONGEST))
    found = analysis(actor, first, last)
    span = {"view": "all", "happened_after": first, "happened_before": last}

    def cell(number: int, **more: Any) -> tuple[int, str]:
        return number, f"{reverse('bad-records:list')}?{urlencode({**span, **more})}"

    kinds = [
        {
            "name": kind.name,
            "cells": [
                *(cell(found.cells[kind.key, unit.key], kind=kind.key, unit=unit.key) for unit in found.units),
                cell(kind.count, kind=kind.key),
                cell(kind.still, kind=kind.key, status="open"),
            ],
        }
        for kind in found.kinds
    ]
    totals = [cell(unit.count, unit=unit.key) for unit in found.units]
    still = sum(kind.still for kind in found.kinds)
    context = {
        "first": first, "last": last, "kinds": kinds, "units": found.units,
        "totals": [*totals, cell(found.total), cell(still, status="open")],
        "months": [month_line(one, cell, first, last) for one in found.months],
    }  # fmt: skip
    return render(request, "badrecords/analysis.html", context)


def month_line(one: Line, cell: Any, first: date, last: date) -> dict[str, Any]:
    """A month's figures, within the span asked for."""
    year, month = map(int, one.key.split("-"))
    days = {
        "happened_after": max(first, date(year, month, 1)),
        "happened_before": min(last, date(year, month, monthrange(year, month)[1])),
    }
    cells = [cell(one.count, **days), cell(one.still, **days, status="open")]
    return {"name": one.key, "cells": cells, "grave": one.grave}


@require_safe
def of_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """The records that came of a ticket, and the way to register one."""
    ticket, actor = fetch(TICKETS, request, pk, "view"), actor_of(request)
    rows = policies.visible(actor).filter(ticket=ticket).select_related("kind", "unit").order_by("-pk")[:5]
    may = policies.allowed(actor, "create")
    return render(request, "badrecords/_of_ticket.html", {"rows": rows, "ticket": ticket, "may": may})
