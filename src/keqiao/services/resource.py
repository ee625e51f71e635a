"""The register as pages and JSON."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.policies import allowed as customer_allowed
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.resource import Column, Fact, Found, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge
from keqiao.search.queries import search as search_words
from keqiao.services import actions, forms, policies
from keqiao.services.filters import ServiceFilter
from keqiao.services.models import Service

RECENT = timedelta(days=7)


def heading(obj: Service, _actor: Actor) -> str:
    """What it was over its number."""
    gone = badge(_("已作废"), "neutral") if obj.status == Service.Status.VOID else ""
    return format_html('<strong>{}</strong> <span class="muted">{}</span> {}', obj.matter, obj.number, gone)


def customer_id(obj: Service, actor: Actor) -> int | None:
    """The customer, to those who may see him."""
    return obj.customer_id if customer_allowed(actor, "view", obj.customer) else None


def customer_name(obj: Service, actor: Actor) -> str:
    """The customer's name, to those who may see him."""
    return obj.customer.name if customer_allowed(actor, "view", obj.customer) else ""


def customer_link(obj: Service, actor: Actor) -> str:
    """The customer, linked for those who may see him."""
    if not customer_allowed(actor, "view", obj.customer):
        return str(_("档案由他人负责，您无权查看"))
    url = reverse("customers:detail", args=[obj.customer_id])
    return format_html('<a class="link" href="{}">{} {}</a>', url, obj.customer.name, obj.customer.number)


def counted(rows: QuerySet[Service], _actor: Actor) -> QuerySet[Service]:
    """All that hold: void ones do not."""
    return rows.filter(status=Service.Status.NOTED)


def recent(rows: QuerySet[Service], actor: Actor) -> QuerySet[Service]:
    """Those of the last seven days."""
    return counted(rows, actor).filter(done_on__gt=today() - RECENT)


def detail(_request: Any, obj: Service) -> Mapping[str, Any]:
    """The number stands before the title already."""
    return {"page": {"title": obj.matter}}


def find(rows: QuerySet[Service], term: str) -> QuerySet[Service] | Found:
    """By number, order number, product or note."""
    return search_words(rows, "services.service", term)


SERVICES = register(
    Resource(
        model=Service,
        name="services",
        title=pgettext_lazy("list", "送货与服务"),
        icon="delivery",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("customer", "unit", "registered_by"),
        columns=(
            Column(name="matter", label=_("服务"), value=lambda o, a: o.matter, render=heading),
            Column(name="number", label=_("登记单号"), value=lambda o, a: o.number, listed=False),
            Column(name="kind", label=_("服务类型"), value=lambda o, a: o.get_kind_display(), listed=False),
            Column(name="product", label=_("产品"), value=lambda o, a: o.product, listed=False),
            Column(name="customer", label=_("客户"), value=customer_name),
            Column(name="order_number", label=_("订单号"), value=lambda o, a: o.order_number),
            Column(name="worker", label=_("服务人员"), value=lambda o, a: o.worker),
            Column(name="unit", label=_("负责部门"), value=lambda o, a: o.unit.name, needs=("unit",)),
            Column(
                name="registered_by", label=_("登记人"), listed=False, needs=("registered_by",),
                value=lambda o, a: o.registered_by.name if o.registered_by else "",
            ),
            Column(name="done_on", label=_("完成日期"), value=lambda o, a: o.done_on, type=date, sort="done_on",
                   render=lambda o, a: o.done_on.isoformat()),
        ),
        facts=(
            Fact(name="customer_id", label=_("客户"), value=customer_id, render=customer_link, type=int),
            Fact(name="status", label=_("状态"), value=lambda o, a: o.get_status_display()),
            Fact(name="note", label=_("备注"), value=lambda o, a: o.note),
            Fact(name="registered_by", label=_("登记人"),
                 value=lambda o, a: o.registered_by.name if o.registered_by else ""),
            Fact(name="reason", label=_("作废原因"), value=lambda o, a: o.reason),
        ),
        order="-done_on",
        filters=ServiceFilter,
        presets=(
            Preset(name="recent", label=_("最近七天"), where=recent),
            Preset(name="all", label=_("全部"), where=counted),
            Preset(name="void", label=_("已作废"), where=lambda rows, actor: rows.filter(status=Service.Status.VOID)),
        ),
        search=find,
        search_hint=_("订单号、产品、备注或登记单号"),
        form=forms.ServiceForm,
        create=actions.register,
        create_label=_("登记服务"),
        verbs=(
            Verb(name="correct", label=_("更正登记"), form=forms.DetailForm, action=actions.correct, icon="edit"),
            Verb(
                name="void", label=_("作废"), form=forms.ReasonForm, action=actions.void, icon="cancel", tone="danger",
                confirm=_("作废后不再计入，也不再因它安排回访；已经安排的回访不受影响。"),
            ),
        ),
        detail=detail,
        empty=_("这里会列出送货、安装和维修；可以逐条登记、从表格粘贴一批，或由订单系统经接口登记。"),
    )
)  # fmt: skip
