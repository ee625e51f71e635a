from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class ExportsConfig(AppConfig):
    """Lists taken away as files."""

    name = "keqiao.exports"
    label = "exports"
    verbose_name = _("导出")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(_("导出"), {"export.approve": _("审批大量导出")})
        for room in ("resource", "jobs"):
            import_module(f"keqiao.exports.{room}")
        import_module("keqiao.exports.hooks").declare()
