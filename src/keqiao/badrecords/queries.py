"""Bad records counted by kind and unit."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from keqiao.badrecords import policies
from keqiao.kernel.actor import Actor
from keqiao.tickets.models import Severity


@dataclass(slots=True)
class Line:
    """One kind, unit or month: how many, how many of them grave, how many still open."""

    key: str
    name: str
    count: int = 0
    grave: int = 0
    still: int = 0


@dataclass(slots=True)
class Analysis:
    """By kind against unit, and by month; keys are those of the list's filters."""

    kinds: list[Line] = field(default_factory=list)
    units: list[Line] = field(default_factory=list)
    months: list[Line] = field(default_factory=list)
    cells: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    total: int = 0


def analysis(actor: Actor, first: date, last: date) -> Analysis:
    """What happened on these days within the actor's sight. One query."""
    rows = policies.visible(actor).filter(happened_on__gte=first, happened_on__lte=last).order_by()
    grouped = rows.values_list("kind", "kind__name", "unit", "unit__name", "happened_on__year", "happened_on__month")
    found = Analysis()
    lines: dict[str, dict[str, Line]] = {"kind": {}, "unit": {}, "month": {}}
    grave, still = Q(severity__gte=Severity.MAJOR), Q(status="open")
    for kind, kind_name, unit, unit_name, year, month, n, heavy, left in grouped.annotate(
        n=Count("pk", distinct=True),
        heavy=Count("pk", filter=grave, distinct=True),
        left=Count("pk", filter=still, distinct=True),
    ):
        found.total += n
        found.cells[str(kind), str(unit)] += n
        named = (("kind", str(kind), kind_name), ("unit", str(unit), unit_name), ("month", f"{year}-{month:02}", ""))
        for group, key, name in named:
            line = lines[group].setdefault(key, Line(key, name or key))
            line.count, line.grave, line.still = line.count + n, line.grave + heavy, line.still + left
    found.kinds = sorted(lines["kind"].values(), key=lambda one: (-one.count, one.name))
    found.units = sorted(lines["unit"].values(), key=lambda one: (-one.count, one.name))
    found.months = sorted(lines["month"].values(), key=lambda one: one.key, reverse=True)
    return found
