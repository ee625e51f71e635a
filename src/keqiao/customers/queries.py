"""Reads that several places need."""

import re
import unicodedata

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from keqiao.customers import id_numbers, policies
from keqiao.customers.models import ContactPoint, Customer, IdentityNumber
from keqiao.customers.timeline import EVERYTHING, LIMIT, Only, Page, read
from keqiao.kernel import phones, sealing
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.resource import Found
from keqiao.search import queries as search

_TAIL = 4  # digits of an end: as many as the mask shows, so that asking for more digits tells nothing
_LOCAL = (7, 8)  # digits of a whole landline without its area code
_PHONE_LIKE = re.compile(r"[\d+()\[\]\s\-.‐‑‒–—−转xX#*]{4,64}")
_NUMBER = re.compile(r"KH[\d-]{1,20}")


def by_phone(actor: Actor, raw: str) -> QuerySet[Customer]:
    """Visible customers with that phone in any spelling; 4 digits alone are taken for the end of a number too, 7 or 8
    for a landline without its area code."""
    return policies.visible(actor).filter(pk__in=points_by_phone(raw).values("customer_id"))


def points_by_phone(raw: str) -> QuerySet[ContactPoint]:
    """The contact points that `by_phone` finds, whoever may see them."""
    wanted = Q(pk__in=())
    number = phones.normalise(raw)
    if number:
        wanted |= Q(kind="phone", value=number)
        if "-" not in number:
            wanted |= Q(reversed=phones.reverse(number)[:32], value__startswith=f"{number}-")
    digits = "".join(char for char in unicodedata.normalize("NFKC", raw) if char not in " -")
    if not (digits.isascii() and digits.isdigit() and len(digits) in {_TAIL, *_LOCAL}):
        return ContactPoint.objects.filter(wanted)
    # letters follow digits in every collation, so this range is the prefix and an index serves it
    end = Q(reversed__gte=digits[::-1], reversed__lt=digits[::-1] + "a")
    if len(digits) == _TAIL:
        return ContactPoint.objects.filter(wanted | end)
    short = Q(value__startswith="01") | Q(
        value__startswith="02"
    )  # area codes of three digits have local numbers of eight
    local = Q(short, size=11) if len(digits) == 8 else Q(pk__in=())
    local |= Q(~short, value__startswith="0", size=4 + len(digits))
    return ContactPoint.objects.alias(size=Length("reversed")).filter(wanted | (end & local))


def recognised(raw: str) -> Customer | None:
    """The one customer of a full phone number, for callers and forms from outside; None when several share it."""
    if phones.normalise(raw) is None:
        return None
    found = list(by_phone(SYSTEM, raw).filter(erased=False).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def has_point(kind: str, value: str) -> Exists:
    """Whether the customer has that contact point."""
    return Exists(ContactPoint.objects.filter(customer=OuterRef("pk"), kind=kind, value=value))


def with_identity(number: str) -> QuerySet[IdentityNumber]:
    """Documents of exactly that number, whoever may see them."""
    return IdentityNumber.objects.filter(digest__in=sealing.digests(number, id_numbers.PURPOSE))


def find(rows: QuerySet[Customer], term: str) -> QuerySet[Customer] | Found:
    """What the search box finds: a phone or its end, an e-mail, a number, a document's whole number, words
    of the name, pinyin initials."""
    folded = unicodedata.normalize("NFKC", term).strip()
    number = id_numbers.sought(folded)
    if number and (holders := with_identity(number)).exists():
        return rows.filter(pk__in=holders.values("customer_id"))
    if _PHONE_LIKE.fullmatch(folded):
        return rows.filter(pk__in=points_by_phone(folded).values("customer_id"))
    if "@" in folded:
        return rows.filter(has_point("email", folded.lower()))
    if _NUMBER.fullmatch(folded.upper()):
        numbered = Q(number__startswith=folded.upper())
        away = Customer.objects.filter(numbered, merged_into__isnull=False)
        return rows.filter(numbered | Q(pk__in=away.values("merged_into")))
    return search.search(rows, "customers.customer", folded)


def timeline(
    actor: Actor,
    customer: Customer,
    before: int | None = None,
    *,
    only: Only = EVERYTHING,
    limit: int = LIMIT,
    merged: bool = True,
) -> Page:
    """What happened around a visible customer, newest first, paged by the id of the last event.

    `merged` is False where it is known that no other archive went into this one.
    """
    return read(actor, customer, before, only=only, limit=limit, merged=merged)
