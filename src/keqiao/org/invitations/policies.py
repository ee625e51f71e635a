"""Invitations are seen and kept by those who keep the organisation."""

from typing import Any

from django.db.models import QuerySet

from keqiao.kernel.actor import Actor
from keqiao.org.models import Invitation


def visible(actor: Actor) -> QuerySet[Invitation]:
    """All of them, with the power."""
    return Invitation.objects.all() if actor.can("org.change") else Invitation.objects.none()


def allowed(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Links are renewed and withdrawn while nobody has accepted."""
    if verb in {"edit", "export"} or not actor.can("org.change"):
        return False
    if verb in {"withdraw", "resend", "link"} and obj is not None:
        return obj.state in {Invitation.State.OPEN, Invitation.State.EXPIRED}
    return True
