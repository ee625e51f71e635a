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
            {"survey.view": _("查看问卷"), "survey.design": _("编写和发布问卷")},
            kinds={"survey.design": powers.Kind.COORDINATE},
        )
        import_module("keqiao.surveys.resource")
        import_module("keqiao.surveys.wordings").declare()
