from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class ReceptionConfig(AppConfig):
    """Calls and walk-ins, and the daily ledger of them."""

    name = "keqiao.reception"
    label = "reception"
    verbose_name = _("来电来访")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(
            _("来电来访"),
            {
                "reception.view": _("查看接待登记"),
                "reception.register": _("登记来电来访"),
                "reception.manage": _("作废登记、维护接待选项"),
                "reception.export": _("导出接待登记和台账"),
            },
        )
        for room in ("resource", "word_resource", "search", "following", "holdings", "held"):
            import_module(f"keqiao.reception.{room}")
        import_module("keqiao.reception.wordings").declare()
