"""Cause, plan and compensation, the result, and telling the customer."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused
from keqiao.kernel.money import format_yuan
from keqiao.org.models import Employee, OrgUnit
from keqiao.tickets.actions.base import (
    demand_conditions,
    enter,
    guard,
    lock,
    note_deed,
    required,
    say,
    tell_people,
    url_of,
)
from keqiao.tickets.actions.dispatching import demand_answers
from keqiao.tickets.actions.dividing import begin_whole
from keqiao.tickets.actions.going_along import hold_matter, take_along
from keqiao.tickets.models import Cause, Complaint, Progress, Ticket
from keqiao.tickets.ruling.kinds.limits import free_of_approval
from keqiao.tickets.ruling.reading import case_of, rules_of

APPROVAL, APPROVE = "tickets.compensation", "ticket.approve"
HIGHEST = 100_000_000_00  # fen; a slip of the keyboard, not a compensation


@transaction.atomic
def start(*, actor: Actor, obj: Ticket, note: str = "") -> Ticket:
    """Begin to handle a matter that is no complaint."""
    ticket = guard(actor, "start", obj)
    fresh = enter(actor, ticket, Ticket.Stage.HANDLING, note.strip())
    note_deed(actor, "ticket.started", fresh, {"note": note.strip()})
    return fresh


@transaction.atomic
def plan(
    *,
    actor: Actor,
    obj: Ticket,
    cause: Cause,
    plan: str,
    responsible_unit: OrgUnit,
    responsible: Employee | None = None,
    cause_note: str = "",
    compensation_fen: int = 0,
) -> Ticket:
    """Cause, who answers for it, what will be done and paid. Above the limit the payment needs approval first."""
    ticket = guard(actor, "plan", obj)
    if cause is None:
        raise Refused(_("请选择投诉原因。"), field="cause")
    if responsible_unit is None:
        raise Refused(_("请选择责任部门。"), field="responsible_unit")
    if responsible is not None and not responsible.is_active:
        raise Refused(_("%s已离职，请选择在职员工。") % responsible.name, field="responsible")
    if not 0 <= compensation_fen <= HIGHEST:
        raise Refused(_("补偿金额不正确。"), field="compensation")
    text = required(plan, _("请填写处理方案。"), "plan")
    before = Complaint.objects.get(pk=ticket.pk)
    approved = before.approved_fen if before.approved_fen == compensation_fen else None
    Complaint.objects.filter(pk=ticket.pk).update(
        cause=cause,
        cause_note=cause_note.strip(),
        responsible=responsible,
        responsible_unit=responsible_unit,
        plan=text,
        compensation_fen=compensation_fen,
        approved_fen=approved,
    )
    begin_whole(ticket, responsible_unit, responsible)
    data: dict[str, Any] = {
        "cause": str(cause),
        "responsible_unit": responsible_unit.name,
        "plan": text,
        "compensation_fen": compensation_fen,
    }
    note_deed(actor, "ticket.planned", ticket, data)
    if needs_approval(ticket, compensation_fen, approved):
        return ask_approval(actor, ticket, compensation_fen, text)
    return ticket


def needs_approval(ticket: Ticket, compensation_fen: int, approved_fen: int | None) -> bool:
    """Whether the amount lies above the limit for such a ticket and nobody has agreed to exactly it."""
    if not compensation_fen or approved_fen == compensation_fen:
        return False
    return compensation_fen > free_of_approval(rules_of(ticket).allowances, case_of(ticket))


def ask_approval(actor: Actor, ticket: Ticket, amount: int, reason: str) -> Ticket:
    """Put the compensation to those who may approve it; the ticket waits meanwhile."""
    fresh = enter(actor, ticket, Ticket.Stage.APPROVING, _("申请补偿 %s") % format_yuan(amount))
    title = _("%(number)s 补偿 %(amount)s") % {"number": fresh.number, "amount": format_yuan(amount)}
    approval = approvals.request(
        actor=actor,
        kind=APPROVAL,
        subject=fresh,
        title=title,
        power=APPROVE,
        unit_id=fresh.unit_id,
        url=url_of(fresh),
        amount_fen=amount,
        reason=reason,
    )
    note_deed(actor, "ticket.compensation_asked", fresh, {"amount_fen": amount, "approval": approval.pk})
    return fresh


def compensation_decided(actor: Actor, approval: Approval) -> None:
    """Called in the transaction of the decision: the ticket goes back to handling, with or without the money."""
    ticket = lock(Ticket(pk=approval.object_id))
    approved = approval.state == Approval.State.APPROVED
    words = {
        Approval.State.APPROVED: _("补偿 %s 已批准"),
        Approval.State.REJECTED: _("补偿 %s 被驳回"),
        Approval.State.WITHDRAWN: _("补偿 %s 的申请已撤回"),
    }[Approval.State(approval.state)] % format_yuan(approval.amount_fen or 0)
    note = f"{words}：{approval.note}" if approval.note else words
    fresh = enter(actor, ticket, Ticket.Stage.HANDLING, note)
    Complaint.objects.filter(pk=fresh.pk).update(approved_fen=approval.amount_fen if approved else None)
    say(actor, fresh, Progress.Kind.COMMENT, note)
    to = {fresh.owner_id, approval.requested_by_id}
    tell_people(actor, to, fresh, f"{fresh.number} {words}", "ticket.compensation", str(approval.pk))
    note_deed(
        actor,
        "ticket.compensation_decided",
        fresh,
        {"state": approval.state, "amount_fen": approval.amount_fen, "note": approval.note},
    )


@transaction.atomic
def resolve(*, actor: Actor, obj: Ticket, result: str) -> Ticket:
    """The handling is done. A complaint needs its plan, and the approval of what it pays; every answer must be in."""
    hold_matter(obj)
    ticket = guard(actor, "resolve", obj)
    demand_answers(ticket)
    demand_conditions(ticket)
    result = required(result, _("请填写处理结果。"), "result")
    if ticket.is_complaint:
        complaint = Complaint.objects.get(pk=ticket.pk)
        if not complaint.plan or complaint.cause_id is None:
            raise Refused(_("请先填写原因、责任部门和处理方案。"))
        if needs_approval(ticket, complaint.compensation_fen, complaint.approved_fen):
            raise Refused(_("补偿 %s 还没有批准，请调整方案后重新提交。") % format_yuan(complaint.compensation_fen))
    fresh = enter(actor, ticket, Ticket.Stage.RESOLVED, result, result=result)
    note_deed(actor, "ticket.resolved", fresh, {"result": result})
    take_along(actor, fresh)
    return fresh


@transaction.atomic
def tell(*, actor: Actor, obj: Ticket, how: str, customer_reply: str, words: str = "") -> Ticket:
    """The customer has been told: how, and what the customer said. `words` is what was told, the result by default."""
    ticket = guard(actor, "tell", obj)
    if how not in Complaint.How.values:
        raise Refused(_("请选择告知方式。"), field="how")
    reply = required(customer_reply, _("请记录客户听到结果后怎么说。"), "customer_reply")
    if ticket.complaint.founded is False:
        demand_conditions(ticket, founded=False, telling=True)
    Complaint.objects.filter(pk=ticket.pk).update(
        told_at=timezone.now(), told_by_id=actor.id, told_how=how, customer_reply=reply
    )
    fresh = enter(actor, ticket, Ticket.Stage.TOLD, reply)
    say(actor, fresh, Progress.Kind.PROGRESS, words.strip() or fresh.result, to_customer=True)
    note_deed(actor, "ticket.told", fresh, {"how": how, "reply": reply})
    return fresh
