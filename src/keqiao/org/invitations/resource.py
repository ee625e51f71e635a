"""Invitations as pages and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import actor_of, verb_buttons
from keqiao.kernel.templatetags.ui import badge
from keqiao.org.invitations import actions, policies
from keqiao.org.invitations.forms import InviteForm
from keqiao.org.models import Invitation

State = Invitation.State
TONES = {State.OPEN: "info", State.EXPIRED: "warning", State.ACCEPTED: "success", State.WITHDRAWN: "neutral"}


def state_cell(obj: Invitation, _actor: Actor) -> str:
    """The state as a coloured word."""
    return badge(obj.state.label, TONES[obj.state])


def detail(request: HttpRequest, obj: Invitation) -> Mapping[str, Any]:
    """With the positions, and the button that shows a link."""
    actor = actor_of(request)
    verbs = verb_buttons(INVITATIONS, actor, obj)
    if policies.allowed(actor, "link", obj):
        verbs.insert(0, (_now("复制链接"), reverse("invitation-link", args=[obj.pk]), "link", "primary", True))
    return {"page": {"verbs": verbs, "title": obj.name}}


INVITATIONS = register(
    Resource(
        model=Invitation,
        name="invitations",
        title=_("员工邀请"),
        icon="send",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("unit", "invited_by"),
        columns=(
            Column(name="email", label=_("邮箱"), value=lambda o, a: o.email),
            Column(name="name", label=_("姓名"), value=lambda o, a: o.name),
            Column(name="unit", label=_("组织单元"), value=lambda o, a: str(o.unit)),
            Column(name="state", label=_("状态"), value=lambda o, a: str(o.state.label), render=state_cell),
            Column(name="invited_by", label=_("邀请人"), value=lambda o, a: str(o.invited_by or "")),
            Column(name="expires_at", label=_("有效期至"), type=datetime, value=lambda o, a: o.expires_at),
        ),
        presets=(
            Preset(
                name="open", label=_("待接受"),
                where=lambda rows, actor: rows.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now()),
            ),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        form=InviteForm,
        create=actions.invite,
        create_label=_("邀请员工"),
        verbs=(
            Verb(
                name="resend", label=_("再次发信"), icon="email", action=actions.resend,
                confirm=_("会发出一个新链接，旧链接立即失效。"), done=_("邀请信正在发送。"),
            ),
            Verb(
                name="withdraw", label=_("撤回邀请"), tone="danger", action=actions.withdraw,
                confirm=_("链接立即失效。"), done=_("邀请已撤回。"),
            ),
        ),
        detail=detail,
        empty=_("邀请同事时，对方自己设置用户名和密码，不必由您代设。"),
    )
)  # fmt: skip
