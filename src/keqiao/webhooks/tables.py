"""Subscriptions and messages as lists show them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from keqiao.audit import wording
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full
from keqiao.kernel.templatetags.ui import badge
from keqiao.webhooks import topics
from keqiao.webhooks.models import TEST, Delivery, Subscription

TONES = {"active": "success", "paused": "neutral", "failing": "danger"}
DELIVERY_TONES = {"waiting": "info", "sent": "success", "failed": "danger"}


def state(obj: Subscription, actor: Actor) -> str:
    """The state in colour."""
    return badge(obj.get_state_display(), TONES[obj.state])


def delivery_state(obj: Delivery, actor: Actor) -> str:
    """The state in colour."""
    return badge(obj.get_state_display(), DELIVERY_TONES[obj.state])


def event(obj: Delivery, actor: Actor) -> str:
    """What happened, in words."""
    return _("测试消息") if obj.verb == TEST else wording.verb(obj.verb)


def events(obj: Subscription, actor: Actor) -> str:
    """What is subscribed to, in words."""
    known, stars = topics.known(), topics.stars()
    named = [_("%s：全部") % stars[code] if code in stars else known.get(code, code) for code in obj.events]
    return _("、").join(named)


def how_many(obj: Subscription, actor: Actor) -> str:
    """How much is subscribed to, for the list."""
    named = events(obj, actor).split(_("、"))
    return named[0] if len(named) == 1 else _("%(first)s 等 %(n)d 项") % {"first": named[0], "n": len(named)}


def attempts(obj: Delivery) -> list[tuple[str, str]]:
    """Every attempt, newest first: when, and what came of it."""
    return [
        (full(datetime.fromisoformat(one["at"])), outcome(one))
        for one in reversed(obj.log)
    ]  # fmt: skip


def outcome(one: dict[str, Any]) -> str:
    """One attempt in words."""
    said = one["error"] or _("已送达")
    code = one["code"] if one["code"] is not None else "—"
    return _("%(said)s 响应代码 %(code)s，用时 %(ms)s 毫秒") % {"said": said, "code": code, "ms": one["took_ms"]}
