"""Position descriptions as pages and JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel import dates, powers
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import verb_buttons
from keqiao.kernel.templatetags.ui import badge
from keqiao.org.models import Employee, Position
from keqiao.staffing.descriptions import actions, filters, forms, policies, queries
from keqiao.staffing.descriptions.paper import labelled, overview, person
from keqiao.staffing.models import PositionDescription

S = PositionDescription.State
TONES = {S.DRAFT: "neutral", S.REVIEW: "warning", S.APPROVAL: "warning", S.IN_FORCE: "success"}
OF_A_ROW = ("/change-duty/", "/remove-duty/")


def mine(rows: QuerySet[PositionDescription], actor: Actor) -> QuerySet[PositionDescription]:
    """What is in force for one's own positions."""
    own = Position.objects.filter(appointments__employee=actor.id)
    return rows.filter(state=S.IN_FORCE, position__in=own)


def state(obj: PositionDescription, actor: Actor) -> str:
    """The state as a coloured word."""
    return badge(obj.get_state_display(), TONES.get(S(obj.state), "neutral"))


def signed(who: Employee | None, when: Any) -> str:
    """A name and a day."""
    return f"{who.name} {when}" if who else ""


def stages(obj: PositionDescription) -> list[tuple[str, str, str]]:
    """How far it is."""
    order = [S.DRAFT, S.REVIEW, S.APPROVAL, S.IN_FORCE]
    if obj.state not in order:
        return []
    at = order.index(S(obj.state))
    last = obj.state == S.IN_FORCE
    return [
        (str(one.label), "done" if place < at or last else "current" if place == at else "", "")
        for place, one in enumerate(order)
    ]


def page(request: HttpRequest, obj: PositionDescription) -> Mapping[str, Any]:
    """All of it, with who has read it and which powers the position still lacks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    duties = [(one, powers.by_kind(one.powers)) for one in obj.duties.all()]
    readers = queries.readers(obj) if obj.state == S.IN_FORCE else []
    missing = policies.missing(obj) if obj.state == S.IN_FORCE and actor.can("org.change") else set()
    buttons = verb_buttons(DESCRIPTIONS, actor, obj)
    signers = [
        (now_("编制"), signed(obj.drafted_by, dates.full(obj.drafted_at)[:10])),
        (now_("审核"), signed(obj.reviewed_by, dates.full(obj.reviewed_at)[:10] if obj.reviewed_at else "")),
        (now_("批准"), signed(obj.approved_by, obj.in_force_on)),
        (now_("生效日期"), obj.in_force_on and obj.in_force_on.isoformat()),
        (now_("停用日期"), obj.replaced_on and obj.replaced_on.isoformat()),
    ]  # fmt: skip
    return {
        "overview": overview(obj), "person": person(obj), "duties": duties, "readers": readers,
        "confirmed": sum(at is not None for _one, at in readers), "missing": powers.said(missing),
        "writing": policies.allowed(actor, "change-duty", obj), "change": labelled(obj, ("change_note",))[0],
        "signers": [(label, value) for label, value in signers if value],
        "versions": [one for one in queries.versions(actor, obj.position_id) if one.pk != obj.pk],
        "page": {
            "title": now_("%s岗位说明书") % obj.position.name, "badges": [badge(obj.version, "info"), state(obj, actor)],
            "verbs": [button for button in buttons if not button[1].endswith(OF_A_ROW)],
            "stages": stages(obj), "sections": [],
        },
    }  # fmt: skip


def duties_json(obj: PositionDescription, actor: Actor) -> list[dict[str, Any]]:
    """The duties as plain values."""
    return [
        {"id": one.pk, "duty": one.duty, "norm": one.norm, "kpi": one.kpi, "powers": one.powers}
        for one in obj.duties.all()
    ]


def text_fact(name: str) -> Fact:
    """One text of the description."""
    label = PositionDescription._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # a column
    return Fact(name=name, label=label, value=lambda obj, actor: getattr(obj, name))


DESCRIPTIONS = register(
    Resource(
        model=PositionDescription,
        name="position-descriptions",
        title=pgettext_lazy("list", "岗位说明书"),
        icon="note",
        visible=lambda actor: policies.visible(actor).prefetch_related("duties"),
        allowed=policies.allowed,
        related=("position", "drafted_by", "reviewed_by", "approved_by"),
        columns=(
            Column(name="position", label=_("岗位"), value=lambda o, a: o.position.name),
            Column(name="number", label=_("编号"), value=lambda o, a: o.number),
            Column(name="version", label=_("版本"), value=lambda o, a: o.version),
            Column(name="state", label=_("状态"), value=lambda o, a: o.get_state_display(), render=state),
            Column(name="in_force_on", label=_("生效日期"), type=date, value=lambda o, a: o.in_force_on),
            Column(name="drafted_by", label=_("编制"), value=lambda o, a: o.drafted_by.name if o.drafted_by else ""),
        ),
        facts=(
            *(text_fact(name) for name in actions.TEXTS),
            Fact(name="duties", label=_("职责"), type=list, value=duties_json),
            Fact(name="replaced_on", label=_("停用日期"), type=date, value=lambda o, a: o.replaced_on),
        ),
        filters=filters.DescriptionFilter,
        presets=(
            Preset(name="in_force", label=_("现行有效"), where=lambda rows, actor: rows.filter(state=S.IN_FORCE)),
            Preset(name="mine", label=_("我的岗位"), where=mine),
            Preset(
                name="writing", label=_("编制与审批中"),
                where=lambda rows, actor: rows.filter(state__in=(S.DRAFT, S.REVIEW, S.APPROVAL)),
            ),
            Preset(name="all", label=_("全部版本"), where=lambda rows, actor: rows),
        ),
        search=lambda rows, term: rows.filter(position__name__contains=term),
        search_hint=_("岗位名称"),
        form=forms.DescriptionForm,
        create=actions.draft,
        create_label=_("起草岗位说明书"),
        update=actions.write,
        verbs=(
            Verb(name="confirm", label=_("确认已阅读"), action=actions.confirm, primary=True, icon="check", done=_("已确认。"),
                 confirm=_("确认您已读完并理解这份岗位说明书。")),
            Verb(name="submit", label=_("提交审核"), action=actions.submit, primary=True, icon="send", done=_("已提交审核。"),
                 confirm=_("提交后不能再改，直到审核或批准人退回。")),
            Verb(name="add-duty", label=_("增加职责"), action=actions.add_duty, form=forms.DutyForm, icon="add"),
            Verb(name="change-duty", label=_("修改职责"), action=actions.change_duty, form=forms.ChangeDutyForm),
            Verb(name="remove-duty", label=_("删除职责"), action=actions.remove_duty, form=forms.RowForm, tone="danger",
                 confirm=_("删除这条职责？")),
            Verb(name="revise", label=_("修订"), action=actions.revise, form=forms.ReviseForm, icon="edit",
                 done=_("已建立新版本的草稿，在“编制与审批中”。")),
            Verb(name="grant", label=_("按说明书开通权限"), action=actions.grant, icon="unlock", done=_("已开通。"),
                 confirm=_("把说明书里写明、岗位还没有的权限开通给这个岗位的所有人。")),
            Verb(name="drop", label=_("放弃草稿"), action=actions.drop, tone="danger", done=_("已放弃。"),
                 confirm=_("放弃后这份草稿不能恢复。")),
        ),
        detail=page,
        template="staffing/description.html",
        empty=_("为岗位写明目的、职责、规范、考核和权限，经审核、批准后生效。"),
    )
)  # fmt: skip
