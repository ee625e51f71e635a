"""Sharing visits out: evenly, by weight, to those at work, nobody above the limit of a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from keqiao.kernel import dealing
from keqiao.kernel.prepared import Prepared
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for
from keqiao.visits.models import Visit, Visitor


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who makes visits: how much he has before him, and how many more he may be given today."""

    id: int
    weight: int = Visitor.WEIGHT
    load: int = 0
    room: int = Visitor.LIMIT


def deal(avoid: Sequence[Collection[int]], hands: Sequence[Hand]) -> list[int | None]:
    """Who gets each task; None where everybody has all that fits into the day.

    `avoid` tells for each task who should not get it (who handled the matter), unless nobody else is left. Of equals
    the one employed longest comes first. Two hands of equal weight, load and room never end more than one apart where
    nobody is avoided.
    """
    able = [dealing.Hand(hand.id, hand.load, hand.load + hand.room, hand.weight) for hand in hands]
    found: list[int | None] = []
    for unwanted in avoid:
        chosen = dealing.deal(hand for hand in able if hand.id not in unwanted) or dealing.deal(able)
        found.append(chosen.id if chosen else None)
    return found


def of_each(which: Q) -> Coalesce:
    """How many visits of that sort each employee has, as a subquery that an index serves."""
    rows = Visit.objects.filter(which, assignee=OuterRef("pk")).order_by().values("assignee")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


_working = Prepared(
    lambda day, unit: (
        Employee.objects.filter(unit_id=unit, is_active=True)
        .select_related("visiting")
        .annotate(waiting=of_each(Q(open=True)), today=of_each(Q(shared_on=day)))
        .order_by("pk")
    ),
    2,
)


def on_duty(unit_id: int, day: date) -> list[Hand]:
    """Those of a unit who make visits on that day, with what they have. One query.

    At work is who is employed, holds an active position with the power, and is not noted as away.
    """
    return [
        made(person)
        for person in _working.all(day, unit_id)
        if actor_for(person).can("visit.do") and not is_away(getattr(person, "visiting", None), day)
    ]


def made(person: Employee) -> Hand:
    """The employee as a hand; without settings of his own the usual ones hold."""
    own = getattr(person, "visiting", None) or Visitor()
    waiting, today = person.waiting, person.today  # type: ignore[attr-defined]  # annotated
    return Hand(person.pk, own.weight, waiting, max(own.daily_limit - today, 0))


def is_away(own: Visitor | None, day: date) -> bool:
    """Whether somebody is noted as away on the day; without an end until further notice."""
    if own is None or own.away_from is None or day < own.away_from:
        return False
    return own.away_until is None or day <= own.away_until
