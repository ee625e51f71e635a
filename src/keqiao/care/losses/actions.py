"""Every write about lost customers."""

from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.care.losses import policies
from keqiao.care.models import LOSS_TRANSITIONS, Loss, LossReason
from keqiao.customers.life_cycle.actions import follow_fact
from keqiao.customers.models import Customer
from keqiao.customers.policies import allowed as customer_allowed
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.state import move
from keqiao.kernel.text import single_line
from keqiao.notices.actions import close_todos, open_todo
from keqiao.org.models import Employee
from keqiao.org.work import take_on
from keqiao.runtime import counters

LABEL = "care.loss"
STATUS = Loss.Status


def demand(actor: Actor, verb: str, loss: Loss | None = None) -> None:
    """Raise NotAllowed unless the actor may do that."""
    if not policies.allowed(actor, verb, loss):
        raise NotAllowed(_("现在不能这样处理这条流失记录：权限不够，或状态已经变化。"))


@transaction.atomic
def keep_reason(
    *, actor: Actor, name: str, parent: LossReason | None = None, position: int = 0, active: bool = True,
    obj: LossReason | None = None,
) -> LossReason:  # fmt: skip
    """Add a reason, or change one; two levels at most."""
    if not actor.can("care.plan"):
        raise NotAllowed(_("您没有维护流失原因的权限。"))
    if parent is not None and (
        parent.parent_id is not None or (obj and (obj.pk == parent.pk or obj.children.exists()))
    ):
        raise Refused(_("流失原因最多两级，请选择一级原因作为上级。"), field="parent")
    reason = obj or LossReason()
    values: dict[str, Any] = {"name": single_line(name, 40), "parent": parent, "position": position, "active": active}
    changed = changes({key: getattr(reason, key) for key in values}, values)
    for key, value in values.items():
        setattr(reason, key, value)
    try:
        with transaction.atomic():
            reason.save()
    except IntegrityError as error:
        raise Refused(_("同一上级下已有同名的原因。"), field="name") from error
    record(actor, "loss_reason.changed" if obj else "loss_reason.created", reason, {"changes": changed})
    return reason


@transaction.atomic
def mark(*, actor: Actor, customer: Customer, reason: LossReason, evidence: str, lost_on: date | None = None) -> Loss:
    """Mark a visible customer as lost, with reason and evidence; a customer is lost once at a time."""
    demand(actor, "create")
    if not customer_allowed(actor, "view", customer):
        raise NotAllowed(_("您没有权限对该客户这样做。如工作需要，请联系主管。"))
    words, day = evidence.strip()[:1000], lost_on or today()
    if len(words) < 4:
        raise Refused(_("请写明依据，例如客户怎么说、最后一次购买是什么时候。"), field="evidence")
    if day > today():
        raise Refused(_("流失日期不能在将来。"), field="lost_on")
    loss = Loss(
        customer=customer, reason=reason, evidence=words, lost_on=day, owner_id=customer.owner_id,
        unit_id=customer.unit_id, marked_by_id=actor.id, number=counters.number("LS", today()),
    )  # fmt: skip
    try:
        with transaction.atomic():
            loss.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("这位客户已登记为流失，还没有结束。")) from error
    record(actor, "loss.marked", loss, {"reason": str(reason), "note": words}, about=customer.pk)
    follow_fact(customer.pk)
    return loss


@transaction.atomic
def attempt(*, actor: Actor, obj: Loss, winner: Employee, due_on: date, plan: str = "") -> Loss:
    """Give somebody the task of winning the customer back by a day; opens his to-do."""
    demand(actor, "try", obj)
    if due_on < today():
        raise Refused(_("挽回期限不能早于今天。"), field="due_on")
    take_on(winner, "winner")
    moved = move(
        obj, STATUS.TRYING, field="status", transitions=LOSS_TRANSITIONS, winner_id=winner.pk, due_on=due_on,
        plan=single_line(plan, 500),
    )  # fmt: skip
    close_todos(LABEL, moved.pk)
    due = datetime.combine(due_on, time(18), tzinfo=timezone.get_default_timezone())
    title = _("挽回流失客户：%(name)s") % {"name": moved.customer.name}
    open_todo(
        label=LABEL,
        object_id=moved.pk,
        kind="win",
        title=title,
        url=f"/losses/{moved.pk}/",
        employee_id=winner.pk,
        due_at=due,
    )
    record(actor, "loss.tried", moved, {"name": winner.name, "note": moved.plan}, about=moved.customer_id)
    return moved


def win(*, actor: Actor, obj: Loss, result: str) -> Loss:
    """The customer is back."""
    return end(actor, obj, "win", STATUS.WON, result)


def give_up(*, actor: Actor, obj: Loss, result: str) -> Loss:
    """No further attempt is made."""
    return end(actor, obj, "give_up", STATUS.GIVEN_UP, result)


@transaction.atomic
def end(actor: Actor, obj: Loss, verb: str, status: str, result: str) -> Loss:
    """The end of a loss, with what came of it."""
    demand(actor, verb, obj)
    words = result.strip()[:500]
    if len(words) < 2:
        raise Refused(_("请填写挽回结果。"), field="result")
    moved = move(obj, status, field="status", transitions=LOSS_TRANSITIONS, result=words, ended_at=timezone.now())
    close_todos(LABEL, moved.pk)
    record(
        actor, "loss.won" if status == STATUS.WON else "loss.given_up", moved, {"note": words}, about=moved.customer_id
    )
    follow_fact(moved.customer_id)
    return moved
