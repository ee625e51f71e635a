"""Care plans as pages and JSON."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keqiao.care.actions import keep_plan
from keqiao.care.forms import PlanForm
from keqiao.care.models import CarePlan
from keqiao.customers.models import tier_name
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Resource, register


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Kept by those who keep the plans."""
    return verb != "export" and actor.can("care.plan")


def occasion(obj: CarePlan, actor: Actor) -> str:
    """The occasion, and which festival or day."""
    more = obj.get_festival_display() if obj.festival else obj.get_day_kind_display() if obj.day_kind else ""
    return str(more or obj.get_occasion_display())


def audience(obj: CarePlan, actor: Actor) -> str:
    """Whom the plan means, in words."""
    parts = [tier_name(obj.tier) if obj.tier else "", obj.tag.name if obj.tag else ""]
    return " · ".join(part for part in parts if part) or str(_("全部客户"))


PLANS = register(
    Resource(
        model=CarePlan,
        name="care-plans",
        title=_("关怀计划"),
        icon="gift",
        visible=lambda actor: CarePlan.objects.all() if allowed(actor, "view") else CarePlan.objects.none(),
        allowed=allowed,
        related=("tag",),
        columns=(
            Column(name="name", label=_("计划名称"), value=lambda o, a: o.name),
            Column(name="occasion", label=_("关怀时机"), value=occasion),
            Column(name="audience", label=_("关怀对象"), value=audience),
            Column(name="ahead", label=_("提前天数"), value=lambda o, a: o.ahead_days, type=int, numeric=True),
            Column(name="channel", label=_("关怀方式"), value=lambda o, a: str(o.get_channel_display())),
            Column(name="purpose", label=_("用途"), value=lambda o, a: str(o.get_purpose_display())),
            Column(name="active", label=_("状态"), value=lambda o, a: str(_("在用") if o.active else _("停用"))),
        ),
        facts=(Fact(name="words", label=_("关怀话术"), value=lambda o, a: o.words),),
        order="pk",
        form=PlanForm,
        create=keep_plan,
        update=keep_plan,
        create_label=_("新增关怀计划"),
        empty=_("新增第一个关怀计划，系统就会每天生成要关怀的客户和话术。"),
    )
)
