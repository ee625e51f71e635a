"""The ways from a complaint, a lost customer and the reception register to a bad record."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.badrecords import policies
from keqiao.care.losses.doors import DOORS as LOSSES
from keqiao.care.models import Loss
from keqiao.kernel.actor import Actor
from keqiao.reception.doors import DOORS as ENTRIES
from keqiao.reception.models import Entry
from keqiao.tickets import panels
from keqiao.tickets.models import Ticket

LABEL = _("登记不良记录")


def of_ticket(actor: Actor, ticket: Ticket) -> str:
    """The card on a ticket's page, for those who see bad records."""
    return reverse("bad-records-of-ticket", args=[ticket.pk]) if actor.can("bad_record.view") else ""


def from_loss(actor: Actor, loss: Loss) -> str:
    """The form with what the loss knows."""
    return f"{reverse('bad-records:create')}?loss={loss.pk}" if policies.allowed(actor, "create") else ""


def from_entry(actor: Actor, entry: Entry) -> str:
    """The form with what the entry knows."""
    may = policies.allowed(actor, "create") and entry.status != Entry.Status.VOID
    return f"{reverse('bad-records:create')}?entry={entry.pk}" if may else ""


def declare() -> None:
    """Called when the app is ready."""
    panels.register("bad-records", _("不良记录"), of_ticket)
    LOSSES.register("bad-record", LABEL, "warning", from_loss)
    ENTRIES.register("bad-record", LABEL, "warning", from_entry)
