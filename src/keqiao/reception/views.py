"""Pages of the register that the resource does not give: who may be calling, and the daily ledger."""

import tempfile
from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.audit.actions import record
from keqiao.documents.answers import answer
from keqiao.kernel import sheets
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of
from keqiao.org.models import Employee, OrgUnit
from keqiao.reception import policies, queries
from keqiao.reception.ledger import WAYS, Asked, asked_of, heads, paper, rows
from keqiao.reception.queries import Ledger


@require_safe
def matches_part(request: HttpRequest) -> HttpResponse:
    """Customers who may be the caller, while phone and name are typed."""
    actor = actor_of(request)
    if not policies.allowed(actor, "create"):
        raise NotAllowed(_("您没有登记来电来访的权限。"))
    phone, name = (request.GET.get(key, "").replace("\0", "").strip() for key in ("phone", "name"))
    found = queries.matches(actor, phone, name)
    chosen = request.GET.get("customer") or request.GET.get("chosen") or ""
    context = {
        "found": found,
        "chosen": chosen,
        "typed": bool(phone or name),
        "new": not any(one.exact for one in found),
    }
    return render(request, "reception/_matches.html", context)


def asked(request: HttpRequest) -> tuple[Actor, Asked, Ledger]:
    """Who asks about which days, and the ledger of them."""
    actor = actor_of(request)
    if not policies.allowed(actor, "list"):
        raise NotAllowed(_("您没有查看接待台账的权限。"))
    wanted = asked_of(request.GET)
    return actor, wanted, queries.ledger(actor, wanted.first, wanted.last, wanted.unit, wanted.person)


@require_safe
def ledger_page(request: HttpRequest) -> HttpResponse:
    """Counts of some days, each figure opening its entries."""
    actor, wanted, found = asked(request)
    context = {
        "asked": wanted,
        "found": found,
        "heads": heads(),
        "lines": [lined(wanted, line) for line in found.lines],
        "sums": [(found.sum(way, first), wanted.records(way=way, first=int(first))) for way, first in WAYS],
        "all": (found.total, wanted.records()),
        "tables": [
            worded(wanted, _("获知途径"), "source", found.by_source),
            worded(wanted, _("意向"), "interest", found.by_interest),
        ],
        "units": OrgUnit.objects.filter(active=True).order_by("path"),
        "people": Employee.objects.filter(is_active=True).order_by("name"),
        "may_export": policies.allowed(actor, "export"),
    }
    return render(request, "reception/ledger.html", context)


def lined(wanted: Asked, line: queries.Line) -> dict[str, Any]:
    """A line with the addresses of its figures."""
    cells = [(line.of(way, first), address(wanted, line, way=way, first=int(first))) for way, first in WAYS]
    return {
        "day": line.day,
        "person": line.person,
        "cells": cells,
        "total": (line.total, address(wanted, line)),
    }


def address(wanted: Asked, line: queries.Line, **more: object) -> str:
    """The entries of one person on one day."""
    day = line.day.isoformat()
    return wanted.records(received_by=line.person_id, at_after=day, at_before=day, **more)


def worded(wanted: Asked, title: str, name: str, counts: list[tuple[int | None, str, int, int]]) -> dict[str, Any]:
    """Counts by word with the addresses of their entries."""
    lines = []
    for pk, word, total, new in counts:
        some: dict[str, object] = {name: pk or "null"}
        lines.append((word or _("未填写"), (total, wanted.records(**some)), (new, wanted.records(**some, first=1))))
    return {"title": title, "lines": lines}


@require_safe
def ledger_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The ledger as XLSX, DOCX or PDF, on record."""
    actor, wanted, found = asked(request)
    if not policies.allowed(actor, "export"):
        raise NotAllowed(_("您没有导出接待台账的权限。"))
    if kind != "xlsx":
        company = OrgUnit.objects.filter(parent=None).order_by("pk").values_list("name", flat=True).first() or ""
        return answer(actor=actor, paper=paper(found, company), kind=kind)
    file = tempfile.TemporaryFile()  # noqa: SIM115 – FileResponse closes it
    sheets.write_xlsx(file, heads(), rows(found))
    file.seek(0)
    with transaction.atomic():
        data = {"rows": len(found.lines), "filters": wanted.query()}
        record(actor, "reception.ledger_exported", None, data)
    name = _("接待台账") + f"-{wanted.first:%Y%m%d}-{wanted.last:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)
