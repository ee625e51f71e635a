"""The first page after the login: what waits for this person, by the powers that the person has."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from keqiao.customers import completeness
from keqiao.customers.resource import customers
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.reports.figures import counts as report
from keqiao.reports.figures import links
from keqiao.reports.figures.period import period_of
from keqiao.tickets import policies as tickets
from keqiao.tickets.tables import stage
from keqiao.visits import policies as visits
from keqiao.workspace.queries import department, mine, team
from keqiao.workspace.starting.steps import steps_of
from keqiao.workspace.tables import headline_figures, listed, load_rows

SHOWN = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Sections by powers, the widest view first."""
    actor = actor_of(request)
    sections: dict[str, Any] = {}
    if actor.can("report.view") and any(listed(actor).values()):
        sections["report"] = report_section(actor)
    if actor.can("ticket.assign"):
        sections["team"] = team_section(actor)
    if actor.can("dispatch.answer"):
        sections["department"] = department_section(actor)
    if actor.can("ticket.view") or actor.can("visit.do") or not sections:
        sections["mine"] = {"figures": mine.figures(actor), "lines": mine.upcoming(actor)}
    # those who lead look at the figures; completing archives is asked of those who speak with customers
    if actor.can("customer.change") and not actor.can("report.view"):
        sections["archives"] = completeness.progress(actor)
    steps = steps_of(actor)
    context = {
        "steps": steps if not all(one.done for one in steps) else [],
        "next": next((one.code for one in steps if not one.done), ""),
        "today": timezone.localdate(),
        "sections": sections,
        "may_ticket": actor.can("ticket.create"),
        "may_customer": actor.can("customer.create"),
    }
    return render(request, "workspace/home.html", context)


def report_section(actor: Actor) -> dict[str, Any]:
    """The headline figures of the last 30 days. Three queries."""
    period = period_of({})
    total, closed = report.headline(actor, period)
    covered, scores = report.coverage(actor, period), report.satisfaction(actor, period)
    return {"figures": headline_figures(actor, period, total, None, closed, covered, scores)}


def team_section(actor: Actor) -> dict[str, Any]:
    """Load per person, and what nobody has. Five queries."""
    rows = team.unassigned(actor)
    return {
        "loads": load_rows(team.loads(actor)),
        "unassigned": [mine.ticket_line(one, actor) for one in rows[:SHOWN]],
        "unassigned_count": rows.count(),
        "unassigned_url": links.tickets("open", owner="null"),
    }


def department_section(actor: Actor) -> dict[str, Any]:
    """Dispatches, corrective actions and rectifications. Six queries."""
    return {
        "figures": department.figures(actor),
        "dispatches": department.dispatches(actor),
        "corrections": department.corrections(actor),
        "rectifications": department.rectifications(actor),
    }


@require_safe
def matters(request: HttpRequest, pk: int) -> HttpResponse:
    """The tickets and visits of a customer, as a part of the customer's page."""
    customer = fetch(customers, request, pk, "view")
    actor = actor_of(request)
    found = tickets.visible(actor).filter(customer=customer).order_by("-accepted_at")
    calls = visits.visible(actor).filter(customer=customer).select_related("assignee").order_by("-pk")
    context = {
        "pk": customer.pk,
        "tickets": [(one, stage(one, actor)) for one in found[:SHOWN]],
        "visits": calls[:SHOWN],
    }
    return render(request, "workspace/_matters.html", context)
