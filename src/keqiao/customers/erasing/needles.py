"""What gives a person away in texts, and the replacing of it, whatever the shape of the text."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from keqiao.customers.models import Contact, ContactPoint, Customer, IdentityNumber
from keqiao.kernel import phones
from keqiao.org.models import Employee

GONE = "***"
SHORTEST = 4  # characters of a word that is looked for in everybody's records


@dataclass(frozen=True, slots=True)
class Needles:
    """`own` belong to this person alone and are looked for everywhere; `shared` only in the person's own records."""

    own: tuple[str, ...]
    shared: tuple[str, ...]

    @property
    def every(self) -> tuple[str, ...]:
        """Both, the longest first, so that no part of a longer one is left over."""
        return ordered({*self.own, *self.shared})

    def dump(self) -> str:
        """As text, to be sealed."""
        return json.dumps([self.own, self.shared])

    @classmethod
    def load(cls, text: str) -> "Needles":
        """From that text."""
        own, shared = json.loads(text)
        return cls(tuple(own), tuple(shared))


def ordered(words: Iterable[str]) -> tuple[str, ...]:
    """The longest first."""
    return tuple(sorted({word for word in words if word}, key=lambda word: (-len(word), word)))


def of(ids: Sequence[int]) -> Needles:
    """What gives the person of these archives (one, and those that were merged into it) away."""
    own: set[str] = set()
    shared: set[str] = set()
    for customer in Customer.objects.filter(pk__in=ids):
        (own if alone_with_name(customer.name, ids) else shared).add(customer.name)
        shared |= {customer.phone_masked, customer.address, customer.company_name if customer.kind == "person" else ""}
        shared |= {customer.birthday.isoformat() if customer.birthday else "", customer.initials}
        own |= {customer.external_number} if len(customer.external_number) >= 2 * SHORTEST else set()
    for row in ContactPoint.objects.filter(customer_id__in=ids):
        others = ContactPoint.objects.filter(kind=row.kind, value=row.value).exclude(customer_id__in=ids).exists()
        (shared if others or len(row.value) < SHORTEST else own).update(spellings(row))
        shared.add(row.masked)
    for contact in Contact.objects.filter(customer_id__in=ids):
        shared.add(contact.name)
    for document in IdentityNumber.objects.filter(customer_id__in=ids):
        shared.add(document.masked)
    for customer in Customer.objects.filter(pk__in=ids).prefetch_related("addresses"):
        shared |= {place.detail for place in customer.addresses.all() if len(place.detail) >= SHORTEST}
    shared |= {word for word in own if len(word) < 2}
    return Needles(ordered(own - shared), ordered(shared - {""}))


def spellings(row: ContactPoint) -> set[str]:
    """A contact point as it may stand in texts."""
    if row.kind != ContactPoint.Kind.PHONE:
        return {row.value}
    number = row.value
    found = {number, phones.pretty(number), phones.reverse(number)}
    if len(number) == 11 and number.startswith("1"):
        found |= {f"{number[:3]}-{number[3:7]}-{number[7:]}"}
    return found


def alone_with_name(name: str, ids: Sequence[int]) -> bool:
    """Whether nobody else is called so, so that the name can be looked for in every table."""
    if len(name) < 2:
        return False
    same = Customer.objects.filter(name__contains=name).exclude(pk__in=ids).exists()
    people = Employee.objects.filter(name__contains=name).exists()
    return not (same or people or Contact.objects.filter(name__contains=name).exclude(customer_id__in=ids).exists())


def without(value: Any, words: Sequence[str]) -> Any:
    """The value, a text or any JSON, with every word replaced."""
    if isinstance(value, str):
        for word in words:
            value = value.replace(word, GONE)
        return value
    if isinstance(value, list):
        return [without(one, words) for one in value]
    if isinstance(value, dict):
        return {without(key, words): without(one, words) for key, one in value.items()}
    return value
