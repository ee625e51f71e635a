"""The one place that decides how much of a personal field somebody is shown, on every page, in every file and in JSON.

A position sees a field in full, masked or not at all (kernel.sight). What is shown in full without asking is noted, and
the request that showed it puts it on record (privacy.middleware), so that no full reading goes unseen.
"""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from keqiao.audit.models import Event
from keqiao.customers.models import Address, ContactPoint, Customer, IdentityNumber, ImportantDate
from keqiao.customers.models.archive import in_one_line
from keqiao.kernel import phones
from keqiao.kernel.actor import Actor, Kind
from keqiao.kernel.sight import Field, Level

PHONE, EMAIL, ACCOUNT, ADDRESS, BIRTHDAY, IDENTITY = "phone", "email", "account", "address", "birthday", "identity"
FIELDS = (
    Field(PHONE, _("电话")),
    Field(EMAIL, _("邮箱")),
    Field(ACCOUNT, _("微信、QQ 等账号")),
    Field(ADDRESS, _("详细地址")),
    Field(BIRTHDAY, _("生日")),
    # sealed at rest: a whole number is opened one at a time, with a reason
    Field(IDENTITY, _("证件号码"), (Level.MASKED, Level.HIDDEN)),
)
BIRTHDAYS = {ImportantDate.Kind.BIRTHDAY, ImportantDate.Kind.CHILD, ImportantDate.Kind.PARENT}
_noted: ContextVar[set[tuple[int, str]] | None] = ContextVar("full_readings", default=None)


def field_of(kind: str) -> str:
    """The personal field that contact points of a kind belong to."""
    return {ContactPoint.Kind.PHONE: PHONE, ContactPoint.Kind.EMAIL: EMAIL}.get(ContactPoint.Kind(kind), ACCOUNT)


def open_to(actor: Actor, field: str) -> bool:
    """Whether the actor is shown the field in full without asking."""
    return actor.level(field) == Level.FULL


def hidden_from(actor: Actor, field: str) -> bool:
    """Whether the actor is not shown the field at all, and cannot ask for it either."""
    return actor.level(field) == Level.HIDDEN


def seen(actor: Actor, field: str, *, full: str, masked: str, customer_id: int | None) -> str:
    """As much of a value as the actor is shown: all of it, its mask, or nothing."""
    if not (full or masked) or hidden_from(actor, field):
        return ""
    if not (open_to(actor, field) and full):
        return masked
    noted = _noted.get()
    if noted is not None and customer_id is not None and actor.kind is Kind.EMPLOYEE:
        noted.add((customer_id, field))
    return full


def point(actor: Actor, row: ContactPoint) -> str:
    """A contact point."""
    return seen(
        actor, field_of(row.kind), full=pretty(row.kind, row.value), masked=row.masked, customer_id=row.customer_id
    )


def pretty(kind: str, value: str) -> str:
    """A full value as people like to read it."""
    return phones.pretty(value) if kind == ContactPoint.Kind.PHONE else value


def main_phone(actor: Actor, customer: Customer) -> str:
    """The main phone of a customer; in full only where `with_phones` has fetched it."""
    full = ""
    if open_to(actor, PHONE) and "contact_points" in getattr(customer, "_prefetched_objects_cache", {}):
        full = next(
            (phones.pretty(one.value) for one in customer.contact_points.all() if one.primary and one.kind == "phone"),
            "",
        )
    return seen(actor, PHONE, full=full, masked=customer.phone_masked, customer_id=customer.pk)


def phone(actor: Actor, masked: str, *, full: str = "", customer_id: int | None = None) -> str:
    """A phone that stands in another record; without the full number the mask is all there is."""
    return seen(
        actor, PHONE, full=phones.pretty(full) if full else "", masked=phones.mask(full) if full else masked,
        customer_id=customer_id,
    )  # fmt: skip


def masked_detail(detail: str) -> str:
    """The beginning of a street: enough to tell two addresses apart, too little to find the door."""
    return f"{detail[: min(3, len(detail) // 3)]}***" if detail else ""


def detail(actor: Actor, text: str, customer_id: int | None) -> str:
    """Street and house of an address; the division may be seen by everybody who sees the customer."""
    return seen(actor, ADDRESS, full=text, masked=masked_detail(text), customer_id=customer_id)


def address(actor: Actor, row: Address) -> str:
    """A whole address in one line."""
    return in_one_line(row.division, row.province, row.city, detail(actor, row.detail, row.customer_id))


def masked_birthday(day: date) -> str:
    """Month and day, by which one congratulates, without the year."""
    return f"****-{day:%m-%d}"


def birthday(actor: Actor, day: date | None, customer_id: int | None) -> str:
    """A birthday."""
    if day is None:
        return ""
    return seen(actor, BIRTHDAY, full=day.isoformat(), masked=masked_birthday(day), customer_id=customer_id)


def day_text(actor: Actor, row: ImportantDate) -> str:
    """An important date: of birthdays only the day where the actor is not shown them in full."""
    if row.kind not in BIRTHDAYS:
        return row.text
    return seen(actor, BIRTHDAY, full=row.text, masked=yearless(row), customer_id=row.customer_id)


def yearless(row: ImportantDate) -> str:
    """The date without its year."""
    return ImportantDate(calendar=row.calendar, month=row.month, day=row.day, leap=row.leap).text


def identity(actor: Actor, row: IdentityNumber) -> str:
    """A document's number, always masked."""
    return seen(actor, IDENTITY, full="", masked=row.masked, customer_id=row.customer_id)


def for_record(changes: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Old and new values as the audit keeps them: what it keeps for ever it keeps masked."""
    kept = dict(changes)
    if "address" in kept:
        kept["address"] = [masked_detail(str(value or "")) for value in kept["address"]]
    if "birthday" in kept:
        kept["birthday"] = [masked_birthday(date.fromisoformat(value)) if value else None for value in kept["birthday"]]
    return kept


def history(actor: Actor, event: Event) -> dict[str, Any]:
    """What an event says, without the masks of fields that the actor is not shown at all."""
    data = dict(event.data)
    for key in ("contact_point", "identity"):
        if key in data and hidden_from(actor, field_of_text(key, str(data[key]))):
            data[key] = str(data[key]).partition(" ")[0]
    if "phones" in data and hidden_from(actor, PHONE):
        data["phones"] = []
    if "changes" in data:
        closed = {name for name in (ADDRESS, BIRTHDAY) if hidden_from(actor, name)}
        closed |= {"phone_masked"} if hidden_from(actor, PHONE) else set()
        data["changes"] = {name: pair for name, pair in data["changes"].items() if name not in closed}
    return data


def field_of_text(key: str, text: str) -> str:
    """Which field the audit's words "电话 138****8000" are about."""
    if key == "identity":
        return IDENTITY
    return {"电话": PHONE, "邮箱": EMAIL}.get(text.partition(" ")[0], ACCOUNT)


def collect() -> Any:
    """Begin to note full readings; returns what `collected` takes."""
    return _noted.set(set())


def collected(token: Any) -> Iterable[tuple[int, str]]:
    """The (customer, field) pairs shown in full since `collect`."""
    found = _noted.get() or set()
    _noted.reset(token)
    return sorted(found)
