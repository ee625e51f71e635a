"""The manager's charts: what is drawn, and the list behind each bar."""

from typing import Any

from django.utils.translation import gettext as _

from keqiao.reports.figures import links
from keqiao.reports.figures.counts import Complaints
from keqiao.reports.figures.period import Period
from keqiao.visits.models import Visit
from keqiao.visits.queries import Satisfaction, satisfaction_url

MOST_NAMES = 12  # below so many bars each shows its name


def complaints_url(period: Period, **query: object) -> str:
    """The list of the period's complaints, narrowed further."""
    return links.tickets("all", **({"kind": "complaint"} | period.filters | query))


def by_day(found: Complaints, period: Period) -> dict[str, Any]:
    """Complaints accepted on each day."""
    days = list(found.days)
    return {
        "type": "bar" if period.days <= 31 else "line",
        "labels": [f"{day.month}/{day.day}" for day in days],
        "series": [{"name": _("受理投诉"), "data": list(found.days.values())}],
        "urls": [complaints_url(period, accepted_after=day, accepted_before=day) for day in days],
    }


def by_type(found: Complaints, period: Period) -> dict[str, Any]:
    """Pareto of types."""
    return pareto(found.types, [complaints_url(period, category=row.key[0]) for row in found.types])


def by_cause(found: Complaints, period: Period) -> dict[str, Any]:
    """Pareto of causes."""
    return pareto(found.causes, [complaints_url(period, cause=row.key[0]) for row in found.causes])


def pareto(rows: list[Any], urls: list[str]) -> dict[str, Any]:
    """Counts from the most frequent down, with the cumulative share."""
    return {
        "type": "pareto",
        "every": len(rows) <= MOST_NAMES,
        "labels": [row.key[1] for row in rows],
        "series": [{"name": _("投诉"), "data": [row.count for row in rows]}],
        "share": _("累计占比"),
        "urls": urls,
    }


def by_department(found: Complaints, period: Period) -> dict[str, Any]:
    """In time and late by responsible unit."""
    units = found.departments

    def urls(late: int) -> list[str]:
        return [complaints_url(period, responsible_unit=one.unit_id, late=late) for one in units]

    return {
        "type": "stacked",
        "every": len(units) <= MOST_NAMES,
        "labels": [one.name for one in units],
        "series": [
            {"name": _("未超时"), "data": [one.in_time for one in units], "urls": urls(0)},
            {"name": _("超时"), "data": [one.late for one in units], "urls": urls(1), "tone": "danger"},
        ],
        "urls": [complaints_url(period, responsible_unit=one.unit_id) for one in units],
    }


def by_score(scores: Satisfaction, period: Period) -> dict[str, Any]:
    """How many gave each score, the best first."""
    order = sorted(scores.counts, reverse=True)
    return {
        "type": "bar",
        "horizontal": True,
        "labels": [_("%(n)d 分 %(word)s") % {"n": score, "word": Visit.Score(score).label} for score in order],
        "series": [{"name": _("回访"), "data": [scores.counts[score] for score in order]}],
        "urls": [satisfaction_url(period.first, period.last, score, period.unit_id) for score in order],
    }
