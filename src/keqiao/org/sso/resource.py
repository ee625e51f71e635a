"""The other system, as a page of the business rules."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.resource import Column, Resource, Verb, register
from keqiao.kernel.resource.pages import actor_of, facts_of
from keqiao.org import links
from keqiao.org.models import LoginProvider
from keqiao.org.sso import actions, forms


def allowed(actor: Any, verb: str, obj: Any = None) -> bool:
    """There is one row, and none is added; it is tried once it has a secret."""
    if verb == "check" and obj is not None and not obj.sealed:
        return False
    return verb in {"list", "view", "history", "edit", "check"} and actor.can("org.change")


def detail(request: HttpRequest, obj: LoginProvider) -> Mapping[str, Any]:
    """With the address that the other system must know."""
    own = [*facts_of(PROVIDERS, obj, actor_of(request)), (_now("回调网址"), links.address("sso-back"))]
    return {"page": {"sections": [(_now("基本资料"), own)]}}


PROVIDERS = register(
    Resource(
        model=LoginProvider,
        name="sso-settings",
        title=_("单点登录"),
        icon="link",
        visible=lambda actor: LoginProvider.objects.all() if actor.can("org.change") else LoginProvider.objects.none(),
        allowed=allowed,
        columns=(
            Column(name="kind", label=_("类型"), value=lambda o, a: o.get_kind_display()),
            Column(name="active", label=_("状态"), value=lambda o, a: str(_("已启用") if o.active else _("未启用"))),
            Column(name="issuer", label=_("签发者网址"), value=lambda o, a: o.issuer),
            Column(name="client_id", label=_("客户端编号"), value=lambda o, a: o.client_id),
            Column(name="agent_id", label=_("应用编号"), value=lambda o, a: o.agent_id),
            Column(name="secret", label=_("客户端密钥"), value=lambda o, a: "••••••" if o.sealed else ""),
            Column(
                name="auto_link", label=_("自动关联员工"), value=lambda o, a: str(_("是") if o.auto_link else _("否"))
            ),
        ),
        form=forms.ProviderForm,
        update=actions.change_provider,
        verbs=(
            Verb(
                name="check", label=_("试连"), icon="link", action=actions.check_provider,
                confirm=_("向对方发一次请求，核对网址和密钥，不登录任何人。"), done=_("对方的回答与设置相符。"),
            ),
        ),
        detail=detail,
    )
)  # fmt: skip
