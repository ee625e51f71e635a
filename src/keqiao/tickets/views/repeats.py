"""What looks like the same matter: beside a form that is being filled in, and on a ticket's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keqiao.customers.policies import visible as visible_customers
from keqiao.kernel import phones
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.tickets import policies, tables
from keqiao.tickets.likeness import Alike, Matter, look
from keqiao.tickets.models import Kind, Ticket
from keqiao.tickets.resource.tickets import TICKETS

LONGEST = 5000  # characters that are compared


@require_POST
def while_entering(request: HttpRequest) -> HttpResponse:
    """For what the form holds so far. It comes by POST because it may be long; nothing is written."""
    actor = actor_of(request)
    if not policies.allowed(actor, "create"):
        raise NotAllowed(_("您没有登记工单的权限。如工作需要，请联系主管。"))
    matter = entered(actor, request.POST)
    rows = look(actor, matter) if matter.words.strip() or matter.phone_reversed or matter.customer_id else []
    return render(request, "tickets/alike_entering.html", {"alike": shown(actor, rows, None)})


def entered(actor: Actor, typed: Any) -> Matter:
    """What was typed so far; a customer out of sight is nobody."""
    chosen = typed.get("customer", "")
    known = chosen.isdecimal() and len(chosen) < 18 and visible_customers(actor).filter(pk=chosen).exists()
    phone = phones.normalise(typed.get("contact_phone", "")[:40])
    return Matter(
        kind=typed.get("kind", "") or Kind.COMPLAINT,
        words=f"{typed.get('subject', '')}\n{typed.get('body', '')}"[:LONGEST],
        customer_id=int(chosen) if known else None,
        phone_reversed=phones.reverse(phone) if phone else "",
        order_number=typed.get("order_number", "").strip()[:40],
        product=typed.get("product", "").strip()[:80],
    )


@require_safe
def of_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """For a ticket: a card, or nothing."""
    ticket, actor = fetch(TICKETS, request, pk, "view"), actor_of(request)
    rows = [one for one in look(actor, Matter.of(ticket)) if one.ticket.main_id != ticket.pk]
    return render(request, "tickets/alike.html", {"alike": shown(actor, rows, ticket)})


def shown(actor: Actor, rows: list[Alike], ticket: Ticket | None) -> list[tuple[Alike, str, str]]:
    """With the stage as a badge, and where the ticket is joined to that one, for those who may."""
    return [(one, tables.stage(one.ticket, actor), join_url(actor, ticket, one.ticket)) for one in rows]


def join_url(actor: Actor, ticket: Ticket | None, other: Ticket) -> str:
    """Where the ticket is joined to the other one; empty where it cannot be."""
    fits = ticket is not None and other.open and other.main_id is None and policies.allowed(actor, "join", ticket)
    if ticket is None or not fits or not policies.covers(actor, "ticket.join", other):
        return ""
    return f"{reverse('tickets:verb', args=[ticket.pk, 'join'])}?main={other.number}"
