"""The page on which one section is written, and reports as files."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.documents.answers import answer
from keqiao.kernel.resource.pages import actor_of, fetch, leave, submit
from keqiao.reports import actions
from keqiao.reports.forms import SectionForm
from keqiao.reports.paper import paper
from keqiao.reports.resource import REPORTS, sections


@require_http_methods(["GET", "POST"])
def section_page(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Write one section, its figures beside it; who was overtaken keeps what was typed and sees the other's words."""
    report, actor = fetch(REPORTS, request, pk, "write"), actor_of(request)
    part = next((one for one in sections(report, writing=True) if one["section"].key == key), None)
    if part is None:
        raise Http404(_("报告里没有这一节。"))
    one = part["section"]
    start = {"section": key, "revision": one.revision, "text": one.text}
    form = SectionForm(request.POST or None, actor=actor, obj=report, initial=start)
    if request.method == "POST":
        _done, good = submit(form, lambda: actions.write(actor=actor, obj=report, **form.cleaned_data))
        if good:
            messages.success(request, _("“%s”已保存。") % one.title)
            return leave(request, f"{actions.url_of(report)}#{key}")
    overtaken = form.is_bound and form.data.get("revision") != str(one.revision)
    context = {
        "form": form,
        "report": report,
        "part": part,
        "one": one,
        "overtaken": overtaken,
        "numbers": {**part, "charts": []},
    }
    return render(request, "reports/section.html", context, status=422 if form.is_bound else 200)


@require_safe
def file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The report as DOCX or PDF; who takes it is on record."""
    report = fetch(REPORTS, request, pk, "view")
    return answer(actor=actor_of(request), paper=paper(report), kind=kind, obj=report)
