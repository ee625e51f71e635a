"""Whom a plan means today, each once for the occasion; and whom it leaves out, and why."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Mod
from django.http import QueryDict
from django.utils.translation import gettext as _

from keqiao.calendars.queries import calendar_for
from keqiao.care.occasions import festival_days, yearly
from keqiao.customers.consents import contactable
from keqiao.customers.models import Consent, Customer
from keqiao.customers.segments.analysis import selection
from keqiao.kernel import dates
from keqiao.org.queries import actor_for
from keqiao.visits.models import Visit, VisitRule

Occasion = VisitRule.Occasion


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a plan: the key that each customer has once, what it is called, and until when it must be done.

    `slots` are the working days over which a period spreads its customers, `slot` how many of them have come.
    """

    key: str
    label: str
    last_day: date | None = None
    slots: int = 0
    slot: int = 0


@dataclass(frozen=True, slots=True)
class Meant:
    """What a plan comes to today: whom it would make visits for, and how many are left out for which reason."""

    turn: Turn | None
    rows: QuerySet[Customer]
    audience: int = 0
    made: int = 0
    refusing: int = 0
    waiting: int = 0
    lately: int = 0
    later: int = 0


def turn_of(rule: VisitRule, today: date) -> Turn | None:
    """The turn that the plan stands in today; None where it has none."""
    match rule.occasion:
        case Occasion.PERIOD:
            return period(rule, today)
        case Occasion.FESTIVAL:
            days = festival_days(rule.festival, today, today + timedelta(days=rule.ahead_days))
            return Turn(f"f{days[0]}", str(rule.get_festival_display()), days[0]) if days else None
        case Occasion.STORE_DAY:
            days = yearly(rule.month or 1, rule.day or 1, today, today + timedelta(days=rule.ahead_days))
            return Turn(f"s{days[0]}", rule.name, days[0]) if days else None
        case Occasion.ONCE:
            return Turn("once", rule.name)
    return None


def period(rule: VisitRule, today: date) -> Turn:
    """The period of N months, counted from January 2000, in which the day lies; its working days are its slots."""
    months = rule.every_months or 1
    index = (today.year * 12 + today.month - 1 - 24000) // months
    first, after = month_start(index * months), month_start((index + 1) * months)
    calendar = calendar_for(rule.unit_id)
    days = [first + timedelta(days=place) for place in range((after - first).days)]
    working = [day for day in days if calendar.day_minutes(day)] or days
    label = _("%(from)s 至 %(until)s") % {"from": f"{first:%Y-%m}", "until": f"{after - timedelta(days=1):%Y-%m}"}
    come = sum(day <= today for day in working)
    return Turn(f"p{first:%Y-%m}", label if months > 1 else f"{first:%Y-%m}", None, len(working), come)


def month_start(months: int) -> date:
    """The first day of the month that lies that many months after January 2000."""
    return date(2000 + months // 12, months % 12 + 1, 1)


def audience(rule: VisitRule) -> QuerySet[Customer]:
    """All customers whom the plan means, whether or not they may be called. A selection sees what its owner sees."""
    rows = Customer.objects.filter(erased=False, merged_into=None)
    if rule.tier:
        rows = rows.filter(tier=rule.tier)
    if rule.segment is not None:
        chosen = selection(actor_for(rule.segment.owner), QueryDict(rule.segment.query))
        if chosen.filterset is not None and not chosen.filterset.is_valid():
            return rows.none()  # a condition that is no longer understood must not come to mean everybody
        rows = rows.filter(pk__in=chosen.rows.order_by().values("pk"))
    return rows


def meant(rule: VisitRule, now: datetime, *, counted: bool = False) -> Meant:
    """Whom the plan means now, the first of the period first; counted for a dry run, which takes five more queries."""
    turn = turn_of(rule, dates.local(now).date())
    every = audience(rule)
    if turn is None:
        return Meant(None, every.none(), every.count() if counted else 0)
    own = Visit.objects.filter(customer=OuterRef("pk"))
    has = Exists(own.filter(rule=rule, occasion_key=turn.key))
    waits = Exists(own.filter(open=True))
    since = dates.start_of(dates.local(now).date() - timedelta(days=rule.gap_days))
    seen = Exists(own.filter(status=Visit.Status.DONE, done_at__gte=since)) if rule.gap_days else Q(pk__in=())
    without = every.exclude(has)
    willing = contactable(without, Consent.Purpose.SERVICE, Consent.Channel.PHONE)
    free = willing.exclude(waits)
    rested = free.exclude(seen)
    rows = in_slot(rested, turn)
    if not counted:
        return Meant(turn, rows)
    counts = [part.count() for part in (every, without, willing, free, rested, rows)]
    steps = [before - after for before, after in zip(counts, counts[1:], strict=False)]
    return Meant(turn, rows, counts[0], *steps)


def in_slot(rows: QuerySet[Customer], turn: Turn) -> QuerySet[Customer]:
    """A period spreads its customers evenly over its working days, by their number; all other turns begin with all."""
    if not turn.slots:
        return rows.order_by("pk")
    return rows.annotate(slot=Mod(F("pk"), turn.slots)).filter(slot__lt=turn.slot).order_by("slot", "pk")
