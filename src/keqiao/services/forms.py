"""What the register asks for: the customer's phone, what was done, and when."""

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.customers.policies import visible as visible_customers
from keqiao.kernel.dates import today
from keqiao.kernel.forms import ActorForm, day
from keqiao.org.models import OrgUnit
from keqiao.services import policies
from keqiao.services.models import Service

LONGEST = 30_000  # characters of a pasted table; its answer must be small enough to be kept for a second click


class DetailForm(ActorForm):
    """The order, the product, the day and the person."""

    order_number = forms.CharField(
        label=_("订单号"), required=False, max_length=40,
        help_text=_("同一订单、同一产品的同一项服务只登记一次。"),
    )  # fmt: skip
    product = forms.CharField(label=_("产品"), required=False, max_length=80)
    done_on = day(_("完成日期"), initial=today)
    worker = forms.CharField(
        label=_("服务人员"), required=False, max_length=40, help_text=_("送货、安装或维修的人，可以是外单位的师傅。")
    )
    note = forms.CharField(label=_("备注"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ServiceForm(DetailForm):
    """A delivery or a service, and whose it was."""

    kind = forms.ChoiceField(label=_("服务类型"), choices=Service.Kind.choices, widget=forms.RadioSelect)
    phone = forms.CharField(
        label=_("客户电话"), required=False, max_length=64,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("按完整号码认出客户；没有这位客户时，按姓名和电话建档。"),
    )  # fmt: skip
    name = forms.CharField(label=_("客户姓名"), required=False, max_length=100)
    customer = forms.ModelChoiceField(
        label=_("客户"), queryset=Customer.objects.none(), required=False, widget=forms.HiddenInput
    )
    unit = forms.ModelChoiceField(
        label=_("负责部门"), queryset=OrgUnit.objects.none(), required=False, empty_label=_("我的部门")
    )
    field_order = ("kind", "phone", "name", "product", "order_number", "done_on", "worker", "unit", "note", "customer")

    def prepare(self) -> None:
        """Customers within sight can be named; the units are those for which the actor may register."""
        self.fields["customer"].queryset = visible_customers(self.actor).filter(erased=False)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = policies.units(self.actor)  # type: ignore[attr-defined]


class PasteForm(ActorForm):
    """A table as it stands in a spreadsheet."""

    table = forms.CharField(
        label=_("表格内容"), max_length=LONGEST, strip=False, widget=forms.Textarea(attrs={"rows": 12, "wrap": "off"}),
        help_text=_("在 Excel 或 WPS 表格里选中要登记的行，复制后粘贴到这里。"),
    )  # fmt: skip


class ReasonForm(ActorForm):
    """Why a record is void."""

    reason = forms.CharField(label=_("作废原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
