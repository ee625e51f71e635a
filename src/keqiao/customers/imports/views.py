"""Pages of the import: upload, preview with mapping, progress, refused lines, undo."""

import io
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.customers import policies
from keqiao.customers.imports import actions
from keqiao.customers.imports.forms import MappingForm, UploadForm
from keqiao.customers.imports.mapping import fields
from keqiao.customers.imports.preview import look
from keqiao.customers.imports.undo import result
from keqiao.customers.models import ImportBatch, ImportRow
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.pace import remaining
from keqiao.kernel.resource.pages import actor_of, form_page, leave, submit
from keqiao.kernel.resource.paging import page
from keqiao.kernel.sheets import write_xlsx
from keqiao.runtime.jobs import silent
from keqiao.runtime.models import Job

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = ImportBatch.State
KEPT = 100  # customers that undoing left, as many as the page names


def fetch_batch(request: HttpRequest, pk: int) -> ImportBatch:
    """An import that the actor may see; 404 for all others."""
    found: ImportBatch = get_object_or_404(
        policies.batches(actor_of(request)).select_related("job", "created_by"), pk=pk
    )
    return found


def demand(request: HttpRequest) -> None:
    """Raise NotAllowed without the power to import."""
    if not policies.allowed(actor_of(request), "import"):
        raise NotAllowed(_("您没有导入客户的权限。"))


@require_safe
def batches_page(request: HttpRequest) -> HttpResponse:
    """Imports so far, newest first."""
    demand(request)
    rows = policies.batches(actor_of(request)).select_related("created_by")
    found = page(rows, order="-pk", cursor=request.GET.get("after", ""))
    return render(request, "customers/imports.html", {"found": found})


@require_http_methods(["GET", "POST"])
def upload_page(request: HttpRequest) -> HttpResponse:
    """Choose the file."""
    demand(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        batch, done = submit(form, lambda: actions.upload(actor=actor_of(request), **form.cleaned_data))
        if done:
            return leave(request, reverse("customer-import", args=[batch.pk]))
    return form_page(
        request, form, title=_("导入客户"), subtitle=_("先预览，确认后才会写入。"), submit_label=_("上传并预览"),
        cancel_url=reverse("customer-imports"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Before the start the preview with its mapping, afterwards the progress and the result."""
    batch = fetch_batch(request, pk)
    if batch.state != State.DRAFT:
        return render(request, "customers/import.html", progress_context(batch))
    form = MappingForm(request.POST or None, labels=batch.labels, initial=initial_of(batch))
    if request.method == "POST":
        _batch, done = submit(form, lambda: start(request, batch, form))
        if done:
            return redirect("customer-import", pk)
    seen = look(batch, form.columns() if form.is_bound and form.is_valid() else None)
    columns = [(column, form[f"column_{column.index}"]) for column in seen.columns]
    context = {"batch": batch, "form": form, "preview": seen, "columns": columns}
    return render(request, "customers/import_preview.html", context, status=422 if form.is_bound else 200)


def initial_of(batch: ImportBatch) -> dict[str, Any]:
    """The mapping as guessed or remembered."""
    chosen = {f"column_{index}": field for index, field in batch.mapping.items()}
    return {"duplicates": batch.duplicates, "source": batch.source, **chosen}


def start(request: HttpRequest, batch: ImportBatch, form: MappingForm) -> ImportBatch:
    """Begin with what was chosen."""
    data = form.cleaned_data
    return actions.start(
        actor=actor_of(request),
        batch=batch,
        columns=form.columns(),
        source=data["source"],
        duplicates=data["duplicates"],
    )


@require_safe
def progress_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that asks again while the worker works."""
    return render(request, "customers/_progress.html", progress_context(fetch_batch(request, pk)))


def progress_context(batch: ImportBatch) -> dict[str, Any]:
    """Figures of a batch, what may be done now, and what became of its undoing."""
    failed = batch.job is not None and batch.job.state == Job.State.FAILED
    moving = batch.state in {State.RUNNING, State.UNDOING} and not failed
    back = batch.state in {State.UNDOING, State.UNDONE}
    done, total = (batch.undone, batch.created + batch.updated) if back else (batch.rows, batch.total)
    kept = ImportRow.objects.filter(batch=batch, outcome=ImportRow.Outcome.KEPT).select_related("customer")
    return {
        "batch": batch,
        "running": moving,
        "done": f"{done:,}",
        "total": f"{total:,}",
        "percent": min(100, done * 100 // total) if total else 0,
        "left": remaining(done, total, since=batch.paced_at, before=batch.paced_from) if moving else "",
        "silent": moving and batch.job is not None and silent(batch.job),
        "undoable": actions.can_undo(batch) and (batch.state == State.RUNNING or bool(batch.created or batch.updated)),
        "failed": failed or batch.state == State.FAILED,
        "result": result(batch) if batch.state == State.UNDONE else None,
        "kept": list(kept.order_by("row")[:KEPT]) if back else [],
    }


@require_safe
def sample_file(request: HttpRequest) -> FileResponse:
    """An empty workbook with every column that is understood, the department's own too, in the reader's language."""
    demand(request)
    file = io.BytesIO()
    write_xlsx(file, [str(label) for label in fields().values()], [])
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_("客户导入空表.xlsx"), content_type=XLSX)


@require_safe
def refused_file(request: HttpRequest, pk: int) -> FileResponse:
    """The refused lines as a workbook: the columns as they came, and the reason."""
    batch = fetch_batch(request, pk)
    rows = ImportRow.objects.filter(batch=batch, outcome=ImportRow.Outcome.REFUSED).order_by("row")
    width = len(batch.labels)
    file = io.BytesIO()
    lines = (
        [*row.cells[:width], *[None] * (width - len(row.cells)), row.reason] for row in rows.iterator(chunk_size=2000)
    )
    write_xlsx(file, [*batch.labels, _("原因")], lines)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_("退回的行.xlsx"), content_type=XLSX)


@require_http_methods(["GET", "POST"])
def undo_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the whole batch back, after asking."""
    batch = fetch_batch(request, pk)
    demand(request)
    back = reverse("customer-import", args=[pk])
    if request.method == "POST":
        try:
            actions.undo_batch(actor=actor_of(request), batch=batch)
        except Refused as refused:
            messages.error(request, refused.message)
        return leave(request, back)
    facts = [(_("文件"), batch.name), (_("新建"), batch.created), (_("更新"), batch.updated)]
    warning = _("新建的客户将被删除，更新的客户恢复到导入之前。已有工单等记录的客户会保留。还在进行的导入会先停止。")
    context = {
        "title": _("撤销这次导入"), "submit_label": _("撤销导入"), "danger": True, "action": request.path,
        "cancel_url": back, "facts": facts, "warning": warning,
    }  # fmt: skip
    return render(request, "kernel/confirm.html", {"page": context, "form": Form()})
