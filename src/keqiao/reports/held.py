"""Reports to be written and plans, as something that an employee or a unit holds."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.org.work import Work, register
from keqiao.reports.models import Plan, Report

register(
    Work(
        name="reports", label=_("编写中的分析报告"), model=Report, field="writer", unit="unit",
        where=Q(state__in=[Report.State.DRAFT, Report.State.WAITING]), verb="report.passed_on",
        url="/reports/?view=open", unit_url="/reports/?view=open&unit={unit}",
    )
)  # fmt: skip
register(
    Work(
        name="report-plans", label=_("自动起草报告的计划"), model=Plan, field="writer", unit="unit",
        where=Q(active=True), verb="report_plan.passed_on", related=("unit",), url="/report-plans/",
        unit_url="/report-plans/",
    )
)  # fmt: skip
wording.declare({"report.passed_on": _("移交报告的编写"), "report_plan.passed_on": _("移交报告计划")})
