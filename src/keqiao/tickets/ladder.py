"""The ladder of one ticket: which rungs its rules have for it, when each is reached, and who stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from keqiao.calendars.queries import is_quiet, next_contact_time
from keqiao.kernel.worktime import WorkCalendar
from keqiao.org.models import OrgUnit
from keqiao.tickets.models import Ticket
from keqiao.tickets.queries import calendar_of
from keqiao.tickets.ruling.kinds.deadlines import SOLVE
from keqiao.tickets.ruling.kinds.escalating import Role, Rung
from keqiao.tickets.ruling.reading import Rules, rules_of

TEAMS = frozenset({OrgUnit.Kind.TEAM, OrgUnit.Kind.SECTION, OrgUnit.Kind.SITE, OrgUnit.Kind.AGENT})


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of a ticket's ladder: its place, counted from 1, the instant at which it is reached and when it is told."""

    rung: Rung
    number: int
    at: datetime
    told_at: datetime


def on_whole(ticket: Ticket, due_at: datetime | None = None) -> bool:
    """Whether the deadline that runs is that of the whole, not that of the stage."""
    return (due_at or ticket.due_at) == ticket.solve_due_at


def clock_name(ticket: Ticket, stay: int) -> str:
    """The deadline that runs: that of the whole in its round, or that of the stay in the stage (its log row's id)."""
    return f"{ticket.reopened}:{SOLVE}" if on_whole(ticket) else str(stay)


def steps(ticket: Ticket, *, stage: str = "", due_at: datetime | None = None, known: Rules | None = None) -> list[Step]:
    """Every rung that the ticket's rules have for its severity and its stage, in the order of time.

    Counted back or on from the deadline in working time, so whatever moves the deadline moves the rungs. No query.
    `stage` and `due_at` may be given where the ticket does not carry them yet.
    """
    stage, due_at = stage or ticket.stage, due_at or ticket.due_at
    rules, whole = known or rules_of(ticket), on_whole(ticket, due_at)
    rungs = [one for one in rules.ladder if one.fits(ticket.kind, ticket.severity, stage, whole=whole)]
    if not rungs:
        return []
    calendar = calendar_of(ticket)
    limit = rules.limit(ticket.kind, ticket.severity, SOLVE if whole else stage).minutes
    timed = [(calendar.add(due_at, -one.left(limit)), place, one) for place, one in enumerate(rungs)]
    return [
        Step(one, number, at, at if one.at_once else awake(calendar, at))
        for number, (at, _place, one) in enumerate(sorted(timed, key=lambda row: row[:2]), 1)
    ]


def next_look(warn_at: datetime | None, due_at: datetime, ladder: list[Step], now: datetime) -> datetime | None:
    """When the clock has to look at a ticket next: at its warning, at its deadline, or at the next rung.

    A rung that is behind already counts as well: whether it was climbed is found out when the clock looks.
    """
    ahead = [at for at in (warn_at, due_at) if at is not None and at > now]
    return min([*ahead, *(one.told_at for one in ladder)], default=None)


def awake(calendar: WorkCalendar, at: datetime) -> datetime:
    """The instant itself, or the next working minute outside the rest times."""
    later = calendar.next_open(at)
    while is_quiet(later):
        later = calendar.next_open(next_contact_time(later))
    return later


@dataclass(frozen=True, slots=True)
class Line:
    """The units from a ticket's upwards with their leaders, and where customer service stands."""

    units: tuple[OrgUnit, ...]  # from the ticket's own upwards
    service: int | None

    def leader(self, unit: OrgUnit | None) -> int | None:
        """The unit's leader, else the nearest one above."""
        if unit is None:
            return None
        place = self.units.index(unit)
        return next((one.leader_id for one in self.units[place:] if one.leader_id), None)

    def nearest(self, *kinds: str) -> OrgUnit | None:
        """The nearest unit of those kinds."""
        return next((one for one in self.units if one.kind in kinds), None)

    def person(self, role: str, ticket: Ticket) -> int | None:
        """Who stands on the rung: where a post is not filled, whoever leads the next unit above."""
        if role == Role.HANDLER:
            return ticket.owner_id or self.leader(self.units[0])
        if role == Role.TEAM:
            return self.leader(self.nearest(*TEAMS) or self.units[0])
        if role == Role.DEPARTMENT:
            return self.leader(self.nearest(OrgUnit.Kind.DEPARTMENT) or self.units[-1])
        if role == Role.SERVICE:
            return self.service or self.leader(self.highest(OrgUnit.Kind.DEPARTMENT) or self.units[-1])
        return self.units[-1].leader_id

    def highest(self, kind: str) -> OrgUnit | None:
        """The unit of that kind that is nearest to the top."""
        return next((one for one in reversed(self.units) if one.kind == kind), None)


def line_of(unit: OrgUnit, intake: int | None = None) -> Line:
    """The line upwards from a unit; `intake` is the unit that takes what customers send in: its department is the service."""
    units = upwards(unit)
    service = None
    if intake is not None and intake != units[-1].pk:
        inside = upwards(OrgUnit.objects.filter(pk=intake).first())
        line = Line(inside, None)
        found = line.highest(OrgUnit.Kind.DEPARTMENT) if inside else None
        service = line.leader(found)
    return Line(units, service)


def upwards(unit: OrgUnit | None) -> tuple[OrgUnit, ...]:
    """The unit and those above it; a leader who has left does not lead."""
    if unit is None:
        return ()
    ids = [int(part) for part in unit.path.strip("/").split("/")]
    found = {one.pk: one for one in OrgUnit.objects.filter(pk__in=ids).select_related("leader")}
    for one in found.values():
        if one.leader is not None and not one.leader.is_active:
            one.leader_id = None
    return tuple(found[pk] for pk in reversed(ids) if pk in found)
