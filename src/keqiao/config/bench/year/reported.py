"""The same figures as the program reports them: by the very queries that draw the manager's page."""

from datetime import date

from django.db.models import Count

from keqiao.config.bench.year.facts import Figures
from keqiao.kernel.actor import Actor
from keqiao.reports.figures import counts as report
from keqiao.reports.figures.period import Period
from keqiao.tickets.policies import visible_dispatches, visible_escalations


def reported(actor: Actor, first: date, last: date) -> Figures:
    """The figures of the days from `first` to `last`, both included, at this moment."""
    period = Period("custom", first, last)
    found = report.complaints(actor, period)
    covered, scores = report.coverage(actor, period), report.satisfaction(actor, period)
    people = report.by_day_and_agent(actor, period)
    return {
        "complaints": {"accepted": found.total, "closed": found.closed.whole, "in_time": found.closed.part},
        "days": {day.isoformat(): n for day, n in found.days.items() if n},
        "types": {row.key[1]: row.count for row in found.types},
        "causes": {row.key[1]: row.count for row in found.causes},
        "owners": {str(pk): people.total(pk) for pk, _name in people.people if pk is not None},
        "coverage": {
            "due": covered.due, "in_time": covered.done_in_time, "percent": round(100 * (covered.share or 0), 6)
        },
        "scores": {str(score): float(n) for score, n in scores.counts.items()}
        | {"mean": round(scores.mean or 0, 6), "percent": round(100 * (scores.csat.value or 0), 6)},
        "liable": {row.name: row.in_time + row.late for row in found.departments},
        "liable_late": {row.name: row.late for row in found.departments if row.late},
        **listed(actor),
    }  # fmt: skip


def listed(actor: Actor) -> Figures:
    """What the lists of rungs climbed and of dispatches hold."""
    rungs = visible_escalations(actor).order_by().values_list("severity", "step").annotate(n=Count("*"))
    asked = visible_dispatches(actor).order_by().values_list("unit__name")
    return {
        "escalations": {f"{severity}-{step}": n for severity, step, n in rungs},
        "asked": dict(asked.annotate(n=Count("*"))), "asked_late": dict(asked.filter(late=True).annotate(n=Count("*"))),
    }  # fmt: skip
