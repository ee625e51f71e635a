"""Forms of the parts of an archive; with a part at hand they change it, without they add one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.customers.archive.fields import CustomerField, DivisionField
from keqiao.customers.archive.rules import date_values, relation_words
from keqiao.customers.models import Address, ArchiveSettings, Customer, CustomerRole, IdentityNumber, ImportantDate
from keqiao.kernel.errors import Refused
from keqiao.kernel.forms import ActorForm


class RolesForm(ActorForm):
    """What the customer is to the house."""

    roles = forms.MultipleChoiceField(
        label=_("客户身份"),
        choices=CustomerRole.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("可以同时有几种身份。"),
    )

    def prepare(self) -> None:
        """Those that the customer has are ticked."""
        if self.obj is not None:
            self.fields["roles"].initial = list(self.obj.roles.values_list("role", flat=True))


class AddressForm(ActorForm):
    """A place of the customer."""

    kind = forms.ChoiceField(label=_("地址类型"), choices=Address.Kind.choices)
    division = DivisionField(label=_("省市区县"), required=False)
    detail = forms.CharField(
        label=_("详细地址"), max_length=200, required=False, help_text=_("街道、小区、楼栋、单元和门牌。")
    )
    label = forms.CharField(label=_("说明"), max_length=40, required=False, help_text=_("例如：父母家、二号仓库。"))
    default = forms.BooleanField(label=_("设为默认地址"), required=False)


class ContactForm(ActorForm):
    """A person at a company, when adding with a phone."""

    name = forms.CharField(label=_("姓名"), max_length=100)
    post = forms.CharField(label=_("职务"), max_length=60, required=False)
    department = forms.CharField(label=_("所在部门"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("电话"), max_length=64, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=_("会同时记为该客户的联系方式，来电时认得出。"),
    )  # fmt: skip
    note = forms.CharField(label=_("备注"), max_length=200, required=False)
    main = forms.BooleanField(label=_("主要联系人"), required=False)


class ContactChangeForm(ContactForm):
    """A person at a company; phones are changed among the contact points."""

    phone = None  # type: ignore[assignment]


class RelationForm(ActorForm):
    """How another customer stands to this one."""

    other = CustomerField(label=_("对方客户"), max_length=120, help_text=_("输入姓名、客户编号或电话，从提示中选择。"))
    role = forms.ChoiceField(label=_("对方是该客户的"), choices=relation_words)
    note = forms.CharField(label=_("说明"), max_length=100, required=False)

    def prepare(self) -> None:
        """Only customers within sight can be named."""
        self.fields["other"].actor = self.actor  # type: ignore[attr-defined]


class DateForm(ActorForm):
    """An important date; the year may be left out."""

    kind = forms.ChoiceField(label=_("日子"), choices=ImportantDate.Kind.choices)
    calendar = forms.ChoiceField(label=_("历法"), choices=ImportantDate.Calendar.choices)
    date = forms.CharField(
        label=_("日期"), max_length=12, help_text=_("写成 1988-5-1，不知道年份时写成 5-1；农历写农历的月和日。")
    )
    leap = forms.BooleanField(label=_("农历闰月"), required=False)
    yearly = forms.BooleanField(label=_("每年都有"), required=False, initial=True)
    label = forms.CharField(label=_("说明"), max_length=40, required=False, help_text=_("例如：大女儿、第二份合同。"))

    def clean(self) -> dict[str, Any]:
        """The day must exist in its calendar."""
        data = super().clean() or {}
        if data.get("date"):
            try:
                date_values(data["date"], data.get("calendar", "solar"), leap=data["leap"], yearly=data["yearly"])
            except Refused as refused:
                self.add_error(refused.field, refused.message)
        return data


class IdentityForm(ActorForm):
    """The number of a document."""

    kind = forms.ChoiceField(label=_("证件类型"), choices=IdentityNumber.Kind.choices)
    number = forms.CharField(
        label=_("证件号码"), max_length=40, help_text=_("加密保存，列表和页面上只显示首尾几位。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-private": ""}),
    )  # fmt: skip
    take_over = forms.BooleanField(
        label=_("按身份证号码填写生日和性别"), required=False, initial=True, help_text=_("已填写的不改动。")
    )

    def prepare(self) -> None:
        """A company's code comes first for a company, which has no birthday."""
        if self.obj is not None and self.obj.kind == Customer.Kind.COMPANY:
            self.fields["kind"].initial = IdentityNumber.Kind.COMPANY
            del self.fields["take_over"]


def number(name: str, most: int, help_text: Any = "", least: int = 0) -> forms.IntegerField:
    """A whole number of the department's row."""
    label = ArchiveSettings._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


class ArchiveSettingsForm(ActorForm):
    """What is asked of archives."""

    phone = number("phone", 100, _("分数按权重计算，0 表示不要求。"))
    address = number("address", 100)
    account = number("account", 100)
    channel = number("channel", 100)
    role = number("role", 100)
    gender = number("gender", 100)
    birthday = number("birthday", 100)
    contact = number("contact", 100)
    identity = number("identity", 100)
    enough = number("enough", 100, least=1)
    stale_months = number("stale_months", 120, least=1)
    quota = number("quota", 500, _("0 表示不布置。"))
