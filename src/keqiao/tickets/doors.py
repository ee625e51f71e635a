"""The way from the reception register to a ticket."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import Actor
from keqiao.reception.doors import DOORS
from keqiao.reception.models import Entry
from keqiao.tickets.views.reception import allowed


def url(actor: Actor, entry: Entry) -> str:
    """Where a ticket is made of the entry, for those who may."""
    return reverse("ticket-from-reception", args=[entry.pk]) if allowed(actor, entry) else ""


def declare() -> None:
    """Called when the app is ready."""
    DOORS.register("ticket", _("转为工单"), "ticket", url)
