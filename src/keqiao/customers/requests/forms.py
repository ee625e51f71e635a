"""What the register of requests asks for."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.customers.archive.fields import CustomerField
from keqiao.customers.models import PrivacyRequest, PrivacySettings
from keqiao.kernel.forms import ActorForm

FROM_MEMORY = _("默认值凭行业惯例填写，请按现行规定核对。")


class RequestForm(ActorForm):
    """Who asks what, and how."""

    customer = CustomerField(label=_("客户"), max_length=120, help_text=_("输入姓名、客户编号或电话，从提示中选择。"))
    kind = forms.ChoiceField(label=_("请求内容"), choices=PrivacyRequest.Kind.choices, widget=forms.RadioSelect)
    way = forms.ChoiceField(label=_("提出方式"), choices=PrivacyRequest.Way.choices)
    wish = forms.CharField(
        label=_("客户的要求"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如要更正哪一项、只要哪一段时间的内容。"),
    )  # fmt: skip
    received_at = forms.DateTimeField(
        label=_("收到时间"), required=False, help_text=_("留空为现在。期限从收到时起算。"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def prepare(self) -> None:
        """Only customers within sight can be named."""
        self.fields["customer"].actor = self.actor  # type: ignore[attr-defined]

    def clean_received_at(self) -> Any:
        """Nothing is received in the future."""
        at = self.cleaned_data.get("received_at")
        if at is not None and at > timezone.now():
            raise forms.ValidationError(_("收到时间不能晚于现在。"))
        return at


class VerifyForm(ActorForm):
    """How it was made sure that it is the person."""

    identity_check = forms.CharField(
        label=_("怎样核实身份"), min_length=2, max_length=200,
        help_text=_("例如：回拨档案电话并核对后四位；到店出示身份证。不要抄写证件号码。"),
    )  # fmt: skip


class AnswerForm(ActorForm):
    """What the person is told."""

    answer = forms.CharField(
        label=_("给客户的答复"), min_length=2, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class RefuseForm(ActorForm):
    """Why it is not done."""

    answer = forms.CharField(
        label=_("不予办理的理由"), min_length=2, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("须向客户说明理由。"),
    )  # fmt: skip


def number(name: str, least: int, most: int, help_text: Any) -> forms.IntegerField:
    """A whole number of the department's row."""
    label = PrivacySettings._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


class SettingsForm(ActorForm):
    """The deadlines."""

    answer_days = number("answer_days", 1, 90, FROM_MEMORY)
    close_workdays = number("close_workdays", 1, 60, FROM_MEMORY)
    warn_days = number("warn_days", 0, 30, _("提醒受理人和他的主管。"))
    keep_years = number("keep_years", 3, 30, _("电子商务法第三十一条：自交易完成之日起不少于三年。"))


class RuleForm(ActorForm):
    """How long one kind of data is kept."""

    months = forms.IntegerField(label=_("保留多少个月"), min_value=1, max_value=240)
    active = forms.BooleanField(
        label=_("启用"), required=False, help_text=_("启用后每天夜里执行，结果记在这里和审计记录里。")
    )
