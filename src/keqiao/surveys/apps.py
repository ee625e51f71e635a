from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class SurveysConfig(AppConfig):
    """Questionnaires: built and tried in the browser."""

    name = "keqiao.surveys"
    label = "surveys"
    verbose_name = _("问卷")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(
            _("问卷"),
            {
                "survey.view": _("查看问卷"),
                "survey.design": _("编写和发布问卷"),
                "survey.send": _("发送问卷、制作海报"),
                "survey.answers": _("查看答卷和结果"),
                "survey.export": _("导出答卷"),
            },
            kinds={
                "survey.design": powers.Kind.COORDINATE,
                "survey.send": powers.Kind.SPEAK,
                "survey.answers": powers.Kind.KNOW,
            },
        )
        for room in (
            "resource",
            "link_resource",
            "answer_resource",
            "rule_resource",
            "hooks",
            "following",
            "holdings",
            "doors",
        ):
            import_module(f"keqiao.surveys.{room}")
        import_module("keqiao.surveys.wordings").declare()
