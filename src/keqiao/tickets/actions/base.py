"""What every step shares: lock, power and stage; entering a stage with its clock and its log row; words to people."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import Actor, Kind
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.prepared import held, insert
from keqiao.kernel.state import move
from keqiao.kernel.worktime import WorkCalendar
from keqiao.notices.actions import close_todos, notify, open_todo
from keqiao.tickets import policies
from keqiao.tickets.ladder import next_look, on_whole, steps
from keqiao.tickets.models import ALONG, Dispatch, Progress, Severity, Stage, Ticket, transitions_of
from keqiao.tickets.queries import calendar_of, current_stage
from keqiao.tickets.ruling.conditions import asked_of
from keqiao.tickets.ruling.kinds.deadlines import SOLVE
from keqiao.tickets.ruling.reading import Rules, rules, rules_of

LABEL = "tickets.ticket"


def lock(ticket: Ticket) -> Ticket:
    """The row as it stands now, held until the transaction ends."""
    return held(ticket)


def guard(actor: Actor, verb: str, ticket: Ticket) -> Ticket:
    """Lock the ticket and return it fresh, if the actor has the power and the stage is one for the verb.

    Raises NotAllowed or WrongState. Everything that changes a ticket begins here, so no way in can skip a step.
    """
    fresh = lock(ticket)
    if not policies.empowered(actor, verb, fresh):
        raise NotAllowed(_("您没有权限对这张工单这样做。如工作需要，请联系主管。"))
    if not policies.in_time(verb, fresh):
        raise WrongState(why_not(verb, fresh))
    return fresh


def why_not(verb: str, ticket: Ticket) -> str:
    """Why the step is not possible now, and what comes first."""
    if verb == "pause":
        return _("工单的计时已经暂停，或当前阶段（%(stage)s）不需要等待客户。") % {"stage": ticket.get_stage_display()}
    if verb == "resume":
        return _("工单没有在等待客户，计时正在进行。")
    if ticket.main_id is not None and verb not in policies.JOINED_STEPS:
        return _("这张工单已并入主工单，由主工单统一调查处理。要单独办理，请先拆开。")
    if verb == "divide" and ticket.is_complaint and ticket.complaint.founded is not True:
        return _("只有调查认定成立的投诉，才划分责任。")
    if verb == "join" and ticket.paused_at is not None:
        return _("工单正在等待客户，请先恢复计时，再并入。")
    if verb == "part" and ticket.main_id is None:
        return _("这张工单没有并入其他工单。")
    if verb == "rejudge" and ticket.open:
        return _("这张工单已经按现行规则办理，不需要重新计算。")
    if not ticket.open:
        return _("工单%(stage)s，不能再这样做。") % {"stage": ticket.get_stage_display()}
    return _("工单现在是“%(stage)s”，还不能（或不再能）这样做。请按顺序办理：%(next)s。") % {
        "stage": ticket.get_stage_display(),
        "next": next_words(ticket),
    }


def next_words(ticket: Ticket) -> str:
    """What is to be done next, in words."""
    words = {
        "accepted": _("先评审") if ticket.is_complaint else _("先开始办理"),
        "assessed": _("先派发给承办部门"),
        "investigating": _("先收齐答复并作出调查结论"),
        "handling": _("先制定方案并办理完毕") if ticket.is_complaint else _("先办理完毕"),
        "approving": _("先等补偿审批有结果"),
        "resolved": _("先把处理结果告知客户") if ticket.is_complaint else _("先确认办结"),
        "told": _("先完成回访"),
    }
    return words[ticket.stage]


def required(text: str, message: str, field: str) -> str:
    """The trimmed text; Refused where there is none."""
    text = (text or "").strip()
    if not text:
        raise Refused(message, field=field)
    return text


def demand_conditions(ticket: Ticket, *, founded: bool = True, telling: bool = False) -> None:
    """Refused while conditions of closing lack, naming them."""
    asked = asked_of(ticket, founded=founded, telling=telling)
    lacking = [str(one.demand.label) for one in asked if not one.met]
    if lacking:
        raise Refused(_("还缺少办结条件：%s。请先补齐。") % _("、").join(lacking))


def minute(at: datetime) -> datetime:
    """The instant's whole minute: clocks count whole minutes, so that stopping and starting loses and gains nothing."""
    return at.replace(second=0, microsecond=0)


def clock(
    ticket: Ticket, stage: str, start: datetime, *, paused: int = 0, known: Rules | None = None
) -> dict[str, Any]:
    """Deadline, warning and alarm of a ticket that has been in `stage` since `start`, less `paused` working minutes.

    The ticket's `solve_due_at` and `severity` must be set already. Returns the values of its clock fields, and under
    "stage_due" the deadline of the stage alone.
    """
    limit = (known or rules_of(ticket)).limit(ticket.kind, ticket.severity, stage)
    calendar = calendar_of(ticket)
    begin = minute(start)
    stage_due = calendar.add(begin, limit.minutes + paused)
    due = min(stage_due, ticket.solve_due_at)
    warn = min(calendar.add(begin, max(limit.minutes * limit.warn_percent // 100, 1) + paused), due)
    now = timezone.now()
    late = due < now
    return {
        "stage_due": stage_due,
        "due_at": due,
        "warn_at": warn,
        "late": late,
        "alarm_at": next_look(warn, due, steps(ticket, stage=stage, due_at=due, known=known), now),
        "alarm_level": 0 if warn > now else 1,
    }


def solve_due(ticket: Ticket, start: datetime, *, paused: int = 0, known: Rules | None = None) -> datetime:
    """When the whole matter must be closed, counted from `start`."""
    limit = (known or rules_of(ticket)).limit(ticket.kind, ticket.severity, SOLVE)
    return calendar_of(ticket).add(minute(start), limit.minutes + paused)


def log_row(ticket: Ticket, actor: Actor, now: datetime, due: datetime | None, note: str = "") -> Stage:
    """An unsaved log row for the stage that the ticket is in."""
    return Stage(
        ticket=ticket,
        stage=ticket.stage,
        entered_at=now,
        by_id=actor.id,
        by_name=actor.name,
        note=note,
        due_at=due,
    )


def leave_stage(ticket: Ticket, now: datetime, extra_pause: int = 0) -> Stage:
    """Close the log row of the stage that ends: how long it took in working time, and whether it was late."""
    row = current_stage(ticket)
    row.left_at = now
    row.paused_minutes += extra_pause
    spent = calendar_of(ticket).minutes_between(row.entered_at, now) - row.paused_minutes
    row.worked_minutes = max(spent, 0)
    row.late = row.due_at is not None and now > row.due_at and not (extra_pause and ticket.paused_at <= row.due_at)  # type: ignore[operator]
    rows = Stage.objects.filter(pk=row.pk, left_at=None).update(
        left_at=now, worked_minutes=row.worked_minutes, paused_minutes=row.paused_minutes, late=row.late
    )
    if rows != 1:
        raise WrongState(_("别人刚刚处理了这张工单，请刷新页面看看最新进展。"))
    return row


def enter(actor: Actor, ticket: Ticket, stage: str, note: str = "", *, along: bool = False, **changes: Any) -> Ticket:
    """Move a locked ticket to a stage: the log row of the old one is closed, that of the new one opened, clocks set.

    `along` is for a matter that goes with its main one.
    Raises WrongState when the table of transitions does not have it or somebody else was faster.
    """
    now = timezone.now()
    pause, whole = stopped_minutes(ticket, now), on_whole(ticket)
    if pause:
        ticket.solve_due_at = calendar_of(ticket).add(ticket.solve_due_at, pause)
        changes["solve_due_at"] = ticket.solve_due_at
    if "solve_due_at" in changes:
        ticket.solve_due_at = changes["solve_due_at"]
    transitions = ALONG if along else transitions_of(ticket.kind)
    ending = stage in {Ticket.Stage.CLOSED, Ticket.Stage.WITHDRAWN}
    if ending:
        fields: dict[str, Any] = {
            "open": False,
            "closed_at": now,
            "alarm_at": None,
            "late": stage == Ticket.Stage.CLOSED and now > ticket.solve_due_at,
        }
        due: datetime | None = None
    else:
        fields = clock(ticket, stage, now)
        due = fields.pop("stage_due")
    # the deadline of the whole runs on from stage to stage, and with it what was climbed under it
    runs_on = whole and not ending and "reopened" not in changes and fields["due_at"] == ticket.solve_due_at
    if ticket.climbed and not runs_on:
        changes["climbed"] = 0
        ticket.escalations.filter(current=True).update(current=False)
    fresh = move(ticket, stage, field="stage", transitions=transitions, **{"paused_at": None, **fields, **changes})
    leave_stage(ticket, now, pause)
    insert(log_row(fresh, actor, now, due, note))
    if ending:
        close_todos(LABEL, fresh.pk)
        fresh.supervisions.filter(ended_at=None).update(ended_at=now)
    return fresh


def stopped_minutes(ticket: Ticket, now: datetime) -> int:
    """Working minutes for which the clock has been standing still, 0 while it runs."""
    if ticket.paused_at is None:
        return 0
    return calendar_of(ticket).minutes_between(minute(ticket.paused_at), minute(now))


def shift_dispatches(ticket: Ticket, since: datetime, now: datetime) -> None:
    """Move the deadlines of open dispatches by the working time that passed while the clock stood still."""
    for dispatch in ticket.dispatches.filter(open=True):
        calendar = calendar_of_dispatch(dispatch)
        pause = calendar.minutes_between(minute(since), minute(now))
        due = calendar.add(dispatch.due_at, pause)
        Dispatch.objects.filter(pk=dispatch.pk, open=True).update(
            due_at=due, alarm_at=dispatch_alarm(dispatch, now, due), late=due < now
        )


def calendar_of_dispatch(dispatch: Dispatch) -> WorkCalendar:
    """A dispatch runs by the calendar of the unit that has to answer."""
    return calendar_of(Ticket(unit_id=dispatch.unit_id))


def dispatch_alarm(dispatch: Dispatch, start: datetime, due: datetime) -> datetime:
    """When the unit is warned: after four fifths of the working time, or at the deadline where that is past."""
    calendar = calendar_of_dispatch(dispatch)
    if dispatch.alarm_level > 0:
        return due
    return calendar.add(start, max(calendar.minutes_between(start, due), 0) * 4 // 5)


def say(actor: Actor, ticket: Ticket, kind: Progress.Kind, text: str, *, to_customer: bool = False) -> Progress:
    """Add an entry to the thread."""
    return insert(
        Progress(
            ticket=ticket,
            kind=kind,
            text=text,
            by_id=actor.id,
            by_name=actor.name,
            from_customer=actor.kind is Kind.CUSTOMER,
            visible_to_customer=to_customer,
        )
    )


def note_deed(actor: Actor, verb: str, ticket: Ticket, data: dict[str, Any] | None = None) -> None:
    """Record a deed on the ticket, in its customer's timeline too."""
    record(actor, verb, ticket, data, about=ticket.customer_id)


def url_of(ticket: Ticket) -> str:
    """Where the ticket is shown."""
    return reverse("tickets:detail", args=[ticket.pk])


def tell_people(actor: Actor, to: set[int | None], ticket: Ticket, title: str, kind: str, key: str) -> None:
    """Notify employees about a ticket, once for each key."""
    known = {pk for pk in to if pk is not None}
    if known:
        notify(
            actor=actor, to=known, title=title, url=url_of(ticket), kind=kind, key=f"{kind}:{ticket.pk}:{key}",
            urgent=ticket.severity == Severity.CRITICAL,
        )  # fmt: skip


def ask(
    ticket: Ticket,
    kind: str,
    title: str,
    *,
    employee_id: int | None = None,
    unit_id: int | None = None,
    due_at: datetime | None = None,
) -> None:
    """Open a to-do about a ticket."""
    open_todo(
        label=LABEL,
        object_id=ticket.pk,
        kind=kind,
        title=title,
        url=url_of(ticket),
        employee_id=employee_id,
        unit_id=unit_id,
        due_at=due_at or ticket.due_at,
        power="dispatch.answer",  # only dispatches are a unit's
    )


def touch_reopened(ticket: Ticket) -> dict[str, Any]:
    """What changes on a ticket that is taken up again: a new round, by the rules in force now, with new deadlines."""
    ticket.ruleset_id = rules().pk
    return {
        "ruleset_id": ticket.ruleset_id,
        "reopened": ticket.reopened + 1,
        "open": True,
        "closed_at": None,
        "solve_due_at": solve_due(ticket, timezone.now()),
    }
