"""Complaints by week with their control limits, who answers for them, and whether causes came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, Sum
from django.utils import timezone

from keqiao.kernel.actor import Actor
from keqiao.kernel.statistics import c_limits, p_limits
from keqiao.org.queries import subtree
from keqiao.reports.figures.counts import accepted, complaints_in
from keqiao.reports.figures.period import Period, unit_of
from keqiao.tickets.effect import Effect, effects
from keqiao.tickets.models import Category, Cause, CorrectiveAction, Share
from keqiao.tickets.policies import visible_corrections

SPANS = (13, 26, 52)  # weeks
FEWEST = 8  # whole weeks from which limits are drawn; our own number
MOST = 20
Limits = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is charted: how many weeks, all complaints or those of a type ("category") or cause, counted or as a share."""

    weeks: int
    kind: str
    pk: int
    share: bool
    period: Period

    @property
    def about(self) -> Q:
        """The condition; a type or cause stands for what is below it too, as in the list."""
        if self.kind == "category":
            return Q(category=self.pk) | Q(category__parent=self.pk)
        if self.kind == "cause":
            return Q(complaint__cause=self.pk) | Q(complaint__cause__parent=self.pk)
        return Q()

    @property
    def filters(self) -> dict[str, object]:
        """The same as filters of the list."""
        return {self.kind: self.pk} if self.kind else {}


@dataclass(frozen=True, slots=True)
class Week:
    """One week: its days, what was counted, out of how many tickets, and its limits; the last one may still run."""

    first: date
    last: date
    count: int
    total: int
    limits: Limits | None
    running: bool

    def value(self, *, share: bool) -> float:
        """The point that is drawn: a count, or a share 0–1."""
        return (self.count / self.total if self.total else 0.0) if share else float(self.count)

    def out(self, *, share: bool) -> bool:
        """Whether the point lies beyond its limits; a week that still runs is not judged."""
        if self.limits is None or self.running:
            return False
        return not self.limits[1] <= self.value(share=share) <= self.limits[2]


@dataclass(frozen=True, slots=True)
class Part:
    """A department or a person: in how many complaints, and how much of them in whole ones."""

    pk: int
    name: str
    count: int
    weight: float


def asked_of(query: Mapping[str, str]) -> Asked:
    """The choice in a query string; what cannot be read falls back to all complaints of 26 weeks."""
    weeks = next((one for one in SPANS if str(one) == query.get("weeks")), SPANS[1])
    kind, _colon, pk = query.get("about", "").partition(":")
    known = kind in {"category", "cause"} and pk.isascii() and pk.isdigit() and len(pk) < 10
    unit = unit_of(query.get("unit", ""))
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    period = Period("custom", monday - timedelta(weeks=weeks - 1), today, unit, tuple(subtree(unit)) if unit else ())
    return Asked(weeks, kind if known else "", int(pk) if known else 0, query.get("measure") == "share", period)


def by_week(actor: Actor, asked: Asked) -> list[Week]:
    """The weeks with their limits, which only whole weeks make. Two queries."""
    found = dict(
        complaints_in(actor, asked.period).filter(asked.about).values_list("accepted_on").annotate(n=Count("*"))
    )
    every = dict(accepted(actor, asked.period).values_list("accepted_on").annotate(n=Count("*")))
    days = [asked.period.first + timedelta(weeks=at) for at in range(asked.weeks)]

    def summed(counts: Mapping[date, int], monday: date) -> int:
        return sum(counts.get(monday + timedelta(days=at), 0) for at in range(7))

    hits, totals = [summed(found, day) for day in days], [summed(every, day) for day in days]
    limits = limits_of(hits, totals, share=asked.share, running=asked.period.last.weekday() < 6)
    return [
        Week(
            day,
            min(day + timedelta(days=6), asked.period.last),
            hit,
            total,
            limit,
            day + timedelta(days=6) > asked.period.last,
        )
        for day, hit, total, limit in zip(days, hits, totals, limits, strict=True)
    ]


def limits_of(hits: list[int], totals: list[int], *, share: bool, running: bool) -> list[Limits | None]:
    """Limits for every week from the whole ones, beginning with the first that had any ticket; none from too few."""
    began = next((at for at, total in enumerate(totals) if total), len(totals))
    end = len(hits) - running
    if end - began < FEWEST:
        return [None] * len(hits)
    if share:
        made = p_limits(hits[began:end], totals[began:end])
        return [*[None] * began, *made, *[None] * running]
    return [*[None] * began, *[c_limits(hits[began:end])] * (end - began), *[None] * running]


def parts(actor: Actor, asked: Asked, who: str) -> list[Part]:
    """Who answers for the complaints of those weeks ("unit" or "person"), the one with the most first. One query."""
    rows = Share.objects.filter(complaint__in=complaints_in(actor, asked.period).filter(asked.about).values("pk"))
    grouped = rows.exclude(**{who: None}).order_by().values_list(who, f"{who}__name")
    found = [
        Part(pk, name, n, weight / 100)
        for pk, name, n, weight in grouped.annotate(n=Count("complaint", distinct=True), weight=Sum("percent"))
    ]
    return sorted(found, key=lambda one: (-one.weight, one.name))[:MOST]


def corrections(actor: Actor, asked: Asked) -> list[tuple[CorrectiveAction, Effect]]:
    """Corrective actions done in those weeks with complaints of their cause before and after. Four queries."""
    rows = visible_corrections(actor).filter(done_at__date__gte=asked.period.first, cause__isnull=False)
    if asked.period.unit:
        rows = rows.filter(unit_id__in=asked.period.unit_ids)
    found = list(rows.select_related("unit", "cause__parent").order_by("-done_at", "-pk")[:MOST])
    known = effects(actor, found)
    return [(row, known[row.pk]) for row in found if row.pk in known]


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be charted: types and causes of the first level, as the lists offer them to everybody."""
    return [
        (kind, [(f"{kind}:{pk}", name) for pk, name in tops.values_list("pk", "name")])
        for kind, tops in (
            ("category", Category.objects.filter(parent=None).order_by("position", "pk")),
            ("cause", Cause.objects.filter(parent=None).order_by("position", "pk")),
        )
    ]
