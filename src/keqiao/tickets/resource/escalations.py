"""What climbs the ladder: the tickets that are being escalated, and every rung that was ever climbed."""

from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full
from keqiao.kernel.resource import Column, Fact, Preset, Resource, register
from keqiao.tickets import policies, tables
from keqiao.tickets.filters import EscalationFilter
from keqiao.tickets.models import Escalation, Kind


def ticket_link(obj: Escalation, actor: Actor) -> str:
    """The ticket; the list shows only those within sight."""
    return format_html('<a class="link" href="{}">{}</a>', reverse("tickets:detail", args=[obj.ticket_id]), obj.ticket)


def told(obj: Escalation, actor: Actor) -> str:
    """Whom it told, as they were called then."""
    return now_("、").join(obj.told) or now_("没有设置负责人")


ESCALATIONS = register(
    Resource(
        model=Escalation,
        name="escalations",
        title=pgettext_lazy("list", "逐级上报"),
        icon="urge",
        visible=policies.visible_escalations,
        allowed=policies.allowed_escalation,
        related=("ticket",),
        columns=(
            Column(name="ticket", label=_("工单"), value=lambda o, a: str(o.ticket), render=ticket_link),
            Column(name="ticket_id", label=_("工单序号"), value=lambda o, a: o.ticket_id, type=int, listed=False),
            Column(
                name="severity", label=_("严重程度"), value=lambda o, a: o.get_severity_display(), render=tables.severity
            ),
            Column(name="stage", label=_("阶段"), value=lambda o, a: str(o.get_stage_display())),
            Column(name="rung", label=_("上报到"), value=tables.rung),
            Column(name="told", label=_("已告知"), value=told),
            Column(
                name="at", label=_("上报时间"), type=datetime, value=lambda o, a: o.at,
                render=lambda o, a: full(o.at), sort="at",
            ),
            Column(name="next", label=_("下一级"), value=tables.next_rung),
            Column(name="due_at", label=_("期限"), type=datetime, value=lambda o, a: o.due_at, listed=False),
            Column(name="current", label=_("升级中"), type=bool, value=lambda o, a: o.current, listed=False),
        ),
        facts=(
            Fact(name="step", label=_("级别"), type=int, value=lambda o, a: o.step),
            Fact(name="next_at", label=_("下一级时间"), type=datetime, value=lambda o, a: o.next_at),
            Fact(name="void", label=_("期限已改"), type=bool, value=lambda o, a: o.void),
        ),
        order="-at",
        filters=EscalationFilter,
        presets=(
            Preset(
                name="complaints", label=_("升级中的投诉"),
                where=lambda rows, actor: rows.filter(current=True, ticket__kind=Kind.COMPLAINT),
            ),
            Preset(name="now", label=_("全部升级中"), where=lambda rows, actor: rows.filter(current=True)),
            Preset(name="all", label=_("上报记录"), where=lambda rows, actor: rows),
        ),
        empty=_("没有升级中的工单：在期限内办理，就不会上报。"),
    )
)  # fmt: skip
