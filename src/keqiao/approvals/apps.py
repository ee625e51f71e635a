from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers


class ApprovalsConfig(AppConfig):
    """Approvals that know no business noun."""

    name = "keqiao.approvals"
    label = "approvals"
    verbose_name = _("审批")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(_("审批"), {"approval.oversee": _("查看范围内的全部审批，处理无人可批的")})
        for room in ("resource", "flow_resource", "deputy_resource", "jobs", "held"):
            import_module(f"keqiao.approvals.{room}")
        import_module("keqiao.approvals.hooks").declare()
        import_module("keqiao.approvals.wordings").declare()
