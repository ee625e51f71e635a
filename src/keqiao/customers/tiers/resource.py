"""Tiers as pages and JSON."""

from django import forms
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.leading import figure
from keqiao.customers.models import Colour, Customer, CustomerTier
from keqiao.customers.segments.resource import settings_only
from keqiao.customers.tiers import actions
from keqiao.kernel.actor import Actor
from keqiao.kernel.forms import ActorForm
from keqiao.kernel.resource import Column, Fact, Resource, register
from keqiao.kernel.templatetags.ui import badge


class TierForm(ActorForm):
    """What it is called, looks like, and where it stands."""

    name = forms.CharField(label=_("名称"), max_length=20)
    colour = forms.ChoiceField(label=_("颜色"), choices=Colour.choices, required=False)
    position = forms.IntegerField(
        label=_("顺序"), min_value=0, max_value=999, initial=50, help_text=_("数字小的排在前面。")
    )
    active = forms.BooleanField(
        label=_("启用"), required=False, initial=True, help_text=_("停用后不再给客户选用，已有的客户保留。")
    )


def counted(actor: Actor) -> QuerySet[CustomerTier]:
    """Tiers with the number of customers who have them."""
    if not actor.can("settings.change"):
        return CustomerTier.objects.none()
    rows = Customer.objects.filter(merged_into=None, erased=False, tier=OuterRef("code")).order_by().values("tier")
    held = Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return CustomerTier.objects.annotate(held=Coalesce(held, 0))


def held_cell(obj: CustomerTier, actor: Actor) -> str:
    """The figure, leading to the customers."""
    return figure(actor, f"tier={obj.code}", obj.held)  # type: ignore[attr-defined]  # annotated


tiers = register(
    Resource(
        model=CustomerTier,
        name="tiers",
        title=pgettext_lazy("list", "客户等级"),
        icon="star",
        visible=counted,
        allowed=settings_only,
        order="position",
        columns=(
            Column(
                name="name", label=_("名称"), value=lambda o, a: str(o),
                render=lambda o, a: badge(str(o), o.colour or "info"),
            ),
            Column(
                name="held", label=_("客户数"), type=int, value=lambda o, a: getattr(o, "held", 0), render=held_cell, numeric=True
            ),
            Column(name="position", label=_("顺序"), type=int, value=lambda o, a: o.position, sort="position", numeric=True),
            Column(
                name="active", label=_("启用"), type=bool, value=lambda o, a: o.active,
                render=lambda o, a: badge(now_("启用"), "success") if o.active else badge(now_("停用")),
            ),
            Column(name="code", label=_("代码"), value=lambda o, a: o.code, listed=False),
        ),
        facts=(Fact(name="colour", label=_("颜色"), value=lambda o, a: str(o.get_colour_display())),),
        form=TierForm,
        create=actions.create_tier,
        create_label=_("新建等级"),
        update=actions.change_tier,
        empty=_("给客户分等级，列表、关怀计划和分析都按它区分。"),
    )
)  # fmt: skip
