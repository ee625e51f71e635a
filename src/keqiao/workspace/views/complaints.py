"""The analysis of complaints: control chart by week, shares of responsibility, effect of corrective actions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of
from keqiao.org.models import OrgUnit
from keqiao.reports.figures.charts import complaints_url
from keqiao.tickets import tables
from keqiao.workspace.control_chart import control
from keqiao.workspace.queries import improving
from keqiao.workspace.queries.improving import Asked, Part
from keqiao.workspace.tables import listed


@require_safe
def analysis(request: HttpRequest) -> HttpResponse:
    """Every point and figure opens its tickets."""
    actor = actor_of(request)
    if not actor.can("report.view") or not listed(actor)["tickets"]:
        raise NotAllowed(_("您没有查看投诉分析的权限。"))
    asked = improving.asked_of(request.GET)
    weeks = improving.by_week(actor, asked)
    done = improving.corrections(actor, asked)
    context = {
        "asked": asked, "chart": control(weeks, asked), "counted": sum(week.count for week in weeks),
        "out": [(week, week_url(asked, week)) for week in weeks if week.out(share=asked.share)],
        "limited": any(week.limits for week in weeks), "fewest": improving.FEWEST, **choices(asked),
        "units": shares(asked, improving.parts(actor, asked, "unit"), "liable_unit"),
        "people": shares(asked, improving.parts(actor, asked, "person"), "liable"),
        "corrections": [(row, found, found.url(0), found.url(1), tables.correction_status(row, actor)) for row, found in done],
    }  # fmt: skip
    return render(request, "workspace/complaints.html", context)


def week_url(asked: Asked, week: improving.Week) -> str:
    """The tickets of a week's point."""
    return complaints_url(asked.period, **asked.filters, accepted_after=week.first, accepted_before=week.last)


def shares(asked: Asked, rows: list[Part], name: str) -> list[tuple[Part, str]]:
    """Each with the complaints of which it answers for a part."""
    return [(row, complaints_url(asked.period, **asked.filters, **{name: row.pk})) for row in rows]


def choices(asked: Asked) -> dict[str, Any]:
    """The bar above the charts."""
    chosen = f"{asked.kind}:{asked.pk}" if asked.kind else ""
    titles = {"category": _("问题类别"), "cause": _("投诉原因")}
    return {
        "groups": [(titles[kind], [(value, name, value == chosen) for value, name in rows]) for kind, rows in improving.choices()],
        "spans": [(weeks, weeks == asked.weeks) for weeks in improving.SPANS],
        "all_units": OrgUnit.objects.filter(active=True).order_by("path"),
    }  # fmt: skip
