"""Suggestions as pages and JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.policies import allowed as customer_allowed
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full
from keqiao.kernel.resource import Column, Fact, Found, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge
from keqiao.kernel.text import single_line
from keqiao.reception.policies import allowed as entry_allowed
from keqiao.search.queries import search
from keqiao.suggestions import actions, forms, policies
from keqiao.suggestions.filters import SuggestionFilter
from keqiao.suggestions.models import OPEN, Suggestion
from keqiao.tickets.policies import allowed as ticket_allowed
from keqiao.visits.policies import allowed as visit_allowed

S = Suggestion.Status
SHORT = 40  # characters of the words that a heading has room for
TONES = {S.NEW: "warning", S.ROUTED: "info", S.DECIDED: "warning", S.CLOSED: "success", S.VOID: "neutral"}


def find(rows: QuerySet[Suggestion], term: str) -> Found:
    """By number, words, or the customer's name."""
    return search(rows, actions.LABEL, term)


def heading(obj: Suggestion, actor: Actor) -> str:
    """The words over the number."""
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', short(obj), obj.number)


def short(obj: Suggestion) -> str:
    """The beginning of the words."""
    return single_line(obj.content, SHORT)


def linked(url: str, words: str, *, shown: bool) -> str:
    """A link for those who see what it leads to."""
    return format_html('<a class="link" href="{}">{}</a>', url, words) if shown else words


def customer_cell(obj: Suggestion, actor: Actor) -> str:
    """The customer, linked for those who see him."""
    if obj.customer is None:
        return str(_("不署名"))
    url = reverse("customers:detail", args=[obj.customer_id])
    return linked(url, obj.customer.name, shown=customer_allowed(actor, "view", obj.customer))


def source_number(obj: Suggestion) -> str:
    """The record in which it was made."""
    found = obj.visit or obj.entry or obj.ticket
    return found.number if found else ""


def source_cell(obj: Suggestion, actor: Actor) -> str:
    """The same, linked for those who see it."""
    for name, record, may in (
        ("visits", obj.visit, visit_allowed), ("reception", obj.entry, entry_allowed),
        ("tickets", obj.ticket, ticket_allowed),
    ):  # fmt: skip
        if record is not None:
            url = reverse(f"{name}:detail", args=[record.pk])
            return linked(url, record.number, shown=may(actor, "view", record))
    return ""


def decision(obj: Suggestion) -> str:
    """Taken up or not, empty before it is decided."""
    return "" if obj.adopted is None else str(_("采纳") if obj.adopted else _("不采纳"))


def decision_badge(obj: Suggestion, actor: Actor) -> str:
    """The same, coloured."""
    return badge(decision(obj), "success" if obj.adopted else "neutral") if obj.adopted is not None else ""


def status_badge(obj: Suggestion, actor: Actor) -> str:
    """The status; what should have been decided by now is marked."""
    return badge(_("研究超期"), "danger") if obj.late else badge(obj.get_status_display(), TONES[S(obj.status)])


def detail(request: Any, obj: Suggestion) -> Mapping[str, Any]:
    """What was proposed, what was decided, what the customer heard."""
    actor: Actor = request.actor
    sections: list[tuple[Any, list[tuple[Any, Any]]]] = [(_("客户的建议"), [(_("建议内容"), obj.content)])]
    if obj.adopted is not None:
        decided = [
            (_("是否采纳"), decision_badge(obj, actor)), (_("理由"), obj.reason), (_("怎么改进"), obj.plan),
            (_("决定"), f"{obj.decided_by or ''} {full(obj.decided_at) if obj.decided_at else ''}".strip()),
        ]  # fmt: skip
        sections.append((_("研究结果"), [pair for pair in decided if pair[1]]))
    if obj.answered_at is not None:
        told = [
            (_("回复内容"), obj.reply), (_("回复方式"), obj.get_how_display()),
            (_("回复"), f"{obj.answered_by or ''} {full(obj.answered_at)}".strip()),
        ]  # fmt: skip
        sections.append((_("回复客户"), told))
    if obj.status == S.VOID:
        sections.append((_("作废"), [(_("作废原因"), obj.void_reason)]))
    side = [
        (_("客户"), customer_cell(obj, actor)), (_("来源"), obj.get_source_display()),
        (_("来源单据"), source_cell(obj, actor)), (_("研究部门"), obj.unit), (_("研究人"), obj.handler),
        (_("答复期限"), obj.due_on if obj.status == S.ROUTED else None), (_("登记部门"), obj.from_unit),
        (_("登记"), f"{obj.registered_by or ''} {obj.registered_on}".strip()),
    ]  # fmt: skip
    facts = [(label, value) for label, value in side if value not in (None, "")]
    page = {
        "title": short(obj), "subtitle": obj.get_topic_display(), "badges": [status_badge(obj, actor), decision_badge(obj, actor)],
        "sections": sections, "side": [(_("相关"), facts)],
    }  # fmt: skip
    return {"page": page}


SUGGESTIONS = register(
    Resource(
        model=Suggestion,
        name="suggestions",
        title=pgettext_lazy("list", "客户建议"),
        icon="suggestion",
        visible=policies.visible,
        allowed=policies.allowed,
        related=(
            "customer", "visit", "entry", "ticket", "unit", "handler", "registered_by", "from_unit", "decided_by",
            "answered_by",
        ),
        columns=(
            Column(name="content", label=_("建议内容"), value=lambda o, a: o.content, render=heading),
            Column(name="number", label=_("单号"), value=lambda o, a: o.number, listed=False),
            Column(name="topic", label=_("内容类别"), value=lambda o, a: str(o.get_topic_display())),
            Column(name="customer", label=_("客户"), value=lambda o, a: o.customer.name if o.customer else ""),
            Column(name="source", label=_("来源"), value=lambda o, a: str(o.get_source_display())),
            Column(name="from", label=_("来源单据"), value=lambda o, a: source_number(o), listed=False),
            Column(name="unit", label=_("研究部门"), value=lambda o, a: o.unit.name if o.unit else ""),
            Column(name="decision", label=_("是否采纳"), value=lambda o, a: decision(o), render=decision_badge),
            Column(
                name="registered_on", label=_("登记日期"), type=date, value=lambda o, a: o.registered_on,
                sort="registered_on",
            ),
            Column(
                name="status", label=_("状态"), value=lambda o, a: str(o.get_status_display()), render=status_badge
            ),
        ),
        facts=(
            Fact(name="handler", label=_("研究人"), value=lambda o, a: o.handler.name if o.handler else ""),
            Fact(name="due_on", label=_("答复期限"), value=lambda o, a: o.due_on and o.due_on.isoformat()),
            Fact(name="reason", label=_("理由"), value=lambda o, a: o.reason),
            Fact(name="plan", label=_("怎么改进"), value=lambda o, a: o.plan),
            Fact(name="reply", label=_("回复客户的内容"), value=lambda o, a: o.reply),
        ),
        order="-pk",
        filters=SuggestionFilter,
        presets=(
            Preset(name="open", label=_("未办结"), where=lambda rows, a: rows.filter(status__in=OPEN)),
            Preset(
                name="mine", label=_("等我研究的"), where=lambda rows, a: rows.filter(handler_id=a.id, status=S.ROUTED)
            ),
            Preset(name="answer", label=_("待回复客户"), where=lambda rows, a: rows.filter(status=S.DECIDED)),
            Preset(name="closed", label=_("已办结"), where=lambda rows, a: rows.filter(status=S.CLOSED)),
            Preset(name="counted", label=_("全部有效"), where=lambda rows, a: rows.exclude(status=S.VOID)),
            Preset(name="all", label=_("全部"), where=lambda rows, a: rows),
        ),
        search=find,
        search_hint=_("单号、建议内容或客户"),
        form=forms.RegisterForm,
        create=actions.register,
        create_label=_("登记建议"),
        update=actions.change,
        verbs=(
            Verb(
                name="decide", label=_("填写研究结果"), form=forms.DecideForm, action=actions.decide, icon="check",
                primary=True,
            ),
            Verb(
                name="answer", label=_("回复客户"), form=forms.AnswerForm, action=actions.answer, icon="reply", primary=True
            ),
            Verb(name="route", label=_("转交部门"), form=forms.RouteForm, action=actions.route, icon="transfer"),
            Verb(
                name="reconsider", label=_("退回重新研究"), form=forms.ReasonForm, action=actions.reconsider,
                icon="reopen",
            ),
            Verb(
                name="void", label=_("作废"), form=forms.ReasonForm, action=actions.void, icon="cancel", tone="danger"
            ),
        ),
        detail=detail,
        empty=_("在客户、回访、来电来访或工单的页面点“登记建议”，已知的内容会自动带上；也可以在这里登记。"),
    )
)  # fmt: skip
