"""The parts that can be changed and taken away on the customer's page, each said once for pages and JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keqiao.customers import policies
from keqiao.customers.archive import actions, forms, identity
from keqiao.customers.models import Address, Contact, Customer, IdentityNumber, ImportantDate, Relation
from keqiao.kernel.actor import Actor
from keqiao.kernel.forms import ActorForm


@dataclass(frozen=True, kw_only=True)
class Part:
    """How a part is found, changed (None when it cannot be) and removed, and how JSON shows it."""

    rows: Callable[[Customer], QuerySet[Any]]
    title: str | Promise
    remove: Callable[..., Any]
    shown: Callable[[Any, Customer], Mapping[str, Any]]
    change: Callable[..., Any] | None = None
    form: type[ActorForm] | None = None
    initial: Callable[[Any], Mapping[str, Any]] = lambda part: part.__dict__


def related(customer: Customer) -> QuerySet[Relation]:
    """Relations from either side."""
    rows = Relation.objects.filter(Q(first=customer) | Q(second=customer))
    return rows.select_related("first", "second").order_by("kind", "pk")


def seen_relations(actor: Actor, customer: Customer) -> list[dict[str, Any]]:
    """Relations with customers whom the actor may see: the word for the other one, and that customer."""
    rows = [(row, row.second if row.first_id == customer.pk else row.first) for row in related(customer)]
    if not rows:
        return []
    seen = set(policies.visible(actor).filter(pk__in=[other.pk for _row, other in rows]).values_list("pk", flat=True))
    return [
        {"part": row, "word": row.word_for(customer.pk), "other": other, "note": row.note}
        for row, other in rows
        if other.pk in seen
    ]


def address_json(part: Address, customer: Customer) -> dict[str, Any]:
    """An address."""
    return {
        "id": part.pk, "kind": part.kind, "division": part.division, "detail": part.detail, "full": part.full,
        "label": part.label, "default": part.default,
    }  # fmt: skip


def contact_json(part: Contact, customer: Customer) -> dict[str, Any]:
    """A contact."""
    return {
        "id": part.pk, "name": part.name, "post": part.post, "department": part.department, "note": part.note,
        "main": part.main,
    }  # fmt: skip


def date_json(part: ImportantDate, customer: Customer) -> dict[str, Any]:
    """An important date."""
    return {
        "id": part.pk, "kind": part.kind, "label": part.label, "calendar": part.calendar, "year": part.year,
        "month": part.month, "day": part.day, "leap": part.leap, "yearly": part.yearly,
    }  # fmt: skip


def identity_json(part: IdentityNumber, customer: Customer) -> dict[str, Any]:
    """A document, masked."""
    return {"id": part.pk, "kind": part.kind, "number": part.masked}


def date_initial(part: Model) -> dict[str, Any]:
    """The date as people type it."""
    values = dict(part.__dict__)
    year = f"{values['year']}-" if values["year"] else ""
    return {**values, "date": f"{year}{values['month']}-{values['day']}"}


PARTS: dict[str, Part] = {
    "addresses": Part(
        rows=lambda customer: customer.addresses.order_by("-default", "pk"), title=_("地址"), shown=address_json,
        form=forms.AddressForm, change=actions.change_address, remove=actions.remove_address,
    ),
    "contacts": Part(
        rows=lambda customer: customer.contacts.order_by("-main", "pk"), title=_("联系人"), shown=contact_json,
        form=forms.ContactChangeForm, change=actions.change_contact, remove=actions.remove_contact,
    ),
    "identities": Part(
        rows=lambda customer: customer.identities.order_by("kind", "pk"), title=_("证件"), shown=identity_json,
        remove=identity.remove_identity,
    ),
    "relations": Part(
        rows=related, title=_("客户关系"), remove=actions.unrelate, shown=lambda part, customer: {"id": part.pk},
    ),
    "dates": Part(
        rows=lambda customer: customer.dates.order_by("month", "day", "pk"), title=_("重要日期"), shown=date_json,
        form=forms.DateForm, change=actions.change_date, remove=actions.remove_date, initial=date_initial,
    ),
}  # fmt: skip
