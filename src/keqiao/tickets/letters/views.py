"""The card of papers on a ticket's page, and papers as files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.documents.answers import answer
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.tickets.letters import policies
from keqiao.tickets.letters.printing import as_paper
from keqiao.tickets.letters.resource import LETTERS, status_words
from keqiao.tickets.models import Letter
from keqiao.tickets.resource.tickets import TICKETS


@require_safe
def of_ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """The papers of a ticket, and the way to draft one."""
    ticket, actor = fetch(TICKETS, request, pk, "view"), actor_of(request)
    rows = ticket.letters.exclude(status=Letter.Status.DROPPED).order_by("pk")[:50]
    context = {
        "rows": [(one, *status_words(one)) for one in rows],
        "ticket": ticket,
        "may": policies.empowered(actor, ticket),
    }
    return render(request, "tickets/_letters.html", context)


@require_safe
def file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """An issued paper as DOCX or PDF; who takes it is on record."""
    letter = fetch(LETTERS, request, pk, "view")
    if letter.status != Letter.Status.ISSUED:
        raise Http404(_("出具以后才能打印。"))
    about = letter.ticket.customer_id
    return answer(actor=actor_of(request), paper=as_paper(letter), kind=kind, obj=letter, about=about)
