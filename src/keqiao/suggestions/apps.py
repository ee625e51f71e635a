from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class SuggestionsConfig(AppConfig):
    """What customers propose, until it is decided and answered."""

    name = "keqiao.suggestions"
    label = "suggestions"
    verbose_name = _("客户建议")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(
            _("客户建议"),
            {
                "suggestion.view": _("查看客户建议"),
                "suggestion.register": _("登记客户建议"),
                "suggestion.route": _("转交客户建议、退回重新研究"),
                "suggestion.decide": _("研究客户建议、决定是否采纳"),
                "suggestion.answer": _("回复客户的建议"),
                "suggestion.export": _("导出客户建议"),
            },
            kinds={"suggestion.route": powers.Kind.COORDINATE, "suggestion.decide": powers.Kind.COORDINATE},
        )
        for room in ("resource", "following", "holdings", "search", "held"):
            import_module(f"keqiao.suggestions.{room}")
        import_module("keqiao.suggestions.wordings").declare()
        import_module("keqiao.suggestions.doors").declare()
