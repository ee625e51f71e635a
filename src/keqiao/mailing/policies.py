"""The mail queue is for those who keep the whole system running."""

from typing import Any

from django.db.models import QuerySet

from keqiao.kernel.actor import Actor
from keqiao.mailing import kinds
from keqiao.mailing.models import Mail

POWER = "mail.keep"
TROUBLE = (Mail.State.FAILED, Mail.State.UNSURE, Mail.State.HELD)


def visible(actor: Actor) -> QuerySet[Mail]:
    """Every mail, to those who hold the power for everything."""
    reach = actor.reach(POWER)
    return Mail.objects.all() if reach is not None and reach.everything else Mail.objects.none()


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Mails are looked at; what did not arrive is sent again, unless it opens doors or its own page sends it."""
    if verb not in {"list", "view", "history", "resend"} or not actor.can(POWER):
        return False
    if verb != "resend" or obj is None:
        return True
    return obj.state in TROUBLE and not obj.private and kinds.of(obj.kind).again
