"""What marking, winning back and the tree of reasons ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.care.models import LossReason
from keqiao.customers.archive.fields import CustomerField
from keqiao.kernel.forms import ActorForm, day
from keqiao.org.models import Employee


class MarkForm(ActorForm):
    """Who is lost, why, and how one knows."""

    customer = CustomerField(label=_("客户"), max_length=120, help_text=_("输入姓名、客户编号或电话，从提示中选择。"))
    reason = forms.ModelChoiceField(
        label=_("流失原因"),
        queryset=LossReason.objects.filter(active=True)
        .select_related("parent")
        .order_by("parent__position", "position", "pk"),
    )
    lost_on = day(_("流失日期"), required=False)
    evidence = forms.CharField(
        label=_("依据"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("客户怎么说、最后一次购买或联系是什么时候。"),
    )

    def prepare(self) -> None:
        """Only customers within sight; the one from whose page one comes is filled in."""
        fields: dict[str, Any] = self.fields
        field: CustomerField = fields["customer"]
        field.actor = self.actor
        self.initial["customer"] = field.named(self.initial.get("customer", ""))


class TryForm(ActorForm):
    """Who tries to win the customer back, by when and how."""

    winner = forms.ModelChoiceField(
        label=_("挽回负责人"), queryset=Employee.objects.filter(is_active=True).order_by("name")
    )
    due_on = day(_("挽回期限"))
    plan = forms.CharField(
        label=_("挽回办法"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ResultForm(ActorForm):
    """What came of it."""

    result = forms.CharField(label=_("挽回结果"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(ActorForm):
    """A reason and where it belongs."""

    name = forms.CharField(label=_("名称"), max_length=40)
    parent = forms.ModelChoiceField(
        label=_("上级原因"), queryset=LossReason.objects.filter(parent=None).order_by("position", "pk"), required=False,
        empty_label=_("（一级原因）"),
    )  # fmt: skip
    position = forms.IntegerField(label=_("顺序"), min_value=0, max_value=999, initial=0)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)
