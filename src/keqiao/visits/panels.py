"""The card that visits add to a ticket's page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.actor import Actor
from keqiao.tickets.models import Ticket
from keqiao.tickets.panels import register
from keqiao.visits.models import Visit


def url(actor: Actor, ticket: Ticket) -> str:
    """The card of complaints that came as far as a visit, and of other matters that a rule made one for."""
    if ticket.is_complaint:
        wanted = ticket.stage in {Ticket.Stage.TOLD, Ticket.Stage.CLOSED} or ticket.reopened > 0
    else:
        wanted = Visit.objects.filter(ticket=ticket).exists()
    return reverse("visits-of-ticket", args=[ticket.pk]) if wanted else ""


register("visits", _("回访"), url)
