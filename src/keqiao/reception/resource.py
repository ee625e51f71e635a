"""The register as pages and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers import masking
from keqiao.customers.policies import allowed as customer_allowed
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full, today
from keqiao.kernel.resource import Column, Fact, Found, Preset, Resource, Verb, get, register
from keqiao.kernel.resource.pages import verb_buttons
from keqiao.kernel.templatetags.ui import badge
from keqiao.reception import actions, forms, policies
from keqiao.reception.doors import DOORS
from keqiao.reception.filters import EntryFilter
from keqiao.reception.models import Entry
from keqiao.reception.queries import within
from keqiao.search.queries import search as search_words

TONES = {"noted": "neutral", "waiting": "warning", "followed": "success", "turned": "info", "void": "neutral"}


def caller(obj: Entry, actor: Actor) -> str:
    """Who came over number."""
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', obj.caller, obj.number)


def status(obj: Entry, actor: Actor) -> str:
    """The status as a coloured word."""
    return badge(obj.get_status_display(), TONES[obj.status])


def first(obj: Entry, actor: Actor) -> str:
    """First or again."""
    return str(_("首次") if obj.first else _("再次"))


def first_badge(obj: Entry, actor: Actor) -> str:
    """First contacts stand out."""
    return badge(_("首次"), "info") if obj.first else str(_("再次"))


def customer_id(obj: Entry, actor: Actor) -> int | None:
    """The customer, to those who may see him."""
    return obj.customer_id if customer_allowed(actor, "view", obj.customer) else None


def customer_link(obj: Entry, actor: Actor) -> str:
    """The customer, linked for those who may see him."""
    if not customer_allowed(actor, "view", obj.customer):
        return str(_("档案由他人负责，您无权查看"))
    url = reverse("customers:detail", args=[obj.customer_id])
    return format_html('<a class="link" href="{}">{} {}</a>', url, obj.customer.name, obj.customer.number)


def turned_link(obj: Entry, actor: Actor) -> str:
    """What the entry was turned into, linked."""
    resource = get(obj.turned_label) if obj.turned_label else None
    if resource is None or obj.turned_id is None:
        return obj.turned_number
    return format_html(
        '<a class="link" href="{}">{}</a>', reverse(f"{resource.name}:detail", args=[obj.turned_id]), obj.turned_number
    )


def find(rows: QuerySet[Entry], term: str) -> QuerySet[Entry] | Found:
    """By number, caller, initials or matter."""
    return search_words(rows, "reception.entry", term)


def of_today(rows: QuerySet[Entry], actor: Actor) -> QuerySet[Entry]:
    """Today's, by the installation's clock."""
    return within(counted(rows, actor), today(), today())


def counted(rows: QuerySet[Entry], actor: Actor) -> QuerySet[Entry]:
    """All that count: void ones do not."""
    return rows.exclude(status=Entry.Status.VOID)


def detail(request: Any, obj: Entry) -> Mapping[str, Any]:
    """The ways on from the entry stand beside its verbs."""
    actor: Actor = request.actor
    ways = DOORS.buttons(actor, obj)
    buttons = verb_buttons(entries, actor, obj)
    return {"page": {"title": obj.caller, "verbs": [*buttons[:1], *ways, *buttons[1:]]}}


entries = register(
    Resource(
        model=Entry,
        name="reception",
        title=pgettext_lazy("list", "来电来访"),
        icon="reception",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("received_by", "source", "interest", "follower", "unit", "customer"),
        columns=(
            Column(name="caller", label=_("来客"), value=lambda o, a: o.caller, render=caller),
            Column(name="number", label=_("单号"), value=lambda o, a: o.number, listed=False),
            Column(name="way", label=_("方式"), value=lambda o, a: o.get_way_display()),
            Column(name="first", label=_("首次或再次"), value=first, render=first_badge),
            Column(name="phone", label=_("电话"), value=lambda o, a: masking.phone(a, o.phone_masked)),
            Column(name="source", label=_("获知途径"), value=lambda o, a: o.source.name if o.source else "", listed=False),
            Column(name="interest", label=_("意向"), value=lambda o, a: o.interest.name if o.interest else ""),
            Column(name="matter", label=_("来意"), value=lambda o, a: o.matter, listed=False),
            Column(name="received_by", label=_("接待人"), value=lambda o, a: o.received_by.name),
            Column(name="status", label=_("状态"), value=lambda o, a: o.get_status_display(), render=status),
            Column(
                name="at", label=_("接待时间"), value=lambda o, a: o.at, render=lambda o, a: full(o.at), type=datetime,
                sort="at",
            ),
        ),
        facts=(
            Fact(name="customer", label=_("客户"), value=customer_id, render=customer_link, type=int),
            Fact(name="source", label=_("获知途径"), value=lambda o, a: o.source.name if o.source else ""),
            Fact(name="matter", label=_("来意"), value=lambda o, a: o.matter),
            Fact(name="unit", label=_("接待部门"), value=lambda o, a: o.unit.name),
            Fact(name="follower", label=_("跟进人"), value=lambda o, a: o.follower.name if o.follower else ""),
            Fact(name="follow_on", label=_("跟进日期"), value=lambda o, a: o.follow_on and o.follow_on.isoformat()),
            Fact(name="follow_note", label=_("跟进要求"), value=lambda o, a: o.follow_note),
            Fact(name="result", label=_("跟进结果"), value=lambda o, a: o.result),
            Fact(name="turned_into", label=_("转办单号"), value=lambda o, a: o.turned_number, render=turned_link),
            Fact(name="reason", label=_("作废原因"), value=lambda o, a: o.reason),
        ),
        order="-at",
        filters=EntryFilter,
        presets=(
            Preset(name="today", label=_("今天"), where=of_today),
            Preset(
                name="mine", label=_("我接待的"),
                where=lambda rows, actor: counted(rows, actor).filter(received_by_id=actor.id),
            ),
            Preset(
                name="follow", label=_("待我跟进"),
                where=lambda rows, actor: rows.filter(follower_id=actor.id, status=Entry.Status.WAITING),
            ),
            Preset(name="void", label=_("已作废"), where=lambda rows, actor: rows.filter(status=Entry.Status.VOID)),
            Preset(name="all", label=_("全部"), where=counted),
        ),
        search=find,
        search_hint=_("称呼、拼音首字母、来意或单号"),
        form=forms.EntryForm,
        create=actions.register,
        create_label=_("登记来电来访"),
        verbs=(
            Verb(
                name="follow", label=_("填写跟进结果"), form=forms.ResultForm, action=actions.follow, icon="check",
                primary=True,
            ),
            Verb(name="hand_over", label=_("安排跟进"), form=forms.HandOverForm, action=actions.hand_over, icon="assign"),
            Verb(name="correct", label=_("更正登记"), form=forms.MatterForm, action=actions.change, icon="edit"),
            Verb(
                name="void", label=_("作废"), form=forms.ReasonForm, action=actions.void, icon="cancel", tone="danger",
                confirm=_("作废后不再计入台账，但仍可查阅。"),
            ),
        ),
        detail=detail,
        empty=_("登记第一位来电或来访的客户，只需电话或姓名。"),
    )
)  # fmt: skip
