"""The pages of "my account", one row of tabs."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PAGES: tuple[tuple[str | Promise, str], ...] = (
    (_("我的资料"), "me"),
    (_("密码"), "password"),
    (_("两步验证"), "factor"),
    (_("登录设备"), "sessions"),
    (_("接口令牌"), "tokens"),
    (_("关联登录"), "logins"),
)


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Label, address and whether it is the page shown."""
    return [(str(label), reverse(name), name == current) for label, name in PAGES]
