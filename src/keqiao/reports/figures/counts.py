"""The manager's figures. Everything only within sight; a handful of grouped queries, whatever the number of tickets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from keqiao.kernel.actor import Actor
from keqiao.kernel.statistics import ParetoRow, csat, pareto, wilson
from keqiao.org.models import Employee, OrgUnit
from keqiao.reports.figures.period import Period
from keqiao.tickets.models import Category, Cause, Kind, Ticket
from keqiao.tickets.policies import visible
from keqiao.visits.models import Visit
from keqiao.visits.queries import Coverage, Satisfaction, answered_between, due_between, in_time, made_coverage

ENDED = {Ticket.Stage.CLOSED, Ticket.Stage.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole: counts, the share 0–1 and its 95 % interval; no share where the whole is nothing."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """The share."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval."""
        return wilson(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Department:
    """A responsible unit: its complaints in time and late."""

    unit_id: int
    name: str
    in_time: int
    late: int


@dataclass(slots=True)
class Complaints:
    """Complaints accepted in a period."""

    total: int = 0
    before: int = 0
    closed: Share = field(default_factory=lambda: Share(0, 0))
    open: int = 0
    days: dict[date, int] = field(default_factory=dict)
    types: list[ParetoRow[tuple[int, str]]] = field(default_factory=list)
    causes: list[ParetoRow[tuple[int, str]]] = field(default_factory=list)
    departments: list[Department] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Tickets accepted by day and person: `cells[day, owner id or None] = (tickets, late ones)`."""

    days: list[date]
    people: list[tuple[int | None, str]]
    cells: Mapping[tuple[date, int | None], tuple[int, int]]

    def total(self, owner_id: int | None) -> int:
        """All of a person's days."""
        return sum(self.cells.get((day, owner_id), (0, 0))[0] for day in self.days)


def accepted(actor: Actor, period: Period) -> QuerySet[Ticket]:
    """Tickets within sight that were accepted in the period."""
    rows = visible(actor).filter(accepted_on__range=(period.first, period.last)).order_by()
    return rows.filter(unit_id__in=period.unit_ids) if period.unit else rows


def complaints_in(actor: Actor, period: Period) -> QuerySet[Ticket]:
    """Complaints within sight that were accepted in the period."""
    return accepted(actor, period).filter(kind=Kind.COMPLAINT)


def complaints(actor: Actor, period: Period) -> Complaints:
    """All figures of complaints: one grouped pass over the tickets, one by day, and the names. Six queries."""
    cube = list(
        complaints_in(actor, period)
        .values_list("category_id", "complaint__cause_id", "complaint__responsible_unit_id", "stage", "late")
        .annotate(n=Count("*"))
    )
    closed = [(late, n) for *_keys, stage, late, n in cube if stage == Ticket.Stage.CLOSED]
    return Complaints(
        total=sum(row[-1] for row in cube),
        before=complaints_in(actor, period.before).count(),
        closed=Share(sum(n for late, n in closed if not late), sum(n for _late, n in closed)),
        open=sum(n for *_keys, stage, _late, n in cube if stage not in ENDED),
        days=by_day(complaints_in(actor, period), period),
        types=top_level(Category, ((row[0], row[-1]) for row in cube)),
        causes=top_level(Cause, ((row[1], row[-1]) for row in cube)),
        departments=departments((row[2], row[4], row[-1]) for row in cube),
    )


def by_day(rows: QuerySet[Ticket], period: Period) -> dict[date, int]:
    """How many on each day; days without any are there with 0."""
    found = dict(rows.values_list("accepted_on").annotate(n=Count("*")))
    every = (period.first + timedelta(days=at) for at in range(period.days))
    return {day: found.get(day, 0) for day in every}


def top_level(
    model: type[Category] | type[Cause], pairs: Iterable[tuple[int | None, int]]
) -> list[ParetoRow[tuple[int, str]]]:
    """Counts of a tree of two levels, added up at the top, from the most frequent down."""
    nodes = {pk: (parent, name) for pk, parent, name in model.objects.values_list("pk", "parent_id", "name")}
    counts: dict[int, int] = {}
    for pk, n in pairs:
        if pk is not None:
            top = nodes[pk][0] or pk
            counts[top] = counts.get(top, 0) + n
    return pareto(((pk, nodes[pk][1]), n) for pk, n in counts.items())


def departments(rows: Iterable[tuple[int | None, bool, int]]) -> list[Department]:
    """Complaints by responsible unit, the one with the most first."""
    counts: dict[int, list[int]] = {}
    for unit_id, late, n in rows:
        if unit_id is not None:
            counts.setdefault(unit_id, [0, 0])[bool(late)] += n
    names = dict(OrgUnit.objects.filter(pk__in=counts).values_list("pk", "name"))
    found = [Department(pk, names[pk], *pair) for pk, pair in counts.items()]
    return sorted(found, key=lambda one: (-(one.in_time + one.late), one.name))


def headline(actor: Actor, period: Period) -> tuple[int, Share]:
    """Complaints accepted, and the share of the closed ones that were closed in time. One query."""
    closed = Q(stage=Ticket.Stage.CLOSED)
    found = complaints_in(actor, period).aggregate(
        total=Count("*"), closed=Count("pk", filter=closed), in_time=Count("pk", filter=closed & Q(late=False))
    )
    return found["total"], Share(found["in_time"], found["closed"])


def of_unit(rows: QuerySet[Visit], period: Period) -> QuerySet[Visit]:
    """The visits of the period's unit."""
    return rows.filter(unit_id__in=period.unit_ids) if period.unit else rows


def coverage(actor: Actor, period: Period) -> Coverage:
    """Of the visits with a deadline in the period, how many were done by then. One query."""
    rows = of_unit(due_between(actor, period.first, period.last), period)
    found = rows.aggregate(due=Count("*"), done=Count("pk", filter=in_time()))
    return made_coverage(found["due"], found["done"])


def satisfaction(actor: Actor, period: Period) -> Satisfaction:
    """Scores of the visits answered in the period: distribution, mean, share of 4 and 5. One query."""
    rows = of_unit(answered_between(actor, period.first, period.last), period)
    counts = {score: 0 for score in Visit.Score.values}
    counts |= {score: n for score, n in rows.values_list("satisfaction").annotate(n=Count("*")) if score}
    n = sum(counts.values())
    mean = sum(score * count for score, count in counts.items()) / n if n else None
    return Satisfaction(counts, mean, csat(counts))


def by_day_and_agent(actor: Actor, period: Period) -> Matrix:
    """Tickets of all kinds by day and owner, those with the most first.

    Two queries; the first reads only the index `ticket_by_day`, so it must not ask for the key, which PostgreSQL keeps
    outside of it.
    """
    rows = accepted(actor, period).values_list("accepted_on", "owner_id")
    cells = {
        (day, owner): (n, late)
        for day, owner, n, late in rows.annotate(n=Count("*"), overdue=Count("late", filter=Q(late=True)))
    }
    totals: dict[int | None, int] = {}
    for (_day, owner), (n, _late) in cells.items():
        totals[owner] = totals.get(owner, 0) + n
    names = dict(Employee.objects.filter(pk__in=[pk for pk in totals if pk]).values_list("pk", "name"))
    people = [(pk, names.get(pk or 0, "")) for pk in sorted(totals, key=lambda pk: (pk is None, -totals[pk], pk or 0))]
    return Matrix([period.last - timedelta(days=at) for at in range(period.days)], people, cells)
