"""Every write to a customer. Contact points go into the audit masked."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.customers import addresses, allowance, custom, masking, policies, rules
from keqiao.customers.models import Address, Contact, ContactPoint, Customer, CustomerRole, CustomerTag, FieldValue, Tag
from keqiao.customers.owning import beginning
from keqiao.kernel import phones
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.kernel.pinyin import initials
from keqiao.org.models import Employee, OrgUnit
from keqiao.runtime import counters

KIND_OF = {"phone": "phone", "other_phone": "phone", "email": "email", "wechat": "wechat", "wecom": "wecom", "qq": "qq"}


def demand(actor: Actor, verb: str, customer: Customer | None = None) -> None:
    """Raise NotAllowed unless the actor may do that to the customer."""
    if not policies.allowed(actor, verb, customer):
        raise NotAllowed(_("您没有权限对该客户这样做。如工作需要，请联系主管。"))


@transaction.atomic
def create_customer(
    *,
    actor: Actor,
    name: str,
    owner: Employee | None = None,
    unit: OrgUnit | None = None,
    contact_points: Iterable[tuple[str, str, str]] = (),
    tags: Iterable[Tag | str] = (),
    roles: Iterable[str] = (),
    extra: Mapping[str, Any] | None = None,
    external: tuple[str, str] = ("", ""),
    created_at: datetime | None = None,
    **details: Any,
) -> Customer:
    """Add a customer with the fields of rules.PROFILE and rules.POINTS in any spelling.

    `contact_points` are further (kind, value, label); `extra` holds own fields by their code; `external` is source and
    number in another system. Without an owner the customer goes to the public pool of `unit`, which is the owner's or
    the actor's when not given.
    Raises Refused with the field that is wrong.
    """
    demand(actor, "create")
    values = checked({"name": name, **details})
    placed(values)
    points = points_of(values, contact_points)
    now = created_at or timezone.now()
    customer = Customer(
        **{field: values[field] for field in rules.PROFILE if field in values},
        initials=initials(values["name"])[:100],
        owner=owner,
        unit_id=unit.pk if unit else owner.unit_id if owner else actor.unit_id,
        phone_masked=next((point.masked for point in points if point.kind == "phone"), ""),
        external_source=external[0],
        external_number=external[1],
        created_at=now,
        updated_at=now,
    )
    customer.number = counters.number("KH", timezone.localdate())
    store(customer)
    hang(points, customer)
    place = addresses.row_for(customer.pk, values)
    if place:
        Address.objects.create(**place)
    FieldValue.objects.bulk_create(FieldValue(**row) for row in custom.rows_for(customer.pk, extra or {}))
    CustomerRole.objects.bulk_create(CustomerRole(customer=customer, role=role) for role in roles)
    names = put_tags(customer, tags)
    beginning.begin(actor, customer)
    record(actor, "customer.created", customer, created_data(customer, points, names), about=customer.pk)
    return customer


def hang(points: list[ContactPoint], customer: Customer) -> None:
    """Store contact points of a new customer."""
    for point in points:
        point.customer = customer
    ContactPoint.objects.bulk_create(points)


def placed(values: dict[str, Any]) -> None:
    """Bring division, province and city together: the names of the code, or the code of the names."""
    if values.get("division"):
        values["province"], values["city"] = addresses.names_of(values["division"])
    elif any(values.get(name) for name in ("province", "city", "address")):
        values["division"] = addresses.division_of("", *(values.get(n, "") for n in ("province", "city", "address")))


def store(customer: Customer) -> None:
    """Insert the row; a number that the source gave out before is refused in words."""
    try:
        with transaction.atomic():
            customer.save(force_insert=True)
    except IntegrityError as error:
        if customer.external_number:
            raise Refused(_("该来源系统的这个客户编号已经建档。"), field="external_number") from error
        raise


def created_data(customer: Customer, points: Iterable[ContactPoint], tags: Iterable[str]) -> dict[str, Any]:
    """What the audit keeps of a new customer."""
    return {
        "number": customer.number,
        "source": customer.source,
        "contact_points": [str(point) for point in points],
        "tags": list(tags),
    }


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values in their one spelling; raises Refused with the first that is wrong."""
    clean, problems = rules.check(values)
    for field, message in problems.items():
        raise Refused(message, field=field)
    unknown = set(clean) - {*rules.PROFILE, *rules.POINTS}
    if unknown:
        raise TypeError(f"no such fields: {sorted(unknown)}")
    return clean


def points_of(values: Mapping[str, Any], more: Iterable[tuple[str, str, str]] = ()) -> list[ContactPoint]:
    """Unsaved contact points; the first of each kind is the primary one, a repeated one counts once."""
    wanted = [(KIND_OF[name], values[name], "") for name in rules.POINTS if values.get(name)]
    for kind, raw, label in more:
        wanted.append((kind, point(kind, raw), label))
    found: dict[tuple[str, str], ContactPoint] = {}
    kinds: set[str] = set()
    for kind, value, label in wanted:
        if value and (kind, value) not in found:
            found[kind, value] = new_point(kind, value, label=label, primary=kind not in kinds)
            kinds.add(kind)
    return list(found.values())


def new_point(
    kind: str, value: str, *, label: str = "", primary: bool = False, customer_id: int | None = None
) -> ContactPoint:
    """An unsaved contact point of a clean value."""
    tail = phones.reverse(value)[:32] if kind == ContactPoint.Kind.PHONE else ""
    fields: dict[str, Any] = {} if customer_id is None else {"customer_id": customer_id}
    return ContactPoint(kind=kind, value=value, reversed=tail, label=label, primary=primary, **fields)


def point(kind: str, raw: str) -> str:
    """The one spelling of a contact point; raises Refused."""
    if kind not in ContactPoint.Kind.values:
        raise Refused(_("没有这种联系方式。"), field="kind")
    try:
        value = rules.point_value(kind, raw)
    except ValidationError as error:
        raise Refused(error.messages[0], field="value") from error
    if not value:
        raise Refused(_("请填写号码或账号。"), field="value")
    return value


def put_tags(customer: Customer, tags: Iterable[Tag | str]) -> list[str]:
    """Give the customer these tags besides those it has; unknown words become tags. Returns their names."""
    found = [tag if isinstance(tag, Tag) else tag_named(tag) for tag in tags]
    CustomerTag.objects.bulk_create([CustomerTag(customer=customer, tag=tag) for tag in found], ignore_conflicts=True)
    return [tag.name for tag in found]


def tag_named(word: str) -> Tag:
    """The tag of that word, made when new."""
    name = rules.line(word)
    if not name or len(name) > 20:
        raise Refused(_("标签为 1 到 20 个字。"), field="tags")
    return Tag.objects.get_or_create(name=name)[0]


@transaction.atomic
def change_customer(
    *, actor: Actor, obj: Customer, seen: str = "", extra: Mapping[str, Any] | None = None, **details: Any
) -> Customer:
    """Change fields of rules.PROFILE, and own fields by their code in `extra`.

    `seen` is the version (updated_at in ISO) that the person had seen.

    Raises WrongState when somebody else changed the customer since, Refused with the field that is wrong.
    """
    demand(actor, "edit", obj)
    values = checked(details)
    if set(values) - set(rules.PROFILE):
        raise TypeError("contact points have actions of their own")
    fresh = locked(obj)
    if seen and seen != fresh.updated_at.isoformat():
        overtaken()
    before = {field: getattr(fresh, field) for field in values}
    changed = {**changes(before, values), **custom.put(fresh, extra or {})}
    if not changed:
        return fresh
    if values.get("division"):
        values["province"], values["city"] = addresses.names_of(values["division"])
    if "name" in changed:
        values["initials"] = initials(values["name"])[:100]
    stamp = after(fresh.updated_at)
    rows = Customer.objects.filter(pk=fresh.pk, updated_at=fresh.updated_at).update(**values, updated_at=stamp)
    if rows != 1:
        overtaken()
    fresh.refresh_from_db()
    if not set(addresses.COPIED).isdisjoint(changed):
        addresses.follow([fresh])
    record(actor, "customer.changed", fresh, {"changes": masking.for_record(changed)}, about=fresh.pk)
    return fresh


def locked(customer: Customer) -> Customer:
    """The row as it is now, locked where the database can; WrongState once it went into another archive."""
    fresh = Customer.objects.select_for_update(of=("self",)).select_related("merged_into").get(pk=customer.pk)
    if fresh.merged_into is not None:
        raise WrongState(
            _("这位客户已并入 %(number)s。请刷新页面，在保留的档案里继续。") % {"number": fresh.merged_into.number}
        )
    return fresh


def after(stamp: datetime) -> datetime:
    """Now, but later than the last version, even when the clock stood still."""
    return max(timezone.now(), stamp + timedelta(microseconds=1))


def overtaken() -> NoReturn:
    """Somebody else was faster."""
    raise WrongState(_("您打开页面之后，别人已修改了这位客户。请刷新页面，核对后再改一次。"))


@transaction.atomic
def add_contact_point(
    *, actor: Actor, obj: Customer, kind: str, value: str, label: str = "", primary: bool = False,
    contact: Contact | None = None,
) -> ContactPoint:  # fmt: skip
    """Add a way to reach the customer, or one of its contacts; the first of its kind becomes the primary one."""
    demand(actor, "edit", obj)
    clean = point(kind, value)
    locked(obj)
    others = ContactPoint.objects.filter(customer=obj, kind=kind)
    if others.filter(value=clean).exists():
        raise Refused(_("该客户已有这个联系方式。"), field="value")
    first = not others.filter(primary=True).exists()
    if primary and not first:
        others.filter(primary=True).update(primary=False)
    added = new_point(kind, clean, label=rules.line(label)[:40], primary=primary or first, customer_id=obj.pk)
    if contact is not None and contact.customer_id != obj.pk:
        raise Refused(_("这位联系人不属于该客户。"), field="contact")
    added.contact = contact
    added.save()
    keep_phone(obj)
    record(actor, "customer.contact_added", obj, {"contact_point": str(added)}, about=obj.pk)
    return added


@transaction.atomic
def remove_contact_point(*, actor: Actor, obj: Customer, contact_point: ContactPoint) -> Customer:
    """Take a contact point away; another of its kind becomes the primary one."""
    demand(actor, "edit", obj)
    locked(obj)
    if not ContactPoint.objects.filter(pk=contact_point.pk, customer=obj).delete()[0]:
        raise Refused(_("这个联系方式已被删除。"))
    heir = ContactPoint.objects.filter(customer=obj, kind=contact_point.kind).order_by("-primary", "pk").first()
    if heir is not None and not heir.primary:
        ContactPoint.objects.filter(pk=heir.pk).update(primary=True)
    keep_phone(obj)
    record(actor, "customer.contact_removed", obj, {"contact_point": str(contact_point)}, about=obj.pk)
    return obj


@transaction.atomic
def make_primary(*, actor: Actor, obj: Customer, contact_point: ContactPoint) -> Customer:
    """Make this the contact point of its kind that is used first."""
    demand(actor, "edit", obj)
    locked(obj)
    same = ContactPoint.objects.filter(customer=obj, kind=contact_point.kind)
    same.filter(primary=True).exclude(pk=contact_point.pk).update(primary=False)
    if same.filter(pk=contact_point.pk).update(primary=True) != 1:
        raise Refused(_("这个联系方式已被删除。"))
    keep_phone(obj)
    record(actor, "customer.contact_primary", obj, {"contact_point": str(contact_point)}, about=obj.pk)
    return obj


def keep_phone(customer: Customer) -> None:
    """Keep the masked main phone on the customer's row, and a new version."""
    main = ContactPoint.objects.filter(customer=customer, kind="phone", primary=True).first()
    customer.phone_masked = main.masked if main else ""
    customer.updated_at = after(customer.updated_at)
    Customer.objects.filter(pk=customer.pk).update(phone_masked=customer.phone_masked, updated_at=customer.updated_at)


@transaction.atomic
def tag_customer(*, actor: Actor, obj: Customer, tags: Iterable[Tag | str], new_tags: str = "") -> Customer:
    """Let the customer carry exactly these tags; `new_tags` are further words, separated by blanks or commas."""
    demand(actor, "edit", obj)
    locked(obj)
    before = sorted(obj.tags.values_list("name", flat=True))
    words = new_tags.replace(",", " ").replace("，", " ").replace("、", " ").split()
    wanted = [tag if isinstance(tag, Tag) else tag_named(tag) for tag in [*tags, *words]]
    CustomerTag.objects.filter(customer=obj).exclude(tag__in=wanted).delete()
    names = sorted(set(put_tags(obj, wanted)))
    if names != before:
        record(actor, "customer.tagged", obj, {"changes": {"tags": [before, names]}}, about=obj.pk)
    return obj


def may_reveal(actor: Actor, customer: Customer, reason: str, field: str) -> str:
    """Count one full reading; returns the reason as it is recorded.

    Refused without a reason and beyond the day's number of the actor's positions, all personal fields together; not
    allowed for a field that the positions do not show at all.
    """
    demand(actor, "reveal", customer)
    if masking.hidden_from(actor, field):
        raise NotAllowed(_("您的岗位不显示客户的这项信息。如工作需要，请联系主管。"))
    why = rules.line(reason)
    if len(why) < 2:
        raise Refused(_("请写明查看原因。"), field="reason")
    allowance.spend(actor)
    return why[:200]


@transaction.atomic
def reveal(*, actor: Actor, obj: Customer, contact_point: ContactPoint, reason: str) -> str:
    """Return the full value; who, when and why is recorded. Refused beyond the day's number and without a reason."""
    if contact_point.customer_id != obj.pk:
        raise NotAllowed(_("这个联系方式不属于该客户。"))
    why = may_reveal(actor, obj, reason, masking.field_of(contact_point.kind))
    data = {"contact_point": str(contact_point), "reason": why}
    record(actor, "customer.revealed", obj, data, about=obj.pk)
    return contact_point.value


@transaction.atomic
def reveal_address(*, actor: Actor, obj: Customer, address: Address, reason: str) -> str:
    """Return the whole address; recorded and counted like a phone."""
    if address.customer_id != obj.pk:
        raise NotAllowed(_("这个地址不属于该客户。"))
    why = may_reveal(actor, obj, reason, masking.ADDRESS)
    record(
        actor, "customer.address_revealed", obj, {"what": str(address.get_kind_display()), "reason": why}, about=obj.pk
    )
    return address.full


@transaction.atomic
def reveal_birthday(*, actor: Actor, obj: Customer, reason: str) -> str:
    """Return the birthday with its year; recorded and counted like a phone."""
    why = may_reveal(actor, obj, reason, masking.BIRTHDAY)
    record(actor, "customer.birthday_revealed", obj, {"what": _("生日"), "reason": why}, about=obj.pk)
    return obj.birthday.isoformat() if obj.birthday else ""
