"""What an export asks for, and its rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm


class PlainForm(ActorForm):
    """Nothing is asked."""


class ReasonForm(ActorForm):
    reason = forms.CharField(
        label=_("用途"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("导出后用来做什么、给谁看、什么时候销毁。审批人会看到。"),
    )  # fmt: skip


class SettingsForm(ActorForm):
    approval_rows = forms.IntegerField(
        label=_("免审批行数"), min_value=0, max_value=1_000_000,
        help_text=_("超过这个行数的导出须由有“审批大量导出”权限的人同意。填 0 则每次都要审批。"),
    )  # fmt: skip
    keep_days = forms.IntegerField(
        label=_("文件保留天数"), min_value=1, max_value=30, help_text=_("到期后文件自动删除，申请记录保留。")
    )
