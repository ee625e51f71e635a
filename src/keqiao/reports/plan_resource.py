"""The plans as pages and JSON."""

from django.utils.translation import gettext_lazy as _

from keqiao.kernel.resource import Column, Resource, register
from keqiao.reports import policies
from keqiao.reports.actions import keep_plan
from keqiao.reports.forms import PlanForm
from keqiao.reports.models import Plan

PLANS = register(
    Resource(
        model=Plan,
        name="report-plans",
        title=_("报告计划"),
        icon="calendar",
        visible=policies.plans,
        allowed=policies.keeps,
        related=("unit__leader", "writer"),
        columns=(
            Column(name="kind", label=_("报告"), value=lambda o, a: str(o.get_kind_display())),
            Column(name="unit", label=_("部门"), value=lambda o, a: o.unit.name),
            Column(
                name="writer", label=_("编写人"),
                value=lambda o, a: o.writer.name if o.writer else str(_("部门负责人")),
            ),
            Column(name="active", label=_("状态"), value=lambda o, a: str(_("在用") if o.active else _("停用"))),
        ),
        order="pk",
        form=PlanForm,
        create=keep_plan,
        update=keep_plan,
        create_label=_("新增报告计划"),
        empty=_("新增计划后，每月（周报每周）的第一个工作日会自动起草上一期的报告。"),
    )
)  # fmt: skip
