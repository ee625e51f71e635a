from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RuntimeConfig(AppConfig):
    """What the running program keeps for itself: jobs, counters, idempotency keys, throttles."""

    name = "keqiao.runtime"
    label = "runtime"
    verbose_name = _("运行")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the clock know its sweeping."""
        import_module("keqiao.runtime.sweeping")
