import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """To-dos and notices for employees."""

    name = "keqiao.notices"
    label = "notices"
    verbose_name = _("待办与通知")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the events be heard."""
        importlib.import_module("keqiao.notices.identity")
