"""The one way in which customers change hands: the customer's row, who held it until now, who holds it from now on."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from keqiao.customers.models import Customer, Holding, SharingSettings
from keqiao.customers.owning import limits
from keqiao.kernel import bulk
from keqiao.org.models import Employee

MICRO = timedelta(microseconds=1)


def current() -> QuerySet[Holding]:
    """Holdings that still stand: not ended, and the customer is still that employee's."""
    rows = Holding.objects.filter(ended_at=None, customer__owner=F("owner"))
    return rows.filter(customer__merged_into=None, customer__erased=False)


def waiting() -> QuerySet[Holding]:
    """Of these the ones whose first contact is still to come."""
    return current().filter(contacted_at=None, due_at__isnull=False)


def of(customer: Customer) -> Holding | None:
    """How the customer came to its present owner; None where that was before anybody kept account."""
    return Holding.objects.filter(customer=customer, owner=customer.owner_id, ended_at=None).first()


def give(
    rows: Sequence[Customer], owner: Employee, way: str, rules: SharingSettings, *, share_id: int | None = None
) -> datetime:
    """Let `owner` have these customers, which all have the same owner (or none) as they were read under lock.

    Returns the version that the rows have now. Raises RuntimeError when one of them is somebody else's meanwhile: the
    caller has locked them, or begun the only writing transaction there is.
    """
    stamp = put(rows, owner_id=owner.pk, unit_id=owner.unit_id)
    end(rows, Holding.End.MOVED)
    same: Mapping[str, Any] = {
        "owner_id": owner.pk, "unit_id": owner.unit_id, "way": way, "share_id": share_id, "given_at": stamp,
        "due_at": limits.deadline(stamp, rules.contact_days),
    }  # fmt: skip
    bulk.insert(Holding, ({**same, "customer_id": one.pk} for one in rows))
    return stamp


def take_away(
    rows: Sequence[Customer], why: str, *, note: str = "", cool: int = 0, units: Mapping[int, int | None] | None = None
) -> datetime:
    """Put these customers, which all have the same owner, into the public pool; `units` are other than they have now.

    With `cool` the owner may not take them again for so many days.
    """
    stamp = timezone.now()
    for unit_id in {units.get(one.pk) for one in rows} if units is not None else {None}:
        some = rows if units is None else [one for one in rows if units.get(one.pk) == unit_id]
        stamp = put(some, owner_id=None, **({} if units is None else {"unit_id": unit_id}))
    until = stamp + timedelta(days=cool) if cool else None
    begin_unknown([one for one in rows if one.owner_id is not None])
    end(rows, why, note=note, cool_until=until)
    return stamp


def put(rows: Sequence[Customer], **values: int | None) -> datetime:
    """Write owner and unit where the owner still is what was read."""
    owners = {one.owner_id for one in rows}
    if len(owners) > 1:
        raise RuntimeError("customers of several owners at once")
    stamp = max([timezone.now(), *(one.updated_at + MICRO for one in rows)])
    ids = [one.pk for one in rows]
    still = Customer.objects.filter(pk__in=ids, owner=next(iter(owners), None), merged_into=None)
    if still.update(**values, updated_at=stamp) != len(ids):
        raise RuntimeError("a customer changed hands under lock")
    return stamp


def end(rows: Sequence[Customer], why: str, **values: Any) -> None:
    """Close what is open about these customers."""
    open_rows = Holding.objects.filter(customer__in=[one.pk for one in rows], ended_at=None)
    open_rows.update(ended_at=timezone.now(), end=why, **values)


def begin_unknown(rows: Sequence[Customer]) -> None:
    """Give customers an account that came to their owner before anybody kept one, so that it can be closed."""
    ids = [one.pk for one in rows]
    kept = set(Holding.objects.filter(customer__in=ids, ended_at=None).values_list("customer_id", flat=True))
    bulk.insert(
        Holding,
        (
            {
                "customer_id": one.pk, "owner_id": one.owner_id, "unit_id": one.unit_id, "way": Holding.Way.EARLIER,
                "given_at": one.created_at,
            }
            for one in rows
            if one.pk not in kept and one.unit_id is not None
        ),
    )  # fmt: skip


def cooling(employee_id: int | None) -> Exists:
    """Whether that employee may not take the customer again yet."""
    rows = Holding.objects.filter(customer=OuterRef("pk"), owner=employee_id)
    return Exists(rows.filter(Q(cool_until__gt=timezone.now())))


def cool_until(customer_id: int, employee_id: int | None) -> datetime | None:
    """Until when that employee may not take the customer again; None when he may."""
    rows = Holding.objects.filter(customer=customer_id, owner=employee_id, cool_until__gt=timezone.now())
    return rows.order_by("-cool_until").values_list("cool_until", flat=True).first()
