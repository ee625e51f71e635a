import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers, sealing
from keqiao.mailing import kinds


class OrgConfig(AppConfig):
    """People, units, positions, powers, sessions and tokens."""

    name = "keqiao.org"
    label = "org"
    verbose_name = _("组织")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for name in ("resource", "invitations.resource", "sso.resource", "jobs"):
            importlib.import_module(f"keqiao.org.{name}")
        for name in ("factors.actions", "sso.actions"):
            keeper = importlib.import_module(f"keqiao.org.{name}")
            sealing.holder(keeper.used_keys, keeper.reseal)
        importlib.import_module("keqiao.org.wordings").declare()
        kinds.declare("identity", _("账号与登录"), again=False)
        importlib.import_module("keqiao.org.work").declare()
        powers.declare(
            _("组织"),
            {"org.change": _("维护组织、员工和岗位"), "audit.view": _("查看审计记录")},
            kinds={"org.change": powers.Kind.COORDINATE},
        )
        powers.declare(
            _("系统"),
            {"calendars.change": _("维护工作日历"), "settings.change": _("维护业务规则")},
            kinds={"calendars.change": powers.Kind.COORDINATE, "settings.change": powers.Kind.COORDINATE},
        )
