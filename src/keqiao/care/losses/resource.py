"""Losses and their reasons as pages and JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.care.losses import actions, forms, policies
from keqiao.care.losses.doors import DOORS
from keqiao.care.losses.filters import LossFilter
from keqiao.care.models import Loss, LossReason
from keqiao.customers.policies import allowed as customer_allowed
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import verb_buttons
from keqiao.kernel.templatetags.ui import badge

TONES = {"lost": "danger", "trying": "warning", "won": "success", "given_up": "neutral"}


def detail(request: Any, obj: Loss) -> Mapping[str, Any]:
    """The ways on stand beside the verbs."""
    actor: Actor = request.actor
    verbs = [*verb_buttons(losses, actor, obj), *DOORS.buttons(actor, obj)]
    return {"page": {"title": obj.customer.name, "verbs": verbs}}


def customer_link(obj: Loss, actor: Actor) -> str:
    """The customer, linked for those who may see him."""
    if not customer_allowed(actor, "view", obj.customer):
        return obj.customer.name
    url = reverse("customers:detail", args=[obj.customer_id])
    return format_html('<a class="link" href="{}">{} {}</a>', url, obj.customer.name, obj.customer.number)


losses = register(
    Resource(
        model=Loss,
        name="losses",
        title=pgettext_lazy("list", "流失客户"),
        icon="trend",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("customer", "reason__parent", "owner", "winner"),
        columns=(
            Column(name="customer", label=_("客户"), value=lambda o, a: o.customer.name),
            Column(name="number", label=_("单号"), value=lambda o, a: o.number, listed=False),
            Column(name="reason", label=_("流失原因"), value=lambda o, a: str(o.reason)),
            Column(name="lost_on", label=_("流失日期"), value=lambda o, a: o.lost_on, type=date, sort="lost_on"),
            Column(name="owner", label=_("原负责人"), value=lambda o, a: o.owner.name if o.owner else str(_("公海"))),
            Column(name="winner", label=_("挽回负责人"), value=lambda o, a: o.winner.name if o.winner else ""),
            Column(
                name="status", label=_("状态"), value=lambda o, a: o.get_status_display(),
                render=lambda o, a: badge(o.get_status_display(), TONES[o.status]),
            ),
        ),
        facts=(
            Fact(name="customer_id", label=_("客户"), value=lambda o, a: o.customer_id, render=customer_link, type=int),
            Fact(name="evidence", label=_("依据"), value=lambda o, a: o.evidence),
            Fact(name="due_on", label=_("挽回期限"), value=lambda o, a: o.due_on and o.due_on.isoformat()),
            Fact(name="plan", label=_("挽回办法"), value=lambda o, a: o.plan),
            Fact(name="result", label=_("挽回结果"), value=lambda o, a: o.result),
        ),
        order="-lost_on",
        filters=LossFilter,
        presets=(
            Preset(name="open", label=_("未结束"), where=lambda rows, a: rows.filter(status__in=("lost", "trying"))),
            Preset(name="mine", label=_("由我挽回"), where=lambda rows, a: rows.filter(winner_id=a.id, status="trying")),
            Preset(name="all", label=_("全部"), where=lambda rows, a: rows),
        ),
        form=forms.MarkForm,
        create=actions.mark,
        create_label=_("登记流失客户"),
        verbs=(
            Verb(name="win", label=_("已挽回"), form=forms.ResultForm, action=actions.win, icon="check", primary=True),
            Verb(name="try", label=_("安排挽回"), form=forms.TryForm, action=actions.attempt, icon="assign"),
            Verb(name="give_up", label=_("放弃挽回"), form=forms.ResultForm, action=actions.give_up, icon="cancel", tone="danger"),
        ),
        detail=detail,
        empty=_("在客户页面的“流失与挽回”里登记流失客户。"),
    )
)  # fmt: skip


def keeps(actor: Actor, verb: str, obj: Any = None) -> bool:
    """The tree is kept by those who keep the plans."""
    return verb != "export" and actor.can("care.plan")


REASONS = register(
    Resource(
        model=LossReason,
        name="loss-reasons",
        title=_("流失原因"),
        icon="tag",
        visible=lambda actor: LossReason.objects.all() if keeps(actor, "view") else LossReason.objects.none(),
        allowed=keeps,
        related=("parent",),
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: o.name),
            Column(name="parent", label=_("上级原因"), value=lambda o, a: o.parent.name if o.parent else ""),
            Column(name="active", label=_("状态"), value=lambda o, a: str(_("在用") if o.active else _("停用"))),
        ),
        order="pk",
        form=forms.ReasonForm,
        create=actions.keep_reason,
        update=actions.keep_reason,
        create_label=_("新增流失原因"),
        empty=_("先新增一级原因，再在下面新增具体原因。"),
    )
)
