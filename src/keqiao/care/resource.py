"""Greetings as pages and JSON."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.care import actions, forms, policies
from keqiao.care.filters import GreetingFilter
from keqiao.care.models import Greeting
from keqiao.care.models.care import consent_channel
from keqiao.care.queries import due
from keqiao.customers import masking
from keqiao.customers.consents import may_contact
from keqiao.customers.models import ContactPoint
from keqiao.customers.policies import allowed as customer_allowed
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import facts_of
from keqiao.kernel.sight import Level
from keqiao.kernel.templatetags.ui import badge
from keqiao.mailing.queries import available

TONES = {"due": "warning", "sending": "info", "done": "success", "skipped": "neutral"}


def customer(obj: Greeting, actor: Actor) -> str:
    """Who, and why."""
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', obj.customer.name, obj.subject)


def status(obj: Greeting, actor: Actor) -> str:
    """The status as a coloured word; late ones are red."""
    if obj.status == "due" and obj.due_on < today():
        return badge(_("已过期"), "danger")
    return badge(obj.get_status_display(), TONES[obj.status])


def customer_link(obj: Greeting, actor: Actor) -> str:
    """The customer, linked for those who may see him."""
    if not customer_allowed(actor, "view", obj.customer):
        return obj.customer.name
    url = reverse("customers:detail", args=[obj.customer_id])
    return format_html('<a class="link" href="{}">{} {}</a>', url, obj.customer.name, obj.customer.number)


def by_today(rows: QuerySet[Greeting], actor: Actor) -> QuerySet[Greeting]:
    """One's own that are due today or late."""
    return due(rows, today()).filter(owner_id=actor.id)


def this_week(rows: QuerySet[Greeting], actor: Actor) -> QuerySet[Greeting]:
    """All within sight that are due in the coming seven days."""
    return due(rows, today() + timedelta(days=7))


def unowned(rows: QuerySet[Greeting], actor: Actor) -> QuerySet[Greeting]:
    """Those that somebody may take."""
    return rows.filter(status=Greeting.Status.DUE, owner=None)


def reveal_url(obj: Greeting, actor: Actor) -> str:
    """Where the whole number is asked for, with a reason; empty where there is none to ask for."""
    if not customer_allowed(actor, "reveal", obj.customer) or actor.level(masking.PHONE) != Level.MASKED:
        return ""
    phone = obj.customer.contact_points.filter(kind=ContactPoint.Kind.PHONE).order_by("-primary", "pk").first()
    return reverse("customer-reveal", args=[obj.customer_id, phone.pk]) if phone else ""


def detail(request: Any, obj: Greeting) -> Mapping[str, Any]:
    """The draft and the form for the result."""
    actor: Actor = request.actor
    can_do = policies.allowed(actor, "finish", obj)
    return {
        "can_do": can_do,
        "result_form": forms.ResultForm(actor=actor, obj=obj) if can_do else None,
        "against": may_contact(obj.customer, obj.plan.purpose, consent_channel(obj.channel)).reason if can_do else "",
        "no_mail": can_do and obj.channel == "email" and not available(),
        "reveal_url": reveal_url(obj, actor) if can_do else "",
        "customer_url": reverse("customers:detail", args=[obj.customer_id])
        if customer_allowed(actor, "view", obj.customer)
        else "",
        "page": {
            "title": obj.customer.name,
            "subtitle": obj.subject,
            "sections": [(_("基本资料"), [fact for fact in facts_of(greetings, obj, actor) if fact[1] != obj.text])],
        },
    }


greetings = register(
    Resource(
        model=Greeting,
        name="care",
        title=pgettext_lazy("list", "客户关怀"),
        icon="gift",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("customer", "owner", "plan", "unit", "done_by"),
        columns=(
            Column(name="customer", label=_("客户"), value=lambda o, a: o.customer.name, render=customer),
            Column(name="number", label=_("单号"), value=lambda o, a: o.number, listed=False),
            Column(name="subject", label=_("关怀事由"), value=lambda o, a: o.subject, listed=False),
            Column(name="due_on", label=_("关怀日期"), value=lambda o, a: o.due_on, type=date, sort="due_on"),
            Column(name="channel", label=_("关怀方式"), value=lambda o, a: o.get_channel_display()),
            Column(name="phone", label=_("电话"), value=lambda o, a: masking.phone(a, o.customer.phone_masked)),
            Column(name="owner", label=_("负责人"), value=lambda o, a: o.owner.name if o.owner else str(_("待领取"))),
            Column(name="status", label=_("状态"), value=lambda o, a: o.get_status_display(), render=status),
            Column(name="outcome", label=_("关怀结果"), value=lambda o, a: o.get_outcome_display() if o.outcome else ""),
        ),
        facts=(
            Fact(name="customer_id", label=_("客户"), value=lambda o, a: o.customer_id, render=customer_link, type=int),
            Fact(name="day", label=_("日子"), value=lambda o, a: o.day.isoformat()),
            Fact(name="plan", label=_("关怀计划"), value=lambda o, a: o.plan.name),
            Fact(name="note", label=_("说明"), value=lambda o, a: o.note),
            Fact(name="text", label=_("关怀内容"), value=lambda o, a: o.text),
            Fact(name="done_by", label=_("完成人"), value=lambda o, a: o.done_by.name if o.done_by else ""),
        ),
        order="due_on",
        filters=GreetingFilter,
        presets=(
            Preset(name="today", label=_("我的今天"), where=by_today),
            Preset(name="week", label=_("今后一周"), where=this_week),
            Preset(name="open", label=_("待领取"), where=unowned),
            Preset(
                name="done", label=_("已完成"), order="-due_on",
                where=lambda rows, actor: rows.filter(status__in=("done", "skipped")),
            ),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows, order="-due_on"),
        ),
        verbs=(
            Verb(name="take", label=_("领取"), action=actions.take, icon="assign", primary=True, bulk=True),
            Verb(
                name="send", label=_("发送邮件"), action=actions.send, icon="send", bulk=True,
                confirm=_("按当前内容发送给客户的首选邮箱。"),
            ),
            Verb(name="finish", label=_("登记结果"), form=forms.ResultForm, action=actions.finish, icon="check", bulk=True),
            Verb(name="reword", label=_("改写内容"), form=forms.TextForm, action=actions.reword, icon="edit"),
            Verb(name="assign", label=_("分派"), form=forms.OwnerForm, action=actions.assign, icon="transfer", bulk=True),
            Verb(name="skip", label=_("跳过"), form=forms.SkipForm, action=actions.skip, icon="cancel", tone="danger"),
        ),
        detail=detail,
        template="care/greeting.html",
        empty=_("今天没有待关怀的客户。关怀计划每天凌晨生成未来一周的关怀。"),
    )
)  # fmt: skip
