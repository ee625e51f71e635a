"""Making many customers at once: the same rows and events as actions.create_customer, in a handful of statements."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from keqiao.audit.actions import record_many
from keqiao.customers import addresses, custom, rules
from keqiao.customers.actions import KIND_OF
from keqiao.customers.imports.parse import Draft
from keqiao.customers.models import Address, Consent, ContactPoint, Customer, CustomerTag, FieldValue, ImportBatch, Tag
from keqiao.customers.models.points import shown
from keqiao.kernel import bulk, phones
from keqiao.kernel.actor import Actor
from keqiao.kernel.pinyin import initials
from keqiao.org.models import Employee
from keqiao.runtime import counters

PROFILE = frozenset(rules.PROFILE)


def create_all(
    actor: Actor,
    batch: ImportBatch,
    new: Sequence[tuple[Draft, str]],
    staff: Mapping[str, Employee],
    tags: Mapping[str, Tag],
) -> list[int]:
    """Insert a customer for each draft (given with the source of its number), with points, tags and events.

    Returns their ids in the order of the drafts.
    """
    if not new:
        return []
    now = timezone.now()
    numbers = next_numbers(len(new))
    sources = [row_of(batch, draft, source, staff) for draft, source in new]
    stamps = {"created_at": now, "updated_at": now}
    bulk.insert(Customer, ({**row, **stamps, "number": number} for row, number in zip(sources, numbers, strict=True)))
    ids = dict(Customer.objects.filter(number__in=numbers).values_list("number", "pk"))
    points: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    own_values: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    deeds: list[tuple[int, str, dict[str, Any]]] = []
    for row, number, (draft, _source) in zip(sources, numbers, new, strict=True):
        pk = ids[number]
        own = points_for(pk, draft)
        points += own
        place = addresses.row_for(pk, row)
        places += [place] if place else []
        own_values += custom.rows_for(pk, draft.values)
        marks += [{"customer_id": pk, "tag_id": tags[name].pk} for name in draft.tags]
        shown_points = [shown(point["kind"], point["value"]) for point in own]
        told = {"number": number, "source": row["source"], "contact_points": shown_points, "tags": draft.tags}
        deeds.append((pk, row["name"], {**told, "import": batch.pk}))
    bulk.insert(ContactPoint, points)
    bulk.insert(Address, places)
    bulk.insert(FieldValue, own_values)
    bulk.insert(CustomerTag, marks)
    bulk.insert(
        Consent, words_of(actor, batch, [(ids[number], one) for number, (one, _s) in zip(numbers, new, strict=True)])
    )
    record_many(actor, "customer.created", Customer, deeds, about=True)
    return [ids[number] for number in numbers]


def row_of(batch: ImportBatch, draft: Draft, source: str, staff: Mapping[str, Employee]) -> dict[str, Any]:
    """The customer of a draft as columns; without an owner in the file it goes to the public pool of the unit."""
    owner = staff.get(draft.owner)
    phone = draft.values.get("phone") or draft.values.get("other_phone")
    row = {name: value for name, value in draft.values.items() if name in PROFILE}
    row.setdefault("source", Customer.Source.IMPORT.value)
    row["division"] = addresses.division_of("", *(row.get(name, "") for name in ("province", "city", "address")))
    row |= {
        "initials": initials(row["name"])[:100],
        "phone_masked": phones.mask(phone) if phone else "",
        "owner_id": owner.pk if owner else None,
        "unit_id": owner.unit_id if owner else batch.unit_id,
        "external_source": source if draft.number else "",
        "external_number": draft.number,
    }
    return row


def points_for(customer_id: int, draft: Draft) -> list[dict[str, Any]]:
    """Contact points of a new customer as rows; the first of a kind is the primary one."""
    points: dict[tuple[str, str], dict[str, Any]] = {}
    kinds: set[str] = set()
    for name in rules.POINTS:
        value, kind = draft.values.get(name), KIND_OF[name]
        if value and (kind, value) not in points:
            points[kind, value] = {
                "customer_id": customer_id, "kind": kind, "value": value, "primary": kind not in kinds,
                "reversed": phones.reverse(value)[:32] if kind == "phone" else "",
            }  # fmt: skip
            kinds.add(kind)
    return list(points.values())


def words_of(actor: Actor, batch: ImportBatch, drafts: Sequence[tuple[int, Draft]]) -> list[dict[str, Any]]:
    """What the file says about marketing, as rows of consents."""
    now = timezone.now()
    same = {
        "purpose": Consent.Purpose.MARKETING.value, "channel": "", "at": now, "noted_at": now, "how": Consent.How.IMPORT.value,
        "evidence": batch.name[:200], "by_id": actor.id,
    }  # fmt: skip
    return [
        {**same, "customer_id": pk, "given": draft.values["marketing"] == "yes"}
        for pk, draft in drafts
        if draft.values.get("marketing")
    ]


def next_numbers(count: int) -> list[str]:
    """One run of customer numbers of today; the counter stays locked until the transaction ends."""
    prefix = f"KH{timezone.localdate():%Y%m%d}"
    last = counters.take(prefix, count)
    return [f"{prefix}-{place:04d}" for place in range(last - count + 1, last + 1)]
