"""Waves of alike complaints as a list, a page and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full
from keqiao.kernel.resource import Column, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import actor_of
from keqiao.kernel.templatetags.ui import badge
from keqiao.tickets import policies, tables
from keqiao.tickets.actions.waves import gather
from keqiao.tickets.filters import WaveFilter
from keqiao.tickets.models import Wave

SHOWN = 100


def tickets_url(obj: Wave) -> str:
    """The list of its tickets."""
    return f"{reverse('tickets:list')}?{urlencode({'view': 'all', 'wave': obj.number})}"


def count(obj: Wave, _actor: Actor) -> str:
    """How many, as the way to them."""
    return format_html('<a class="link" href="{}">{}</a>', tickets_url(obj), obj.count)


def heading(obj: Wave, _actor: Actor) -> str:
    """What it is about, over its number."""
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', obj, obj.number)


def state(obj: Wave, _actor: Actor) -> str:
    """Whether more may still come."""
    return badge(_("持续中"), "danger") if obj.open else badge(_("已平息"), "neutral")


def detail(request: Any, obj: Wave) -> Mapping[str, Any]:
    """What came when, whom it was told, and its tickets within sight."""
    actor = actor_of(request)
    rows = policies.visible(actor).filter(waves=obj).select_related("owner", "main").order_by("pk")[:SHOWN]
    facts = [
        (_("集中在"), obj.get_by_display()),
        (_("问题类别"), obj.category),
        (_("产品"), obj.product) if obj.product else (_("部门"), obj.unit),
        (_("投诉数"), count(obj, actor)),
        (_("报警条件"), now_("%(hours)d 小时内 %(n)d 张") % {"hours": obj.hours, "n": obj.limit}),
        (_("第一张"), full(obj.began_at)),
        (_("最近一张"), full(obj.last_at)),
        (_("报警时间"), full(obj.raised_at)),
        (_("已告知"), now_("、").join(obj.told)),
        (_("平息时间"), full(obj.ended_at) if obj.ended_at else ""),
    ]
    return {
        "rows": [(one, tables.stage(one, actor)) for one in rows],
        "tickets_url": tickets_url(obj),
        "page": {"title": str(obj), "badges": [state(obj, actor)], "sections": [], "facts": facts},
    }


WAVES = register(
    Resource(
        model=Wave,
        name="waves",
        title=pgettext_lazy("list", "集中投诉"),
        icon="trend",
        visible=policies.visible_waves,
        allowed=policies.allowed_wave,
        related=("category__parent", "unit"),
        columns=(
            Column(name="name", label=_("集中投诉"), value=lambda o, a: str(o), render=heading),
            Column(name="number", label=_("编号"), value=lambda o, a: o.number, listed=False),
            Column(name="by", label=_("集中在"), value=lambda o, a: str(o.get_by_display())),
            Column(name="count", label=_("投诉数"), type=int, numeric=True, value=lambda o, a: o.count, render=count),
            Column(
                name="began_at", label=_("第一张"), type=datetime, value=lambda o, a: o.began_at,
                render=lambda o, a: full(o.began_at),
            ),
            Column(
                name="last_at", label=_("最近一张"), type=datetime, value=lambda o, a: o.last_at,
                render=lambda o, a: full(o.last_at),
            ),
            Column(
                name="raised_at", label=_("报警时间"), type=datetime, value=lambda o, a: o.raised_at,
                render=lambda o, a: full(o.raised_at), sort="raised_at",
            ),
            Column(name="open", label=_("状态"), type=bool, value=lambda o, a: o.open, render=state),
        ),
        order="-raised_at",
        filters=WaveFilter,
        presets=(
            Preset(name="open", label=_("持续中"), where=lambda rows, actor: rows.filter(open=True)),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        verbs=(
            Verb(
                name="gather", label=_("合并办理"), action=gather, icon="link", primary=True,
                confirm=_("把其中还能合并的工单并入一张主工单，统一调查；每位客户仍分别告知和回访，可以逐张拆开。"),
                done=_("已合并。"),
            ),
        ),
        detail=detail,
        template="tickets/wave.html",
        empty=_("短时间内没有同样的投诉集中出现。报警条件在工单规则的“集中投诉”里设置。"),
    )
)  # fmt: skip
