"""Corrective actions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.files.queries import attachments_of
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.tickets import actions, effect, improving_forms, policies, tables
from keqiao.tickets.filters import CorrectionFilter
from keqiao.tickets.models import CorrectiveAction


def ticket_link(obj: CorrectiveAction, actor: Actor) -> str:
    """The ticket from which it came, a link for those who see it."""
    if not policies.allowed(actor, "view", obj.ticket):
        return obj.ticket.number
    return format_html('<a class="link" href="{}">{}</a>', reverse("tickets:detail", args=[obj.ticket_id]), obj.ticket)


def detail(_request: Any, obj: CorrectiveAction) -> Mapping[str, Any]:
    """The files that prove it; what is proved is changed by nobody."""
    return {"attachments": attachments_of("tickets.correctiveaction", obj.pk), "can_attach": False}


CORRECTIONS = register(
    Resource(
        model=CorrectiveAction,
        name="corrections",
        title=pgettext_lazy("list", "整改"),
        icon="refresh",
        visible=policies.visible_corrections,
        allowed=policies.allowed_correction,
        related=("ticket", "unit", "owner", "cause__parent"),
        columns=(
            Column(name="title", label=_("整改事项"), value=lambda o, a: o.title),
            Column(name="owner", label=_("整改负责人"), value=lambda o, a: o.owner.name),
            Column(name="unit", label=_("整改部门"), value=lambda o, a: o.unit.name),
            Column(
                name="status", label=_("状态"), value=lambda o, a: o.get_status_display(),
                render=tables.correction_status,
            ),
            Column(name="due_on", label=_("完成期限"), type=date, value=lambda o, a: o.due_on, sort="due_on"),
        ),
        facts=(
            Fact(name="ticket", label=_("来源工单"), value=lambda o, a: o.ticket.number, render=ticket_link),
            Fact(name="cause", label=_("原因"), value=lambda o, a: str(o.cause) if o.cause else ""),
            Fact(name="measure", label=_("整改措施"), value=lambda o, a: o.measure),
            Fact(name="proof", label=_("完成证明"), value=lambda o, a: o.proof),
            Fact(name="check_on", label=_("验证日期"), type=date, value=lambda o, a: o.check_on),
            Fact(name="before", label=_("完成前同因投诉"), type=int, value=effect.before, render=effect.before_link),
            Fact(name="after", label=_("完成后同因投诉"), type=int, value=effect.after, render=effect.after_link),
            Fact(name="check_note", label=_("验证情况"), value=lambda o, a: o.check_note),
        ),
        order="due_on",
        filters=CorrectionFilter,
        presets=(
            Preset(
                name="mine", label=_("我的整改"),
                where=lambda rows, actor: rows.filter(owner_id=actor.id, status=CorrectiveAction.Status.OPEN),
            ),
            Preset(
                name="check", label=_("待验证"),
                where=lambda rows, actor: rows.filter(status=CorrectiveAction.Status.DONE),
            ),
            Preset(
                name="open", label=_("整改中"),
                where=lambda rows, actor: rows.filter(status=CorrectiveAction.Status.OPEN),
            ),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        verbs=(
            Verb(
                name="finish", label=_("报告完成"), action=actions.finish_correction, form=improving_forms.ProofForm,
                icon="check", primary=True,
            ),
            Verb(
                name="check", label=_("验证效果"), action=actions.check_correction, form=improving_forms.CheckForm,
                icon="shield", primary=True,
            ),
        ),
        detail=detail,
        template="tickets/correction.html",
        empty=_("整改由工单页面提出：写明措施、负责人和期限。"),
    )
)  # fmt: skip
