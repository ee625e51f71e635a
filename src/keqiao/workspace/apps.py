import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class WorkspaceConfig(AppConfig):
    """Pages made of many areas: home by role, the manager's page, the customer's own pages."""

    name = "keqiao.workspace"
    label = "workspace"
    verbose_name = _("工作台")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(_("经营"), {"report.view": _("查看经营看板")})
        importlib.import_module("keqiao.workspace.wordings").declare()
