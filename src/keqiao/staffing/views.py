"""Pages that the resources do not give: what somebody holds, papers, and one version against another."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.documents.answers import answer
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of
from keqiao.org import work
from keqiao.org.models import Employee, Position
from keqiao.org.policies import employees
from keqiao.staffing.descriptions import compare, queries
from keqiao.staffing.descriptions import paper as description_paper
from keqiao.staffing.descriptions import policies as descriptions
from keqiao.staffing.transfers import paper as transfer_paper
from keqiao.staffing.transfers import policies as transfers


@require_safe
def held_part(request: HttpRequest, pk: int) -> HttpResponse:
    """What an employee holds, with counts that lead to the records, and what was handed over before."""
    actor = actor_of(request)
    employee = get_object_or_404(employees(actor), pk=pk)
    if not (actor.can("org.change") or employee.pk == actor.id or employee.manager_id == actor.id):
        raise NotAllowed(_("只有本人、直接上级和组织管理员可以看名下的工作。"))
    held = [(one.label, number, one.address(actor, pk)) for one, number in work.held_by(employee)]
    context = {
        "held": held, "may": actor.can("org.change"), "active": employee.is_active,
        "hand_over_url": f"{reverse('work-transfers:create')}?giver={pk}",
        "transfers": transfers.visible(actor).filter(giver=employee).order_by("-pk")[:5],
    }  # fmt: skip
    return render(request, "staffing/_held.html", context)


@require_safe
def transfer_paper_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The transfer as DOCX or PDF."""
    actor = actor_of(request)
    obj = get_object_or_404(transfers.visible(actor).select_related("giver__unit"), pk=pk)
    paper = transfer_paper.paper(actor, obj)
    return answer(actor=actor, paper=paper, kind=request.GET.get("format", "pdf"), obj=obj)


@require_safe
def description_paper_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A version as DOCX or PDF: controlled when it is in force, marked otherwise when it is not."""
    actor = actor_of(request)
    obj = get_object_or_404(queries.rows(descriptions.visible(actor)), pk=pk)
    return answer(actor=actor, paper=description_paper.paper(obj), kind=request.GET.get("format", "pdf"), obj=obj)


@require_safe
def compare_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a version changes against another one, the one before it unless said otherwise; the first against the next."""
    actor = actor_of(request)
    obj = get_object_or_404(queries.rows(descriptions.visible(actor)), pk=pk)
    others = list(queries.versions(actor, obj.position_id).exclude(pk=pk))
    chosen = request.GET.get("with", "")
    other = next((one for one in others if str(one.pk) == chosen), None) or queries.before(obj, others)
    if chosen and (other is None or str(other.pk) != chosen):
        raise Http404(_("没有这个版本，或您无权查看。"))
    if other is None and others:
        obj, other = others[-1], obj
        others = [other]
    lines = compare.compare(other, obj) if other else []
    context = {"obj": obj, "other": other, "others": others, "lines": lines}
    return render(request, "staffing/compare.html", context)


@require_safe
def versions_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The descriptions of a position, for its own page."""
    actor = actor_of(request)
    position = get_object_or_404(Position, pk=pk)
    if not descriptions.allowed(actor, "list"):
        raise NotAllowed(_("您没有查看岗位说明书的权限。"))
    context = {
        "versions": queries.versions(actor, pk),
        "may": descriptions.allowed(actor, "create"),
        "create_url": f"{reverse('position-descriptions:create')}?position={position.pk}",
    }
    return render(request, "staffing/_versions.html", context)


@require_safe
def of_employee_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The descriptions in force for an employee's positions, and whether they were confirmed."""
    actor = actor_of(request)
    employee: Employee = get_object_or_404(employees(actor), pk=pk)
    return render(
        request, "staffing/_of_employee.html", {"lines": queries.in_force_for(employee), "own": pk == actor.id}
    )
