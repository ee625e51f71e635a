from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.mailing import kinds as mail_kinds


class NoticesConfig(AppConfig):
    """To-dos and notices for employees."""

    name = "keqiao.notices"
    label = "notices"
    verbose_name = _("待办与通知")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        mail_kinds.declare("notice", _("通知"))
        mail_kinds.declare("digest", _("每日汇总"))
        for room in ("jobs", "following", "identity"):
            import_module(f"keqiao.notices.{room}")
        import_module("keqiao.notices.wordings").declare()
        import_module("keqiao.notices.held").declare()
