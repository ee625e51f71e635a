"""Every employee sees when work is done; who keeps the calendars changes them."""

from django.db.models import QuerySet

from keqiao.calendars.models import Calendar, QuietHours
from keqiao.kernel.actor import Actor, Kind

POWER = "calendars.change"


def visible(actor: Actor) -> QuerySet[Calendar]:
    """All calendars to every employee, none to others."""
    return Calendar.objects.all() if actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM} else Calendar.objects.none()


def quiet_hours(actor: Actor) -> QuerySet[QuietHours]:
    """The rest times of customers, to every employee."""
    return QuietHours.objects.all() if actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM} else QuietHours.objects.none()


def allowed(actor: Actor, verb: str, obj: object | None = None) -> bool:
    """Looking is free to employees, every change needs the power."""
    if verb in {"view", "list"}:
        return actor.kind in {Kind.EMPLOYEE, Kind.SYSTEM}
    return actor.can(POWER)
