"""Who is calling, and the counts of the daily ledger."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from keqiao.customers import masking
from keqiao.customers import policies as customers
from keqiao.customers.models import Customer
from keqiao.customers.queries import by_phone, find
from keqiao.kernel import phones
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import bounds
from keqiao.kernel.resource import Found
from keqiao.org.models import OrgUnit
from keqiao.org.queries import subtree
from keqiao.reception import policies
from keqiao.reception.models import Entry, Word

MOST = 5  # customers offered while typing
SHORTEST = 2  # characters of a name from which it is looked for


@dataclass(frozen=True, slots=True)
class Match:
    """A customer who may be the caller: how often he was received, and when last."""

    customer: Customer
    times: int
    last: Any
    exact: bool
    phone: str = ""


def matches(actor: Actor, phone: str, name: str) -> list[Match]:
    """Customers within sight whose phone or name begins so; the one with exactly that phone comes first."""
    visible = customers.visible(actor).filter(erased=False)
    found: dict[int, Customer] = {}
    number = phones.normalise(phone[:64]) if phone else None
    exact = set(by_phone(actor, number).values_list("pk", flat=True)[:MOST]) if number else set()
    if phone:
        same = by_phone(actor, phone[:64]).filter(erased=False).select_related("owner")
        found = {one.pk: one for one in same.order_by("-pk")[:MOST]}
    if len(name) >= SHORTEST and len(found) < MOST:
        rows = find(visible, name[:40])
        rows = rows.rows if isinstance(rows, Found) else rows
        found |= {one.pk: one for one in rows.select_related("owner").order_by("-pk")[: MOST - len(found)]}
    counted = received(found)
    return [
        Match(one, *counted.get(pk, (0, None)), exact=pk in exact, phone=masking.main_phone(actor, one))
        for pk, one in found.items()
    ]


def received(ids: Iterable[int]) -> dict[int, tuple[int, Any]]:
    """How often each of the customers was received, and when last."""
    rows = Entry.objects.filter(customer_id__in=list(ids)).exclude(status=Entry.Status.VOID)
    counted = rows.order_by().values("customer_id").annotate(n=Count("pk"))
    last = {row.customer_id: row.at for row in rows.order_by("at")}
    return {row["customer_id"]: (row["n"], last[row["customer_id"]]) for row in counted}


def within(rows: QuerySet[Entry], first: date, last: date) -> QuerySet[Entry]:
    """Entries of these days, both included, by the installation's clock."""
    start, end = bounds(first, date.fromordinal(last.toordinal() + 1), timezone.get_default_timezone())
    return rows.filter(at__gte=start, at__lt=end)


@dataclass(slots=True)
class Line:
    """The counts of one person on one day: calls and walk-ins, first and again."""

    day: date
    person_id: int
    person: str
    counts: dict[tuple[str, bool], int] = field(default_factory=dict)

    def of(self, way: str, first: bool) -> int:
        """How many of that way, first or again."""
        return self.counts.get((way, first), 0)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Ledger:
    """The daily reception ledger: lines by day and person, and the same entries by source and interest."""

    first: date
    last: date
    lines: list[Line]
    by_source: list[tuple[int | None, str, int, int]]
    by_interest: list[tuple[int | None, str, int, int]]

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    def sum(self, way: str, first: bool) -> int:
        """All of that way, first or again."""
        return sum(line.of(way, first) for line in self.lines)


def ledger(actor: Actor, first: date, last: date, unit: int | None = None, person: int | None = None) -> Ledger:
    """The ledger of some days over the entries that the actor may see; void entries do not count. Three queries."""
    rows = within(policies.visible(actor).exclude(status=Entry.Status.VOID), first, last).order_by()
    if unit is not None:
        chosen = OrgUnit.objects.filter(pk=unit).first()
        rows = rows.filter(unit_id__in=subtree(chosen)) if chosen else rows.none()
    if person is not None:
        rows = rows.filter(received_by_id=person)
    zone = timezone.get_default_timezone()
    counted = rows.annotate(day=TruncDate("at", tzinfo=zone)).values_list(
        "day", "received_by_id", "received_by__name", "way", "first"
    )
    lines: dict[tuple[date, int], Line] = {}
    for day, person_id, name, way, is_first, number in counted.annotate(n=Count("pk")):
        line = lines.setdefault((day, person_id), Line(day, person_id, name))
        line.counts[way, is_first] = number
    ordered = sorted(lines.values(), key=lambda line: (-line.day.toordinal(), line.person, line.person_id))
    return Ledger(first, last, ordered, by_word(rows, "source"), by_word(rows, "interest"))


def by_word(rows: QuerySet[Entry], name: str) -> list[tuple[int | None, str, int, int]]:
    """(word's id, word, all, of them first), the most frequent first; without a word the id is None."""
    counted = rows.values_list(f"{name}_id", f"{name}__name").annotate(
        n=Count("pk"), new=Count("pk", filter=Q(first=True))
    )
    return sorted(((pk, word or "", n, new) for pk, word, n, new in counted), key=lambda row: (-row[2], row[1]))


def offered(kind: str) -> QuerySet[Word]:
    """The words to choose from."""
    return Word.objects.filter(kind=kind, active=True).order_by("position", "pk")
