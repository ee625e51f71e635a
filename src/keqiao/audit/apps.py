import importlib
from typing import Any

from django.apps import AppConfig
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from keqiao.kernel import witness
from keqiao.kernel.actor import Actor


class AuditConfig(AppConfig):
    """What happened: history and outbox in one append-only table."""

    name = "keqiao.audit"
    label = "audit"
    verbose_name = _("审计")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from keqiao.audit.actions import record  # noqa: PLC0415 – models load only once the apps are ready

        importlib.import_module("keqiao.audit.resource")

        def note(actor: Actor, verb: str, subject: Any, data: dict[str, Any]) -> None:
            with transaction.atomic():
                record(actor, verb, subject, data)

        witness.install(note)
