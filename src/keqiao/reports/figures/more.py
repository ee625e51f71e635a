"""Counts that only reports need, each one grouped query, with the list of exactly the records behind it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Avg, Count, Q, QuerySet, Sum

from keqiao.badrecords.policies import visible as visible_bad_records
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import bounds
from keqiao.reports.figures import links
from keqiao.reports.figures.counts import complaints_in, of_unit
from keqiao.reports.figures.period import Period
from keqiao.tickets.models import CorrectiveAction, Severity
from keqiao.tickets.queries import compensated
from keqiao.visits.models import Rectification, Visit
from keqiao.visits.policies import visible as visible_visits
from keqiao.visits.queries import answered_between

MOST = 10  # products in a table
PROBLEMS = 60  # call-backs in a table
LOW = 2  # scores up to this one are low


def by_severity(actor: Actor, period: Period) -> list[tuple[int, str, int]]:
    """(severity, its name, complaints), the gravest first; those without any are there with 0."""
    found = dict(complaints_in(actor, period).values_list("severity").annotate(n=Count("*")))
    return [(code, str(name), found.get(code, 0)) for code, name in sorted(Severity.choices, reverse=True)]


def compensations(actor: Actor, period: Period) -> tuple[int, int]:
    """How many of the complaints were compensated, and the fen of it all. One query."""
    found = compensated(complaints_in(actor, period)).aggregate(n=Count("*"), fen=Sum("complaint__compensation_fen"))
    return found["n"], found["fen"] or 0


def by_product(actor: Actor, period: Period) -> list[tuple[str, int]]:
    """The products with the most complaints; complaints about none in particular are left out."""
    rows = complaints_in(actor, period).exclude(product="").values_list("product").annotate(n=Count("*"))
    return [(name, n) for name, n in rows.order_by("-n", "product")[:MOST]]


def bad_records(actor: Actor, period: Period) -> list[tuple[int, str, int, int]]:
    """(kind, its name, bad records that happened, those still open), the most frequent first."""
    rows = visible_bad_records(actor).filter(happened_on__range=(period.first, period.last)).order_by()
    counted = rows.values_list("kind", "kind__name").annotate(
        n=Count("pk", distinct=True), still=Count("pk", filter=Q(status="open"), distinct=True)
    )
    return sorted(((kind, name, n, still) for kind, name, n, still in counted), key=lambda row: (-row[2], row[1]))


def bad_records_url(period: Period, **query: object) -> str:
    """The bad records in which the unit, or one below it, has a part."""
    span = {"happened_after": period.first, "happened_before": period.last, "department": period.unit_id}
    return links.listing("bad-records", "all", **(span | query))


def corrections(period: Period) -> dict[str, int]:
    """Corrective actions out of the units' tickets that were due in the period, by status; nobody's without a unit.

    Whoever puts it right, it came of these units' tickets: they are counted without anybody's eyes, so never others'.
    """
    rows = CorrectiveAction.objects.filter(due_on__range=(period.first, period.last)).order_by()
    rows = rows.filter(ticket__unit_id__in=period.unit_ids)
    return dict(rows.values_list("status").annotate(n=Count("*")))


def corrections_url(period: Period, **query: object) -> str:
    """The list of these."""
    span = {"due_after": period.first, "due_before": period.last, "accepted_by": period.unit_id}
    return links.listing("corrections", "all", **(span | query))


def rectifications(period: Period) -> dict[str, int]:
    """Rectifications that came of the units' call-backs in the period, by status; nobody's without a unit."""
    first, after = bounds(period.first, period.last + timedelta(days=1))
    rows = Rectification.objects.filter(created_at__gte=first, created_at__lt=after).order_by()
    rows = rows.filter(visit__unit_id__in=period.unit_ids)
    return dict(rows.values_list("status").annotate(n=Count("*")))


def rectifications_url(period: Period, **query: object) -> str:
    """The list of these."""
    span = {"created_after": period.first, "created_before": period.last, "visited_by": period.unit_id}
    return links.listing("rectifications", "all", **(span | query))


@dataclass(slots=True)
class Efforts:
    """Call-backs whose deadline lay in the period: by status, and how often was tried for those made."""

    statuses: dict[str, int] = field(default_factory=dict)
    tries: float | None = None


def efforts(actor: Actor, period: Period) -> Efforts:
    """One query."""
    first, after = bounds(period.first, period.last + timedelta(days=1))
    rows = of_unit(visible_visits(actor).filter(due_at__gte=first, due_at__lt=after), period).order_by()
    found = Efforts()
    for status, n, mean in rows.values_list("status").annotate(n=Count("*"), mean=Avg("attempts_made")):
        found.statuses[status] = n
        if status == Visit.Status.DONE:
            found.tries = float(mean or 0)
    return found


def unsolved(actor: Actor, period: Period) -> int:
    """Answered call-backs in which the customer said that the matter is not solved."""
    return of_unit(answered_between(actor, period.first, period.last), period).filter(solved=False).count()


def problems(actor: Actor, period: Period) -> QuerySet[Visit]:
    """Answered call-backs with a low score, not solved, or made too late; the worst first."""
    rows = of_unit(answered_between(actor, period.first, period.last), period)
    bad = Q(satisfaction__lte=LOW) | Q(solved=False)
    related = ("unit", "ticket__complaint__responsible_unit", "rectification")
    return rows.filter(bad).select_related(*related).order_by("satisfaction", "done_at", "pk")[:PROBLEMS]


def total(counts: Iterable[int]) -> int:
    """All of them."""
    return sum(counts)
