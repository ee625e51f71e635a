"""How the other system is set up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.forms import ActorForm
from keqiao.org.forms import secret_field
from keqiao.org.models import LoginProvider
from keqiao.org.sso.provider import is_safe

Kind = LoginProvider.Kind
NEEDED = {Kind.OIDC: ("issuer", "client_id"), Kind.WECOM: ("client_id", "agent_id")}


class ProviderForm(ActorForm):
    """Kind, addresses and secret."""

    kind = forms.ChoiceField(label=_("类型"), choices=Kind.choices)
    label = forms.CharField(
        label=_("按钮文字"), max_length=30, required=False, help_text=_("登录页上按钮的文字，留空用默认的。")
    )
    issuer = forms.CharField(
        label=_("签发者网址"), max_length=200, required=False,
        help_text=_("OpenID Connect 的 issuer，以 https:// 开头；本系统只向这个网址发请求。企业微信留空。"),
    )  # fmt: skip
    client_id = forms.CharField(
        label=_("客户端编号"), max_length=200, required=False, help_text=_("client_id；企业微信填企业编号（corpid）。")
    )
    client_secret = secret_field(
        _("客户端密钥"), "off", required=False, help_text=_("加密保存，不再显示。留空则不改。企业微信填应用的 Secret。")
    )
    agent_id = forms.CharField(
        label=_("应用编号"), max_length=40, required=False, help_text=_("仅企业微信：自建应用的 AgentId。")
    )
    auto_link = forms.BooleanField(
        label=_("自动关联员工"), required=False,
        help_text=_("第一次登录时，按对方已验证的邮箱（企业微信按用户名）找到员工。管理员总是须自己关联。"),
    )  # fmt: skip
    active = forms.BooleanField(label=_("启用"), required=False, help_text=_("登录页出现按钮。密码登录一直可用。"))

    def clean_issuer(self) -> str:
        """Https, except for a trial on this very machine."""
        issuer = str(self.cleaned_data["issuer"]).strip()
        if issuer and not is_safe(issuer):
            raise forms.ValidationError(_("请填以 https:// 开头的网址，不带问号后面的部分。"))
        return issuer

    def clean(self) -> dict[str, Any]:
        """What the kind needs before it can be switched on."""
        data = super().clean() or {}
        if data.get("active"):
            for name in NEEDED.get(Kind(data.get("kind") or Kind.OIDC), ()):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("启用前请填写。"))
        return data
