"""What the rules say while somebody assesses a complaint."""

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.kernel.money import parse_yuan
from keqiao.kernel.resource.pages import fetch
from keqiao.tickets.actions.accepting import verdict_of
from keqiao.tickets.forms import CATEGORIES
from keqiao.tickets.models import Impact, Severity, Ticket
from keqiao.tickets.resource.tickets import TICKETS


@require_safe
def suggested(request: HttpRequest, pk: int) -> HttpResponse:
    """The suggested severity for what the form holds so far, and why."""
    ticket: Ticket = fetch(TICKETS, request, pk, "assess")
    asked = request.GET
    chosen = asked.get("category", "")
    category = CATEGORIES.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 10 else ticket.category
    impact = asked.get("impact", "")
    verdict = verdict_of(
        ticket, category, safety="safety" in asked, immediate="immediate" in asked,
        complicated="complicated" in asked, impact=impact if impact in Impact.values else Impact.SINGLE.value,
        amount_fen=fen_of(asked.get("amount", "")),
    )  # fmt: skip
    words = _("按规则建议“%(level)s”：%(why)s。") % {
        "level": Severity(verdict.severity).label, "why": verdict.reason,
    }  # fmt: skip
    return HttpResponse(format_html("{}", words))


def fen_of(text: str) -> int:
    """What is entered so far; nothing while it is no amount."""
    try:
        return max(parse_yuan(text), 0) if text.strip() else 0
    except ValueError:
        return 0
