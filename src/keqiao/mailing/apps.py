from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers, sealing


class MailingConfig(AppConfig):
    """The outgoing mail queue."""

    name = "keqiao.mailing"
    label = "mailing"
    verbose_name = _("邮件发送")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(_("系统"), {"mail.keep": _("查看和重发系统邮件")}, kinds={"mail.keep": powers.Kind.EXECUTE})
        for room in ("resource", "jobs"):
            import_module(f"keqiao.mailing.{room}")
        import_module("keqiao.mailing.wordings").declare()
        sealing.holder(import_module("keqiao.mailing.queries").sealing_keys)
