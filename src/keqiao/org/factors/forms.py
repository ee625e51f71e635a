"""What the page of the second factor asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.org.forms import code_field, secret_field


class BeginForm(forms.Form):
    """The password, before a secret is given out."""

    password = secret_field(_("现在的密码"), "current-password", required=False)


class ConfirmForm(forms.Form):
    """The first code of the phone."""

    code = code_field(help_text=_("验证器上现在显示的六位数字。"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed through
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True}


class ProofForm(BeginForm):
    """Password and code, before something is taken away."""

    code = code_field(help_text=_("手机验证器上的六位数字，或一个恢复码。"))
