"""Reads used in more than one place: the next visit of one's list, coverage and satisfaction with their intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Case, Count, F, Min, Q, QuerySet, When
from django.urls import reverse
from django.utils import timezone

from keqiao.calendars.queries import is_quiet, next_contact_time
from keqiao.customers.consents import contactable, inside
from keqiao.customers.models import Consent, Customer, RestWish
from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import bounds
from keqiao.kernel.statistics import Score, csat, wilson
from keqiao.visits import policies
from keqiao.visits.models import Visit, Visitor

LOOKED_AT = 50  # visits whose customers are asked for at once
DONE = Q(status=Visit.Status.DONE)


def covered(rows: QuerySet[Visit], which: str) -> QuerySet[Visit]:
    """Visits that had to be done by now ("due"), those done by their deadline ("in_time"), and the rest ("missed").

    The rest are those done "late" and those still "missing"; beside them are those that have time left ("waiting").
    """
    done, now = Q(status=Visit.Status.DONE), timezone.now()
    rows = rows.exclude(status=Visit.Status.CANCELLED)
    if which == "waiting":
        return rows.filter(~done, due_at__gt=now)
    rows = rows.filter(done | Q(due_at__lte=now))
    if which == "late":
        return rows.filter(done, done_at__gt=F("due_at"))
    if which == "missing":
        return rows.filter(~done)
    if which == "in_time":
        return rows.filter(done, done_at__lte=F("due_at"))
    if which == "missed":
        return rows.filter(~done | Q(done_at__gt=F("due_at")))
    return rows


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many visits had to be done and were done by their deadline; shares 0–1, None where none had to be done."""

    due: int
    done_in_time: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How many gave each score 1–5, their mean, and the share of 4 and 5 with its 95 % interval."""

    counts: Mapping[int, int]
    mean: float | None
    csat: Score

    @property
    def n(self) -> int:
        """How many answered."""
        return self.csat.n


@dataclass(frozen=True, slots=True)
class OfUnit:
    """The figures of one unit; satisfaction or coverage, whichever was asked for."""

    unit_id: int
    name: str
    coverage: Coverage | None = None
    satisfaction: Satisfaction | None = None


def mine(rows: QuerySet[Visit], actor: Actor) -> QuerySet[Visit]:
    """Open visits that one has, and those of one's unit that nobody has yet."""
    return rows.filter(Q(assignee_id=actor.id) | Q(assignee=None, unit_id=actor.unit_id), open=True)


def next_visit(actor: Actor, after: Visit | None = None) -> Visit | None:
    """The visit of one's own list to make now: due first, of those whose time has come."""
    rows = policies.own(actor).filter(open=True, not_before__lte=timezone.now())
    if after is not None:
        rows = rows.exclude(pk=after.pk)
    return rows.order_by("due_at", "pk").first()


def waiting_at_desk(actor: Actor, now: datetime) -> QuerySet[Visit]:
    """Visits of one's own list that may be made now, first the one that one has before oneself, then as they are due.

    Two queries of their own: of the first of them, whose customers don't rest and refuse nothing. No row is held.
    """
    rows = policies.own(actor).filter(open=True, not_before__lte=now, rule__paused=False)
    mine_now = Case(When(held_by_id=actor.id, held_until__gt=now, then=0), default=1)
    rows = rows.annotate(turn=mine_now).order_by("turn", "due_at", "pk")
    first = list(rows.values_list("pk", "customer_id", "customer__region")[: 4 * LOOKED_AT])
    awake = reachable({customer: region for _pk, customer, region in first}, now)
    return rows.filter(pk__in=[pk for pk, customer, _region in first if customer in awake]).select_related("customer")


def reachable(regions: Mapping[int, str], now: datetime) -> set[int]:
    """Of the customers (id → region) those who may be called now: no refusal, no rest time. Two queries."""
    willing = contactable(Customer.objects.filter(pk__in=regions), Consent.Purpose.SERVICE, Consent.Channel.PHONE)
    wishes = {wish.customer_id: wish for wish in RestWish.objects.filter(customer__in=regions)}
    resting = {pk for pk, wish in wishes.items() if inside(now, wish.start, wish.end)}
    found = set(willing.values_list("pk", flat=True)) - resting
    return {pk for pk in found if not is_quiet(now, regions[pk] or None)}


@dataclass(frozen=True, slots=True)
class Day:
    """One's own day at the desk: visits done, how many are asked for, how many wait, and when the next one's time comes."""

    done: int
    quota: int
    waiting: int
    next_at: datetime | None = None

    @property
    def left(self) -> int:
        """How many are missing to the quota."""
        return max(self.quota - self.done, 0)


def day_of(actor: Actor) -> Day:
    """How far one's own day has come. Three small queries."""
    now = timezone.now()
    today = dates.start_of(dates.today())
    done = Visit.objects.filter(DONE, done_at__gte=today, done_by_id=actor.id).count()
    quota = Visitor.objects.filter(employee_id=actor.id or 0).values_list("quota", flat=True).first()
    waiting = policies.own(actor).filter(open=True, rule__paused=False)
    found = waiting.aggregate(n=Count("pk"), later=Min("not_before", filter=Q(not_before__gt=now)))
    later = found["later"]
    if later is None and found["n"] and is_quiet(now):
        later = next_contact_time(now)
    return Day(done, Visitor.QUOTA if quota is None else quota, found["n"], later)


def due_between(actor: Actor, start: date, end: date) -> QuerySet[Visit]:
    """Visits within sight whose deadline lies on the days from `start` to `end`, both included, and that count."""
    first, after = bounds(start, end + timedelta(days=1))
    return covered(policies.visible(actor), "due").filter(due_at__gte=first, due_at__lt=after)


def coverage(actor: Actor, start: date, end: date) -> Coverage:
    """Visit coverage: of the visits with a deadline in these days, how many were done by then. One query.

    Cancelled ones do not count, unreachable ones count as not done. Interval: Wilson, 95 %.
    """
    found = due_between(actor, start, end).aggregate(due=Count("pk"), done=Count("pk", filter=in_time()))
    return made_coverage(found["due"], found["done"])


def coverage_by_unit(actor: Actor, start: date, end: date) -> list[OfUnit]:
    """Coverage of each unit, the lowest first. One query."""
    rows = (
        due_between(actor, start, end)
        .order_by()
        .values("unit_id", "unit__name")
        .annotate(due=Count("pk"), done=Count("pk", filter=in_time()))
    )
    units = [OfUnit(row["unit_id"], row["unit__name"], made_coverage(row["due"], row["done"])) for row in rows]
    return sorted(units, key=lambda one: (one.coverage.share if one.coverage else 0, one.name))


def in_time() -> Q:
    """Done by the deadline."""
    return DONE & Q(done_at__lte=F("due_at"))


def made_coverage(due: int, done: int) -> Coverage:
    """The share with its interval."""
    low, high = wilson(done, due)
    return Coverage(due, done, done / due if due else None, low, high)


def answered_between(actor: Actor, start: date, end: date) -> QuerySet[Visit]:
    """Visits within sight that were answered on the days from `start` to `end`, both included."""
    first, after = bounds(start, end + timedelta(days=1))
    return policies.visible(actor).filter(DONE, done_at__gte=first, done_at__lt=after).order_by()


def satisfaction(actor: Actor, start: date, end: date) -> Satisfaction:
    """Scores of the visits answered in these days. One query."""
    rows = answered_between(actor, start, end).values_list("satisfaction").annotate(n=Count("pk"))
    return made_satisfaction({score: n for score, n in rows if score})


def satisfaction_by_unit(actor: Actor, start: date, end: date) -> list[OfUnit]:
    """Scores of each unit that made the visits, the least satisfied first. One query."""
    rows = answered_between(actor, start, end).values_list("unit_id", "unit__name", "satisfaction")
    counts: dict[tuple[int, str], dict[int, int]] = {}
    for unit_id, name, score, n in rows.annotate(n=Count("pk")):
        if score:
            counts.setdefault((unit_id, name), {})[score] = n
    units = [OfUnit(unit_id, name, satisfaction=made_satisfaction(found)) for (unit_id, name), found in counts.items()]
    return sorted(units, key=lambda one: (one.satisfaction.mean or 0 if one.satisfaction else 0, one.name))


def made_satisfaction(found: Mapping[int, int]) -> Satisfaction:
    """Distribution, mean and interval of counted scores."""
    counts = {score: found.get(score, 0) for score in Visit.Score.values}
    n = sum(counts.values())
    mean = sum(score * count for score, count in counts.items()) / n if n else None
    return Satisfaction(counts, mean, csat(counts))


def coverage_url(start: date, end: date, which: str = "due", unit_id: int | None = None) -> str:
    """The list of exactly the visits behind a figure of coverage: "due", "in_time" or "missed"."""
    return list_url(coverage=which, due_after=start, due_before=end, unit=unit_id)


def satisfaction_url(start: date, end: date, score: int | None = None, unit_id: int | None = None) -> str:
    """The list of exactly the visits behind a figure of satisfaction, all or of one score."""
    return list_url(status=Visit.Status.DONE.value, done_after=start, done_before=end, satisfaction=score, unit=unit_id)


def list_url(**query: object) -> str:
    """The list of all visits with these filters; those that are None are left out."""
    chosen = {"view": "all", **{name: value for name, value in query.items() if value is not None}}
    return reverse("visits:list") + "?" + urlencode(chosen)
