"""Doubles in the whole stock: some are put in, then all are looked for."""

import time

from keqiao.customers.duplicates.finding import search
from keqiao.customers.models import ContactPoint, Customer, DuplicateRun

SHARE = 100  # one customer in so many gets the phone of the one before


def look(share: int = SHARE) -> dict[str, float]:
    """Give one customer in `share` the phone of another one, search; seconds, customers and pairs found."""
    owners = Customer.objects.order_by("pk").values_list("pk", flat=True)
    last, phones = 0, []
    while some := list(owners.filter(pk__gt=last)[: 50 * share]):
        last = some[-1]
        phones += borrowed(dict(zip(some[share - 1 :: share], some[share - 2 :: share], strict=False)))
    ContactPoint.objects.bulk_create(phones, batch_size=1000)
    run = DuplicateRun.objects.create()
    start = time.perf_counter()
    search(run, lambda _done, _all: None)
    seconds = time.perf_counter() - start
    run.refresh_from_db()
    if run.pairs < len(phones):
        raise RuntimeError(f"duplicates: {run.pairs} of {len(phones)}")
    return {"seconds": seconds, "customers": run.customers, "pairs": run.pairs}


def borrowed(pairs: dict[int, int]) -> list[ContactPoint]:
    """For each customer (key) the phone of another one (value), as a further number."""
    found = ContactPoint.objects.filter(customer__in=pairs.values(), kind="phone").order_by("pk")
    phones = {point.customer_id: point for point in found}
    return [
        ContactPoint(
            customer_id=taker, kind="phone", value=phones[giver].value, reversed=phones[giver].reversed, label="家人"
        )
        for taker, giver in pairs.items()
        if giver in phones
    ]
