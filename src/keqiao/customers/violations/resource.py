"""Cases of violation as pages and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.models import Violation
from keqiao.customers.violations import actions, forms, policies
from keqiao.customers.violations.filters import ViolationFilter
from keqiao.files import registry as files
from keqiao.files.queries import attachments_of
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge

TONES = {"open": "warning", "stated": "info", "confirmed": "danger", "dismissed": "success", "withdrawn": "neutral"}
STAGES = ("open", "stated", "confirmed")


def moment(at: datetime | None) -> str:
    """Date and time, "" for never."""
    return full(at) if at else ""


def state_cell(obj: Violation, actor: Actor) -> str:
    """The state as a badge."""
    return badge(obj.get_state_display(), TONES[obj.state])


def reporter(obj: Violation) -> str:
    """Who reported it."""
    return obj.reporter.name if obj.reporter else str(_("系统"))


def stages(obj: Violation) -> list[tuple[str, str, str]]:
    """Opened, stated, decided."""
    heard, over = obj.stated_at is not None, obj.decided_at is not None
    return [
        (str(_("立案")), "done", moment(obj.opened_at)),
        (
            str(_("本人陈述")), "done" if heard else "skipped" if over else "current",
            moment(obj.stated_at) or str(_("期限 %s")) % moment(obj.statement_due),
        ),
        (
            str(obj.get_state_display()) if over else str(_("裁定")), "done" if over else "current" if heard else "",
            moment(obj.decided_at),
        ),
    ]  # fmt: skip


def title(obj: Violation) -> str:
    """Whom and what it is about."""
    return f"{obj.accused.name} · {obj.get_kind_display()} · {obj.customer.name}"


def detail(request: Any, obj: Violation) -> Mapping[str, Any]:
    """What is said from both sides, what is decided, and the papers."""
    facts = [
        (_("违规类型"), obj.get_kind_display()),
        (_("客户"), f"{obj.customer.name} {obj.customer.number}"),
        (_("被举报人"), f"{obj.accused.name} · {obj.unit.name}"),
        (_("原负责人"), obj.victim or ""),
        (_("举报人"), reporter(obj)),
        (_("销售区域"), obj.territory or ""),
        (_("陈述期限"), moment(obj.statement_due)),
        (_("裁定人"), obj.decided_by or ""),
    ]
    words = [
        (_("事实与依据"), obj.evidence), (_("本人陈述"), obj.statement or _("还没有陈述")),
        (_("裁定理由"), obj.decision or _("还没有裁定")),
    ]  # fmt: skip
    papers = {
        "attachments": attachments_of(actions.LABEL, obj.pk),
        "can_attach": files.may_change(request.actor, actions.LABEL, obj.pk),
    }
    return {
        **papers,
        "words": words,
        "page": {"title": title(obj), "sections": [], "side": [(_("案件"), facts)], "stages": stages(obj)},
    }


violations = register(
    Resource(
        model=Violation,
        name="violations",
        title=pgettext_lazy("list", "违规"),
        icon="rules",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("customer", "accused", "unit", "victim", "reporter", "territory", "decided_by"),
        columns=(
            Column(name="number", label=_("单号"), value=lambda o, a: o.number),
            Column(name="kind", label=_("违规类型"), value=lambda o, a: str(o.get_kind_display())),
            Column(name="customer", label=_("客户"), value=lambda o, a: f"{o.customer.name} {o.customer.number}"),
            Column(name="accused", label=_("被举报人"), value=lambda o, a: o.accused.name),
            Column(name="victim", label=_("原负责人"), value=lambda o, a: o.victim.name if o.victim else ""),
            Column(name="reporter", label=_("举报人"), value=lambda o, a: reporter(o), listed=False),
            Column(name="territory", label=_("销售区域"), value=lambda o, a: str(o.territory or "")),
            Column(name="opened_at", label=_("立案时间"), type=datetime, value=lambda o, a: o.opened_at),
            Column(
                name="state", label=_("状态"), value=lambda o, a: str(o.get_state_display()), render=state_cell
            ),
        ),
        facts=(
            Fact(name="evidence", label=_("事实与依据"), value=lambda o, a: o.evidence),
            Fact(name="statement", label=_("本人陈述"), value=lambda o, a: o.statement),
            Fact(name="statement_due", label=_("陈述期限"), type=datetime, value=lambda o, a: o.statement_due),
            Fact(name="decision", label=_("裁定理由"), value=lambda o, a: o.decision),
            Fact(name="decided_at", label=_("裁定时间"), type=datetime, value=lambda o, a: o.decided_at),
        ),
        filters=ViolationFilter,
        presets=(
            Preset(name="pending", label=_("未结案"), where=lambda rows, a: rows.filter(state__in=["open", "stated"])),
            Preset(name="against_me", label=_("与我有关"), where=lambda rows, a: rows.filter(accused_id=a.id)),
            Preset(name="confirmed", label=_("成立"), where=lambda rows, a: rows.filter(state="confirmed")),
            Preset(name="all", label=_("全部"), where=lambda rows, a: rows),
        ),
        form=forms.ReportForm,
        create=actions.report,
        create_label=_("登记违规"),
        verbs=(
            Verb(name="state", label=_("提交陈述"), form=forms.StatementForm, action=actions.state_case, icon="edit", primary=True),
            Verb(
                name="confirm", label=_("认定成立"), form=forms.DecisionForm, action=actions.confirm, icon="check", tone="danger",
                confirm=_("成立以后，还在被举报人手上的客户交还原负责人，没有原负责人的退回公海。"),
            ),
            Verb(name="dismiss", label=_("认定不成立"), form=forms.DecisionForm, action=actions.dismiss, icon="cancel"),
            Verb(
                name="withdraw", label=_("撤回举报"), action=actions.withdraw, icon="reopen",
                confirm=_("撤回以后案件终止，不再裁定。"),
            ),
        ),
        detail=detail,
        template="customers/violation.html",
        empty=_("没有违规案件。抢占受保护的客户、跨区域揽客时会自动立案，也可以登记。"),
    )
)  # fmt: skip
