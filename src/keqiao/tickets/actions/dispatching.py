"""Giving a matter to the units that have to answer, and their answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.state import move
from keqiao.notices.actions import close_todos
from keqiao.org.models import Employee, OrgUnit
from keqiao.tickets.actions.base import (
    LABEL,
    ask,
    calendar_of_dispatch,
    dispatch_alarm,
    enter,
    guard,
    lock,
    minute,
    note_deed,
    required,
    tell_people,
)
from keqiao.tickets.models import Dispatch, Ticket
from keqiao.tickets.models.dispatch import TRANSITIONS
from keqiao.tickets.queries import suggested_units
from keqiao.tickets.ruling.reading import rules_of

Status = Dispatch.Status


@transaction.atomic
def dispatch(
    *,
    actor: Actor,
    obj: Ticket,
    units: Iterable[OrgUnit] = (),
    instructions: str = "",
    due_at: datetime | None = None,
    handler: Employee | None = None,
) -> list[Dispatch]:
    """Give the matter to one or several units, each with its own answer and clock.

    Without units it goes where the dispatch rules say; without a date each gets the working time of the
    investigation by its own calendar. A unit that still owes an answer cannot be asked again; one that returned it can.
    """
    ticket = guard(actor, "dispatch", obj)
    chosen = list(dict.fromkeys(units)) or default_units(ticket)
    now = timezone.now()
    if due_at is not None and due_at <= now:
        raise Refused(_("答复期限必须晚于现在。"), field="due_at")
    if handler is not None and (len(chosen) != 1 or handler.unit_id != chosen[0].pk or not handler.is_active):
        raise Refused(_("承办人必须是所选的那个部门的在职员工。"), field="handler")
    rows = [new_dispatch(actor, ticket, unit, instructions.strip(), due_at, handler, now) for unit in chosen]
    target = Ticket.Stage.INVESTIGATING if ticket.is_complaint else Ticket.Stage.HANDLING
    if ticket.stage != target:
        ticket = enter(actor, ticket, target, instructions.strip())
    for row in rows:
        ask(
            ticket,
            f"dispatch.{row.pk}",
            _("请答复 %s") % ticket,
            due_at=row.due_at,
            employee_id=handler.pk if handler else None,
            unit_id=None if handler else row.unit_id,
        )
        to = {handler.pk if handler else None, row.unit.leader_id}
        tell_people(actor, to, ticket, _("%s 已派发给您的部门") % ticket, "ticket.dispatched", str(row.pk))
    names = [unit.name for unit in chosen]
    note_deed(actor, "ticket.dispatched", ticket, {"units": names, "instructions": instructions.strip()})
    return rows


def default_units(ticket: Ticket) -> list[OrgUnit]:
    """The units that the rules give such a ticket to; Refused where no rule fits."""
    units, _why = suggested_units(ticket)
    if not units:
        raise Refused(_("请选择承办部门：没有适用的派单规则，或者规则里的部门都已派过。"), field="units")
    return units


def new_dispatch(
    actor: Actor,
    ticket: Ticket,
    unit: OrgUnit,
    instructions: str,
    due_at: datetime | None,
    handler: Employee | None,
    now: datetime,
) -> Dispatch:
    """Store one dispatch; Refused when the unit is closed or still owes an answer."""
    if not unit.active:
        raise Refused(_("“%s”已停用，请选择其他部门。") % unit.name, field="units")
    row = Dispatch(
        ticket=ticket,
        unit=unit,
        handler=handler,
        round=ticket.reopened,
        instructions=instructions,
        created_at=now,
        created_by_id=actor.id,
    )
    stage = Ticket.Stage.INVESTIGATING if ticket.is_complaint else Ticket.Stage.HANDLING
    minutes = rules_of(ticket).limit(ticket.kind, ticket.severity, stage).minutes
    row.due_at = due_at or calendar_of_dispatch(row).add(minute(now), minutes)
    row.alarm_at = dispatch_alarm(row, now, row.due_at) if ticket.paused_at is None else None
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("已派发给“%s”，还没有答复，不必重复派发。") % unit.name, field="units") from error
    return row


def held(actor: Actor, obj: Dispatch) -> tuple[Ticket, Dispatch]:
    """The ticket under lock and the dispatch fresh, if the actor answers for its unit and the ticket is still open."""
    ticket = lock(obj.ticket)
    fresh = Dispatch.objects.select_related("unit").get(pk=obj.pk)
    if not actor.covers("dispatch.answer", owner_id=fresh.handler_id, unit_id=fresh.unit_id):
        raise NotAllowed(_("只有承办部门可以接收、答复或退回。"))
    if not ticket.open:
        raise WrongState(_("工单%s，不需要再答复。") % ticket.get_stage_display())
    return ticket, fresh


def settle(dispatch_: Dispatch, status: str, **fields: Any) -> Dispatch:
    """Move a dispatch; when that ends it, note how long it took and whether it was late."""
    now = timezone.now()
    if status in {Status.ANSWERED, Status.RETURNED}:
        spent = calendar_of_dispatch(dispatch_).minutes_between(dispatch_.created_at, now)
        fields |= {"open": False, "alarm_at": None, "worked_minutes": max(spent, 0), "late": now > dispatch_.due_at}
    return move(dispatch_, status, field="status", transitions=TRANSITIONS, **fields)


@transaction.atomic
def dispatch_accept(*, actor: Actor, obj: Dispatch) -> Dispatch:
    """The unit takes the matter on; whoever does so handles it."""
    ticket, row = held(actor, obj)
    done = settle(row, Status.ACCEPTED, accepted_at=timezone.now(), handler_id=row.handler_id or actor.id)
    note_deed(actor, "dispatch.accepted", ticket, {"dispatch": done.pk, "unit": row.unit.name})
    return done


@transaction.atomic
def dispatch_answer(*, actor: Actor, obj: Dispatch, answer: str) -> Dispatch:
    """The unit's answer."""
    ticket, row = held(actor, obj)
    answer = required(answer, _("请填写答复内容：查到了什么、依据是什么。"), "answer")
    done = settle(row, Status.ANSWERED, answer=answer, answered_at=timezone.now(), answered_by_id=actor.id)
    close_todos(LABEL, ticket.pk, f"dispatch.{done.pk}")
    waiting = ticket.dispatches.filter(open=True).count()
    title = _("%(ticket)s：%(unit)s已答复") % {"ticket": ticket.number, "unit": row.unit.name}
    if not waiting:
        title += _("，答复已收齐")
    tell_people(actor, {ticket.owner_id}, ticket, title, "dispatch.answered", str(done.pk))
    note_deed(actor, "dispatch.answered", ticket, {"dispatch": done.pk, "unit": row.unit.name, "answer": answer})
    return done


@transaction.atomic
def dispatch_return(*, actor: Actor, obj: Dispatch, reason: str) -> Dispatch:
    """The unit gives the matter back, saying why; it can then be dispatched again, to whom it concerns."""
    ticket, row = held(actor, obj)
    reason = required(reason, _("请写明退回的原因，例如应由哪个部门承办。"), "reason")
    done = settle(row, Status.RETURNED, return_reason=reason, returned_at=timezone.now())
    close_todos(LABEL, ticket.pk, f"dispatch.{done.pk}")
    title = _("%(ticket)s 被%(unit)s退回，请重新派发") % {"ticket": ticket.number, "unit": row.unit.name}
    tell_people(actor, {ticket.owner_id}, ticket, title, "dispatch.returned", str(done.pk))
    note_deed(actor, "dispatch.returned", ticket, {"dispatch": done.pk, "unit": row.unit.name, "reason": reason})
    return done


def demand_answers(ticket: Ticket) -> None:
    """Refused while a unit still owes its answer, or when everything sent out came back unanswered."""
    counts = ticket.dispatches.aggregate(
        open=Count("pk", filter=Q(open=True)),
        answered=Count("pk", filter=Q(status=Status.ANSWERED, round=ticket.reopened)),
        returned=Count("pk", filter=Q(status=Status.RETURNED, round=ticket.reopened)),
    )
    if counts["open"]:
        raise Refused(_("还有 %d 个部门没有答复，答复收齐后才能继续。") % counts["open"])
    if counts["returned"] and not counts["answered"]:
        raise Refused(_("派发都被退回，请重新派发给应承办的部门。"))


def call_back(actor: Actor, ticket: Ticket) -> None:
    """Nobody need answer any more: what is still with units comes back, off their lists and their clocks."""
    for row in ticket.dispatches.filter(open=True).select_related("unit"):
        done = settle(row, Status.RETURNED, return_reason=_("客户已撤诉"), returned_at=timezone.now())
        close_todos(LABEL, ticket.pk, f"dispatch.{done.pk}")
        note_deed(actor, "dispatch.returned", ticket, {"dispatch": done.pk, "unit": row.unit.name, "reason": ""})
