"""Territories as pages and JSON; the page says which territories are asked before, and where two overlap."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.leading import figure
from keqiao.customers.models import Territory
from keqiao.customers.territories import actions, fitting, policies
from keqiao.customers.territories.forms import TerritoryForm
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Resource, register
from keqiao.kernel.templatetags.ui import badge


def protection(obj: Territory, actor: Actor) -> str:
    """How long customers are protected."""
    return now_("%(n)d 天") % {"n": obj.protection_days} if obj.protection_days else now_("一直保护")


def count_cell(obj: Any, actor: Actor) -> str:
    """The figure, leading to the customers."""
    return figure(actor, f"territory={obj.pk}", obj.counted)


def detail(request: Any, obj: Territory) -> Mapping[str, Any]:
    """The conditions, and what the order means for this territory."""
    steps = fitting.ladder()
    before = [one for one in steps if (one.place, one.pk) < (obj.place, obj.pk) and fitting.overlaps(one, obj)]
    after = [one for one in steps if (one.place, one.pk) > (obj.place, obj.pk) and fitting.overlaps(obj, one)]
    order = [
        (_("判断顺序"), str(obj.place)),
        (_("先归入这些区域"), named(before) or now_("没有更优先又重叠的区域，符合条件的客户都归本区域。")),
        (_("与之重叠而排在后面的"), named(after) or now_("没有")),
        (_("怎样判断"), now_("按判断顺序逐个比较，客户归入第一个所有条件都符合的区域；主管可以在客户页面单独指定。")),
    ]
    facts = [
        (_("负责部门"), obj.unit.name),
        (_("条件"), fitting.words(obj)),
        (_("保护期"), protection(obj, request.actor)),
        (_("抢占客户时"), obj.get_poaching_display()),
        (_("客户数"), count_cell(obj, request.actor)),
    ]
    return {
        "page": {"sections": [(_("区域"), facts), (_("优先级"), order)], "badges": [state_cell(obj, request.actor)]}
    }


def named(territories: list[Territory]) -> str:
    """Links to territories."""
    links = ((reverse("territories:detail", args=[one.pk]), one.name, one.place) for one in territories[:20])
    return format_html_join(now_("、"), '<a class="link" href="{}">{} · {}</a>', links)


def state_cell(obj: Territory, actor: Actor) -> str:
    """Whether it is in force."""
    return badge(now_("启用"), "success") if obj.active else badge(now_("停用"))


territories = register(
    Resource(
        model=Territory,
        name="territories",
        title=pgettext_lazy("list", "销售区域"),
        icon="place",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("unit", "agent"),
        order="place",
        columns=(
            Column(name="name", label=_("区域名称"), value=lambda o, a: o.name),
            Column(name="words", label=_("条件"), value=lambda o, a: fitting.words(o)),
            Column(name="unit", label=_("负责部门"), value=lambda o, a: o.unit.name),
            Column(name="place", label=_("判断顺序"), type=int, numeric=True, value=lambda o, a: o.place, sort="place"),
            Column(name="protection", label=_("保护期"), value=protection),
            Column(name="poaching", label=_("抢占客户时"), value=lambda o, a: str(o.get_poaching_display())),
            Column(
                name="counted", label=_("客户数"), type=int, numeric=True, value=lambda o, a: o.counted, render=count_cell
            ),
            Column(name="active", label=_("启用"), type=bool, value=lambda o, a: o.active, render=state_cell),
        ),
        facts=(
            Fact(name="divisions", label=_("地区"), type=list, value=lambda o, a: o.divisions),
            Fact(name="industries", label=_("行业"), type=list, value=lambda o, a: o.industries),
            Fact(name="agent", label=_("代理公司"), value=lambda o, a: o.agent.name if o.agent else ""),
        ),
        form=TerritoryForm,
        create=actions.keep_territory,
        update=actions.keep_territory,
        create_label=_("新增区域"),
        detail=detail,
        empty=_("按地区、行业或代理公司划分客户由哪个部门负责。没有区域时，客户不受区域限制。"),
    )
)  # fmt: skip
