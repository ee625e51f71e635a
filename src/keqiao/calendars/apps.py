import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarsConfig(AppConfig):
    """Working calendars, holidays, make-up days, quiet hours."""

    name = "keqiao.calendars"
    label = "calendars"
    verbose_name = _("日历")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        importlib.import_module("keqiao.calendars.wordings").declare()
