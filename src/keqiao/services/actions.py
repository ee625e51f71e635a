"""Every write to the register of deliveries and services."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.customers.actions import create_customer
from keqiao.customers.models import Customer
from keqiao.customers.queries import recognised
from keqiao.kernel import phones
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.sql import hold
from keqiao.kernel.state import move
from keqiao.kernel.text import single_line
from keqiao.org.models import OrgUnit
from keqiao.runtime import counters
from keqiao.services import policies
from keqiao.services.models import TRANSITIONS, Service

OLDEST = timedelta(days=90)  # how late something may still be entered


class Known(Refused):
    """The same service of the same order was registered before; `number` says under which number."""

    def __init__(self, number: str) -> None:
        super().__init__(_("这个订单的这项服务已经登记过（%(number)s）。") % {"number": number}, field="order_number")
        self.number = number


def demand(actor: Actor, verb: str, service: Service | None = None) -> None:
    """Raise NotAllowed unless the actor may do that."""
    if not policies.allowed(actor, verb, service):
        raise NotAllowed(_("您没有权限这样处理这条服务登记，或它已经作废。"))


@transaction.atomic
def register(
    *,
    actor: Actor,
    kind: str,
    name: str = "",
    phone: str = "",
    customer: Customer | None = None,
    order_number: str = "",
    product: str = "",
    done_on: date | None = None,
    worker: str = "",
    unit: OrgUnit | None = None,
    note: str = "",
) -> Service:
    """Register what was delivered or done, today unless `done_on` says otherwise.

    Without `customer` a full phone number recognises its one owner; everybody else becomes a new customer. Raises
    Refused with the field that is wrong, Known where the same service of the order is there already.
    """
    demand(actor, "create")
    if kind not in Service.Kind.values:
        raise Refused(_("请选择服务类型。"), field="kind")
    order, thing = single_line(order_number, 40), single_line(product, 80)
    once(kind, order, thing)
    service = Service(
        kind=kind, customer=customer or customer_of(actor, single_line(name, 100), phone), order_number=order,
        product=thing, done_on=checked_day(done_on), worker=single_line(worker, 40), unit=checked_unit(actor, unit),
        note=note.strip()[:500], registered_by_id=actor.id,
    )  # fmt: skip
    service.number = counters.number("FW", timezone.localdate())
    try:
        with transaction.atomic():
            service.save(force_insert=True)
    except IntegrityError:  # somebody else was faster
        once(kind, order, thing)
        raise
    verb = "service.delivered" if kind == Service.Kind.DELIVERED else "service.done"
    data = {"kind": kind, "order": order, "product": thing, "day": service.done_on.isoformat()}
    record(actor, verb, service, data, about=service.customer_id)
    return service


def once(kind: str, order: str, product: str) -> None:
    """Raise Known where this service of the order is registered already."""
    rows = Service.objects.filter(kind=kind, order_number=order, product=product, status=Service.Status.NOTED)
    number = rows.values_list("number", flat=True).first() if order else None
    if number is not None:
        raise Known(number)


def customer_of(actor: Actor, name: str, phone: str) -> Customer:
    """The owner of the phone, else a new customer of that name; Refused where neither says who it was."""
    number = phones.normalise(phone) if phone.strip() else ""
    if number is None:
        raise Refused(_("“%(raw)s”不是有效的电话号码，请核对。") % {"raw": phone[:40]}, field="phone")
    if not number:
        raise Refused(_("请选择客户，或填写客户的电话。"), field="phone")
    hold(f"customer:{number}")  # told of at once by two, he is filed once
    known = recognised(number)
    if known is not None:
        return known
    if not name:
        raise Refused(_("没有这个电话的客户，请填写客户姓名，将为其建档。"), field="name")
    maker = actor if actor.can("customer.create") else SYSTEM
    return create_customer(actor=maker, name=name, phone=number, source="other")


def checked_day(day: date | None) -> date:
    """Today where none is given; Refused for the future and for what is too long ago."""
    day = day or today()
    if day > today():
        raise Refused(_("完成日期不能在将来。"), field="done_on")
    if day < today() - OLDEST:
        raise Refused(_("只能补登最近 %(n)s 天完成的服务。") % {"n": OLDEST.days}, field="done_on")
    return day


def checked_unit(actor: Actor, unit: OrgUnit | None) -> OrgUnit:
    """The unit that answers for it: one's own where none is named; Refused for one out of reach."""
    found = policies.units(actor).filter(pk=unit.pk if unit else actor.unit_id or 0).first()
    if found is None:
        raise Refused(_("请选择您可以登记的负责部门。"), field="unit")
    return found


@transaction.atomic
def correct(
    *, actor: Actor, obj: Service, order_number: str = "", product: str = "", done_on: date | None = None,
    worker: str = "", note: str = "",
) -> Service:  # fmt: skip
    """Put right what was written down wrong; whose it was and what kind stays."""
    fresh = Service.objects.select_for_update().get(pk=obj.pk)
    demand(actor, "correct", fresh)
    after = {
        "order_number": single_line(order_number, 40), "product": single_line(product, 80),
        "done_on": checked_day(done_on), "worker": single_line(worker, 40), "note": note.strip()[:500],
    }  # fmt: skip
    changed = changes({name: getattr(fresh, name) for name in after}, after)
    if not changed:
        return fresh
    for name, value in after.items():
        setattr(fresh, name, value)
    try:
        with transaction.atomic():
            fresh.save(update_fields=list(after))
    except IntegrityError as error:
        raise Refused(_("这个订单的这项服务已经登记过。"), field="order_number") from error
    record(actor, "service.changed", fresh, {"changes": changed}, about=fresh.customer_id)
    return fresh


@transaction.atomic
def void(*, actor: Actor, obj: Service, reason: str) -> Service:
    """Take back what was not so. The record stays to be read; call-backs that it caused stay with their people."""
    demand(actor, "void", obj)
    if not reason.strip():
        raise Refused(_("请填写作废原因。"), field="reason")
    done = move(obj, Service.Status.VOID, field="status", transitions=TRANSITIONS, reason=reason.strip()[:200])
    record(actor, "service.voided", done, {"reason": done.reason}, about=done.customer_id)
    return done
