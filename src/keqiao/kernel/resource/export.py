"""A list taken away as a file: the same rows, the same masks, and a record of who took what."""

import tempfile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.kernel import sheets, witness
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.declare import Resource
from keqiao.kernel.resource.listing import listing
from keqiao.kernel.resource.pages import View, actor_of

ROWS = 20_000


def export_page(resource: Resource) -> View:
    """The filtered list as XLSX or CSV, up to ROWS rows."""

    @require_safe
    def view(request: HttpRequest) -> HttpResponseBase:
        actor = actor_of(request)
        if not resource.allowed(actor, "export", None):
            raise NotAllowed(_("您没有导出的权限。"))
        found = listing(resource, actor, request.GET)
        rows = list(found.rows.order_by(found.order)[: ROWS + 1])
        if len(rows) > ROWS:
            messages.warning(request, _("一次最多导出 %(n)s 条，请先用筛选缩小范围。") % {"n": f"{ROWS:,}"})
            return HttpResponseRedirect(reverse(f"{resource.name}:list") + "?" + request.GET.urlencode())
        kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
        header = [str(column.label) for column in resource.columns]
        lines = ([plain(column.value(row, actor)) for column in resource.columns] for row in rows)
        file = tempfile.TemporaryFile()  # noqa: SIM115 – FileResponse closes it
        (sheets.write_csv if kind == "csv" else sheets.write_xlsx)(file, header, lines)
        file.seek(0)
        witness.note(actor, f"{resource.name}.exported", None, {"rows": len(rows), "filters": request.GET.urlencode()})
        name = f"{resource.title}-{timezone.localtime():%Y%m%d-%H%M}.{kind}"
        return FileResponse(file, as_attachment=True, filename=name)

    return view


def plain(value: Any) -> Any:
    """A value as a sheet can hold it: times in the local zone, without one."""
    if hasattr(value, "tzinfo") and value.tzinfo is not None:
        return timezone.localtime(value).replace(tzinfo=None)
    return (
        value
        if isinstance(value, int | float | str) or hasattr(value, "isoformat")
        else ""
        if value is None
        else str(value)
    )
