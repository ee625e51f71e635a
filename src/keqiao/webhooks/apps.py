from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import powers, sealing


class WebhooksConfig(AppConfig):
    """Events sent to other programs."""

    name = "keqiao.webhooks"
    label = "webhooks"
    verbose_name = _("事件推送")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        powers.declare(_("系统"), {"webhook.keep": _("维护事件推送")})
        for room in ("resource", "jobs"):
            import_module(f"keqiao.webhooks.{room}")
        import_module("keqiao.webhooks.wordings").declare()
        sealing.holder(import_module("keqiao.webhooks.queries").sealing_keys)
