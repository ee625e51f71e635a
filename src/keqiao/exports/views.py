"""Taking a list away: at once where it is short, else in the background; and fetching the file."""

import tempfile

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from keqiao.exports import actions, forms, policies, queries
from keqiao.exports.making import mark
from keqiao.exports.models import Export
from keqiao.exports.resource import progress_context
from keqiao.kernel import sheets, witness
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource import Resource, choosing, get
from keqiao.kernel.resource.export import described, file_name, header, keys, kind_of, lines
from keqiao.kernel.resource.listing import Listing, listing
from keqiao.kernel.resource.pages import View, actor_of, leave, submit
from keqiao.org.models import Employee

AT_ONCE = 2_000  # rows that are written while the person waits


def export_page(resource: Resource) -> View:
    """The page behind 导出 of every list: a short list comes at once, for a long one the person asks."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest) -> HttpResponseBase:
        actor = actor_of(request)
        if not resource.allowed(actor, "export", None):
            raise NotAllowed(_("您没有导出的权限。"))
        found = listing(resource, actor, request.GET)
        if found.errors:
            messages.warning(request, _("筛选条件有误，请改正后再导出。"))
            return leave(request, f"{reverse(f'{resource.name}:list')}?{request.GET.urlencode()}")
        total, limit = found.rows.order_by().count(), queries.rules().approval_rows
        if total <= min(AT_ONCE, limit):
            return leave(request, request.get_full_path()) if request.method == "POST" else at_once(found)
        return ask_page(request, found, total, guarded=total > limit)

    return view


def at_once(found: Listing) -> FileResponse:
    """The file itself, on record."""
    resource, kind, ids = found.resource, kind_of(found.query), keys(found)
    file = tempfile.TemporaryFile()  # noqa: SIM115 – FileResponse closes it
    write = sheets.write_csv if kind == "csv" else sheets.write_xlsx
    columns = choosing.exported(resource, found.query)
    watermark = mark(Employee.objects.get(pk=found.actor.id or 0))
    rows = write(file, header(columns), lines(resource, columns, found.actor, ids), watermark=watermark)
    witness.note(
        found.actor,
        f"{resource.name}.exported",
        None,
        {"rows": rows, "filters": actions.narrowed(found.query), "ids": ids, "watermark": watermark},
    )
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=file_name(str(resource.title), kind))


def ask_page(request: HttpRequest, found: Listing, total: int, *, guarded: bool) -> HttpResponse:
    """What will be exported, and why where somebody must agree; then on to the export's own page."""
    form_class = forms.ReasonForm if guarded else forms.PlainForm
    form = form_class(request.POST if request.method == "POST" else None, actor=found.actor)
    if request.method == "POST":
        export, done = submit(
            form,
            lambda: actions.ask(
                actor=found.actor,
                resource=found.resource,
                query=request.GET,
                reason=form.cleaned_data.get("reason", ""),
            ),
        )
        if done:
            return leave(request, actions.url_of(export))
    warning = _("超过 %(n)s 行的导出要经别人审批，同意后自动生成文件。") % {"n": f"{queries.rules().approval_rows:,}"}
    page = {
        "title": _("导出%(list)s") % {"list": found.resource.title},
        "facts": [*described(found), (_("行数"), f"{total:,}"), (_("格式"), kind_of(found.query).upper())],
        "warning": warning if guarded else "",
        "submit_label": _("提交申请") if guarded else _("开始导出"),
        "cancel_url": reverse(f"{found.resource.name}:list") + "?" + actions.narrowed(found.query),
    }
    context = {"page": page, "form": form}
    return render(request, "kernel/confirm.html", context, status=422 if form.is_bound else 200)


@require_safe
def progress_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that asks again until there is an end; then the whole page is drawn anew."""
    context = progress_context(request, fetch(request, pk))
    response = render(request, "exports/_progress.html", context)
    if not context["moving"]:
        response["HX-Refresh"] = "true"
    return response


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for the person who asked for it and nobody else."""
    export = fetch(request, pk)
    ready = export.state == Export.State.READY and export.expires_at is not None
    if export.requested_by_id != actor_of(request).id or not ready or export.expires_at <= timezone.now():  # type: ignore[operator]
        raise Http404
    path = actions.hand_out(actor=actor_of(request), export=export, resource=get(export.label))
    if path is None:
        messages.error(request, _("您的权限在文件生成后有变动，文件已删除，请重新导出。"))
        return leave(request, actions.url_of(export))
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, as_attachment=True, filename=file_name(export.title, export.format))
    response["Cache-Control"] = "private, no-store"
    return response


def fetch(request: HttpRequest, pk: int) -> Export:
    """An export within sight; 404 for all others."""
    found = policies.visible(actor_of(request)).select_related("job", "requested_by", "approved_by").filter(pk=pk)
    export = found.first()
    if export is None:
        raise Http404
    return export
