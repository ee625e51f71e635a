"""The parts that can be changed and taken away on the customer's page, each said once for pages and JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from keqiao.customers import masking, policies
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
    shown: Callable[[Any, Actor], Mapping[str, Any]]
    change: Callable[..., Any] | None = None
    form: type[ActorForm] | None = None
    initial: Callable[[Any], Mapping[str, Any]] = lambda part: part.__dict__
    words: Callable[[Actor, Any], str] = lambda actor, part: str(part)
    personal: Callable[[Any], tuple[str, str]] = lambda part: ("", "")

    def typed(self, actor: Actor, part: Any) -> dict[str, Any]:
        """What the form is filled with: all but the personal field that the actor does not see in full."""
        field, name = self.personal(part)
        whole = not field or masking.open_to(actor, field)
        return {key: value for key, value in self.initial(part).items() if whole or key != name}

    def loosen(self, actor: Actor, part: Any, form: Any) -> None:
        """The personal field that the actor does not see in full may stay empty: it is kept as it is then."""
        field, name = self.personal(part)
        if field and not masking.open_to(actor, field):
            form.fields[name].required = False
            form.fields[name].help_text = gettext("已登记：%(masked)s。留空不变，要改请填写完整的新内容。") % {
                "masked": self.words(actor, part) or gettext("不显示")
            }

    def kept(self, actor: Actor, part: Any, values: dict[str, Any]) -> dict[str, Any]:
        """The form's values, with the present one for a personal field that was left empty so."""
        field, name = self.personal(part)
        if field and not masking.open_to(actor, field) and not values.get(name):
            return {**values, name: self.initial(part)[name]}
        return values


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


def address_json(part: Address, actor: Actor) -> dict[str, Any]:
    """An address."""
    return {
        "id": part.pk, "kind": part.kind, "division": part.division,
        "detail": masking.detail(actor, part.detail, part.customer_id), "full": masking.address(actor, part),
        "label": part.label, "default": part.default,
    }  # fmt: skip


def contact_json(part: Contact, actor: Actor) -> dict[str, Any]:
    """A contact."""
    return {
        "id": part.pk, "name": part.name, "post": part.post, "department": part.department, "note": part.note,
        "main": part.main,
    }  # fmt: skip


def date_json(part: ImportantDate, actor: Actor) -> dict[str, Any]:
    """An important date; of a birthday no year, or nothing, for those who do not see it."""
    whole = part.kind not in masking.BIRTHDAYS or masking.open_to(actor, masking.BIRTHDAY)
    closed = part.kind in masking.BIRTHDAYS and masking.hidden_from(actor, masking.BIRTHDAY)
    masking.day_text(actor, part)  # a birthday shown in full is on record
    return {
        "id": part.pk, "kind": part.kind, "label": part.label, "calendar": part.calendar,
        "year": part.year if whole else 0, "month": 0 if closed else part.month, "day": 0 if closed else part.day,
        "leap": part.leap, "yearly": part.yearly,
    }  # fmt: skip


def identity_json(part: IdentityNumber, actor: Actor) -> dict[str, Any]:
    """A document, masked."""
    return {"id": part.pk, "kind": part.kind, "number": masking.identity(actor, part)}


def date_initial(part: Model) -> dict[str, Any]:
    """The date as people type it."""
    values = dict(part.__dict__)
    year = f"{values['year']}-" if values["year"] else ""
    return {**values, "date": f"{year}{values['month']}-{values['day']}"}


PARTS: dict[str, Part] = {
    "addresses": Part(
        rows=lambda customer: customer.addresses.order_by("-default", "pk"), title=_("地址"), shown=address_json,
        form=forms.AddressForm, change=actions.change_address, remove=actions.remove_address,
        words=masking.address, personal=lambda part: (masking.ADDRESS, "detail"),
    ),
    "contacts": Part(
        rows=lambda customer: customer.contacts.order_by("-main", "pk"), title=_("联系人"), shown=contact_json,
        form=forms.ContactChangeForm, change=actions.change_contact, remove=actions.remove_contact,
    ),
    "identities": Part(
        rows=lambda customer: customer.identities.order_by("kind", "pk"), title=_("证件"), shown=identity_json,
        remove=identity.remove_identity,
        words=lambda actor, part: f"{part.get_kind_display()} {masking.identity(actor, part)}".strip(),
    ),
    "relations": Part(
        rows=related, title=_("客户关系"), remove=actions.unrelate, shown=lambda part, actor: {"id": part.pk},
    ),
    "dates": Part(
        rows=lambda customer: customer.dates.order_by("month", "day", "pk"), title=_("重要日期"), shown=date_json,
        form=forms.DateForm, change=actions.change_date, remove=actions.remove_date, initial=date_initial,
        words=masking.day_text,
        personal=lambda part: (masking.BIRTHDAY, "date") if part.kind in masking.BIRTHDAYS else ("", ""),
    ),
}  # fmt: skip
