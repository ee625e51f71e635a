"""Whom a plan means in a span of days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.care.models import CarePlan
from keqiao.care.models.care import consent_channel
from keqiao.care.occasions import falls, festival_days, yearly
from keqiao.customers.consents import contactable
from keqiao.customers.models import Customer, CustomerTag, ImportantDate

LUNAR = ImportantDate.Calendar.LUNAR


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer, the day of the occasion, what it is, and its how manieth year (0 when unknown)."""

    customer: Customer
    day: date
    subject: str
    years: int = 0


def audience(plan: CarePlan) -> QuerySet[Customer]:
    """Customers whom the plan may mean at all: those who may be contacted for its purpose by its channel."""
    rows = contactable(Customer.objects.all(), plan.purpose, consent_channel(plan.channel))
    if plan.tier:
        rows = rows.filter(tier=plan.tier)
    if plan.tag_id:
        rows = rows.filter(Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag_id=plan.tag_id)))
    return rows.select_related("owner")


def candidates(plan: CarePlan, first: date, last: date) -> Iterator[Candidate]:
    """Everybody whom the plan means on the days from `first` to `last`, both included."""
    match plan.occasion:
        case CarePlan.Occasion.FESTIVAL:
            yield from of_festival(plan, first, last)
        case CarePlan.Occasion.BIRTHDAY:
            yield from of_birthday(plan, first, last)
        case CarePlan.Occasion.JOINED:
            yield from of_joining(plan, first, last)
        case _other:
            yield from of_days(plan, plan.day_kind, first, last)


def of_festival(plan: CarePlan, first: date, last: date) -> Iterator[Candidate]:
    """All of the audience on the festival."""
    for day in festival_days(plan.festival, first, last):
        subject = str(plan.get_festival_display())
        for customer in audience(plan).order_by("pk").iterator(500):
            yield Candidate(customer, day, subject)


def of_birthday(plan: CarePlan, first: date, last: date) -> Iterator[Candidate]:
    """Persons once a year. Who gave a lunar birthday keeps that one, so the solar one is passed over."""
    lunar = ImportantDate.objects.filter(
        customer=OuterRef("pk"), kind=ImportantDate.Kind.BIRTHDAY, label="", calendar=LUNAR
    )
    persons = audience(plan).filter(kind=Customer.Kind.PERSON, birthday__isnull=False)
    for customer in (
        persons.filter(on_days("birthday", first, last)).exclude(Exists(lunar)).order_by("pk").iterator(500)
    ):
        born = customer.birthday
        if born is None:
            continue
        for day in yearly(born.month, born.day, first, last):
            yield Candidate(customer, day, _("生日"), day.year - born.year)
    yield from of_days(plan, ImportantDate.Kind.BIRTHDAY, first, last)


def of_joining(plan: CarePlan, first: date, last: date) -> Iterator[Candidate]:
    """Customers in their first and later years, on the day on which their archive began."""
    for customer in audience(plan).filter(on_days("created_at", first, last)).order_by("pk").iterator(500):
        began = timezone.localtime(customer.created_at, timezone.get_default_timezone()).date()
        for day in yearly(began.month, began.day, first, last):
            if day.year > began.year:
                years = day.year - began.year
                yield Candidate(customer, day, _("建档 %(n)s 周年") % {"n": years}, years)


def of_days(plan: CarePlan, kind: str, first: date, last: date) -> Iterator[Candidate]:
    """Important dates of a kind, by both calendars."""
    dates = ImportantDate.objects.filter(kind=kind, customer__in=audience(plan)).filter(
        Q(calendar=LUNAR) | on_dates(first, last)
    )
    for kept in dates.select_related("customer__owner").order_by("customer_id", "pk").iterator(500):
        for day in falls(kept, first, last):
            years = day.year - kept.year if kept.year and kept.yearly else 0
            yield Candidate(kept.customer, day, subject_of(kept), years)


def subject_of(kept: ImportantDate) -> str:
    """What the day is: its kind, whose or of what, and its lunar date."""
    words = str(kept.get_kind_display())
    if kept.calendar == LUNAR:
        words = _("%(kind)s（%(day)s）") % {"kind": words, "day": kept.text}
    return f"{words} {kept.label}".strip()[:80]


def days_of(first: date, last: date) -> list[tuple[int, int]]:
    """Months and days of the span, with 29 February where the 28th stands for it."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    pairs = {(day.month, day.day) for day in days}
    return sorted(pairs | {(2, 29)} if (2, 28) in pairs else pairs)


def on_days(field: str, first: date, last: date) -> Q:
    """A date or a time whose month and day lie in the span; one scan for all of them."""
    found = Q(pk__in=())
    for month, day in days_of(first, last):
        found |= Q(**{f"{field}__month": month, f"{field}__day": day})
    return found


def on_dates(first: date, last: date) -> Q:
    """Solar important dates in the span."""
    found = Q(pk__in=())
    for month, day in days_of(first, last):
        found |= Q(calendar=ImportantDate.Calendar.SOLAR, month=month, day=day)
    return found
