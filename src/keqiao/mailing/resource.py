"""The mail queue as a list for the administrator: what waits, what did not arrive, and sending it again."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge
from keqiao.mailing import actions, filters, kinds, policies, queries
from keqiao.mailing.models import Mail

TONES = {
    "waiting": "info", "sending": "info", "sent": "success", "failed": "danger", "unsure": "warning", "held": "warning",
}  # fmt: skip


def find(rows: QuerySet[Mail], term: str) -> QuerySet[Mail]:
    """By the whole address, the recipient's name, or part of the subject."""
    return rows.filter(Q(to__iexact=term) | Q(to_name=term) | Q(subject__contains=term))


def trouble(rows: QuerySet[Mail], actor: Actor) -> QuerySet[Mail]:
    """What did not arrive, or may not have."""
    return rows.filter(state__in=policies.TROUBLE)


def state_cell(obj: Any, actor: Actor) -> str:
    """The state in colour."""
    return badge(obj.get_state_display(), TONES[obj.state])


mails = register(
    Resource(
        model=Mail,
        name="mails",
        title=pgettext_lazy("list", "系统邮件"),
        icon="email",
        visible=policies.visible,
        allowed=policies.allowed,
        columns=(
            Column(name="subject", label=_("主题"), value=lambda o, a: o.subject),
            Column(name="to", label=_("收件人"), value=lambda o, a: f"{o.to_name} {queries.masked(o.to)}".strip()),
            Column(name="kind", label=_("类型"), value=lambda o, a: str(kinds.of(o.kind).label)),
            Column(name="state", label=_("状态"), value=lambda o, a: o.get_state_display(), render=state_cell),
            Column(name="error", label=_("原因"), value=lambda o, a: o.error),
            Column(name="created_at", label=_("生成时间"), value=lambda o, a: o.created_at, type=datetime),
            Column(name="sent_at", label=_("发出时间"), value=lambda o, a: o.sent_at, type=datetime),
        ),
        facts=(
            Fact(name="attempts", label=_("发送次数"), value=lambda o, a: o.attempts, type=int),
            Fact(name="next_at", label=_("下次发送"),
                 value=lambda o, a: o.next_at if o.state == Mail.State.WAITING else None, type=datetime),
        ),
        filters=filters.MailFilter,
        presets=(
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
            Preset(name="trouble", label=_("没有送达的"), where=trouble),
        ),
        search=find,
        search_hint=_("完整邮箱地址、收件人或主题"),
        verbs=(
            Verb(name="resend", label=_("重新发送"), icon="send", action=actions.resend, bulk=True,
                 done=_("已放回发送队列。"), confirm=_("“结果不明”的邮件可能已经送达，重新发送后收件人可能收到两封。")),
        ),
        empty=_("程序发出的每一封邮件都会记录在这里；没有送达的可以重新发送。"),
    )
)  # fmt: skip
