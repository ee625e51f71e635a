from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class VisitsConfig(AppConfig):
    """Planned call-backs, their answers and rectification."""

    name = "keqiao.visits"
    label = "visits"
    verbose_name = _("回访")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(
            _("回访"),
            {
                "visit.view": _("查看回访"),
                "visit.do": _("回访客户"),
                "visit.assign": _("分派和取消回访"),
                "visit.give_up": _("放弃联系不上的回访"),
                "rectification.view": _("查看整改任务"),
                "rectification.do": _("制定计划、完成整改"),
                "rectification.check": _("检查整改、上报"),
            },
            kinds={"visit.do": powers.Kind.SPEAK},
        )
        for room in (
            "resource",
            "rectification_resource",
            "rule_resource",
            "visitor_resource",
            "search",
            "jobs",
            "hooks",
            "panels",
            "following",
            "holdings",
            "held",
        ):
            import_module(f"keqiao.visits.{room}")
        import_module("keqiao.visits.wordings").declare()
        import_module("keqiao.customers.privacy.policies").also("visit.phone_shown")
