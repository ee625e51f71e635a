from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers
from keqiao.mailing import kinds as mail_kinds


class CareConfig(AppConfig):
    """Care plans and the greetings that follow from them."""

    name = "keqiao.care"
    label = "care"
    verbose_name = _("客户关怀")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(
            _("客户关怀"),
            {
                "care.view": _("查看客户关怀"),
                "care.do": _("关怀客户、登记结果"),
                "care.assign": _("分派关怀"),
                "care.plan": _("维护关怀计划"),
                "care.export": _("导出客户关怀"),
            },
            kinds={"care.do": powers.Kind.SPEAK, "care.plan": powers.Kind.SUGGEST},
        )
        powers.declare(
            _("流失客户"),
            {"loss.view": _("查看流失客户"), "loss.mark": _("登记流失客户"), "loss.win": _("安排和完成挽回")},
        )
        for room in (
            "resource",
            "plan_resource",
            "losses.resource",
            "losses.panels",
            "following",
            "holdings",
            "held",
            "jobs",
        ):
            import_module(f"keqiao.care.{room}")
        import_module("keqiao.care.wordings").declare()
        post = import_module("keqiao.care.jobs")
        mail_kinds.declare(
            "care", _("客户关怀"), ended=post.mailed, again=False, against=post.against, headers=post.headers
        )
