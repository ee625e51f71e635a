"""The page of the coverage, and of the customers whom a plan has not reached yet."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of
from keqiao.reception.ledger import day_of
from keqiao.visits import coverage, policies, tables
from keqiao.visits.models import VisitRule
from keqiao.visits.resource import VISITS

SHOWN, LISTED, LONGEST = 10, 200, 366
FIGURES = (("due", "due"), ("in_time", "in_time"), ("late", "late"), ("missing", "missing"), ("waiting", "waiting"))


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The figure of the days and where it comes from; it keeps itself up to date."""
    actor = actor_of(request)
    if not policies.allowed(actor, "list"):
        raise NotAllowed(_("您没有查看回访的权限。"))
    first, last = days_of(request)
    whole = coverage.total(actor, first, last)
    missing = coverage.within(actor, first, last).filter(open=True).select_related("customer", "assignee", "unit")
    plans = [
        {"one": one, "share": percent(one.share), "url": reverse("visit-coverage-plan", args=[one.rule.pk]),
         "reached_url": reverse("visit-coverage-plan", args=[one.rule.pk]) + "?which=reached",
         "all_url": reverse("visit-coverage-plan", args=[one.rule.pk]) + "?which=all"}
        for one in coverage.plans(actor)
    ]  # fmt: skip
    context = {
        "first": first, "last": last, "whole": lined(whole, first, last), "plans": plans,
        "tables": [
            (_("回访部门（含下级）"), [lined(one, first, last) for one in coverage.by_unit(actor, first, last)]),
            (_("回访人"), [lined(one, first, last) for one in coverage.by_person(actor, first, last)]),
            (_("回访规则"), [lined(one, first, last) for one in coverage.by_rule(actor, first, last)]),
            (_("按周"), [lined(*one) for one in coverage.by_week(actor, first, last)]),
        ],
        "missing": [(one, VISITS.url(one), tables.due(one, actor)) for one in missing.order_by("due_at", "pk")[:SHOWN]],
    }  # fmt: skip
    return render(request, "visits/coverage.html", context)


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The customers whom a plan's present turn has not reached (or has, or means), as far as the reader sees them."""
    actor = actor_of(request)
    if not policies.allowed(actor, "list"):
        raise NotAllowed(_("您没有查看回访的权限。"))
    rule = get_object_or_404(VisitRule.objects.exclude(occasion=VisitRule.Occasion.EVENT), pk=pk, active=True)
    which = request.GET.get("which", "missing")
    rows = coverage.customers_of(actor, rule, which).select_related("owner").order_by("pk")
    context = {"rule": rule, "which": which, "count": rows.count(), "rows": rows[:LISTED]}
    return render(request, "visits/coverage_plan.html", context)


def days_of(request: HttpRequest) -> tuple[date, date]:
    """The days asked for; the present month to its last visit's day if none are."""
    last = day_of(request.GET.get("to", "")) or today()
    first = min(day_of(request.GET.get("from", "")) or last.replace(day=1), last)
    return (first, last) if (last - first).days <= LONGEST else (date.fromordinal(last.toordinal() - LONGEST), last)


def lined(line: coverage.Line, first: date, last: date) -> dict[str, Any]:
    """A line with the address behind each figure."""
    cells = [(getattr(line, name), line.url(which, first, last), name) for name, which in FIGURES]
    return {"label": line.label, "share": percent(line.share), "value": line.share or 0, "cells": cells, "line": line}


def percent(share: float | None) -> str:
    """With one decimal, cut off: 100 % is said only where nobody is missing."""
    return "" if share is None else f"{int(share * 1000) / 10:g}%"
