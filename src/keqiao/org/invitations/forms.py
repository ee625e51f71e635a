"""Whom to invite, and what the invited person chooses."""

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm, RecordsField
from keqiao.org import mail
from keqiao.org.forms import NewPasswordForm
from keqiao.org.models import Employee, OrgUnit, Position


class InviteForm(ActorForm):
    """Address, name, unit and positions of the new employee."""

    email = forms.EmailField(label=_("邮箱"), max_length=254)
    name = forms.CharField(label=_("姓名"), max_length=40)
    unit = forms.ModelChoiceField(label=_("组织单元"), queryset=OrgUnit.objects.filter(active=True))
    positions = RecordsField(
        label=_("岗位"), queryset=Position.objects.filter(active=True), widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """Say how the link gets there."""
        self.fields["email"].help_text = (
            _("邀请信发到这个邮箱，链接七天内有效，只能用一次。")
            if mail.configured()
            else _("系统没有设置发信服务器：保存后请复制链接，自行发给对方。")
        )


class JoinForm(NewPasswordForm):
    """User name and password; everything else the invitation has fixed."""

    username = forms.RegexField(
        label=_("用户名"), max_length=40, regex=r"^[A-Za-z0-9._-]+$", help_text=_("字母、数字、点、横线；登录时用。"),
        error_messages={"invalid": _("只能用字母、数字、点、横线和下划线。")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )  # fmt: skip
    field_order = ("username", "new_password", "repeated")

    def clean_username(self) -> str:
        """User names are unique whatever their case."""
        username = str(self.cleaned_data["username"]).lower()
        if Employee.objects.filter(username=username).exists():
            raise forms.ValidationError(_("这个用户名已有人使用，请换一个。"))
        return username
