"""What a case of violation asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.customers.archive.fields import CustomerField, meant
from keqiao.customers.models import Customer, Holding, Violation
from keqiao.kernel.actor import Actor
from keqiao.kernel.forms import ActorForm
from keqiao.org.models import Employee


class FormerCustomerField(CustomerField):
    """A customer within sight, or one that was one's own: what was taken is out of sight."""

    def found(self, text: str) -> Any:
        """The customers that are meant."""
        seen = meant(self.actor, text)
        return seen if seen.exists() else mine_once(self.actor, text)


def mine_once(actor: Actor, text: str) -> Any:
    """Customers that the actor once had, by number or whole name."""
    held = Holding.objects.filter(owner=actor.id, ended_at__isnull=False).values("customer_id")
    rows = Customer.objects.filter(pk__in=held, merged_into=None, erased=False).order_by("pk")
    numbered = rows.filter(number=text.split(" ")[0].upper())
    return numbered if numbered.exists() else rows.filter(name=text)


class ReportForm(ActorForm):
    """Who took which customer, and how one knows."""

    kind = forms.ChoiceField(label=_("违规类型"), choices=Violation.Kind.choices)
    customer = FormerCustomerField(
        label=_("客户"),
        max_length=120,
        help_text=_("输入客户编号、姓名或电话。以前由您负责、现在看不到的客户也可以填。"),
    )
    accused = forms.ModelChoiceField(
        label=_("被举报人"), queryset=Employee.objects.filter(is_active=True).select_related("unit").order_by("name")
    )
    evidence = forms.CharField(
        label=_("事实与依据"), min_length=4, max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("什么时候、怎样接触了客户，有什么记录可以证明。"),
    )  # fmt: skip

    def prepare(self) -> None:
        """Only customers within sight, or once one's own."""
        self.fields["customer"].actor = self.actor  # type: ignore[attr-defined]  # the field asks who looks


class StatementForm(ActorForm):
    """How it was, by the accused."""

    statement = forms.CharField(
        label=_("本人陈述"), min_length=4, max_length=2000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("说明经过。提交以后不能修改。"),
    )  # fmt: skip


class DecisionForm(ActorForm):
    """Why it is so, or not."""

    decision = forms.CharField(
        label=_("裁定理由"), min_length=4, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
