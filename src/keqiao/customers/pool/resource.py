"""The public pool, holdings, and the row of rules as pages and JSON."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers import queries
from keqiao.customers.models import Holding, Poaching, Pooled, SharingSettings
from keqiao.customers.pool import words
from keqiao.customers.pool.filters import HoldingFilter, PoolFilter
from keqiao.customers.resource import tier_cell
from keqiao.customers.sharing import forms, handing, keeping, policies
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge


def pickable(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Those that the actor may pick now: not cooling down, not of a territory that refuses strangers."""
    closed = Q(territory__poaching=Poaching.REFUSE, own=False)
    return rows.filter(cooling=False).exclude(closed)


def name_cell(obj: Pooled, actor: Actor) -> str:
    """Name over number."""
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', obj.name, obj.number)


pool = register(
    Resource(
        model=Pooled,
        name="pool",
        title=pgettext_lazy("list", "公海"),
        icon="pool",
        visible=policies.pool,
        allowed=policies.pool_allowed,
        related=("territory__unit", "unit"),
        columns=(
            Column(name="name", label=_("客户"), value=lambda o, a: o.name, render=name_cell),
            Column(name="number", label=_("客户编号"), value=lambda o, a: o.number, listed=False),
            Column(
                name="state", label=_("能否领取"), value=words.pool_words,
                render=lambda o, a: badge(*words.pool_state(o, a)),
            ),
            Column(name="tier", label=_("客户等级"), value=lambda o, a: o.get_tier_display(), render=tier_cell),
            Column(name="source", label=_("来源"), value=lambda o, a: o.get_source_display()),
            Column(name="territory", label=_("销售区域"), value=lambda o, a: str(o.territory or "")),
            Column(name="city", label=_("城市"), value=lambda o, a: o.city or o.region),
            Column(name="phone", label=_("电话"), value=lambda o, a: o.phone_masked),
            Column(
                name="created_at", label=_("建档日期"), type=datetime, value=lambda o, a: o.created_at,
                render=lambda o, a: words.day(o.created_at), sort="created_at",
            ),
        ),
        facts=(
            Fact(name="unit", label=_("所属部门"), value=lambda o, a: str(o.unit or "")),
            Fact(name="industry", label=_("行业"), value=lambda o, a: str(o.get_industry_display()) if o.industry else ""),
            Fact(name="history", label=_("以前的负责人"), value=lambda o, a: words.former(o)),
        ),
        filters=PoolFilter,
        presets=(
            Preset(name="open", label=_("可以领取"), where=pickable),
            Preset(name="all", label=_("全部公海"), where=lambda rows, actor: rows),
        ),
        search=queries.find,
        search_hint=_("姓名、拼音首字母、电话或后四位、客户编号"),
        verbs=(
            Verb(
                name="pick", label=_("领取"), action=handing.pick, icon="assign", primary=True, bulk=True,
                confirm=words.pick_warning, done=words.picked_lazy(),
            ),
        ),
        empty=_("公海里没有您可以领取的客户。"),
    )
)  # fmt: skip


def fallen(rows: QuerySet[Holding], actor: Actor) -> QuerySet[Holding]:
    """Those that fell back for want of contact."""
    return rows.filter(end=Holding.End.FALLEN)


def waiting(rows: QuerySet[Holding], actor: Actor) -> QuerySet[Holding]:
    """Those whose first contact is still to come."""
    return rows.filter(ended_at=None, contacted_at=None, due_at__isnull=False, customer__owner=F("owner"))


holdings = register(
    Resource(
        model=Holding,
        name="holdings",
        title=pgettext_lazy("list", "客户归属记录"),
        icon="history",
        visible=policies.holdings,
        allowed=policies.holdings_allowed,
        related=("customer", "owner", "share"),
        columns=(
            Column(
                name="customer", label=_("客户"), value=lambda o, a: f"{o.customer.name} {o.customer.number}",
                render=lambda o, a: name_cell(o.customer, a),
            ),
            Column(name="owner", label=_("负责人"), value=lambda o, a: o.owner.name),
            Column(name="way", label=_("来由"), value=lambda o, a: str(o.get_way_display())),
            Column(
                name="given_at", label=_("交给时间"), type=datetime, value=lambda o, a: o.given_at, sort="given_at"
            ),
            Column(name="due", label=_("首次联系期限"), value=lambda o, a: words.due(o)),
            Column(
                name="state", label=_("状态"), value=lambda o, a: words.standing(o)[0],
                render=lambda o, a: badge(*words.standing(o)),
            ),
        ),
        facts=(
            Fact(name="customer_id", label=_("客户档案"), type=int, value=lambda o, a: o.customer_id, render=words.customer_link),
            Fact(name="contacted_at", label=_("首次联系时间"), type=datetime, value=lambda o, a: o.contacted_at),
            Fact(name="last_contact_at", label=_("最近联系时间"), type=datetime, value=lambda o, a: o.last_contact_at),
            Fact(name="ended_at", label=_("结束时间"), type=datetime, value=lambda o, a: o.ended_at),
            Fact(name="note", label=_("说明"), value=lambda o, a: o.note),
            Fact(name="share", label=_("客户分配"), value=lambda o, a: str(o.share or "")),
            Fact(name="cool_until", label=_("此前不能再领"), type=datetime, value=lambda o, a: o.cool_until),
        ),
        filters=HoldingFilter,
        presets=(
            Preset(name="waiting", label=_("待首次联系"), where=waiting, order="due_at"),
            Preset(
                name="mine", label=_("我的待首次联系"), where=lambda rows, a: waiting(rows, a).filter(owner_id=a.id),
                order="due_at",
            ),
            Preset(name="fallen", label=_("逾期退回"), where=fallen),
            Preset(name="ended", label=_("已结束"), where=lambda rows, a: rows.filter(ended_at__isnull=False)),
            Preset(name="all", label=_("全部"), where=lambda rows, a: rows),
        ),
        empty=_("没有这样的记录。分配或领取客户以后，这里会记下交给谁、何时联系、何时结束。"),
    )
)  # fmt: skip


def plain_number(name: str) -> Column:
    """A number of the row."""
    label = SharingSettings._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # a column
    return Column(name=name, label=label, type=int, numeric=True, value=lambda o, a: getattr(o, name))


def keeps_settings(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Only those who keep the rules."""
    return verb != "export" and actor.can("settings.change")


register(
    Resource(
        model=SharingSettings,
        name="sharing-settings",
        title=_("公海与分配规则"),
        icon="pool",
        visible=lambda actor: (
            SharingSettings.objects.all() if actor.can("settings.change") else SharingSettings.objects.none()
        ),
        allowed=keeps_settings,
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: str(o)),
            *(
                plain_number(name)
                for name in ("contact_days", "warn_days", "cool_days", "owned_limit", "picks_a_day", "protection_days",
                             "statement_days")
            ),
            Column(
                name="poaching", label=_("抢占不属于任何区域的客户时"), value=lambda o, a: str(o.get_poaching_display())
            ),
        ),
        form=forms.SettingsForm,
        update=keeping.change_settings,
    )
)  # fmt: skip
