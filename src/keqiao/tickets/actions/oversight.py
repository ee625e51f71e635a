"""Whose matter it is, who watches it, and what is said about it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor, Kind
from keqiao.kernel.errors import Refused, TooMany
from keqiao.org.models import Employee
from keqiao.org.work import take_on
from keqiao.runtime import throttle
from keqiao.tickets.actions.base import ask, guard, note_deed, required, say, tell_people
from keqiao.tickets.actions.clocks import overtaken, restart
from keqiao.tickets.models import Progress, Supervision, Ticket, Urge

URGE_PAUSE = timedelta(hours=1)
BULK = 100


@transaction.atomic
def assign(*, actor: Actor, obj: Ticket, owner: Employee, note: str = "") -> Ticket:
    """Give the matter to another owner; it moves to the owner's unit, so that its leader sees it."""
    if owner is None:
        raise Refused(_("请选择在职员工。"), field="owner")
    take_on(owner)  # before the ticket, as whoever hands work over does
    ticket = guard(actor, "assign", obj)
    if ticket.owner_id == owner.pk:
        raise Refused(_("%s已经是负责人。") % owner.name, field="owner")
    before = ticket.owner.name if ticket.owner else ""
    rows = Ticket.objects.filter(pk=ticket.pk, owner_id=ticket.owner_id, open=True).update(
        owner=owner, unit_id=owner.unit_id
    )
    if rows != 1:
        raise overtaken()
    ticket.owner, ticket.unit_id = owner, owner.unit_id
    note_deed(actor, "ticket.assigned", ticket, {"changes": {"owner": [before, owner.name]}, "note": note.strip()})
    key = f"{owner.pk}:{timezone.now().timestamp():.0f}"
    tell_people(actor, {owner.pk}, ticket, _("%s 已交给您负责") % ticket, "ticket.assigned", key)
    return ticket


@transaction.atomic
def share_out(*, actor: Actor, tickets: Iterable[Ticket], owner: Employee) -> int:
    """Give many matters to one person, all or none; returns how many changed hands."""
    chosen = [ticket.pk for ticket in tickets]
    if len(chosen) > BULK:
        raise Refused(_("一次最多分派 %d 张工单。") % BULK)
    # in the order of their ids, so that two who share out at once never wait for each other
    moved = list(Ticket.objects.filter(pk__in=chosen).exclude(owner=owner).order_by("pk"))
    for ticket in moved:
        assign(actor=actor, obj=ticket, owner=owner)
    return len(moved)


@transaction.atomic
def supervise(*, actor: Actor, obj: Ticket, demand: str, due_at: datetime | None = None) -> Supervision:
    """A superior watches the matter until it is closed (督办)."""
    ticket = guard(actor, "supervise", obj)
    demand = required(demand, _("请写明督办要求。"), "demand")
    if due_at is not None and due_at <= timezone.now():
        raise Refused(_("要求完成时间必须晚于现在。"), field="due_at")
    row = Supervision.objects.create(ticket=ticket, by_id=actor.id, demand=demand, due_at=due_at)
    if ticket.owner_id:
        ask(ticket, f"supervision.{row.pk}", _("督办：%s") % ticket, employee_id=ticket.owner_id, due_at=due_at)
    to = {ticket.owner_id, ticket.unit.leader_id}
    tell_people(actor, to, ticket, _("%s 被督办") % ticket.number, "ticket.supervised", str(row.pk))
    note_deed(actor, "ticket.supervised", ticket, {"demand": demand})
    return row


@transaction.atomic
def urge(*, actor: Actor, obj: Ticket, note: str = "") -> Urge:
    """Ask for speed (催办); one person can do so once an hour, so that it stays a signal."""
    ticket = guard(actor, "urge", obj)
    who = "customer" if actor.kind is Kind.CUSTOMER else str(actor.id)
    try:
        throttle.hit(f"urge:{ticket.pk}:{who}", limit=1, window=URGE_PAUSE)
    except TooMany as error:
        raise TooMany(_("一小时内已经催办过一次，请稍后再催。")) from error
    row = Urge.objects.create(ticket=ticket, by_id=actor.id, by_name=actor.name, note=note.strip())
    to: set[int | None] = {ticket.owner_id}
    for handler_id, leader_id in ticket.dispatches.filter(open=True).values_list("handler_id", "unit__leader_id"):
        to |= {handler_id or leader_id}
    if ticket.owner_id is None:
        to |= {ticket.unit.leader_id}
    title = _("%(number)s 被%(who)s催办") % {"number": ticket.number, "who": actor.name}
    tell_people(actor, to, ticket, title, "ticket.urged", str(row.pk))
    note_deed(actor, "ticket.urged", ticket, {"note": note.strip()})
    return row


@transaction.atomic
def supplement(*, actor: Actor, obj: Ticket, text: str) -> Progress:
    """The customer's further word, entered by an employee or by the customer; it starts a stopped clock again."""
    ticket = guard(actor, "supplement", obj)
    text = required(text, _("请填写补充内容。"), "text")
    row = say(actor, ticket, Progress.Kind.SUPPLEMENT, text, to_customer=True)
    if ticket.paused_at is not None:
        ticket = restart(actor, ticket, _("客户已补充"))
    if actor.kind is Kind.CUSTOMER:
        title = _("%s 客户有补充") % ticket.number
        tell_people(actor, {ticket.owner_id}, ticket, title, "ticket.supplemented", str(row.pk))
    note_deed(actor, "ticket.supplemented", ticket, {"text": text})
    return row


@transaction.atomic
def progress(*, actor: Actor, obj: Ticket, text: str, visible_to_customer: bool = False) -> Progress:
    """How far the matter is; shown to the customer if so wished."""
    ticket = guard(actor, "progress", obj)
    text = required(text, _("请填写进度。"), "text")
    row = say(actor, ticket, Progress.Kind.PROGRESS, text, to_customer=visible_to_customer)
    note_deed(actor, "ticket.progressed", ticket, {"text": text, "visible_to_customer": visible_to_customer})
    return row


@transaction.atomic
def comment(*, actor: Actor, obj: Ticket, text: str) -> Progress:
    """A remark for colleagues; never shown to the customer."""
    ticket = guard(actor, "comment", obj)
    row = say(actor, ticket, Progress.Kind.COMMENT, required(text, _("请填写备注。"), "text"))
    note_deed(actor, "ticket.commented", ticket, {"text": row.text})
    return row
