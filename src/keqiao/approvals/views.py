"""The steps of a flow's draft: added, changed, moved, taken out."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keqiao.approvals import actions, forms, policies
from keqiao.approvals.models import Flow, FlowStep
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource.pages import actor_of, form_page, leave, submit


def flow_of(request: HttpRequest, pk: int) -> Flow:
    """A draft that the actor may change; 404 for what is out of sight."""
    actor = actor_of(request)
    flow = policies.flows(actor).filter(pk=pk).first()
    if flow is None:
        raise Http404(_("没有这条记录，或您无权查看。"))
    if not policies.allowed_flow(actor, "edit", flow):
        raise NotAllowed(_("只有草稿可以修改。请先点“修改流程”建立草稿。"))
    return flow


def step_of(request: HttpRequest, pk: int) -> FlowStep:
    """A step of such a draft."""
    step = FlowStep.objects.select_related("flow").filter(pk=pk).first()
    if step is None:
        raise Http404(_("没有这条记录，或您无权查看。"))
    flow_of(request, step.flow_id)
    return step


def url_of(flow_id: int) -> str:
    """Where a flow is shown."""
    return reverse("approval-flows:detail", args=[flow_id])


@require_http_methods(["GET", "POST"])
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    """One more step."""
    flow = flow_of(request, pk)
    form = forms.StepForm(request.POST or None, actor=actor_of(request))
    if request.method == "POST":
        _step, done = submit(form, lambda: actions.add_step(actor=actor_of(request), obj=flow, **form.cleaned_data))
        if done:
            return leave(request, url_of(flow.pk))
    return form_page(request, form, title=_("添加步骤"), cancel_url=url_of(flow.pk), action=request.path)


@require_http_methods(["GET", "POST"])
def change_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Another way for a step."""
    step = step_of(request, pk)
    form = forms.StepForm(request.POST or None, actor=actor_of(request), obj=step)
    if request.method == "POST":
        _step, done = submit(form, lambda: actions.change_step(actor=actor_of(request), obj=step, **form.cleaned_data))
        if done:
            return leave(request, url_of(step.flow_id))
    return form_page(request, form, title=_("修改步骤"), cancel_url=url_of(step.flow_id), action=request.path)


@require_POST
def move_step(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Up, down or out."""
    step, actor = step_of(request, pk), actor_of(request)
    try:
        if way == "remove":
            actions.remove_step(actor=actor, obj=step)
        elif way in {"up", "down"}:
            actions.move_step(actor=actor, obj=step, up=way == "up")
        else:
            raise Http404(_("没有这个操作。"))
    except Refused as refused:
        messages.error(request, refused.message)
    return leave(request, url_of(step.flow_id))
