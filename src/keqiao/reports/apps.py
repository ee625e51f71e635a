from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class ReportsConfig(AppConfig):
    """Reports of a month or a week."""

    name = "keqiao.reports"
    label = "reports"
    verbose_name = _("分析报告")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(
            _("分析报告"),
            {
                "summary.view": _("查看分析报告"),
                "summary.draft": _("起草、编辑分析报告"),
                "summary.approve": _("审批分析报告"),
                "summary.export": _("导出分析报告清单"),
            },
        )
        for room in ("resource", "plan_resource", "search", "jobs", "held"):
            import_module(f"keqiao.reports.{room}")
        import_module("keqiao.reports.wordings").declare()
        import_module("keqiao.reports.hooks").declare()
