"""How customers are found by words. Phones are not in the index: they have their own."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.customers import policies, queries
from keqiao.customers.models import Customer
from keqiao.search.registry import Doc, Searchable, Through, register

LABEL = "customers.customer"
# for records of a customer whose name stands in their documents: renamed, and moved between archives
NAMED = (
    Through(label=LABEL, verbs=("customer.changed",), only=("name",), field="customer"),
    Through(
        label=LABEL,
        verbs=("customer.merged", "customer.unmerged", "customer.restored", "customer.gathered"),
        field="customer",
    ),
)


def documents(customers: Iterable[Customer]) -> Iterable[Doc]:
    """Name, number, place and company; the initials are searched only.

    Not the street: it is masked, and whoever may try words would learn it.
    """
    for customer in customers:
        place = f"{customer.province}{customer.city}"
        subtitle = " · ".join(part for part in (customer.number, place) if part)
        yield Doc(
            object_id=customer.pk,
            title=customer.name,
            subtitle=subtitle,
            text=" ".join(part for part in (customer.company_name, customer.note) if part),
            extra=" ".join(part for part in (customer.initials, customer.external_number) if part),
        )


def url(pk: int) -> str:
    """Where a customer is shown."""
    return reverse("customers:detail", args=[pk])


customers = register(
    Searchable(
        label=LABEL,
        kind=_("客户"),
        verbs=("customer.*",),
        document=documents,
        visible=policies.visible,
        url=url,
        base=Customer.objects.filter(merged_into=None),
        find=queries.find,
    )
)
