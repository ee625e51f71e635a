"""Which other system logs people in here."""

from django.utils.translation import gettext as _

from keqiao.kernel import sealing
from keqiao.org.models import LoginProvider
from keqiao.org.sso.oidc import OpenIdConnect
from keqiao.org.sso.provider import Failed, Provider
from keqiao.org.sso.wecom import WeCom

PURPOSE = "login-provider"
Kind = LoginProvider.Kind


def active_provider() -> LoginProvider | None:
    """What is configured and switched on."""
    return LoginProvider.objects.filter(active=True).first()


def provider_of(row: LoginProvider) -> Provider:
    """The other system, with the secret by which it knows us. Raises Failed where the key file has been lost."""
    try:
        secret = sealing.unseal(row.key, row.sealed, PURPOSE) if row.sealed else ""
    except sealing.Unreadable as error:
        raise Failed("the key that sealed the client's secret is missing") from error
    if row.kind == Kind.WECOM:
        return WeCom(row.client_id, row.agent_id, secret, row.issuer)
    return OpenIdConnect(row.issuer, row.client_id, secret)


def button_label(row: LoginProvider) -> str:
    """What the button on the login page says."""
    if row.label:
        return row.label
    return _("用企业微信登录") if row.kind == Kind.WECOM else _("用单位账号登录")
