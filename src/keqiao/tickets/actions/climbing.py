"""Climbing the ladder: each rung once for each deadline, by whichever process is first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import SYSTEM
from keqiao.org.models import Employee
from keqiao.tickets.actions.base import note_deed, tell_people
from keqiao.tickets.ladder import Line, Step, awake, clock_name, line_of, steps
from keqiao.tickets.models import Escalation, Ticket
from keqiao.tickets.queries import calendar_of, current_stage
from keqiao.tickets.ruling.kinds.escalating import Role, who
from keqiao.tickets.ruling.reading import rules


def pending(ticket: Ticket, clock: str, now: datetime) -> list[Step]:
    """The rungs that the ticket has not climbed yet under a deadline.

    One whose minute was missed, because the clock was asleep, is not made up for in the night.
    """
    climbed = set(Escalation.objects.filter(ticket=ticket, clock=clock, void=False).values_list("rung", flat=True))
    left = [one for one in steps(ticket) if one.rung.key not in climbed]
    return [
        replace(one, told_at=awake(calendar_of(ticket), now)) if one.told_at <= now and not one.rung.at_once else one
        for one in left
    ]


def climb(ticket: Ticket, clock: str, ready: Sequence[Step], following: Step | None, now: datetime) -> None:
    """Put a locked ticket on the rungs that are reached and tell each person once, however many rungs that are."""
    line = None if only_owner(ticket, ready) else line_of(ticket.unit, rules().intake_unit_id)
    standing = [(one, standing_on(one, line, ticket)) for one in ready]
    people = {pk for _step, found in standing for pk in found}
    names = dict(Employee.objects.filter(pk__in=people, is_active=True).values_list("pk", "name"))
    Escalation.objects.filter(ticket=ticket, current=True).update(current=False)
    last = ready[-1]
    for one, found in standing:
        row = Escalation(
            ticket=ticket, clock=clock, rung=one.rung.key, step=one.number, stage=ticket.stage,
            severity=ticket.severity, basis=one.rung.basis, amount=one.rung.amount, roles=list(one.rung.roles),
            told=[names[pk] for pk in found if pk in names], due_at=ticket.due_at, at=now, current=one is last,
            **foretold(following),
        )  # fmt: skip
        row.save(force_insert=True)
    announce(ticket, last, set(names), clock, now)
    told = {"step": last.number, "roles": list(last.rung.roles), "to": [names[pk] for pk in sorted(names)]}
    note_deed(
        SYSTEM, "ticket.escalated", ticket, told | {"stage": ticket.stage, "due_at": ticket.due_at.isoformat(),
        "note": _("第 %(step)d 级：%(who)s") % {"step": last.number, "who": who(last.rung.roles)}},
    )  # fmt: skip


def only_owner(ticket: Ticket, ready: Sequence[Step]) -> bool:
    """Whether nobody up the line is told, so that it need not be read: the usual first rung."""
    return ticket.owner_id is not None and all(step.rung.roles == (Role.HANDLER,) for step in ready)


def standing_on(step: Step, line: Line | None, ticket: Ticket) -> list[int]:
    """Who is told on a rung, each once; without a line the owner."""
    if line is None:
        return [ticket.owner_id or 0]
    found = (line.person(role, ticket) for role in step.rung.roles)
    return list(dict.fromkeys(pk for pk in found if pk is not None))


def announce(ticket: Ticket, step: Step, people: set[int], clock: str, now: datetime) -> None:
    """The notice."""
    stage = ticket.get_stage_display()
    if ticket.due_at <= now:
        title = _("%(ticket)s（%(stage)s）已超时") % {"ticket": ticket, "stage": stage}
    else:
        title = _("%(ticket)s（%(stage)s）即将到期") % {"ticket": ticket, "stage": stage}
    key = f"{clock}:{step.rung.key}:{ticket.due_at:%Y%m%d%H%M}"
    tell_people(SYSTEM, set(people), ticket, title, "ticket.escalated", key)


def rebased(ticket: Ticket, now: datetime | None = None) -> None:
    """After the deadline of a locked ticket was moved: rungs that lie ahead again may be climbed again.

    What was climbed under a deadline that runs no longer ends with it.
    """
    if not ticket.climbed:
        return
    now = now or timezone.now()
    clock = clock_name(ticket, current_stage(ticket).pk)
    rows = Escalation.objects.filter(ticket=ticket, void=False)
    ahead = [one.rung.key for one in steps(ticket) if one.at > now]
    rows.filter(clock=clock, rung__in=ahead).update(void=True, current=False)
    rows.filter(current=True).update(current=False)
    last = rows.filter(clock=clock).order_by("at", "step", "pk").last()
    ticket.climbed = last.step if last else 0
    Ticket.objects.filter(pk=ticket.pk).update(climbed=ticket.climbed)
    if last is not None:
        following = next(iter(pending(ticket, clock, now)), None)
        Escalation.objects.filter(pk=last.pk).update(current=True, **foretold(following))


def foretold(step: Step | None) -> dict[str, Any]:
    """What is kept of the rung that follows."""
    return {"next_at": step.told_at if step else None, "next_roles": list(step.rung.roles) if step else []}
