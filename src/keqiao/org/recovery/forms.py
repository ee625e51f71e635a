"""What asking for a new password, or for another address or phone, needs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.org.forms import secret_field


class ResetAskForm(forms.Form):
    """To which address."""

    email = forms.EmailField(
        label=_("邮箱"), max_length=254, help_text=_("您在客桥登记的邮箱。"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )  # fmt: skip


class EmailForm(forms.Form):
    """Another e-mail address."""

    value = forms.EmailField(
        label=_("新邮箱"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("我们会发一封确认信到这个邮箱。"),
    )  # fmt: skip
    password = secret_field(_("现在的密码"), "current-password", required=False)


class PhoneForm(forms.Form):
    """Another phone."""

    value = forms.CharField(
        label=_("新手机"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("确认信会发到您登记的邮箱。"),
    )  # fmt: skip
    password = secret_field(_("现在的密码"), "current-password", required=False)
