from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class StaffingConfig(AppConfig):
    """Position descriptions, and work handed over."""

    name = "keqiao.staffing"
    label = "staffing"
    verbose_name = _("岗位与移交")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(
            _("岗位说明书"),
            {
                "position.draft": _("起草、修订岗位说明书"),
                "position.review": _("审核岗位说明书"),
                "position.approve": _("批准岗位说明书"),
            },
        )
        for room in ("descriptions.resource", "transfers.resource", "transfers.jobs"):
            import_module(f"keqiao.staffing.{room}")
        import_module("keqiao.staffing.wordings").declare()
        import_module("keqiao.staffing.descriptions.hooks").declare()
