"""The analysis of a selection, and the sorting started by hand."""

import tempfile
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keqiao.customers import policies
from keqiao.customers.life_cycle.actions import start_sorting
from keqiao.customers.segments import actions, analysis
from keqiao.customers.segments.facets import facets
from keqiao.customers.segments.resource import segments
from keqiao.kernel import sheets, witness
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.listing import filter_controls
from keqiao.kernel.resource.pages import actor_of


@require_safe
def analysis_page(request: HttpRequest) -> HttpResponseBase:
    """A selection by two facets, as chart and table; every figure opens its customers."""
    actor = actor_of(request)
    if not policies.allowed(actor, "list"):
        raise NotAllowed(_("您没有查看客户的权限。"))
    query = request.GET.copy()
    chosen = segments.visible(actor).filter(pk=number(query.get("segment"))).first() if query.get("segment") else None
    if chosen is not None:
        query = merged(QueryDict(chosen.query), query)
    found = analysis.selection(actor, query)
    rows, columns = analysis.facet(query.get("rows"), "life_cycle"), analysis.facet(query.get("columns"), "tier")
    table = analysis.cross(found, rows, columns)
    if query.get("format") == "xlsx" and policies.allowed(actor, "export"):
        return as_file(request, table)
    saving = actions.tidy(found.query.urlencode())
    page = {
        "table": table, "chart": analysis.chart(table), "facets": list(facets().values()), "segment": chosen,
        "segments": segments.visible(actor).order_by("name")[:100], "filters": filter_controls(found),
        "errors": found.errors, "list_url": analysis.list_url(found.query), "words": analysis.described(saving),
        "save_url": f"{reverse('segments:create')}?{urlencode({'query': saving})}" if saving else "",
        "export_url": f"?{with_format(query)}" if policies.allowed(actor, "export") else "",
    }  # fmt: skip
    return render(request, "customers/analysis.html", page)


def number(text: str | None) -> int:
    """An id from the address, 0 for nonsense."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def merged(saved: QueryDict, given: QueryDict) -> QueryDict:
    """A segment's conditions with what the address says beside them."""
    both = saved.copy()
    for name in given:
        if given[name]:
            both.setlist(name, given.getlist(name))
    return both


def with_format(query: QueryDict) -> str:
    """The same analysis as a file."""
    file = query.copy()
    file["format"] = "xlsx"
    return file.urlencode()


def as_file(request: HttpRequest, table: analysis.Table) -> FileResponse:
    """The cross table as XLSX, on record."""
    header, lines = analysis.sheet(table)
    file = tempfile.TemporaryFile()  # noqa: SIM115 – FileResponse closes it
    sheets.write_xlsx(file, header, lines)
    file.seek(0)
    witness.note(actor_of(request), "customers.analysed", None, {"filters": request.GET.urlencode()[:500]})
    return FileResponse(file, as_attachment=True, filename=f"{_('定向分析')}-{timezone.localtime():%Y%m%d-%H%M}.xlsx")


@require_POST
def sort_now(request: HttpRequest) -> HttpResponseBase:
    """Sort all customers anew, in the background."""
    if not actor_of(request).can("settings.change"):
        raise NotAllowed(_("您没有修改业务规则的权限。"))
    with transaction.atomic():
        start_sorting()
    messages.success(request, _("已开始重新划分，完成后客户列表里可以看到新的阶段。"))
    return redirect("stage-rules:list")
