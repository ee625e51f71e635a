from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class BadRecordsConfig(AppConfig):
    """What went wrong towards customers, on record until it is put right."""

    name = "keqiao.badrecords"
    label = "badrecords"
    verbose_name = _("不良记录")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(
            _("不良记录"),
            {
                "bad_record.view": _("查看不良记录"),
                "bad_record.register": _("登记不良记录"),
                "bad_record.close": _("了结不良记录、维护类别"),
            },
            kinds={"bad_record.close": powers.Kind.SUPERVISE},
        )
        for room in ("resource", "kind_resource", "following", "search", "held"):
            import_module(f"keqiao.badrecords.{room}")
        import_module("keqiao.badrecords.wordings").declare()
        import_module("keqiao.badrecords.doors").declare()
