"""Coverage 回访覆盖率: every customer called within the deadline of its rule, as a live figure.

By unit, person, rule and week; every figure is the count of a list that opens. And for each plan, which customers of the
present turn have not been reached yet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers import policies as customers
from keqiao.customers.models import Customer
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.org.models import OrgUnit
from keqiao.visits import candidates, policies
from keqiao.visits.models import Visit, VisitRule
from keqiao.visits.queries import in_time, list_url

Key = Any


@dataclass(frozen=True, slots=True)
class Line:
    """One line of figures: visits whose deadline lies in the days. `due` had to be done by now, `waiting` have time left."""

    label: str
    due: int = 0
    in_time: int = 0
    late: int = 0
    missing: int = 0
    waiting: int = 0
    query: Mapping[str, object] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """Done by the deadline, of those that had to be; None where none had to."""
        return self.in_time / self.due if self.due else None

    def plus(self, other: "Line") -> "Line":
        """Both together, under the first one's name."""
        return Line(
            self.label, self.due + other.due, self.in_time + other.in_time, self.late + other.late,
            self.missing + other.missing, self.waiting + other.waiting, self.query,
        )  # fmt: skip

    def url(self, which: str, first: date, last: date) -> str:
        """The list of exactly the visits behind one of the figures."""
        days: dict[str, object] = {"due_after": first, "due_before": last}
        return list_url(coverage=which, **days | dict(self.query))


def within(actor: Actor, first: date, last: date) -> QuerySet[Visit]:
    """Visits within sight whose deadline lies on the days, both included; cancelled ones don't count."""
    start, end = dates.bounds(first, last + timedelta(days=1))
    rows = policies.visible(actor).filter(due_at__gte=start, due_at__lt=end).order_by()
    return rows.exclude(status=Visit.Status.CANCELLED)


def figures(now: datetime) -> dict[str, Count]:
    """What is counted. Unreachable counts as missing; done late is not missing, but not in time either."""
    done = Q(status=Visit.Status.DONE)
    return {
        "due": Count("pk", filter=done | Q(due_at__lte=now)),
        "in_time": Count("pk", filter=in_time()),
        "late": Count("pk", filter=done & ~in_time()),
        "missing": Count("pk", filter=~done & Q(due_at__lte=now)),
        "waiting": Count("pk", filter=~done & Q(due_at__gt=now)),
    }


def total(actor: Actor, first: date, last: date) -> Line:
    """All of them. One query."""
    return Line(_("合计"), **counted(within(actor, first, last).aggregate(**figures(timezone.now()))))


def by(
    actor: Actor, first: date, last: date, keys: Sequence[str], made: Callable[[Mapping[str, Any]], Line]
) -> list[Line]:
    """A line for each value of the keys. One query."""
    rows = within(actor, first, last).values(*keys).annotate(**figures(timezone.now()))
    return [made(row) for row in rows]


def counted(row: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a row."""
    return {name: row[name] for name in ("due", "in_time", "late", "missing", "waiting")}


def by_person(actor: Actor, first: date, last: date) -> list[Line]:
    """By who has the visit, the lowest share first; those that nobody has yet too."""

    def made(row: Mapping[str, Any]) -> Line:
        person = row["assignee_id"]
        return Line(row["assignee__name"] or _("待领取"), **counted(row), query={"assignee": person or "null"})

    return lowest_first(by(actor, first, last, ("assignee_id", "assignee__name"), made))


def by_rule(actor: Actor, first: date, last: date) -> list[Line]:
    """By rule or plan, the lowest share first."""

    def made(row: Mapping[str, Any]) -> Line:
        return Line(row["rule__name"], **counted(row), query={"rule": row["rule__name"]})

    return lowest_first(by(actor, first, last, ("rule_id", "rule__name"), made))


def by_unit(actor: Actor, first: date, last: date) -> list[Line]:
    """By unit with everything below it, as the list filters; only units that have visits of their own. Two queries."""

    def made(row: Mapping[str, Any]) -> Line:
        return Line(row["unit__name"], **counted(row), query={"unit": row["unit_id"]})

    own = {int(str(line.query["unit"])): line for line in by(actor, first, last, ("unit_id", "unit__name"), made)}
    paths = dict(OrgUnit.objects.filter(pk__in=own).values_list("pk", "path"))
    lines = []
    for pk, line in own.items():
        whole = line
        for other, more in own.items():
            if other != pk and paths[other].startswith(paths[pk]):
                whole = whole.plus(more)
        lines.append(whole)
    return lowest_first(lines)


def by_week(actor: Actor, first: date, last: date) -> list[tuple[Line, date, date]]:
    """By the week of the deadline, in order, each with its first and last day within the days. One query."""
    rows = within(actor, first, last).annotate(day=TruncDate("due_at"))
    weeks: dict[date, Line] = {}
    for row in rows.values("day").annotate(**figures(timezone.now())):
        monday = row["day"] - timedelta(days=row["day"].weekday())
        start, end = max(monday, first), min(monday + timedelta(days=6), last)
        label = _("%(from)s 至 %(until)s") % {"from": f"{start:%m-%d}", "until": f"{end:%m-%d}"}
        line = Line(label, **counted(row))
        weeks[monday] = weeks[monday].plus(line) if monday in weeks else line
    return [(line, max(monday, first), min(monday + timedelta(days=6), last)) for monday, line in sorted(weeks.items())]


def lowest_first(lines: list[Line]) -> list[Line]:
    """Where most is to be done comes first; without anything due last."""
    return sorted(lines, key=lambda line: (2.0 if line.share is None else line.share, -line.missing, line.label))


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a plan's present turn has come, among the customers whom the actor sees."""

    rule: VisitRule
    label: str
    audience: int
    reached: int

    @property
    def missing(self) -> int:
        """How many are not reached yet."""
        return self.audience - self.reached

    @property
    def share(self) -> float | None:
        """The share that is reached."""
        return self.reached / self.audience if self.audience else None


def plans(actor: Actor) -> list[Reached]:
    """Every plan that has a turn now. Two queries a plan, of which there are few."""
    rules = VisitRule.objects.filter(active=True).exclude(occasion=VisitRule.Occasion.EVENT)
    found = []
    for rule in rules.select_related("segment__owner").order_by("pk"):
        turn = candidates.turn_of(rule, dates.today())
        if turn is not None:
            rows = seen(actor, rule)
            found.append(Reached(rule, turn.label, rows.count(), rows.filter(reached(rule, turn.key)).count()))
    return found


def seen(actor: Actor, rule: VisitRule) -> QuerySet[Customer]:
    """The plan's customers, as far as the actor sees customers."""
    return candidates.audience(rule).filter(pk__in=customers.visible(actor).values("pk"))


def reached(rule: VisitRule, key: str) -> Exists:
    """Who has been called for this turn."""
    done = Visit.objects.filter(customer=OuterRef("pk"), rule=rule, occasion_key=key, status=Visit.Status.DONE)
    return Exists(done)


def customers_of(actor: Actor, rule: VisitRule, which: str) -> QuerySet[Customer]:
    """The customers behind a figure of the plan's present turn: "all", "reached" or "missing"; none where it has none."""
    turn = candidates.turn_of(rule, dates.today())
    rows = seen(actor, rule)
    if turn is None:
        return rows.none()
    if which == "all":
        return rows
    return rows.filter(reached(rule, turn.key)) if which == "reached" else rows.exclude(reached(rule, turn.key))
