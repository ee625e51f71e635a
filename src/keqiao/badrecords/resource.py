"""Bad records as pages and JSON."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.badrecords import actions, forms, policies
from keqiao.badrecords.filters import BadRecordFilter
from keqiao.badrecords.models import BadRecord
from keqiao.care.losses.policies import allowed as loss_allowed
from keqiao.customers.policies import allowed as customer_allowed
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full
from keqiao.kernel.resource import Column, Fact, Found, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge
from keqiao.reception.policies import allowed as entry_allowed
from keqiao.search.queries import search
from keqiao.tickets.policies import allowed as ticket_allowed

TONES = {"open": "warning", "closed": "success"}
SEVERITY_TONES = {1: "neutral", 2: "info", 3: "warning", 4: "danger"}


def find(rows: QuerySet[BadRecord], term: str) -> Found:
    """By number, kind, product, words, or the customer's name."""
    return search(rows, actions.LABEL, term)


def heading(obj: BadRecord, actor: Actor) -> str:
    """The kind over the number."""
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', obj.kind.name, obj.number)


def about(obj: BadRecord) -> str:
    """The customer and the product, as far as they are known."""
    return " · ".join(filter(None, [obj.customer.name if obj.customer else "", obj.product]))


def linked(url: str, words: str, *, shown: bool) -> str:
    """A link for those who see what it leads to."""
    return format_html('<a class="link" href="{}">{}</a>', url, words) if shown else words


def source_cell(obj: BadRecord, actor: Actor) -> str:
    """The record from which it comes."""
    if obj.ticket is not None:
        seen = ticket_allowed(actor, "view", obj.ticket)
        return linked(reverse("tickets:detail", args=[obj.ticket_id]), obj.ticket.number, shown=seen)
    if obj.loss is not None:
        seen = loss_allowed(actor, "view", obj.loss)
        return linked(reverse("losses:detail", args=[obj.loss_id]), obj.loss.number, shown=seen)
    if obj.entry is not None:
        seen = entry_allowed(actor, "view", obj.entry)
        return linked(reverse("reception:detail", args=[obj.entry_id]), obj.entry.number, shown=seen)
    return str(obj.get_source_display())


def source_number(obj: BadRecord) -> str:
    """The same as plain text."""
    found = obj.ticket or obj.loss or obj.entry
    return found.number if found else ""


def customer_cell(obj: BadRecord, actor: Actor) -> str:
    """The customer, linked for those who see him."""
    if obj.customer is None:
        return ""
    url = reverse("customers:detail", args=[obj.customer_id])
    return linked(url, obj.customer.name, shown=customer_allowed(actor, "view", obj.customer))


def detail(request: Any, obj: BadRecord) -> Mapping[str, Any]:
    """What happened, what was done, how it ended; beside it whose it is."""
    actor: Actor = request.actor
    sections: list[tuple[Any, list[tuple[Any, Any]]]] = [
        (_("经过"), [(_("经过"), obj.what)]),
        (_("处理措施"), [(_("处理措施"), obj.measures or _("还没有写"))]),
    ]
    if obj.closed_at is not None:
        ended = [(_("结果"), obj.result), (_("了结"), f"{obj.closed_by or ''} {full(obj.closed_at)}".strip())]
        sections.append((_("了结情况"), ended))
    side = [
        (_("来源"), obj.get_source_display()), (_("来源单据"), source_cell(obj, actor) if source_number(obj) else ""),
        (_("客户"), customer_cell(obj, actor)), (_("产品"), obj.product), (_("责任部门"), obj.unit),
        (_("责任人"), obj.person or _("未指定")), (_("处理人"), obj.handler if obj.handler_id != obj.person_id else None),
        (_("发生日期"), obj.happened_on),
        (_("登记"), f"{obj.registered_by or ''} {full(obj.created_at)}".strip()),
    ]  # fmt: skip
    badges = [
        badge(obj.get_status_display(), TONES[obj.status]),
        badge(obj.get_severity_display(), SEVERITY_TONES[obj.severity]),
    ]
    side = [(label, value) for label, value in side if value not in (None, "")]
    page = {"title": obj.kind.name, "badges": badges, "sections": sections, "side": [(_("相关"), side)]}
    return {"page": page}


RECORDS = register(
    Resource(
        model=BadRecord,
        name="bad-records",
        title=pgettext_lazy("list", "不良记录"),
        icon="warning",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("kind", "customer", "unit", "person", "handler", "ticket", "loss", "entry", "registered_by", "closed_by"),
        columns=(
            Column(name="kind", label=_("类别"), value=lambda o, a: o.kind.name, render=heading),
            Column(name="number", label=_("单号"), value=lambda o, a: o.number, listed=False),
            Column(name="about", label=_("客户或产品"), value=lambda o, a: about(o)),
            Column(
                name="severity", label=_("严重程度"), value=lambda o, a: str(o.get_severity_display()),
                render=lambda o, a: badge(o.get_severity_display(), SEVERITY_TONES[o.severity]),
            ),
            Column(name="unit", label=_("责任部门"), value=lambda o, a: o.unit.name),
            Column(name="person", label=_("责任人"), value=lambda o, a: o.person.name if o.person else ""),
            Column(name="source", label=_("来源"), value=lambda o, a: str(o.get_source_display()), listed=False),
            Column(name="from", label=_("来源单据"), value=lambda o, a: source_number(o), render=source_cell),
            Column(
                name="happened_on", label=_("发生日期"), type=date, value=lambda o, a: o.happened_on, sort="happened_on"
            ),
            Column(
                name="status", label=_("状态"), value=lambda o, a: str(o.get_status_display()),
                render=lambda o, a: badge(o.get_status_display(), TONES[o.status]),
            ),
        ),
        facts=(
            Fact(name="what", label=_("经过"), value=lambda o, a: o.what),
            Fact(name="measures", label=_("处理措施"), value=lambda o, a: o.measures),
            Fact(name="result", label=_("了结情况"), value=lambda o, a: o.result),
        ),
        order="-happened_on",
        filters=BadRecordFilter,
        presets=(
            Preset(name="open", label=_("处理中"), where=lambda rows, a: rows.filter(status="open")),
            Preset(name="mine", label=_("我负责的"), where=lambda rows, a: rows.filter(handler_id=a.id, status="open")),
            Preset(name="closed", label=_("已了结"), where=lambda rows, a: rows.filter(status="closed")),
            Preset(name="all", label=_("全部"), where=lambda rows, a: rows),
        ),
        search=find,
        search_hint=_("单号、类别、产品、经过、措施或客户"),
        form=forms.RegisterForm,
        create=actions.register,
        create_label=_("登记不良记录"),
        update=actions.change,
        verbs=(
            Verb(
                name="answer", label=_("填写处理措施"), form=forms.MeasuresForm, action=actions.answer, icon="edit",
                primary=True,
            ),
            Verb(name="close", label=_("了结"), form=forms.CloseForm, action=actions.close, icon="check"),
            Verb(name="reopen", label=_("重新处理"), form=forms.ReopenForm, action=actions.reopen, icon="reopen"),
        ),
        detail=detail,
        empty=_("在投诉、流失客户或来电来访的页面点“登记不良记录”，已知的内容会自动带上；也可以在这里登记自查发现的。"),
    )
)  # fmt: skip
