"""The report whose speed is measured."""

import time
from datetime import timedelta
from statistics import median

from django.utils import timezone

from keqiao.kernel.actor import SYSTEM
from keqiao.reports.figures import counts as report
from keqiao.reports.figures.period import Period


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
