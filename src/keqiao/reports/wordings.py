"""How this app's events read."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.notices import kinds


def declare() -> None:
    """Called once the apps are ready."""
    kinds.declare(_("分析报告"), {"report": _("报告已起草、退回或归档")})
    wording.declare(
        {
            "report.drafted": _("起草报告"),
            "report.written": _("修改报告文字"),
            "report.recalculated": _("重新计算报告"),
            "report.submitted": _("提交报告审批"),
            "report.returned": _("退回报告"),
            "report.archived": _("报告批准归档"),
            "report.dropped": _("放弃报告"),
            "report_plan.created": _("新增报告计划"),
            "report_plan.changed": _("修改报告计划"),
        }
    )
