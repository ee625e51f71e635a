"""Every write to suggestions."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.customers import policies as customers
from keqiao.customers.models import Customer
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.state import move
from keqiao.notices.actions import close_todos, open_todo
from keqiao.org.models import Employee, OrgUnit
from keqiao.reception import policies as reception
from keqiao.reception.models import Entry
from keqiao.runtime import counters
from keqiao.suggestions import policies
from keqiao.suggestions.models import TRANSITIONS, Suggestion
from keqiao.tickets import policies as tickets
from keqiao.tickets.models import Ticket
from keqiao.visits import policies as visits
from keqiao.visits.models import Visit

LABEL = "suggestions.suggestion"
S, Source = Suggestion.Status, Suggestion.Source
DAYS = 7  # within which a department decides


def demand(actor: Actor, verb: str, obj: Suggestion | None = None) -> None:
    """Raise NotAllowed unless the actor may do that."""
    if not policies.allowed(actor, verb, obj):
        raise NotAllowed(_("现在不能这样处理这条建议：权限不够，或进展已经变化。请刷新页面看看。"))


def said(text: str, least: int, message: str, field: str, most: int = 1000) -> str:
    """Words of a person: not fewer than a few characters."""
    words = text.strip()[:most]
    if len(words) < least:
        raise Refused(message, field=field)
    return words


def source_of(
    actor: Actor, visit: Visit | None, entry: Entry | None, ticket: Ticket | None, customer: Customer | None, *,
    counter: bool,
) -> tuple[str, Customer | None]:  # fmt: skip
    """Where it was made and by whom; a source or a customer that is out of sight is none."""
    found = [one for one in (visit, entry, ticket) if one is not None]
    if len(found) > 1:
        raise Refused(_("一条建议只能有一个来源。"))
    seen = (
        visit is None or visits.allowed(actor, "view", visit),
        entry is None or reception.allowed(actor, "view", entry),
        ticket is None or tickets.allowed(actor, "view", ticket),
        customer is None or bool(found) or customers.allowed(actor, "view", customer),
    )
    if not all(seen):
        raise NotAllowed(_("您没有权限查看这条来源记录或这位客户。如工作需要，请联系主管。"))
    if found:
        kind = Source.VISIT if visit else Source.COUNTER if entry else Source.TICKET
        return kind, found[0].customer
    return (Source.COUNTER if counter else Source.CUSTOMER), customer


def taker(unit: OrgUnit, handler: Employee | None) -> Employee | None:
    """Who considers it for the unit: the one who is named, else the unit's head."""
    if not unit.active:
        raise Refused(_("这个部门已停用，请另选。"), field="unit")
    if handler is not None and not handler.is_active:
        raise Refused(_("%(name)s已离职，请选择在职员工。") % {"name": handler.name}, field="handler")
    return handler or (unit.leader if unit.leader and unit.leader.is_active else None)


@transaction.atomic
def register(
    *, actor: Actor, topic: str, content: str, unit: OrgUnit | None = None, handler: Employee | None = None,
    counter: bool = False, visit: Visit | None = None, entry: Entry | None = None, ticket: Ticket | None = None,
    customer: Customer | None = None,
) -> Suggestion:  # fmt: skip
    """Write a suggestion down; with a unit it goes there at once. `counter`: it came from the counter or its box."""
    demand(actor, "create")
    source, known = source_of(actor, visit, entry, ticket, customer, counter=counter)
    if source == Source.CUSTOMER and known is None:
        raise Refused(_("请选择提出建议的客户；柜台意见箱里不署名的，请勾选“柜台收到”。"), field="customer")
    row = Suggestion.objects.create(
        number=counters.number("JY", today()), topic=topic, source=source, visit=visit, entry=entry, ticket=ticket,
        content=said(content, 4, _("请写明客户建议我们怎么做。"), "content", 2000), customer=known,
        registered_on=today(), registered_by_id=actor.id, from_unit_id=actor.unit_id,
    )  # fmt: skip
    record(actor, "suggestion.registered", row, {"note": row.content}, about=row.customer_id)
    return passed_on(actor, row, unit, handler) if unit is not None else row


@transaction.atomic
def change(*, actor: Actor, obj: Suggestion, topic: str, content: str, **_source: Any) -> Suggestion:
    """Correct what was written down, before it is decided; source, customer and department stay."""
    fresh = Suggestion.objects.select_for_update(of=("self",)).get(pk=obj.pk)
    demand(actor, "edit", fresh)
    values = {"topic": topic, "content": said(content, 4, _("请写明客户建议我们怎么做。"), "content", 2000)}
    changed = changes({name: getattr(fresh, name) for name in values}, values)
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(values))
    record(actor, "suggestion.changed", fresh, {"changes": changed}, about=fresh.customer_id)
    return fresh


@transaction.atomic
def route(
    *, actor: Actor, obj: Suggestion, unit: OrgUnit, handler: Employee | None = None, note: str = ""
) -> Suggestion:
    """Give it to a department, or on to another."""
    fresh = Suggestion.objects.get(pk=obj.pk)
    demand(actor, "route", fresh)
    return passed_on(actor, fresh, unit, handler, note)


def passed_on(
    actor: Actor, obj: Suggestion, unit: OrgUnit, handler: Employee | None, note: str = "", **more: Any
) -> Suggestion:
    """The department considers it from now on, with a to-do for whoever does so."""
    due = today() + timedelta(days=DAYS)
    moved = move(
        obj, S.ROUTED, field="status", transitions=TRANSITIONS, unit_id=unit.pk,
        handler_id=getattr(taker(unit, handler), "pk", None), due_on=due, **more,
    )  # fmt: skip
    ask(moved, due)
    data = {"unit": unit.name, "note": note.strip()[:500]}
    record(actor, "suggestion.routed", moved, data, about=moved.customer_id)
    return moved


def ask(row: Suggestion, due: date) -> None:
    """The to-do of whoever considers it; without anybody it is the unit's."""
    close_todos(LABEL, row.pk)
    at = datetime.combine(due, time(18), tzinfo=timezone.get_default_timezone())
    open_todo(
        label=LABEL, object_id=row.pk, kind="suggestion.consider", title=_("研究客户建议：%s") % row,
        url=f"/suggestions/{row.pk}/", employee_id=row.handler_id, due_at=at,
        unit_id=None if row.handler_id else row.unit_id, power=policies.VIEW,
    )  # fmt: skip


@transaction.atomic
def decide(*, actor: Actor, obj: Suggestion, adopted: bool, reason: str, plan: str = "") -> Suggestion:
    """Taken up or not, with the reason; what is taken up needs to say what will change."""
    demand(actor, "decide", Suggestion.objects.get(pk=obj.pk))
    why = said(reason, 4, _("请写明理由，回复客户时要用。"), "reason")
    how = said(plan, 4, _("采纳了就请写明怎么改进、什么时候完成。"), "plan") if adopted else ""
    anonymous = obj.customer_id is None
    moved = move(
        obj, S.CLOSED if anonymous else S.DECIDED, field="status", transitions=TRANSITIONS, adopted=adopted, reason=why,
        plan=how, decided_at=timezone.now(), decided_by_id=actor.id,
    )  # fmt: skip
    close_todos(LABEL, moved.pk)
    if not anonymous:
        due = datetime.combine(today() + timedelta(days=2), time(18), tzinfo=timezone.get_default_timezone())
        open_todo(
            label=LABEL, object_id=moved.pk, kind="suggestion.answer", title=_("回复客户的建议：%s") % moved,
            url=f"/suggestions/{moved.pk}/", employee_id=moved.registered_by_id, due_at=due,
            unit_id=None if moved.registered_by_id else moved.from_unit_id, power=policies.VIEW,
        )  # fmt: skip
    record(actor, "suggestion.decided", moved, {"adopted": adopted, "note": why}, about=moved.customer_id)
    return moved


@transaction.atomic
def reconsider(*, actor: Actor, obj: Suggestion, reason: str) -> Suggestion:
    """Back to the department: the reason cannot be told to a customer."""
    fresh = Suggestion.objects.select_related("unit", "handler").get(pk=obj.pk)
    demand(actor, "reconsider", fresh)
    why = said(reason, 4, _("请写明为什么要重新研究。"), "reason", 500)
    assert fresh.unit is not None  # noqa: S101 – the database refuses a decision without a department
    handler = fresh.handler if fresh.handler and fresh.handler.is_active else None
    return passed_on(actor, fresh, fresh.unit, handler, why, adopted=None, decided_at=None, decided_by_id=None)


@transaction.atomic
def answer(*, actor: Actor, obj: Suggestion, how: str, reply: str) -> Suggestion:
    """The customer hears what became of it; that ends it."""
    demand(actor, "answer", Suggestion.objects.get(pk=obj.pk))
    words = said(reply, 4, _("请写明对客户怎么说的。"), "reply")
    moved = move(
        obj, S.CLOSED, field="status", transitions=TRANSITIONS, how=how, reply=words, answered_at=timezone.now(),
        answered_by_id=actor.id,
    )  # fmt: skip
    close_todos(LABEL, moved.pk)
    record(actor, "suggestion.answered", moved, {"how": how, "note": words}, about=moved.customer_id)
    return moved


@transaction.atomic
def void(*, actor: Actor, obj: Suggestion, reason: str) -> Suggestion:
    """It was none, or stands there twice."""
    demand(actor, "void", Suggestion.objects.get(pk=obj.pk))
    why = said(reason, 2, _("请写明为什么作废。"), "reason", 200)
    moved = move(obj, S.VOID, field="status", transitions=TRANSITIONS, void_reason=why)
    close_todos(LABEL, moved.pk)
    record(actor, "suggestion.voided", moved, {"note": why}, about=moved.customer_id)
    return moved
