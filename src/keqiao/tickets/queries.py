"""Reads used in more than one place. The rules are kept in the process and read anew when their version has changed."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import QuerySet
from django.utils import timezone

from keqiao.calendars.queries import calendar_for
from keqiao.kernel import phones
from keqiao.kernel.prepared import Prepared
from keqiao.kernel.resource import Found
from keqiao.kernel.worktime import WorkCalendar
from keqiao.org.models import OrgUnit
from keqiao.runtime.models import Counter
from keqiao.search import queries as search
from keqiao.tickets.models import Category, DeadlineRule, Dispatch, Kind, Severity, Stage, Ticket, TicketSettings

VERSION = "tickets.rules"  # the counter that grows with every change of a rule
DAY = 480  # working minutes of a usual day

# Working minutes of a matter of general severity. The law's only number: an answer in 7 working days (消保法 46).
_COMPLAINT = {
    "accepted": 120,
    "assessed": 240,
    "investigating": 3 * DAY,
    "handling": 2 * DAY,
    "approving": DAY,
    "resolved": 240,
    "told": 3 * DAY,
    DeadlineRule.SOLVE: 7 * DAY,
}
_OTHERS = {
    Kind.CONSULTATION: {"accepted": 60, "handling": 240, "resolved": 120, DeadlineRule.SOLVE: DAY},
    Kind.AFTER_SALES: {"accepted": 120, "handling": 3 * DAY, "resolved": 240, DeadlineRule.SOLVE: 5 * DAY},
    Kind.REPAIR: {"accepted": 60, "handling": 2 * DAY, "resolved": 240, DeadlineRule.SOLVE: 3 * DAY},
    Kind.SUGGESTION: {"accepted": DAY, "handling": 5 * DAY, "resolved": DAY, DeadlineRule.SOLVE: 10 * DAY},
}
_FACTORS = {Severity.GENERAL: 100, Severity.SERIOUS: 75, Severity.MAJOR: 50, Severity.CRITICAL: 25}
_SHORTEST = 15
_WARN_PERCENT = 80
_NUMBER = re.compile(r"(?:TS|GD)[\d-]{0,20}")
_END = re.compile(r"\d{4}")  # as much as the mask shows, so that asking for more digits tells nothing


@dataclass(frozen=True, slots=True)
class Limit:
    """A deadline in working minutes and the share of it, in percent, after which is warned."""

    minutes: int
    warn_percent: int


@dataclass(frozen=True)
class Rules:
    """Everything the department sets itself, as it stood at one version."""

    limits: dict[tuple[str, int, str], Limit]
    default_units: dict[int, int | None]
    compensation_limit_fen: int
    intake_unit_id: int | None
    effect_days: int

    def limit(self, kind: str, severity: int, stage: str) -> Limit:
        """The deadline of a stage (or of the whole, "solve"); the default where the department has set none."""
        return self.limits.get((kind, severity, stage)) or default_limit(kind, severity, stage)


def default_limit(kind: str, severity: int, stage: str) -> Limit:
    """What a new installation starts with; graver matters get less time."""
    table = _COMPLAINT if kind == Kind.COMPLAINT else _OTHERS[Kind(kind)]
    minutes = table.get(stage, DAY) * _FACTORS[Severity(severity)] // 100
    return Limit(max(minutes, _SHORTEST), _WARN_PERCENT)


def default_rules() -> list[DeadlineRule]:
    """Unsaved rows of all defaults."""
    return [
        DeadlineRule(kind=kind, severity=severity, stage=stage, minutes=limit.minutes, warn_percent=limit.warn_percent)
        for kind in Kind.values
        for stage in (_COMPLAINT if kind == Kind.COMPLAINT else _OTHERS[Kind(kind)])
        for severity in Severity.values
        for limit in [default_limit(kind, severity, stage)]
    ]


_version = Prepared(lambda key: Counter.objects.filter(pk=key), 1)


def rules() -> Rules:
    """The rules in force; one query unless they have changed."""
    version = _version.first(VERSION)
    return _rules(version.value if version else 0)


@lru_cache(maxsize=2)
def _rules(_version: int) -> Rules:
    settings = TicketSettings.objects.first() or TicketSettings()
    intake = settings.intake_unit_id
    if intake is None:
        intake = OrgUnit.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True).first()
    return Rules(
        limits={
            (row.kind, row.severity, row.stage): Limit(row.minutes, row.warn_percent)
            for row in DeadlineRule.objects.all()
        },
        default_units=dict(Category.objects.values_list("pk", "default_unit_id")),
        compensation_limit_fen=settings.compensation_limit_fen,
        intake_unit_id=intake,
        effect_days=settings.effect_days,
    )


def forget_rules() -> None:
    """Drop what is kept, where the version itself went back: in tests."""
    _rules.cache_clear()


def calendar_of(ticket: Ticket) -> WorkCalendar:
    """The working calendar by which a ticket's clocks run."""
    return calendar_for(ticket.unit_id)


def current_stage(ticket: Ticket) -> Stage:
    """The log row of the stage that the ticket is in."""
    return Stage.objects.get(ticket=ticket, left_at=None)


def minutes_left(ticket: Ticket, now: datetime | None = None) -> int:
    """Working minutes until `due_at`, negative when late; while the clock is stopped, as it stood then."""
    at = ticket.paused_at or now or timezone.now()
    return calendar_of(ticket).minutes_between(at, ticket.due_at)


def suggest_severity(*, safety: bool, impact: str, immediate: bool = False, complicated: bool = False) -> int:
    """The severity that follows from the first assessment (GB/T 19012: safety, complexity, impact, urgency)."""
    if safety and (immediate or impact != "single"):
        return Severity.CRITICAL
    if safety or impact == "public":
        return Severity.MAJOR
    if immediate or complicated or impact == "several":
        return Severity.SERIOUS
    return Severity.GENERAL


def dispatches_of_round(ticket: Ticket) -> list[Dispatch]:
    """The dispatches since the ticket was last reopened."""
    return list(ticket.dispatches.filter(round=ticket.reopened).select_related("unit", "handler"))


def find(rows: QuerySet[Ticket], term: str) -> QuerySet[Ticket] | Found:
    """A number or its beginning, a phone or its end, else words."""
    folded = term.strip().upper()
    if _NUMBER.fullmatch(folded):
        return rows.filter(number__gte=folded, number__lt=folded + "~")
    if number := phones.normalise(folded):
        return rows.filter(phone_reversed=phones.reverse(number))
    if _END.fullmatch(folded):
        tail = folded[::-1]
        return rows.filter(phone_reversed__gte=tail, phone_reversed__lt=tail + "a")
    return search.search(rows, "tickets.ticket", term)
