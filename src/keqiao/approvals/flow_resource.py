"""Flows as pages and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from keqiao.approvals import actions, forms, policies, tables
from keqiao.approvals.actions.flows import problems
from keqiao.approvals.models import Flow
from keqiao.approvals.queries import forecast, stages_of
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import actor_of


def steps_of(flow: Flow) -> list[dict[str, Any]]:
    """The steps, with what can be done to each."""
    return [
        {
            "row": step, "place": place, "amount": tables.from_words(step), "limit": tables.limit_words(step),
            "url": reverse("approval-step", args=[step.pk]),
            "ways": {way: reverse("approval-step-move", args=[step.pk, way]) for way in ("up", "down", "remove")},
        }
        for place, step in enumerate(flow.steps.all(), 1)
    ]  # fmt: skip


def tried(flow: Flow, form: forms.TryForm) -> list[list[tuple[Any, str]]]:
    """Whom such a request would go to, stage by stage."""
    who, unit = form.cleaned_data["requester"], form.cleaned_data["unit"]
    stages = stages_of(flow, "", form.cleaned_data["amount"])
    found = forecast(stages, requester_id=who.pk, unit_id=unit.pk if unit else who.unit_id)
    return [[(rule, tables.names(people)) for rule, people in rules] for rules in found]


def facts_of(flow: Flow) -> list[tuple[Any, Any]]:
    """What goes with the steps."""
    pairs = [
        (_("版本"), flow.number),
        (_("催办间隔"), now_("%d 工作分钟") % flow.urge_minutes),
        (_("抄送"), now_("、").join(one.name for one in flow.copied.all())),
        (_("修改说明"), flow.note),
        (_("制定人"), flow.made_by.name if flow.made_by else ""),
        (_("启用时间"), dates.full(flow.published_at) if flow.published_at else ""),
    ]
    return [(label, value) for label, value in pairs if value not in (None, "")]


def detail(request: Any, obj: Flow) -> Mapping[str, Any]:
    """The steps, what is wrong with them, the trial, and the other versions."""
    actor = actor_of(request)
    asked = "requester" in request.GET
    form = forms.TryForm(request.GET if asked else None, actor=actor, initial={"requester": actor.id})
    versions = list(Flow.objects.filter(kind=obj.kind).order_by("-number"))
    waiting = next((one for one in versions if one.state == Flow.State.DRAFT and one.pk != obj.pk), None)
    return {
        "steps": steps_of(obj),
        "draft": obj.state == Flow.State.DRAFT,
        "problems": problems(obj) if obj.state != Flow.State.OLD else [],
        "try_form": form,
        "tried": tried(obj, form) if asked and form.is_valid() else None,
        "versions": versions,
        "waiting": waiting,
        "revise_url": f"{reverse('approval-flows:create')}?kind={obj.kind}",
        "page": {
            "title": tables.kind(obj, actor),
            "number": tables.version(obj),
            "sections": [],
            "side": [(_("流程设置"), facts_of(obj))],
        },
    }


def steps_json(obj: Flow, _actor: Actor) -> list[dict[str, Any]]:
    """The steps as the JSON has them."""
    return [
        {
            "place": step.place, "title": step.title, "who": step.who, "whom": step.whom, "every": step.every,
            "beside": step.beside, "from_fen": step.from_fen, "minutes": step.minutes,
        }
        for step in obj.steps.all()
    ]  # fmt: skip


def initial(obj: Flow, _actor: Actor) -> dict[str, Any]:
    """What goes with the steps, for its form."""
    return {"urge_minutes": obj.urge_minutes, "copied": list(obj.copied.all()), "note": obj.note}


def only(state: Flow.State) -> Any:
    """The flows in a state."""
    return lambda rows, actor: rows.filter(state=state)


FLOWS = register(
    Resource(
        model=Flow,
        name="approval-flows",
        title=_("审批流程"),
        icon="approval",
        visible=policies.flows,
        allowed=policies.allowed_flow,
        related=("made_by",),
        columns=(
            Column(name="kind", label=_("审批事项"), value=tables.kind),
            Column(name="steps", label=_("步骤"), value=tables.steps_in_words),
            Column(name="number", label=_("版本"), type=int, numeric=True, value=lambda o, a: o.number),
            Column(name="published_at", label=_("启用时间"), type=datetime, value=lambda o, a: o.published_at),
            Column(name="state", label=_("状态"), value=lambda o, a: o.get_state_display(), render=tables.flow_state),
        ),
        facts=(
            Fact(name="urge_minutes", label=_("催办间隔"), type=int, value=lambda o, a: o.urge_minutes),
            Fact(name="note", label=_("修改说明"), value=lambda o, a: o.note),
            Fact(name="way", label=_("步骤"), type=list, value=steps_json),
        ),
        presets=(
            Preset(name="current", label=_("在用"), where=only(Flow.State.CURRENT)),
            Preset(name="draft", label=_("草稿"), where=only(Flow.State.DRAFT)),
            Preset(name="old", label=_("以往版本"), where=only(Flow.State.OLD)),
        ),
        form=forms.FlowForm,
        create=actions.draft,
        create_label=_("设置流程"),
        update=actions.keep_settings,
        initial=initial,
        verbs=(
            Verb(
                name="publish", label=_("启用"), action=actions.publish, primary=True, icon="check",
                confirm=_("启用后，新的申请按这个流程走；已经在审批的申请不受影响。"), done=_("已启用。"),
            ),
            Verb(
                name="drop", label=_("放弃草稿"), action=actions.drop, tone="danger", icon="delete",
                confirm=_("放弃这份草稿？"), done=_("草稿已放弃。"),
            ),
        ),
        detail=detail,
        template="approvals/flow.html",
        empty=_("没有设置流程的审批事项，由有相应权限的人一步审批。要分几步、按金额或要几个人同意，请设置流程。"),
    )
)  # fmt: skip
