"""Writes to the parts of an archive. The audit keeps what kind of thing it was, not the street or the day."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.customers import addresses, policies, rules
from keqiao.customers.actions import add_contact_point, after, demand, locked, point
from keqiao.customers.archive.rules import date_values, role_of_relation
from keqiao.customers.models import (
    Address,
    ArchiveSettings,
    Contact,
    ContactPoint,
    Customer,
    CustomerRole,
    ImportantDate,
    Relation,
)
from keqiao.kernel import divisions
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused

M = TypeVar("M", bound=models.Model)


def opened(actor: Actor, customer: Customer) -> Customer:
    """The customer, locked, if the actor may change it."""
    demand(actor, "edit", customer)
    return locked(customer)


def done(actor: Actor, customer: Customer, verb: str, data: dict[str, Any]) -> None:
    """A new version of the archive, and the event."""
    customer.updated_at = after(customer.updated_at)
    Customer.objects.filter(pk=customer.pk).update(updated_at=customer.updated_at)
    record(actor, verb, customer, data, about=customer.pk)


def part_of(model: type[M], customer: Customer, part: M) -> M:
    """The part as it is now; refused when it is gone or another customer's."""
    fresh = model._default_manager.filter(pk=part.pk, customer=customer).first()
    if fresh is None:
        raise Refused(_("这一项已被删除，请刷新页面。"))
    return fresh


def put(row: models.Model, field: str) -> None:
    """Save; what a constraint refuses is said in the words of the constraint, at that field."""
    try:
        with transaction.atomic():
            row.validate_constraints()
            row.save()
    except ValidationError as error:
        raise Refused(error.messages[0], field=field) from error
    except IntegrityError as error:
        raise Refused(_("别人刚刚保存了同样的一项，请刷新页面。"), field=field) from error


@transaction.atomic
def set_roles(*, actor: Actor, obj: Customer, roles: Iterable[str]) -> Customer:
    """Let the customer have exactly these roles."""
    customer = opened(actor, obj)
    wanted = [str(role) for role in CustomerRole.Role.values if role in set(roles)]
    before = sorted(CustomerRole.objects.filter(customer=customer).values_list("role", flat=True))
    if sorted(wanted) == before:
        return customer
    CustomerRole.objects.filter(customer=customer).exclude(role__in=wanted).delete()
    put_roles(customer, wanted)
    done(actor, customer, "customer.roles_set", {"roles": wanted})
    return customer


def put_roles(customer: Customer, roles: Iterable[str]) -> None:
    """Give the customer these roles besides those it has."""
    rows = [CustomerRole(customer=customer, role=role) for role in roles]
    CustomerRole.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def add_address(
    *, actor: Actor, obj: Customer, kind: str, division: str = "", detail: str = "", label: str = "",
    default: bool = False,
) -> Address:  # fmt: skip
    """Add an address; the first one becomes the default."""
    customer = opened(actor, obj)
    first = not Address.objects.filter(customer=customer, default=True).exists()
    if default and not first:
        Address.objects.filter(customer=customer, default=True).update(default=False)
    row = filled(Address(customer=customer, default=default or first), kind, division, detail, label)
    put(row, "detail")
    addresses.copy_down(customer)
    done(actor, customer, "customer.address_added", {"address": str(row.get_kind_display())})
    return row


@transaction.atomic
def change_address(
    *, actor: Actor, obj: Customer, part: Address, kind: str, division: str = "", detail: str = "", label: str = "",
    default: bool = False,
) -> Address:  # fmt: skip
    """Change an address; ticking default makes it the default one, clearing the tick of the default one has no effect."""
    customer = opened(actor, obj)
    row = filled(part_of(Address, customer, part), kind, division, detail, label)
    if default and not row.default:
        Address.objects.filter(customer=customer, default=True).update(default=False)
        row.default = True
    put(row, "detail")
    addresses.copy_down(customer)
    done(actor, customer, "customer.address_changed", {"address": str(row.get_kind_display())})
    return row


def filled(row: Address, kind: str, division: str, detail: str, label: str) -> Address:
    """The address with these values, province and city by its division."""
    if not division and not rules.line(detail):
        raise Refused(_("请选择省市，或填写详细地址。"), field="detail")
    if division and divisions.get(division) is None:
        raise Refused(_("没有这个省、市或区县。"), field="division")
    row.kind, row.division, row.detail, row.label = kind, division, rules.line(detail)[:200], rules.line(label)[:40]
    if division:
        row.province, row.city = addresses.names_of(division)
    return row


@transaction.atomic
def remove_address(*, actor: Actor, obj: Customer, part: Address) -> Customer:
    """Take an address away; the oldest other one becomes the default."""
    customer = opened(actor, obj)
    row = part_of(Address, customer, part)
    row.delete()
    heir = Address.objects.filter(customer=customer).order_by("-default", "pk").first()
    if heir is not None and not heir.default:
        Address.objects.filter(pk=heir.pk).update(default=True)
    addresses.copy_down(customer)
    done(actor, customer, "customer.address_removed", {"address": str(row.get_kind_display())})
    return customer


@transaction.atomic
def add_contact(
    *, actor: Actor, obj: Customer, name: str, post: str = "", department: str = "", note: str = "",
    main: bool = False, phone: str = "",
) -> Contact:  # fmt: skip
    """Add a person at a company; a phone becomes a contact point of the company that names the person."""
    customer = opened(actor, obj)
    if main:
        Contact.objects.filter(customer=customer, main=True).update(main=False)
    values = {"post": rules.line(post), "department": rules.line(department), "note": rules.line(note)}
    row = Contact(customer=customer, name=person_name(name), main=main, **values)
    put(row, "name")
    done(actor, customer, "customer.person_added", {"contact": str(row)})
    if phone:
        name_point(actor=actor, obj=customer, contact=row, phone=phone)
    return row


def person_name(raw: str) -> str:
    """A contact's name; Refused for signs alone and for ruined characters."""
    try:
        return rules.name_of(raw)
    except ValidationError as error:
        raise Refused(_("请填写联系人的姓名：至少要有一个字，不能有乱码。"), field="name") from error


def name_point(*, actor: Actor, obj: Customer, contact: Contact, phone: str) -> None:
    """Let that phone of the customer be the contact's: the one there is, else a new one."""
    number = point("phone", phone)
    if not ContactPoint.objects.filter(customer=obj, kind="phone", value=number).update(contact=contact):
        add_contact_point(actor=actor, obj=obj, kind="phone", value=number, contact=contact)


@transaction.atomic
def change_contact(
    *, actor: Actor, obj: Customer, part: Contact, name: str, post: str = "", department: str = "", note: str = "",
    main: bool = False,
) -> Contact:  # fmt: skip
    """Change a contact."""
    customer = opened(actor, obj)
    row = part_of(Contact, customer, part)
    if main and not row.main:
        Contact.objects.filter(customer=customer, main=True).update(main=False)
    row.name, row.post, row.main = person_name(name), rules.line(post), main
    row.department, row.note = rules.line(department), rules.line(note)
    put(row, "name")
    done(actor, customer, "customer.person_changed", {"contact": str(row)})
    return row


@transaction.atomic
def remove_contact(*, actor: Actor, obj: Customer, part: Contact) -> Customer:
    """Take a contact away; phones and the like stay with the company."""
    customer = opened(actor, obj)
    row = part_of(Contact, customer, part)
    row.delete()
    done(actor, customer, "customer.person_removed", {"contact": str(row)})
    return customer


@transaction.atomic
def relate(*, actor: Actor, obj: Customer, other: Customer, role: str, note: str = "") -> Relation:
    """Say what `other` is to the customer: a word of rules.relation_words. Shown on both pages; kept once."""
    kind, leads = role_of_relation(role)
    if not policies.allowed(actor, "view", other):
        raise NotAllowed(_("没有这位客户，或您无权查看。"))
    demand(actor, "edit", obj)
    for pk in sorted({obj.pk, other.pk}):  # always in this order, so that two at a time cannot wait for each other
        Customer.objects.select_for_update().get(pk=pk)
    first, second = (other, obj) if leads else (obj, other)
    row = Relation(first=first, second=second, kind=kind, note=rules.line(note)[:100])
    put(row, "other")
    # without the other's name: who sees one of them need not see the other
    for one in (obj, other):
        record(actor, "customer.related", one, {"relation": row.word_for(one.pk)}, about=one.pk)
    return row


@transaction.atomic
def unrelate(*, actor: Actor, obj: Customer, part: Relation) -> Customer:
    """Take a relation away, from either side."""
    demand(actor, "edit", obj)
    if obj.pk not in {part.first_id, part.second_id} or not Relation.objects.filter(pk=part.pk).delete()[0]:
        raise Refused(_("这个关系已被删除，请刷新页面。"))
    for one in (part.first, part.second):
        record(actor, "customer.unrelated", one, {"relation": part.word_for(one.pk)}, about=one.pk)
    return obj


@transaction.atomic
def add_date(*, actor: Actor, obj: Customer, kind: str, date: str, calendar: str = "solar", leap: bool = False,
             yearly: bool = True, label: str = "") -> ImportantDate:  # fmt: skip
    """Add an important date; `date` is 1988-5-1, or 5-1 when the year is not known."""
    customer = opened(actor, obj)
    values = date_values(date, calendar, leap=leap, yearly=yearly)
    row = ImportantDate(customer=customer, kind=kind, label=rules.line(label)[:40], **values)
    put(row, "kind")
    done(actor, customer, "customer.date_added", {"date": str(row.get_kind_display())})
    return row


@transaction.atomic
def change_date(*, actor: Actor, obj: Customer, part: ImportantDate, kind: str, date: str, calendar: str = "solar",
                leap: bool = False, yearly: bool = True, label: str = "") -> ImportantDate:  # fmt: skip
    """Change an important date."""
    customer = opened(actor, obj)
    row = part_of(ImportantDate, customer, part)
    row.kind, row.label = kind, rules.line(label)[:40]
    for name, value in date_values(date, calendar, leap=leap, yearly=yearly).items():
        setattr(row, name, value)
    put(row, "kind")
    done(actor, customer, "customer.date_changed", {"date": str(row.get_kind_display())})
    return row


@transaction.atomic
def remove_date(*, actor: Actor, obj: Customer, part: ImportantDate) -> Customer:
    """Take an important date away."""
    customer = opened(actor, obj)
    row = part_of(ImportantDate, customer, part)
    row.delete()
    done(actor, customer, "customer.date_removed", {"date": str(row.get_kind_display())})
    return customer


@transaction.atomic
def verify(*, actor: Actor, obj: Customer) -> Customer:
    """Say that the archive was gone through with the customer and is right as it stands."""
    customer = opened(actor, obj)
    customer.verified_at = timezone.now()
    Customer.objects.filter(pk=customer.pk).update(verified_at=customer.verified_at)
    record(actor, "customer.verified", customer, {}, about=customer.pk)
    return customer


@transaction.atomic
def change_settings(*, actor: Actor, obj: ArchiveSettings, **values: int) -> ArchiveSettings:
    """Set weights, what is enough, when an archive is stale, and the quota of a day."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    row = ArchiveSettings.objects.select_for_update().get(pk=obj.pk)
    changed = changes({name: getattr(row, name) for name in values}, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    record(actor, "archive_settings.changed", row, {"changes": changed})
    return row
