"""Dispatches: what a unit has to answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full, humanise
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.tickets import actions, forms, policies, tables
from keqiao.tickets.filters import DispatchFilter
from keqiao.tickets.models import Dispatch
from keqiao.tickets.ruling.kinds.deadlines import DAY


def ticket_link(obj: Dispatch, actor: Actor) -> str:
    """The ticket that the dispatch belongs to, as a link for those who see it."""
    if not policies.allowed(actor, "view", obj.ticket):
        return str(obj.ticket)
    return format_html('<a class="link" href="{}">{}</a>', reverse("tickets:detail", args=[obj.ticket_id]), obj.ticket)


def detail(request: Any, obj: Dispatch) -> Mapping[str, Any]:
    """What the unit is asked, and what the customer said: who answers need not look elsewhere for it."""
    actor: Actor = request.actor
    asked = [
        (_("承办部门"), obj.unit.name),
        (_("承办人"), obj.handler.name if obj.handler else ""),
        (_("答复期限"), full(obj.due_at)),
        (_("工单"), ticket_link(obj, actor)),
        (_("派发要求"), obj.instructions),
        (_("答复内容"), obj.answer),
        (_("退回原因"), obj.return_reason),
        (_("用时"), humanise(obj.worked_minutes, day_minutes=DAY) if obj.worked_minutes is not None else ""),
    ]
    sections = [(_("派发内容"), [one for one in asked if one[1]])]
    ticket = obj.ticket
    if policies.allowed(actor, "view", ticket):
        told = [
            (_("内容"), ticket.body),
            (_("客户诉求"), _("、").join(tables.wishes(ticket, actor))),
            (_("产品"), ticket.product),
            (_("订单号"), ticket.order_number),
            (_("联系人"), ticket.contact_name),
            (_("联系电话"), tables.phone(ticket, actor)),
        ]
        sections.append((_("客户反映的内容"), [one for one in told if one[1]]))
    return {
        "page": {"sections": sections, "badges": [tables.dispatch_status(obj, actor), tables.dispatch_due(obj, actor)]}
    }


DISPATCHES = register(
    Resource(
        model=Dispatch,
        name="dispatches",
        title=pgettext_lazy("list", "派发"),
        icon="send",
        visible=policies.visible_dispatches,
        allowed=policies.allowed_dispatch,
        related=("ticket", "unit", "handler"),
        columns=(
            Column(name="ticket", label=_("工单"), value=lambda o, a: str(o.ticket)),
            Column(name="ticket_id", label=_("工单序号"), value=lambda o, a: o.ticket_id, type=int, listed=False),
            Column(name="unit", label=_("承办部门"), value=lambda o, a: o.unit.name),
            Column(name="handler", label=_("承办人"), value=lambda o, a: o.handler.name if o.handler else ""),
            Column(
                name="status", label=_("状态"), value=lambda o, a: o.get_status_display(), render=tables.dispatch_status
            ),
            Column(
                name="due_at", label=_("答复期限"), value=lambda o, a: o.due_at, type=datetime,
                render=tables.dispatch_due, sort="due_at",
            ),
        ),
        facts=(
            Fact(name="ticket", label=_("工单"), value=lambda o, a: str(o.ticket), render=ticket_link),
            Fact(name="instructions", label=_("派发要求"), value=lambda o, a: o.instructions),
            Fact(name="answer", label=_("答复内容"), value=lambda o, a: o.answer),
            Fact(name="return_reason", label=_("退回原因"), value=lambda o, a: o.return_reason),
            Fact(name="worked_minutes", label=_("用时（工作分钟）"), value=lambda o, a: o.worked_minutes, type=int),
            Fact(name="late", label=_("超时"), value=lambda o, a: o.late, type=bool),
        ),
        order="due_at",
        filters=DispatchFilter,
        presets=(
            Preset(
                name="waiting", label=_("待答复"),
                where=lambda rows, actor: rows.filter(open=True, pk__in=policies.dispatched_to(actor).values("pk")),
            ),
            Preset(name="open", label=_("全部未答复"), where=lambda rows, actor: rows.filter(open=True)),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        verbs=(
            Verb(name="accept", label=_("接收"), action=actions.dispatch_accept, icon="check", primary=True),
            Verb(
                name="answer", label=_("答复"), action=actions.dispatch_answer, form=forms.AnswerForm, icon="reply",
                primary=True,
            ),
            Verb(
                name="return", label=_("退回"), action=actions.dispatch_return, form=forms.ReasonForm, icon="back",
                tone="danger",
            ),
        ),
        detail=detail,
        empty=_("没有等待答复的派发。"),
    )
)  # fmt: skip
