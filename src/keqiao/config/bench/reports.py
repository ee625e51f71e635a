"""The reports whose speed is measured."""

import time
from datetime import timedelta
from statistics import median

from django.utils import timezone

from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.dates import add_months, month_range
from keqiao.org.models import OrgUnit
from keqiao.reports.contents.kinds import counted
from keqiao.reports.figures import counts as report
from keqiao.reports.figures.period import Period
from keqiao.reports.models import Kind, Report


def by_day_and_agent(days: int, times: int) -> dict[str, float]:
    """Median milliseconds of the report over the last days, and how many people are in it."""
    today = timezone.localdate()
    period = Period("90", today - timedelta(days=days - 1), today)
    taken = []
    for _round in range(times):
        start = time.perf_counter()
        matrix = report.by_day_and_agent(SYSTEM, period)
        taken.append((time.perf_counter() - start) * 1000)
    return {"median_ms": median(taken), "people": len(matrix.people)}


def drafted(times: int) -> dict[str, float]:
    """Median milliseconds in which each monthly report of the whole house is counted, for the month before this one."""
    first = month_range(add_months(timezone.localdate(), -1))[0]
    last = month_range(first)[1] - timedelta(days=1)
    unit = OrgUnit.objects.get(parent=None)
    found = {}
    for kind in (Kind.COMPLAINTS, Kind.VISITS):
        taken = []
        for _round in range(times):
            start = time.perf_counter()
            counted(Report(kind=kind, unit=unit, first=first, last=last))
            taken.append((time.perf_counter() - start) * 1000)
        found[f"{kind}_ms"] = median(taken)
    return found
