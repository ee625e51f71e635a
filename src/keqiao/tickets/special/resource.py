"""The summaries as pages and JSON."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.models import tier_name
from keqiao.customers.policies import visible as visible_customers
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full
from keqiao.kernel.resource import Column, Fact, Resource, register
from keqiao.tickets import policies as tickets
from keqiao.tickets import tables
from keqiao.tickets.models import SpecialMonth, Ticket
from keqiao.tickets.special import policies

NUMBERS = ("customers", "matters", "complaints", "closed", "closed_late", "waiting", "escalated")
DASH = "—"


def label_of(name: str) -> Any:
    """What a number is called."""
    field: Any = SpecialMonth._meta.get_field(name)
    return field.verbose_name


def number(name: str, *, listed: bool = True) -> Column:
    """One of the numbers."""
    return Column(
        name=name, label=label_of(name), value=lambda o, a: getattr(o, name), type=int, numeric=True, listed=listed
    )  # fmt: skip


def by_customer(actor: Actor, obj: SpecialMonth) -> list[dict[str, Any]]:
    """The tickets within sight under their customers; a customer is a link for those who see it."""
    rows = tickets.visible(actor).filter(pk__in=obj.tickets.values("pk")).select_related("customer", "owner", "unit")
    found = list(rows.order_by("customer__name", "customer_id", "accepted_at", "pk"))
    seen = set(visible_customers(actor).filter(pk__in={one.customer_id for one in found}).values_list("pk", flat=True))
    return [
        {
            "name": customer.name,
            "tier": tier_name(customer.tier),
            "url": reverse("customers:detail", args=[customer.pk]) if customer.pk in seen else "",
            "tickets": [line(one, actor) for one in group],
        }
        for customer, group in groupby(found, key=lambda one: one.customer)
    ]


def line(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """One ticket as the page draws it."""
    return {
        "ticket": ticket,
        "stage": tables.stage(ticket, actor),
        "due": tables.due(ticket, actor),
        "climbed": tables.climbed(ticket) if ticket.open and ticket.climbed else "",
    }


def mean(obj: SpecialMonth) -> str:
    """The mean score with one decimal everywhere, so that months stand below each other."""
    return f"{obj.score_sum / obj.scores:.1f}" if obj.scores else DASH


def facts_of(obj: SpecialMonth) -> list[tuple[Any, Any]]:
    """The numbers as they stood."""
    counted = [(label_of(name), getattr(obj, name)) for name in NUMBERS]
    return [
        (_("受理部门"), obj.unit.name),
        (_("报送给"), obj.leader.name if obj.leader else DASH),
        *counted,
        (_("当月撤诉"), obj.withdrawn),
        (_("平均满意度"), mean(obj)),
        (_("生成时间"), full(obj.made_at)),
    ]


def detail(request: Any, obj: SpecialMonth) -> Mapping[str, Any]:
    """The numbers, and every ticket under its customer."""
    return {
        "groups": by_customer(request.actor, obj),
        "page": {"title": str(obj), "number": "", "sections": [], "side": [(_("当月汇总"), facts_of(obj))]},
    }


def link(obj: SpecialMonth, actor: Actor) -> str:
    """The month, leading to its page."""
    return format_html(
        '<a class="link" href="{}">{}</a>', reverse("special-months:detail", args=[obj.pk]), f"{obj.month:%Y-%m}"
    )


SPECIAL_MONTHS = register(
    Resource(
        model=SpecialMonth,
        name="special-months",
        title=pgettext_lazy("list", "重点客户月报"),
        icon="reports",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("unit", "leader"),
        columns=(
            Column(name="month", label=_("月份"), type=date, value=lambda o, a: o.month, render=link, sort="month"),
            Column(name="unit", label=_("受理部门"), value=lambda o, a: o.unit.name),
            Column(name="leader", label=_("报送给"), value=lambda o, a: o.leader.name if o.leader else ""),
            *(number(name, listed=name not in {"closed_late", "escalated"}) for name in NUMBERS),
            Column(
                name="satisfaction", label=_("平均满意度"), type=float, value=lambda o, a: o.satisfaction, numeric=True,
                render=lambda o, a: mean(o),
            ),
        ),
        facts=(
            Fact(name="withdrawn", label=_("当月撤诉"), type=int, value=lambda o, a: o.withdrawn),
            Fact(name="made_at", label=_("生成时间"), type=datetime, value=lambda o, a: o.made_at),),
        order="-month",
        detail=detail,
        template="tickets/special_month.html",
        empty=_("每月初自动生成上个月的汇总；哪些是重点客户，在工单规则的“重点客户”里设置。"),
    )
)  # fmt: skip
