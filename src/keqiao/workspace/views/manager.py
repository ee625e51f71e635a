"""The manager's page: figures and charts of a period, every one of which opens its records."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of
from keqiao.org.models import OrgUnit
from keqiao.reports.figures import charts
from keqiao.reports.figures import counts as report
from keqiao.reports.figures.period import NAMES, Period, period_of
from keqiao.workspace.tables import days_of, headline_figures, listed, matrix

RECENT = 14  # days in the table of the page itself
LONGEST = 92  # days in the table of its own page
PEOPLE = 12


def asked(request: HttpRequest) -> tuple[Actor, Period]:
    """Who asks about which days; NotAllowed without the power."""
    actor = actor_of(request)
    if not actor.can("report.view"):
        raise NotAllowed(_("您没有查看经营看板的权限。"))
    return actor, period_of(request.GET)


def choices(actor: Actor, period: Period) -> dict[str, Any]:
    """The bar of periods and units, and what may be reported."""
    return {
        "period": period,
        "may": listed(actor),
        "periods": [(name, label, name == period.name) for name, label in NAMES.items()],
        "units": OrgUnit.objects.filter(active=True).order_by("path"),
    }


@require_safe
def manager(request: HttpRequest) -> HttpResponse:
    """Figures, charts, and the last days by person."""
    actor, period = asked(request)
    found = report.complaints(actor, period)
    covered, scores = report.coverage(actor, period), report.satisfaction(actor, period)
    recent = days_of(period, RECENT)
    context = {
        **choices(actor, period),
        "figures": headline_figures(actor, period, found.total, found.before, found.closed, covered, scores),
        "found": found,
        "by_day": charts.by_day(found, period),
        "by_type": charts.by_type(found, period),
        "by_cause": charts.by_cause(found, period),
        "by_department": charts.by_department(found, period),
        "by_score": charts.by_score(scores, period),
        "scores": scores,
        "table": matrix(report.by_day_and_agent(actor, recent), recent, people=PEOPLE),
        "days_query": period.query(),
    }
    return render(request, "workspace/manager.html", context)


@require_safe
def days(request: HttpRequest) -> HttpResponse:
    """The whole table by day and person."""
    actor, period = asked(request)
    shown = days_of(period, LONGEST)
    table = matrix(report.by_day_and_agent(actor, shown), shown)
    context = {**choices(actor, period), "table": table, "shown": shown, "cut": shown.days < period.days}
    return render(request, "workspace/days.html", context)
