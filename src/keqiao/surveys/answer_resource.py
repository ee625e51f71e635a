"""Answers as pages, JSON and export."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers import policies as customers
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full
from keqiao.kernel.resource import Column, Fact, Preset, Resource, register
from keqiao.kernel.resource.declare import Added
from keqiao.kernel.resource.pages import actor_of
from keqiao.kernel.templatetags.ui import badge
from keqiao.surveys import policies, queries
from keqiao.surveys.filters import ResponseFilter
from keqiao.surveys.models import Response
from keqiao.tickets import policies as tickets

TONES = {"good": "success", "middle": "warning", "bad": "danger"}


def score_words(obj: Response, _actor: Actor) -> str:
    """The main score out of its best."""
    return (
        ""
        if obj.score is None
        else str(_("%(n)s 分（满分 %(most)s）")) % {"n": obj.score, "most": queries.best(obj.metric)}
    )


def score(obj: Response, actor: Actor) -> SafeString:
    """The same as a coloured word."""
    if obj.score is None:
        return format_html('<span class="muted">{}</span>', "—")
    return badge(score_words(obj, actor), TONES[queries.band_of(obj.metric, obj.score)])


def whose(obj: Response, _actor: Actor) -> str:
    """The customer; nobody knows who stood before a poster."""
    return obj.customer.name if obj.customer else str(_("匿名扫码"))


def customer_link(obj: Response, actor: Actor) -> str:
    """The customer, linked for those who see him."""
    if obj.customer is None or not customers.allowed(actor, "view", obj.customer):
        return whose(obj, actor)
    return format_html(
        '<a class="link" href="{}">{}</a>', reverse("customers:detail", args=[obj.customer_id]), whose(obj, actor)
    )


def ticket_link(obj: Response, actor: Actor) -> str:
    """The ticket, linked for those who see it."""
    if obj.ticket is None:
        return ""
    if not tickets.allowed(actor, "view", obj.ticket):
        return obj.ticket.number
    return format_html(
        '<a class="link" href="{}">{}</a>', reverse("tickets:detail", args=[obj.ticket_id]), obj.ticket.number
    )


def detail(request: Any, obj: Response) -> Mapping[str, Any]:
    """Every question with its answer, beside what it is about."""
    actor = actor_of(request)
    side = [
        (_("问卷"), obj.survey.name), (_("评分"), score(obj, actor)), (_("客户"), customer_link(obj, actor)),
        (_("事由"), obj.invitation.matter if obj.invitation else ""), (_("工单"), ticket_link(obj, actor)),
        (_("服务人员"), obj.agent.name if obj.agent else ""), (_("服务部门"), obj.unit.name), (_("产品"), obj.product),
        (_("作答时间"), full(obj.at)), (_("海报"), str(obj.poster) if obj.poster else ""),
    ]  # fmt: skip
    side = [(label, value) for label, value in side if value]
    return {
        "page": {
            "title": obj.survey.name,
            "sections": [(_("回答"), queries.in_words(obj))],
            "side": [(_("相关"), side)],
        }
    }


RESPONSES = register(
    Resource(
        model=Response,
        name="survey-answers",
        title=pgettext_lazy("list", "答卷"),
        icon="survey",
        visible=policies.responses,
        allowed=policies.allowed_response,
        related=("survey", "customer", "agent", "unit", "ticket", "invitation", "poster__unit", "version"),
        columns=(
            Column(name="customer", label=_("客户"), value=whose),
            Column(name="survey", label=_("问卷"), value=lambda o, a: o.survey.name),
            Column(name="score", label=_("评分"), value=score_words, render=score),
            Column(name="said", label=_("意见"), value=lambda o, a: o.said),
            Column(name="agent", label=_("服务人员"), value=lambda o, a: o.agent.name if o.agent else ""),
            Column(name="unit", label=_("服务部门"), value=lambda o, a: o.unit.name),
            Column(name="product", label=_("产品"), value=lambda o, a: o.product),
            Column(name="every_answer", label=_("各题回答"), value=lambda o, a: queries.in_one_line(o), listed=False),
            Column(
                name="at", label=_("作答时间"), value=lambda o, a: o.at, render=lambda o, a: full(o.at), type=datetime,
                sort="at",
            ),
        ),
        facts=(
            Fact(name="ticket", label=_("工单"), value=lambda o, a: o.ticket.number if o.ticket else ""),
            Fact(name="answers", label=_("回答"), type=list, value=lambda o, a: [
                {"question": str(text), "answer": str(said)} for text, said in queries.in_words(o)]),
        ),
        added=lambda: Added(prefetch=("answers", "version__questions")),
        order="-at",
        filters=ResponseFilter,
        presets=(
            Preset(name="all", label=_("全部"), where=lambda rows, a: rows),
            Preset(name="low", label=_("低分"), where=lambda rows, a: rows.filter(low=True)),
            Preset(name="words", label=_("有意见"), where=lambda rows, a: rows.exclude(said="")),
        ),
        detail=detail,
        empty=_("客户答了问卷，就会出现在这里。"),
    )
)  # fmt: skip
