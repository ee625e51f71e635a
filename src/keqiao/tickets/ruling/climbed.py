"""Which rungs a version's ladder would have told of a ticket that has lived already: from its log of stages, in minutes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from keqiao.calendars.queries import calendar_for
from keqiao.tickets.models import Stage, Ticket
from keqiao.tickets.ruling.kinds.deadlines import SOLVE
from keqiao.tickets.ruling.kinds.escalating import ENDED
from keqiao.tickets.ruling.kinds.where import Case
from keqiao.tickets.ruling.reading import Rules

Stay = tuple[str, int]  # a stage, and the working minutes that were spent in it


def stays_of(ticket: Ticket, now: datetime) -> list[Stay]:
    """The stays in stages so far, waiting for the customer left out; no query where the log was fetched before."""
    return [(row.stage, minutes(ticket, row, now)) for row in ticket.stages.all()]


def minutes(ticket: Ticket, row: Stage, now: datetime) -> int:
    """Working minutes of a stay, of the one that lasts until now."""
    if row.worked_minutes is not None:
        return row.worked_minutes
    if row.stage in ENDED:
        return 0
    spent = calendar_for(ticket.unit_id).minutes_between(row.entered_at, ticket.paused_at or now)
    return max(spent - row.paused_minutes, 0)


def reached(stays: Iterable[Stay], case: Case, by: Rules) -> list[dict[str, Any]]:
    """The rungs, in the order in which they would have been climbed, JSON-safe; each once for each deadline."""
    whole, found = 0, []
    done: set[tuple[int, str]] = set()
    limit_whole = by.limit(case.kind, case.severity, SOLVE).minutes
    for number, (stage, spent) in enumerate(stays):
        if stage in ENDED:  # what follows is another round
            whole, done = 0, set()
            continue
        whole += spent
        limit = by.limit(case.kind, case.severity, stage).minutes
        on_whole = limit_whole - whole <= limit - spent
        left, limit, clock = (limit_whole - whole, limit_whole, -1) if on_whole else (limit - spent, limit, number)
        climbed = [
            one for one in by.ladder
            if one.fits(case.kind, case.severity, stage, whole=on_whole) and left <= one.left(limit)
            and (clock, one.key) not in done
        ]  # fmt: skip
        done |= {(clock, one.key) for one in climbed}
        found += [
            {"stage": stage, "basis": one.basis, "amount": one.amount, "roles": list(one.roles)}
            for one in sorted(climbed, key=lambda rung: -rung.left(limit))  # noqa: B023 – used at once
        ]
    return found
