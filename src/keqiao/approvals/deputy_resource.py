"""Standing deputies as pages and JSON."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keqiao.approvals import actions, forms, policies, tables
from keqiao.approvals.models import Deputy
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge


def living(rows: Any, _actor: Actor) -> Any:
    """Those that are not over."""
    return rows.filter(ended_at__isnull=True, until_day__gte=timezone.localdate())


def over(rows: Any, _actor: Actor) -> Any:
    """Those that are."""
    return rows.filter(Q(ended_at__isnull=False) | Q(until_day__lt=timezone.localdate()))


DEPUTIES = register(
    Resource(
        model=Deputy,
        name="deputies",
        title=_("审批代理"),
        icon="transfer",
        visible=policies.deputies,
        allowed=policies.allowed_deputy,
        related=("employee", "deputy"),
        columns=(
            Column(name="employee", label=_("被代理人"), value=lambda o, a: o.employee.name),
            Column(name="deputy", label=_("代理人"), value=lambda o, a: o.deputy.name),
            Column(name="from_day", label=_("开始日期"), type=date, value=lambda o, a: o.from_day),
            Column(name="until_day", label=_("结束日期"), type=date, value=lambda o, a: o.until_day),
            Column(name="reason", label=_("原因"), value=lambda o, a: o.reason),
            Column(
                name="state", label=_("状态"), value=lambda o, a: tables.deputy_state(o)[0],
                render=lambda o, a: badge(*tables.deputy_state(o)),
            ),
        ),
        presets=(
            Preset(name="living", label=_("当前"), where=living),
            Preset(name="over", label=_("已结束"), where=over),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        form=forms.DeputyForm,
        create=actions.appoint,
        create_label=_("设置代理"),
        verbs=(
            Verb(
                name="end", label=_("提前结束"), action=actions.end, tone="danger", icon="cancel",
                confirm=_("结束后，还没办的审批回到被代理人。"), done=_("代理已结束。"),
            ),
        ),
        empty=_("出差或休假前设置代理人，期间要您审批的申请会转给代理人，到期自动恢复。"),
    )
)  # fmt: skip
