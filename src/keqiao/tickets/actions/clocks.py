"""Stopping, starting and re-basing a ticket's clock."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import WrongState
from keqiao.tickets.actions.base import (
    clock,
    guard,
    note_deed,
    required,
    say,
    shift_dispatches,
    solve_due,
    stopped_minutes,
)
from keqiao.tickets.actions.climbing import rebased
from keqiao.tickets.ladder import next_look, steps
from keqiao.tickets.models import Progress, RuleSet, Stage, Ticket
from keqiao.tickets.queries import calendar_of, current_stage
from keqiao.tickets.ruling.reading import rules


def overtaken() -> WrongState:
    """Somebody else was faster."""
    return WrongState(_("别人刚刚处理了这张工单，请刷新页面看看最新进展。"))


@transaction.atomic
def pause(*, actor: Actor, obj: Ticket, reason: str) -> Ticket:
    """Stop the clock while the customer is waited for."""
    ticket = guard(actor, "pause", obj)
    reason = required(reason, _("请写明在等待客户做什么。"), "reason")
    now = timezone.now()
    if (
        Ticket.objects.filter(pk=ticket.pk, paused_at=None, stage=ticket.stage).update(paused_at=now, alarm_at=None)
        != 1
    ):
        raise overtaken()
    ticket.dispatches.filter(open=True).update(alarm_at=None)
    ticket.paused_at, ticket.alarm_at = now, None
    say(actor, ticket, Progress.Kind.PROGRESS, _("等待客户：%s") % reason, to_customer=True)
    note_deed(actor, "ticket.paused", ticket, {"reason": reason})
    return ticket


@transaction.atomic
def resume(*, actor: Actor, obj: Ticket, note: str = "") -> Ticket:
    """Start the clock again on the customer's word; what was left is left still."""
    return restart(actor, guard(actor, "resume", obj), note)


def restart(actor: Actor, ticket: Ticket, note: str) -> Ticket:
    """Start the stopped clock of a locked ticket: every deadline moves by the working time that it stood still."""
    now = timezone.now()
    since = ticket.paused_at
    if since is None:
        raise overtaken()
    stopped = stopped_minutes(ticket, now)
    calendar = calendar_of(ticket)
    row = current_stage(ticket)
    paused = row.paused_minutes + stopped
    ticket.solve_due_at = calendar.add(ticket.solve_due_at, stopped)
    due = min(calendar.add(row.due_at, stopped), ticket.solve_due_at) if row.due_at else ticket.solve_due_at
    warn = min(calendar.add(ticket.warn_at, stopped), due) if ticket.warn_at else due
    fields = {
        "paused_at": None,
        "solve_due_at": ticket.solve_due_at,
        "due_at": due,
        "warn_at": warn,
        "late": due < now,
        # a warning that was given before the stop is not given again
        "alarm_at": next_look(None if ticket.alarm_level else warn, due, steps(ticket, due_at=due), now),
        "alarm_level": ticket.alarm_level if warn > now else max(ticket.alarm_level, 1),
    }
    if Ticket.objects.filter(pk=ticket.pk, paused_at=since).update(**fields) != 1:
        raise overtaken()
    Stage.objects.filter(pk=row.pk).update(
        paused_minutes=paused, due_at=calendar.add(row.due_at, stopped) if row.due_at else None
    )
    shift_dispatches(ticket, since, now)
    for name, value in fields.items():
        setattr(ticket, name, value)
    rebased(ticket, now)
    note_deed(actor, "ticket.resumed", ticket, {"waited_minutes": stopped, "note": note})
    return ticket


@transaction.atomic
def rejudge(*, actor: Actor, obj: Ticket, reason: str) -> Ticket:
    """Judge an open matter by the rules in force from now on; its deadlines are counted again from where they began."""
    ticket = guard(actor, "rejudge", obj)
    reason = required(reason, _("请写明为什么按现行规则重新计算。"), "reason")
    before, ticket.ruleset_id = ticket.ruleset, rules().pk
    if Ticket.objects.filter(pk=ticket.pk, open=True).update(ruleset_id=ticket.ruleset_id) != 1:
        raise overtaken()
    fresh = rebase(ticket, ticket.severity)
    now = RuleSet.objects.filter(state=RuleSet.State.FORCE).first()
    changed = {"ruleset": [str(before or ""), str(now or "")]}
    note_deed(actor, "ticket.rejudged", fresh, {"changes": changed, "reason": reason})
    return fresh


def rebase(ticket: Ticket, severity: int) -> Ticket:
    """Count the deadlines of a locked ticket anew for another severity, from where they began."""
    ticket.severity = severity
    row = current_stage(ticket)
    began = round_began(ticket)
    waited = ticket.stages.filter(entered_at__gte=began).aggregate(sum=Sum("paused_minutes"))["sum"] or 0
    ticket.solve_due_at = solve_due(ticket, began, paused=waited)
    fields = clock(ticket, ticket.stage, row.entered_at, paused=row.paused_minutes)
    stage_due = fields.pop("stage_due")
    if ticket.paused_at is not None:
        fields["alarm_at"] = None
    fields |= {"severity": severity, "solve_due_at": ticket.solve_due_at}
    if Ticket.objects.filter(pk=ticket.pk, stage=ticket.stage).update(**fields) != 1:
        raise overtaken()
    Stage.objects.filter(pk=row.pk, left_at=None).update(due_at=stage_due)
    for name, value in fields.items():
        setattr(ticket, name, value)
    rebased(ticket)
    return ticket


def round_began(ticket: Ticket) -> datetime:
    """When the matter was accepted, or last taken up again."""
    if not ticket.reopened:
        return ticket.accepted_at
    first = {Ticket.Stage.INVESTIGATING} if ticket.is_complaint else {Ticket.Stage.HANDLING}
    latest = ticket.stages.filter(stage__in=first).order_by("-entered_at").first()
    return latest.entered_at if latest else ticket.accepted_at
