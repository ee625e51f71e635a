"""Reads of the mail queue."""

import json

from django.conf import settings
from django.db import models

from keqiao.kernel import sealing
from keqiao.mailing.letters import Body
from keqiao.mailing.models import Mail

PURPOSE = "mailing.mail"


def available() -> bool:
    """Whether a mail server is set (KEQIAO_SMTP). Without one mails wait."""
    return bool(settings.EMAIL_HOST)


def masked(address: str) -> str:
    """An address as the list shows it: ``w***@haina.example``."""
    name, at, host = address.rpartition("@")
    return f"{name[:1]}***{at}{host}" if at else address[:1]


def body_of(mail: Mail) -> Body:
    """What the mail says; raises kernel.sealing.Unreadable when the key of a private one is gone."""
    if not mail.private:
        return Body(mail.text, mail.html)
    return Body(**json.loads(sealing.unseal(mail.sealed_by, mail.text, PURPOSE)))


def count_about(obj: models.Model) -> int:
    """How many mails there have been about a record."""
    return Mail.objects.filter(label=obj._meta.label_lower, object_id=obj.pk).count()


def sealing_keys() -> set[str]:
    """The keys that waiting mails still need."""
    return set(Mail.objects.exclude(sealed_by="").values_list("sealed_by", flat=True).distinct())
