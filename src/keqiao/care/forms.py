"""What care asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.care.models import CarePlan, Greeting
from keqiao.care.models.care import Channel
from keqiao.care.words import HINT
from keqiao.customers.models import ImportantDate, Tag, every_tier
from keqiao.kernel.forms import ActorForm
from keqiao.org.models import Employee

CHOOSE = ("", _("请选择"))


def any_tier() -> list[tuple[str, Any]]:
    """One of the tiers, or all."""
    return [("", _("全部等级")), *every_tier()]


class PlanForm(ActorForm):
    """Who is greeted on what occasion, when, how and in which words."""

    name = forms.CharField(label=_("计划名称"), max_length=60)
    occasion = forms.ChoiceField(
        label=_("关怀时机"), choices=CarePlan.Occasion.choices,
        help_text=_(
            "有农历生日的客户按农历，其余按公历。当年没有的日子提前一天：2 月 29 日按 28 日，三十按廿九；"
            "闰月生日在没有闰月的年份按平月。"
        ),
    )  # fmt: skip
    festival = forms.ChoiceField(
        label=_("节日"), choices=[CHOOSE, *CarePlan.Festival.choices], required=False,
        widget=forms.Select(attrs={"data-when": f"occasion={CarePlan.Occasion.FESTIVAL.value}"}),
        help_text=_("关怀时机为“节日”时选择。"),
    )  # fmt: skip
    day_kind = forms.ChoiceField(
        label=_("重要日期的种类"), choices=[CHOOSE, *ImportantDate.Kind.choices], required=False,
        widget=forms.Select(attrs={"data-when": f"occasion={CarePlan.Occasion.DAY.value}"}),
        help_text=_("关怀时机为“重要日期”时选择。"),
    )  # fmt: skip
    tier = forms.ChoiceField(label=_("客户等级"), choices=any_tier, required=False)
    tag = forms.ModelChoiceField(
        label=_("客户标签"), queryset=Tag.objects.order_by("name"), required=False, empty_label=_("不限标签")
    )
    ahead_days = forms.IntegerField(label=_("提前天数"), min_value=0, max_value=60, initial=0)
    purpose = forms.ChoiceField(
        label=_("用途"), choices=CarePlan.Purpose.choices, required=False, initial="service",
        help_text=_("服务关怀不会发给拒绝联系的客户；推介产品和优惠属于营销推广，只发给同意过的客户。"),
    )  # fmt: skip
    channel = forms.ChoiceField(label=_("关怀方式"), choices=Channel.choices)
    words = forms.CharField(
        label=_("关怀话术"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5}), help_text=HINT
    )
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def clean_purpose(self) -> str:
        """A plan of which nobody says anything serves."""
        return self.cleaned_data.get("purpose") or str(CarePlan.Purpose.SERVICE)


class ResultForm(ActorForm):
    """What came of a greeting."""

    outcome = forms.ChoiceField(
        label=_("关怀结果"), choices=Greeting.Outcome.choices, widget=forms.RadioSelect(attrs={"autofocus": True})
    )
    note = forms.CharField(label=_("说明"), max_length=500, required=False)


class TextForm(ActorForm):
    """The draft, before it is used."""

    channel = forms.ChoiceField(label=_("关怀方式"), choices=Channel.choices)
    text = forms.CharField(label=_("关怀内容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))

    def prepare(self) -> None:
        """The draft as it is."""
        if self.obj is not None:
            self.initial.update({"channel": self.obj.channel, "text": self.obj.text})


class SkipForm(ActorForm):
    """Why a greeting is left out."""

    note = forms.CharField(label=_("跳过的原因"), max_length=500)


class OwnerForm(ActorForm):
    """Who greets."""

    owner = forms.ModelChoiceField(label=_("负责人"), queryset=Employee.objects.filter(is_active=True).order_by("name"))
