"""Keeping the customer's row and the customer's default address the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from keqiao.customers.models import Address, Customer
from keqiao.kernel import divisions

COPIED = ("division", "province", "city", "address")
MUNICIPALITIES = ("11", "12", "31", "50")


def division_of(division: str, province: str, city: str, address: str) -> str:
    """The code for what is written: the given one while it lies in that province and city, else the one resolved."""
    if division and (not province or divisions.path(division)[:1] == divisions.path(divisions.resolve(province))):
        names = [step.name for step in divisions.path(division)]
        if not city or any(city in {name, divisions.short(name)} for name in names):
            return division
    return divisions.resolve(province, city, address)


def names_of(division: str) -> tuple[str, str]:
    """Province and city of a code as the customer's row writes them; a municipality is its own city."""
    steps = divisions.path(division)
    if not steps:
        return "", ""
    if division[:2] in MUNICIPALITIES:
        return steps[0].name, steps[0].name
    return steps[0].name, steps[1].name if len(steps) > 1 else ""


def usual_kind(customer_kind: str) -> str:
    """The kind of an address that nobody named."""
    return (Address.Kind.WORK if customer_kind == Customer.Kind.COMPANY else Address.Kind.HOME).value


def row_for(customer_id: int, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The default address of a new customer as columns, from the customer's; None where nothing is known."""
    columns = {name: values.get(name, "") for name in COPIED}
    if not any(columns.values()):
        return None
    detail = columns.pop("address")
    kind = usual_kind(str(values.get("kind", "")))
    return {"customer_id": customer_id, "kind": kind, **columns, "detail": detail, "default": True}


def follow(customers: Iterable[Customer]) -> None:
    """Bring the default addresses to what the rows of these customers say now; must run inside a transaction.

    The division of the row is brought to its other columns first. Four queries however many customers.
    """
    every = list(customers)
    for one in every:
        one.division = division_of(one.division, one.province, one.city, one.address)
    Customer.objects.bulk_update(every, ["division"], batch_size=200)
    known = {row.customer_id: row for row in Address.objects.filter(customer__in=every, default=True)}
    new, changed, gone = [], [], []
    for one in every:
        row, wanted = known.get(one.pk), row_for(one.pk, one.__dict__)
        if wanted is None:
            gone += [row.pk] if row else []
        elif row is None:
            new.append(Address(**wanted))
        else:
            for name in ("division", "province", "city", "detail"):
                setattr(row, name, wanted[name])
            changed.append(row)
    Address.objects.filter(pk__in=gone).delete()
    Address.objects.bulk_create(new)
    Address.objects.bulk_update(changed, ["division", "province", "city", "detail"], batch_size=200)


def copy_down(customer: Customer) -> None:
    """Bring the customer's row to its default address, "" without one."""
    row = Address.objects.filter(customer=customer, default=True).first()
    values = {"division": "", "province": "", "city": "", "address": ""}
    if row is not None:
        values = {"division": row.division, "province": row.province, "city": row.city, "address": row.detail}
    Customer.objects.filter(pk=customer.pk).update(**values)
