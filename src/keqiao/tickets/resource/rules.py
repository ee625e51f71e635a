"""Types, causes, deadlines and limits, kept in the browser."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import humanise
from keqiao.kernel.money import format_yuan, plain_yuan
from keqiao.kernel.resource import Column, Preset, Resource, register
from keqiao.tickets import actions, forms, policies
from keqiao.tickets.models import Category, Cause, DeadlineRule, Kind, TicketSettings
from keqiao.tickets.queries import DAY


def use(obj: Any, actor: Actor) -> str:
    """Whether it can still be chosen."""
    return str(_("在用") if obj.active else _("停用"))


def limits(obj: TicketSettings, actor: Actor) -> Mapping[str, Any]:
    """The row's values as the form shows them."""
    return {
        "compensation_limit": plain_yuan(obj.compensation_limit_fen),
        "intake_unit": obj.intake_unit,
        "effect_days": obj.effect_days,
    }


def of_kind(kind: str, label: Any) -> Preset:
    """The deadlines of one kind of ticket."""
    return Preset(name=kind, label=label, where=lambda rows, actor: rows.filter(kind=kind))


CATEGORIES = register(
    Resource(
        model=Category,
        name="categories",
        title=pgettext_lazy("list", "问题类别"),
        icon="tag",
        visible=lambda actor: Category.objects.all() if actor.can("settings.change") else Category.objects.none(),
        allowed=policies.allowed_settings,
        related=("parent", "default_unit"),
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: str(o)),
            Column(
                name="default_unit", label=_("默认承办部门"),
                value=lambda o, a: o.default_unit.name if o.default_unit else "",
            ),
            Column(name="position", label=_("顺序"), type=int, numeric=True, value=lambda o, a: o.position),
            Column(name="active", label=_("状态"), value=use),
        ),
        order="pk",
        form=forms.CategoryForm,
        create=actions.create_category,
        update=actions.change_category,
        create_label=_("新增类别"),
        empty=_("新增第一个类别。"),
    )
)  # fmt: skip

CAUSES = register(
    Resource(
        model=Cause,
        name="causes",
        title=pgettext_lazy("list", "投诉原因"),
        icon="trend",
        visible=lambda actor: Cause.objects.all() if actor.can("settings.change") else Cause.objects.none(),
        allowed=policies.allowed_settings,
        related=("parent",),
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: str(o)),
            Column(name="position", label=_("顺序"), type=int, numeric=True, value=lambda o, a: o.position),
            Column(name="active", label=_("状态"), value=use),
        ),
        order="pk",
        form=forms.CauseForm,
        create=actions.create_cause,
        update=actions.change_cause,
        create_label=_("新增原因"),
        empty=_("新增第一个原因。"),
    )
)

DEADLINES = register(
    Resource(
        model=DeadlineRule,
        name="deadlines",
        title=_("办理时限"),
        icon="clock",
        visible=lambda actor: (
            DeadlineRule.objects.all() if actor.can("settings.change") else DeadlineRule.objects.none()
        ),
        allowed=policies.allowed_settings,
        columns=(
            Column(name="stage", label=_("阶段"), value=lambda o, a: o.get_stage_display()),
            Column(name="kind", label=_("工单类型"), value=lambda o, a: o.get_kind_display()),
            Column(name="severity", label=_("严重程度"), value=lambda o, a: o.get_severity_display()),
            Column(name="minutes", label=_("时限（工作分钟）"), type=int, numeric=True, value=lambda o, a: o.minutes),
            Column(name="span", label=_("约合"), value=lambda o, a: humanise(o.minutes, day_minutes=DAY)),
            Column(
                name="warn_percent", label=_("预警比例（%）"), type=int, numeric=True, value=lambda o, a: o.warn_percent
            ),
        ),
        order="pk",
        presets=(of_kind(Kind.COMPLAINT, Kind.COMPLAINT.label),)
        + tuple(of_kind(kind.value, kind.label) for kind in Kind if kind != Kind.COMPLAINT),
        form=forms.DeadlineForm,
        update=actions.change_deadline,
    )
)

SETTINGS = register(
    Resource(
        model=TicketSettings,
        name="ticket-settings",
        title=_("工单规则"),
        icon="settings",
        visible=lambda actor: (
            TicketSettings.objects.all() if actor.can("settings.change") else TicketSettings.objects.none()
        ),
        allowed=policies.allowed_settings,
        related=("intake_unit",),
        columns=(
            Column(
                name="compensation_limit", label=_("补偿免审批限额"),
                value=lambda o, a: format_yuan(o.compensation_limit_fen),
            ),
            Column(
                name="intake_unit", label=_("网页投诉的受理部门"),
                value=lambda o, a: o.intake_unit.name if o.intake_unit else "",
            ),
            Column(
                name="effect_days", label=_("整改效果验证间隔（天）"), type=int, numeric=True,
                value=lambda o, a: o.effect_days,
            ),
        ),
        form=forms.SettingsForm,
        update=actions.change_settings,
        initial=limits,
    )
)  # fmt: skip
