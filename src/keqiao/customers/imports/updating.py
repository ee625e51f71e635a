"""Bringing known customers up to date from a file, keeping what was before so that the batch can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, event, plain, record_all
from keqiao.customers import addresses, consents, custom, masking, policies, rules
from keqiao.customers.actions import KIND_OF, after, new_point
from keqiao.customers.imports.creating import words_of
from keqiao.customers.imports.parse import Draft
from keqiao.customers.models import Consent, ContactPoint, Customer, CustomerTag, ImportBatch, Tag
from keqiao.kernel.actor import Actor
from keqiao.kernel.pinyin import initials
from keqiao.org.models import Employee

PROFILE = frozenset(rules.PROFILE)


@dataclass(slots=True)
class Change:
    """What a line changes on a known customer."""

    draft: Draft
    customer: Customer
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    points: list[ContactPoint] = field(default_factory=list)
    marks: list[CustomerTag] = field(default_factory=list)
    own: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)
    words: list[Consent] = field(default_factory=list)

    @property
    def before(self) -> dict[str, Any]:
        """What undoing needs: old and new value of each field, and the ids of what was added."""
        return {
            "fields": {name: [plain(old), plain(new)] for name, (old, new) in self.fields.items()},
            "points": [point.pk for point in self.points],
            "tags": [mark.tag_id for mark in self.marks],
            "own": {code: [old, new] for code, (old, new) in self.own.items()},
            "words": [word.pk for word in self.words],
        }

    def __bool__(self) -> bool:
        return bool(self.fields or self.points or self.marks or self.own or self.words)


def update_all(
    actor: Actor,
    batch: ImportBatch,
    drafts: Mapping[int, Draft],
    staff: Mapping[str, Employee],
    tags: Mapping[str, Tag],
) -> list[Change]:
    """Write what each draft changes on the customer of that id; returns every change, also those that are empty.

    A draft about a customer beyond the actor's reach gets a problem instead and no change.
    """
    if not drafts:
        return []
    customers = Customer.objects.select_for_update(of=("self",)).select_related("owner").in_bulk(list(drafts))
    points = grouped(ContactPoint.objects.filter(customer_id__in=drafts))
    marks = grouped(CustomerTag.objects.filter(customer_id__in=drafts))
    values = custom.stored(drafts)
    said = grouped(
        Consent.objects.filter(customer_id__in=drafts, purpose=Consent.Purpose.MARKETING).order_by("at", "pk")
    )
    result = []
    for pk, draft in drafts.items():
        customer = customers[pk]
        if not policies.allowed(actor, "edit", customer):
            draft.problems["name"] = _("该客户已由其他部门建档，您不能更新。")
            continue
        change = Change(draft, customer, fields_of(draft, customer, batch, staff))
        change.points = points_of(draft, customer, points.get(pk, []))
        carried = {mark.tag_id for mark in marks.get(pk, [])}
        change.marks = [CustomerTag(customer=customer, tag=tags[n]) for n in draft.tags if tags[n].pk not in carried]
        change.own = own_of(draft, values[pk])
        change.words = new_words(actor, batch, draft, pk, said.get(pk, []))
        result.append(change)
    write(actor, batch, [change for change in result if change])
    return result


def grouped(rows: Any) -> dict[int, list[Any]]:
    """Rows by their customer."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.customer_id, []).append(row)
    return found


def fields_of(
    draft: Draft, customer: Customer, batch: ImportBatch, staff: Mapping[str, Employee]
) -> dict[str, tuple[Any, Any]]:
    """Old and new value of the fields in which the file says something else."""
    wanted = {name: value for name, value in draft.values.items() if name in PROFILE and value not in ("", None)}
    if wanted.get("name", customer.name) != customer.name:
        wanted["initials"] = initials(wanted["name"])[:100]
    if draft.number and not customer.external_number:
        wanted |= {"external_source": batch.source, "external_number": draft.number}
    if draft.owner and staff[draft.owner].pk != customer.owner_id:
        wanted |= {"owner_id": staff[draft.owner].pk, "unit_id": staff[draft.owner].unit_id}
    return {
        name: (getattr(customer, name), value) for name, value in wanted.items() if getattr(customer, name) != value
    }


def own_of(draft: Draft, have: Mapping[str, list[str]]) -> dict[str, tuple[list[str], list[str]]]:
    """Old and new values of the department's own fields in which the file says something else."""
    codes = [one.code for one in custom.fields() if draft.values.get(one.code)]
    pairs = {code: (sorted(have.get(code, [])), draft.values[code]) for code in codes}
    return {code: (old, new) for code, (old, new) in pairs.items() if old != new}


def new_words(
    actor: Actor, batch: ImportBatch, draft: Draft, pk: int, known: Sequence[Consent]
) -> list[Consent]:  # fmt: skip
    """A word about marketing that is new; a file never overrules what the customer refused."""
    last = next((one for one in reversed(known) if not one.channel), None)
    refused = any(not one.given for one in known)
    rows = [Consent(**row) for row in words_of(actor, batch, [(pk, draft)])]
    return [row for row in rows if not (row.given and refused) and (last is None or last.given != row.given)]


def points_of(draft: Draft, customer: Customer, known: Sequence[ContactPoint]) -> list[ContactPoint]:
    """Contact points that the customer has not yet."""
    have = {(point.kind, point.value) for point in known}
    kinds = {point.kind for point in known if point.primary}
    added = []
    for name in rules.POINTS:
        value, kind = draft.values.get(name), KIND_OF[name]
        if value and (kind, value) not in have:
            added.append(new_point(kind, value, primary=kind not in kinds, customer_id=customer.pk))
            have.add((kind, value))
            kinds.add(kind)
    return added


def write(actor: Actor, batch: ImportBatch, changed: Sequence[Change]) -> None:
    """Store the changes and their events."""
    if not changed:
        return
    touched = {"updated_at"}
    for change in changed:
        change.customer.updated_at = after(change.customer.updated_at)
        for point in change.points:
            if point.kind == ContactPoint.Kind.PHONE and point.primary:
                change.fields["phone_masked"] = (change.customer.phone_masked, point.masked)
        for name, (_old, new) in change.fields.items():
            setattr(change.customer, name, new)
            touched.add(name)
    Customer.objects.bulk_update([change.customer for change in changed], sorted(touched), batch_size=100)
    addresses.follow(change.customer for change in changed if not change.fields.keys().isdisjoint(addresses.COPIED))
    ContactPoint.objects.bulk_create([point for change in changed for point in change.points])
    for change in (one for one in changed if one.own):
        custom.put(change.customer, {code: new for code, (_old, new) in change.own.items()})
    CustomerTag.objects.bulk_create([mark for change in changed for mark in change.marks])
    Consent.objects.bulk_create([word for change in changed for word in change.words])
    record_all(
        event(actor, "customer.changed", change.customer, told(change) | {"import": batch.pk}, about=change.customer.pk)
        for change in changed
    )


def told(change: Change) -> dict[str, Any]:
    """What the audit keeps: fields that people know, contact points masked."""
    people = {name: pair for name, pair in change.fields.items() if name in PROFILE}
    old, new = ({name: pair[at] for name, pair in people.items()} for at in (0, 1))
    data: dict[str, Any] = {"changes": masking.for_record(changes(old, new))}
    data["changes"] |= custom.worded(change.own)
    if change.points:
        data["changes"]["contact_points"] = [None, [str(point) for point in change.points]]
    if change.words:
        data["changes"]["consents"] = [None, [consents.sentence(word) for word in change.words]]
    if change.marks:
        data["changes"]["tags"] = [None, [mark.tag.name for mark in change.marks]]
    return data
