"""Papers and their templates as pages and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge
from keqiao.tickets import policies as tickets
from keqiao.tickets.issued_papers import fits
from keqiao.tickets.letters import actions, forms, policies
from keqiao.tickets.letters.filters import LetterFilter
from keqiao.tickets.letters.places import filled
from keqiao.tickets.letters.templates_kept import keep_template
from keqiao.tickets.models import Letter, LetterTemplate

Status = Letter.Status
TONES = {"draft": "warning", "issued": "info", "dropped": "neutral"}


def status_words(obj: Letter) -> tuple[str, str]:
    """How far the paper is, and its tone: issued ones are told apart by whether they have arrived."""
    if obj.status == Status.ISSUED and obj.delivered_at is not None:
        return str(_("已送达")), "success"
    return str(obj.get_status_display()), TONES[obj.status]


def ticket_link(obj: Letter, actor: Actor) -> str:
    """The ticket, a link for those who see it."""
    if not tickets.allowed(actor, "view", obj.ticket):
        return obj.ticket.number
    return format_html('<a class="link" href="{}">{}</a>', reverse("tickets:detail", args=[obj.ticket_id]), obj.ticket)


def heading(obj: Letter, actor: Actor) -> str:
    """The title over the number."""
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', obj.title, obj.number)


def detail(request: Any, obj: Letter) -> Mapping[str, Any]:
    """The words, who signed them, how they went out, and what the customer said."""
    actor: Actor = request.actor
    words, tone = status_words(obj)
    side = [
        (_("工单"), ticket_link(obj, actor)), (_("文书种类"), obj.get_kind_display()), (_("文号"), obj.number),
        (_("模板"), f"{obj.template or ''} {_('第 %d 版') % obj.template_version}"),
        (_("起草"), f"{obj.drafted_by or ''} {full(obj.drafted_at)}"),
    ]  # fmt: skip
    if obj.issued_at:
        side.append((_("签发"), f"{obj.issued_by or ''} {full(obj.issued_at)}"))
        side.append((_("内容校验（SHA-256）"), obj.sha256))
    return {
        "deliveries": obj.deliveries.select_related("by"),
        "printable": obj.status == Status.ISSUED,
        "page": {"title": obj.title, "badges": [badge(words, tone)], "sections": [], "side": [(_("相关"), side)]},
    }


LETTERS = register(
    Resource(
        model=Letter,
        name="letters",
        title=pgettext_lazy("list", "文书"),
        icon="file",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("ticket__customer", "ticket__complaint", "template", "drafted_by", "issued_by", "answer_noted_by"),
        columns=(
            Column(name="title", label=_("标题"), value=lambda o, a: o.title, render=heading),
            Column(name="number", label=_("文号"), value=lambda o, a: o.number, listed=False),
            Column(name="kind", label=_("文书种类"), value=lambda o, a: str(o.get_kind_display())),
            Column(name="ticket", label=_("工单"), value=lambda o, a: o.ticket.number, render=ticket_link),
            Column(
                name="status", label=_("状态"), value=lambda o, a: status_words(o)[0],
                render=lambda o, a: badge(*status_words(o)),
            ),
            Column(name="issued_at", label=_("出具时间"), type=datetime, value=lambda o, a: o.issued_at),
            Column(name="delivered_at", label=_("送达时间"), type=datetime, value=lambda o, a: o.delivered_at),
            Column(name="answer", label=_("客户意见"), value=lambda o, a: str(o.get_answer_display())),
        ),
        facts=(
            Fact(name="body", label=_("正文"), value=lambda o, a: o.body),
            Fact(name="template_version", label=_("模板版本"), type=int, value=lambda o, a: o.template_version),
            Fact(name="sha256", label=_("内容校验"), value=lambda o, a: o.sha256),
            Fact(name="answer_words", label=_("客户怎么说"), value=lambda o, a: o.answer_words),
        ),
        order="-pk",
        filters=LetterFilter,
        presets=(
            Preset(name="draft", label=_("草稿"), where=lambda rows, a: rows.filter(status=Status.DRAFT)),
            Preset(
                name="under_way", label=_("待送达"),
                where=lambda rows, a: rows.filter(status=Status.ISSUED, delivered_at=None),
            ),
            Preset(
                name="arrived", label=_("已送达"),
                where=lambda rows, a: rows.filter(status=Status.ISSUED, delivered_at__isnull=False),
            ),
            Preset(name="all", label=_("全部"), where=lambda rows, a: rows),
        ),
        form=forms.LetterForm,
        create=actions.draft,
        update=actions.reword,
        create_label=_("出具文书"),
        verbs=(
            Verb(
                name="issue", label=_("出具"), action=actions.issue, icon="check", primary=True,
                confirm=_("出具以后，文号、内容和签发人不能再改。"),
            ),
            Verb(name="send", label=_("邮件发送"), action=actions.send, icon="send", primary=True),
            Verb(name="deliver", label=_("登记送达"), action=actions.deliver, form=forms.DeliverForm, icon="check"),
            Verb(name="answer", label=_("客户意见"), action=actions.answer, form=forms.AnswerForm, icon="reply"),
            Verb(name="drop", label=_("放弃草稿"), action=actions.drop, icon="close", tone="danger"),
        ),
        detail=detail,
        template="tickets/letter.html",
        empty=_("在工单页面的“文书”里按模板起草。"),
    )
)  # fmt: skip


def sample(request: Any, obj: LetterTemplate) -> Mapping[str, Any]:
    """The template as it reads for a real ticket: the one asked for by its number, else the newest that fits."""
    actor: Actor = request.actor
    asked = request.GET.get("ticket", "").strip()
    related = ("customer", "category__parent", "owner", "unit", "complaint")
    rows = tickets.visible(actor).select_related(*related).order_by("-pk")
    fitting = [one for one in rows[:50] if fits(obj.kind, one)] if not asked else []
    found = rows.filter(number=asked.upper()).first() if asked else next(iter(fitting), None)
    return {
        "asked": asked or (found.number if found else ""),
        "missing": bool(asked) and found is None,
        "sample": {"title": filled(obj.title, found), "body": filled(obj.body, found)} if found else None,
        "page": {"badges": [badge(_("第 %d 版") % obj.version)]},
    }


TEMPLATES = register(
    Resource(
        model=LetterTemplate,
        name="letter-templates",
        title=_("文书模板"),
        icon="file",
        visible=lambda actor: LetterTemplate.objects.all() if policies.keeps(actor, "view") else LetterTemplate.objects.none(),
        allowed=policies.keeps,
        columns=(
            Column(name="name", label=_("模板名称"), value=lambda o, a: o.name),
            Column(name="kind", label=_("文书种类"), value=lambda o, a: str(o.get_kind_display())),
            Column(name="title", label=_("文书标题"), value=lambda o, a: o.title),
            Column(name="version", label=_("版本"), type=int, numeric=True, value=lambda o, a: o.version),
            Column(name="active", label=_("状态"), value=lambda o, a: str(_("在用") if o.active else _("停用"))),
        ),
        facts=(Fact(name="body", label=_("正文"), value=lambda o, a: o.body),),
        order="pk",
        form=forms.TemplateForm,
        create=keep_template,
        update=keep_template,
        create_label=_("新增模板"),
        detail=sample,
        template="tickets/letter_template.html",
        empty=_("新增第一个模板。"),
    )
)  # fmt: skip
