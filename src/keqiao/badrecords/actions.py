"""Every write to the register of bad records."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.badrecords import policies
from keqiao.badrecords.models import TRANSITIONS, BadKind, BadRecord
from keqiao.care.losses import policies as losses
from keqiao.care.models import Loss
from keqiao.customers import policies as customers
from keqiao.customers.models import Customer
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.state import move
from keqiao.kernel.text import single_line
from keqiao.notices.actions import close_todos, open_todo
from keqiao.org.models import Employee, OrgUnit
from keqiao.reception import policies as reception
from keqiao.reception.models import Entry
from keqiao.runtime import counters
from keqiao.tickets import policies as tickets
from keqiao.tickets.models import Ticket

LABEL = "badrecords.badrecord"
STATUS, SOURCE = BadRecord.Status, BadRecord.Source
DAYS = 7  # to say what is done about it


def demand(actor: Actor, verb: str, obj: BadRecord | None = None) -> None:
    """Raise NotAllowed unless the actor may do that."""
    if not policies.allowed(actor, verb, obj):
        raise NotAllowed(_("现在不能这样处理这条不良记录：权限不够，或状态已经变化。"))


def said(text: str, least: int, message: str, field: str, most: int = 2000) -> str:
    """Words of a person: not fewer than a few characters."""
    words = text.strip()[:most]
    if len(words) < least:
        raise Refused(message, field=field)
    return words


def seen(
    actor: Actor, ticket: Ticket | None, loss: Loss | None, entry: Entry | None, customer: Customer | None
) -> None:
    """A source, or a customer, that is out of sight is nothing to write about."""
    looks = (
        ticket is None or tickets.allowed(actor, "view", ticket),
        loss is None or losses.allowed(actor, "view", loss),
        entry is None or reception.allowed(actor, "view", entry),
        customer is None or (ticket or loss or entry) is not None or customers.allowed(actor, "view", customer),
    )
    if not all(looks):
        raise NotAllowed(_("您没有权限查看这条来源记录或这位客户。如工作需要，请联系主管。"))


def source_of(ticket: Ticket | None, loss: Loss | None, entry: Entry | None) -> tuple[str, Customer | None]:
    """Where it comes from, and whose matter that was."""
    found = [one for one in (ticket, loss, entry) if one is not None]
    if len(found) > 1:
        raise Refused(_("一条不良记录只能有一个来源。"))
    if not found:
        return SOURCE.OWN, None
    kind = SOURCE.COMPLAINT if ticket else SOURCE.LOSS if loss else SOURCE.RECEPTION
    return kind, found[0].customer


def checked(person: Employee | None, unit: OrgUnit, happened_on: date) -> None:
    """Who answers is at work, and it has happened."""
    if happened_on > today():
        raise Refused(_("发生日期不能在将来。"), field="happened_on")
    if person is not None and not person.is_active:
        raise Refused(_("%(name)s已离职，请选择在职员工。") % {"name": person.name}, field="person")
    if not unit.active:
        raise Refused(_("责任部门已停用，请另选。"), field="unit")


@transaction.atomic
def register(
    *, actor: Actor, kind: BadKind, severity: int, what: str, unit: OrgUnit, happened_on: date | None = None,
    person: Employee | None = None, product: str = "", measures: str = "", ticket: Ticket | None = None,
    loss: Loss | None = None, entry: Entry | None = None, customer: Customer | None = None,
) -> BadRecord:  # fmt: skip
    """Put on record what went wrong; whoever answers for it gets the to-do of saying what is done about it."""
    demand(actor, "create")
    seen(actor, ticket, loss, entry, customer)
    source, known = source_of(ticket, loss, entry)
    day = happened_on or today()
    checked(person, unit, day)
    row = BadRecord(
        number=counters.number("BL", today()), kind=kind, severity=severity, happened_on=day, source=source,
        what=said(what, 4, _("请写明经过：什么时候、谁、做了什么，对客户有什么影响。"), "what"),
        ticket=ticket, loss=loss, entry=entry, customer=known or customer, product=single_line(product, 100),
        unit=unit, person=person, handler=person, measures=measures.strip()[:2000], registered_by_id=actor.id, from_unit_id=actor.unit_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("同一来源已就这个部门登记过同类的不良记录。"), field="kind") from error
    ask(row)
    data = {"kind": kind.name, "unit": unit.name, "note": row.what}
    record(actor, "bad_record.registered", row, data, about=row.customer_id)
    return row


def ask(row: BadRecord) -> None:
    """The to-do of whoever puts it right."""
    close_todos(LABEL, row.pk)
    if row.handler_id is None or row.status != STATUS.OPEN:
        return
    due = datetime.combine(today() + timedelta(days=DAYS), time(18), tzinfo=timezone.get_default_timezone())
    open_todo(
        label=LABEL, object_id=row.pk, kind="bad_record", title=_("说明不良记录的处理措施：%s") % row,
        url=f"/bad-records/{row.pk}/", employee_id=row.handler_id, due_at=due,
    )  # fmt: skip


@transaction.atomic
def change(
    *, actor: Actor, obj: BadRecord, kind: BadKind, severity: int, what: str, unit: OrgUnit,
    happened_on: date | None = None, person: Employee | None = None, product: str = "", measures: str = "",
    **_source: Any,
) -> BadRecord:  # fmt: skip
    """Correct an open record; its source and its customer stay."""
    fresh = BadRecord.objects.select_for_update(of=("self",)).select_related("kind").get(pk=obj.pk)
    demand(actor, "edit", fresh)
    checked(person if person and person.pk != fresh.person_id else None, unit, happened_on or fresh.happened_on)
    values: dict[str, Any] = {
        "kind": kind, "severity": severity, "unit": unit, "person": person, "product": single_line(product, 100),
        "what": said(what, 4, _("请写明经过：什么时候、谁、做了什么，对客户有什么影响。"), "what"),
        "happened_on": happened_on or fresh.happened_on, "measures": measures.strip()[:2000],
    }  # fmt: skip
    changed = changes({name: getattr(fresh, name) for name in values}, values)
    another = (person.pk if person else None) != fresh.person_id
    if another:
        fresh.handler = person
    for name, value in values.items():
        setattr(fresh, name, value)
    try:
        with transaction.atomic():
            fresh.save()
    except IntegrityError as error:
        raise Refused(_("同一来源已就这个部门登记过同类的不良记录。"), field="kind") from error
    if another:
        ask(fresh)
    record(actor, "bad_record.changed", fresh, {"changes": changed}, about=fresh.customer_id)
    return fresh


@transaction.atomic
def answer(*, actor: Actor, obj: BadRecord, measures: str) -> BadRecord:
    """Say what is done about it."""
    fresh = BadRecord.objects.select_for_update(of=("self",)).select_related("kind").get(pk=obj.pk)
    demand(actor, "answer", fresh)
    fresh.measures = said(measures, 4, _("请写明采取了什么措施。"), "measures")
    fresh.save(update_fields=["measures"])
    close_todos(LABEL, fresh.pk)
    record(actor, "bad_record.answered", fresh, {"note": fresh.measures}, about=fresh.customer_id)
    return fresh


@transaction.atomic
def close(*, actor: Actor, obj: BadRecord, result: str) -> BadRecord:
    """It is put right; never closed by whoever answers for it, and never without measures."""
    demand(actor, "close", obj)
    if not BadRecord.objects.get(pk=obj.pk).measures:
        raise Refused(_("还没有写处理措施，不能了结。"))
    moved = move(
        obj, STATUS.CLOSED, field="status", transitions=TRANSITIONS, closed_at=timezone.now(), closed_by_id=actor.id,
        result=said(result, 2, _("请写明结果：措施落实了没有，客户怎么说。"), "result", 1000),
    )  # fmt: skip
    close_todos(LABEL, moved.pk)
    record(actor, "bad_record.closed", moved, {"note": moved.result}, about=moved.customer_id)
    return moved


@transaction.atomic
def reopen(*, actor: Actor, obj: BadRecord, reason: str) -> BadRecord:
    """It is not put right after all."""
    demand(actor, "reopen", obj)
    why = said(reason, 2, _("请写明为什么重新处理。"), "reason", 500)
    moved = move(obj, STATUS.OPEN, field="status", transitions=TRANSITIONS, closed_at=None, closed_by_id=None)
    ask(moved)
    record(actor, "bad_record.reopened", moved, {"note": why}, about=moved.customer_id)
    return moved


@transaction.atomic
def keep_kind(
    *, actor: Actor, name: str, position: int = 0, active: bool = True, obj: BadKind | None = None
) -> BadKind:
    """Add a kind, or change one; kinds are retired, not deleted."""
    if not policies.keeps(actor, "edit", obj):
        raise NotAllowed(_("您没有维护不良记录类别的权限。"))
    words = single_line(name, 20)
    if not words:
        raise Refused(_("请填写名称。"), field="name")
    kind = obj or BadKind()
    values: dict[str, Any] = {"name": words, "position": position, "active": active}
    changed = changes({key: getattr(kind, key) for key in values}, values)
    for key, value in values.items():
        setattr(kind, key, value)
    try:
        with transaction.atomic():
            kind.save()
    except IntegrityError as error:
        raise Refused(_("已有同名的类别。"), field="name") from error
    record(actor, "bad_kind.changed" if obj else "bad_kind.created", kind, {"changes": changed})
    return kind
