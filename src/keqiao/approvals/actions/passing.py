"""Seats change hands: handed on by who sits there, or given by who helps where nobody can decide."""

from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.approvals import policies
from keqiao.approvals.actions import base, way
from keqiao.approvals.models import Approval, Decider
from keqiao.approvals.queries import current_steps
from keqiao.audit.actions import record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org.models import Employee

Seat = Decider.State


def fit(approval: Approval, employee: Employee | None) -> Employee:
    """The employee, if at work and not the one who asks."""
    if employee is None or not employee.is_active:
        raise Refused(_("请选择一位在职员工。"), field="employee")
    if employee.pk == approval.requested_by_id:
        raise Refused(_("不能交给申请人自己审批。"), field="employee")
    return employee


@transaction.atomic
def delegate(*, actor: Actor, obj: Approval, employee: Employee, note: str = "") -> Approval:
    """Hand one's say on to somebody else, who decides in one's place."""
    fresh, seats = base.guard(actor, obj)
    to = fit(fresh, employee)
    if to.pk == actor.id:
        raise Refused(_("请选择别人。"), field="employee")
    steps = {one.step_id for one in seats}
    there = fresh.deciders.filter(step__in=steps, employee=to, round=fresh.round, state__in=[Seat.OPEN, Seat.AGREED])
    if there.exists():
        raise Refused(_("%s本来就是这一步的审批人，请选择别人。") % to.name, field="employee")
    note = note.strip()
    base.take(seats, Seat.PASSED, note)
    Decider.objects.bulk_create(
        [
            Decider(
                approval=fresh, step_id=one.step_id, principal_id=one.principal_id, employee=to, round=fresh.round,
                how=how_of(one, to),
            )
            for one in seats
        ]
    )  # fmt: skip
    words = _("%(name)s把审批转交给您：%(title)s") % {"name": actor.name, "title": fresh.title}
    base.tell(actor, fresh, [to.pk], words, "approval.delegated", f"{fresh.round}:{max(one.pk for one in seats)}")
    record(actor, "approval.delegated", fresh, {"note": note, "to": to.name})
    return way.look(actor, fresh)


def how_of(seat: Decider, to: Employee) -> Decider.How:
    """How somebody comes to a seat that is handed on; a seat that was assigned stays it."""
    if seat.how == Decider.How.ASSIGNED:
        return Decider.How.ASSIGNED
    return Decider.How.RULE if seat.principal_id == to.pk else Decider.How.DELEGATED


@transaction.atomic
def assign(*, actor: Actor, obj: Approval, employee: Employee, note: str = "") -> Approval:
    """Name somebody for the steps that nobody can decide, so that nothing hangs."""
    fresh = base.living(obj, Approval.State.WAITING)
    if not policies.allowed(actor, "assign", fresh):
        raise NotAllowed(_("只有管理员可以指派审批人，且只在无人可批时。"))
    to = fit(fresh, employee)
    taken = set(fresh.deciders.filter(state=Seat.OPEN).values_list("step_id", flat=True))
    empty = [step for step in current_steps(fresh) if step.pk not in taken]
    Decider.objects.bulk_create(
        [
            Decider(approval=fresh, step=step, principal=to, employee=to, round=fresh.round, how=Decider.How.ASSIGNED)
            for step in empty
        ]
    )
    record(actor, "approval.assigned", fresh, {"note": note.strip(), "to": to.name})
    return way.look(actor, fresh)
