"""Finding archives alike in the whole stock: grouped by key in the database, so that only what shares a key is paired."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from keqiao.customers.duplicates.scoring import rate
from keqiao.customers.imports.run import chunks
from keqiao.customers.models import ContactPoint, Customer, DuplicatePair, DuplicateRun, IdentityNumber
from keqiao.kernel import sql

Group = tuple[int, ...]
Groups = Iterator[Group | None]
Progress = Callable[[int, int], None]

SHARED = 20  # customers; a number that more of them have is a switchboard or a filler and says nothing
CLOSE = 6  # up to so many everybody is paired with everybody, beyond that each with the oldest
CHUNK = 500
POINTS = ("phone", "email", "wechat", "wecom", "qq")
FIELDS = ("pk", "name", "birthday", "gender", "kind")


def by_point(kind: str) -> Groups:
    """Customers with the same contact point of a kind; None for one that too many share."""
    rows = ContactPoint.objects.filter(kind=kind, customer__merged_into=None, customer__erased=False)
    several = rows.values("value").annotate(n=Count("pk")).filter(n__gt=1).order_by("value")
    yield from grouped(
        several.values_list("value", "n"), lambda values: rows.filter(value__in=values), "value", "customer_id"
    )


def by_identity() -> Groups:
    """Customers with the same number of a document, by its keyed hash; the number itself is never opened."""
    rows = IdentityNumber.objects.filter(customer__merged_into=None, customer__erased=False)
    several = (
        rows.values("digest").annotate(n=Count("pk")).filter(n__gt=1).order_by("digest").values_list("digest", "n")
    )
    yield from grouped(several, lambda some: rows.filter(digest__in=some), "digest", "customer_id")


def by_company() -> Groups:
    """Customers with the same name at the same company."""
    rows = Customer.objects.filter(merged_into=None, erased=False).exclude(company_name="")
    several = (
        rows.values("name", "company_name").annotate(n=Count("pk")).filter(n__gt=1).order_by("name", "company_name")
    )
    for some in chunks(several.values_list("name", "company_name", "n").iterator(), CHUNK):
        wanted = {(name, company): n for name, company, n in some}
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for name, company, pk in rows.filter(name__in={key[0] for key in wanted}).values_list(
            "name", "company_name", "pk"
        ):
            if (name, company) in wanted:
                found[name, company].append(pk)
        yield from (None if len(ids) > SHARED else tuple(sorted(ids)) for ids in found.values())


def grouped(several: Any, rows: Callable[[list[str]], Any], key: str, column: str) -> Groups:
    """The ids behind each key that occurs more than once, some hundred keys at a time."""
    for some in chunks(several.iterator(), CHUNK):
        usual = [value for value, n in some if n <= SHARED]
        yield from (None for _value, n in some if n > SHARED)
        found: dict[str, list[int]] = defaultdict(list)
        for value, pk in rows(usual).values_list(key, column):
            found[value].append(pk)
        yield from (tuple(sorted(ids)) for ids in found.values() if len(ids) > 1)


def sources() -> list[tuple[str, Groups]]:
    """Every key by which archives are compared, with its groups."""
    return [*((kind, by_point(kind)) for kind in POINTS), ("id", by_identity()), ("company", by_company())]


def pairs_of(group: Group) -> Iterable[tuple[int, int]]:
    """The pairs of a group, each in order."""
    if len(group) <= CLOSE:
        return combinations(group, 2)
    return ((group[0], other) for other in group[1:])


def search(run: DuplicateRun, progress: Progress) -> None:
    """Go through the stock and bring the pairs up to date; safe to begin again after a crash.

    What people decided stays. Pairs of which nothing is left in common disappear unless somebody decided about them.
    """
    sql.measure(Customer, ContactPoint, IdentityNumber)
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    shared, keys = 0, sources()
    for place, (key, groups) in enumerate(keys):
        progress(place * 8, 100)
        for number, group in enumerate(groups):
            if number % 2000 == 0:
                progress(place * 8 + min(7, number // 2000), 100)
            if group is None:
                shared += 1
                continue
            for pair in pairs_of(group):
                found[pair].add(key)
    every = sorted(found)
    for number, some in enumerate(chunks(iter(every), CHUNK)):
        store(run, {pair: found[pair] for pair in some})
        progress(60 + 39 * number * CHUNK // max(1, len(every)), 100)
    forget(run, progress)
    customers = Customer.objects.filter(merged_into=None).count()
    DuplicateRun.objects.filter(pk=run.pk).update(
        finished_at=timezone.now(), pairs=len(every), shared=shared, customers=customers
    )


@transaction.atomic
def store(run: DuplicateRun, found: dict[tuple[int, int], set[str]]) -> None:
    """Write some pairs; a known one gets its new score and keeps its state."""
    ids = {pk for pair in found for pk in pair}
    people = {row["pk"]: row for row in Customer.objects.filter(pk__in=ids).values(*FIELDS)}
    rows = []
    for (low, high), keys in found.items():
        if low in people and high in people:
            score, reasons = rate(keys, people[low], people[high])
            rows.append(DuplicatePair(low_id=low, high_id=high, score=score, reasons=reasons, run=run))
    DuplicatePair.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["low", "high"], update_fields=["score", "reasons", "run"]
    )


def forget(run: DuplicateRun, progress: Progress) -> None:
    """Drop undecided pairs that this run did not find again."""
    old = DuplicatePair.objects.filter(state__in=["open", "later"]).exclude(run=run)
    while ids := list(old.values_list("pk", flat=True)[:CHUNK]):
        DuplicatePair.objects.filter(pk__in=ids).delete()
        progress(99, 100)
