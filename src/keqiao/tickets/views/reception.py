"""The page that makes a ticket of a reception entry."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of, fetch, form_page, leave, submit
from keqiao.reception.models import Entry
from keqiao.reception.resource import entries
from keqiao.tickets.actions.receiving import accept_from_reception
from keqiao.tickets.forms import TicketForm
from keqiao.tickets.models import Channel, Kind
from keqiao.tickets.resource.tickets import TICKETS

CHANNELS = {Entry.Way.CALL: Channel.PHONE, Entry.Way.WALK_IN: Channel.COUNTER}


def allowed(actor: Actor, entry: Entry) -> bool:
    """Whether the actor may make a ticket of the entry."""
    return entries.allowed(actor, "turn", entry) and TICKETS.allowed(actor, "create", None)


@require_http_methods(["GET", "POST"])
def from_reception(request: HttpRequest, pk: int) -> HttpResponse:
    """A ticket with what the register knows filled in."""
    actor = actor_of(request)
    entry: Entry = fetch(entries, request, pk, "turn")
    if not allowed(actor, entry):
        raise NotAllowed(_("您没有登记工单的权限。如工作需要，请联系主管。"))
    initial = {
        "kind": Kind.CONSULTATION, "channel": CHANNELS[Entry.Way(entry.way)], "customer": entry.customer_id,
        "contact_name": entry.caller, "body": entry.matter,
    }  # fmt: skip
    form = TicketForm(request.POST or None, actor=actor, obj=None, initial=initial)
    if request.method == "POST":
        ticket, done = submit(form, lambda: accept_from_reception(actor=actor, entry=entry, **form.cleaned_data))
        if done:
            messages.success(request, _("已转为工单 %(number)s。") % {"number": ticket.number})
            return leave(request, TICKETS.url(ticket))
    return form_page(
        request,
        form,
        title=_("转为工单"),
        subtitle=str(entry),
        submit_label=_("登记工单"),
        cancel_url=entries.url(entry),
    )
