from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    """Approvals that know no business noun."""

    name = "keqiao.approvals"
    label = "approvals"
    verbose_name = _("审批")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("keqiao.approvals.resource")
        import_module("keqiao.approvals.wordings").declare()
