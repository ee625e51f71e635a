from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class ServicesConfig(AppConfig):
    """Deliveries and services done, as orders or people tell them."""

    name = "keqiao.services"
    label = "services"
    verbose_name = _("送货与服务")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(
            _("送货与服务"),
            {
                "service.view": _("查看送货与服务登记"),
                "service.register": _("登记送货与服务"),
                "service.manage": _("作废送货与服务登记"),
                "service.export": _("导出送货与服务登记"),
            },
        )
        for room in ("resource", "search", "following", "holdings", "offering"):
            import_module(f"keqiao.services.{room}")
        import_module("keqiao.services.wordings").declare()
