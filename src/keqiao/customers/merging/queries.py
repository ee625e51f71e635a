"""What the comparison of two archives shows, and where the number of a merged one leads."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from keqiao.audit.actions import plain
from keqiao.customers import masking, policies
from keqiao.customers.merging.actions import profile
from keqiao.customers.merging.registry import followers
from keqiao.customers.models import ContactPoint, Customer, Merge
from keqiao.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Line:
    """One field of two archives: what each says, and which side counts unless somebody chooses."""

    name: str
    label: str
    left: str
    right: str
    side: str

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return self.left != self.right


def compared(actor: Actor, left: Customer, right: Customer) -> list[Line]:
    """The fields that either of them has, in the order of the form."""
    lines = []
    for field in profile():
        one, two = shown(actor, left, field), shown(actor, right, field)
        if one or two:
            empty = plain(getattr(left, field.name)) in (None, "", [], {})
            lines.append(Line(field.name, str(field.verbose_name), one, two, "merged" if empty else "survivor"))
    return lines


def shown(actor: Actor, customer: Customer, field: Any) -> str:
    """A field's value as the actor reads it."""
    if field.name == masking.BIRTHDAY:
        return masking.birthday(actor, customer.birthday, customer.pk)
    if getattr(customer, field.name) in ("", None):
        return ""
    if field.choices or field.name == "tier":
        return str(getattr(customer, f"get_{field.name}_display")())
    value = getattr(customer, field.name)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dict | list):
        return _("、").join(map(str, value.values() if isinstance(value, dict) else value))
    return "" if value is None else str(value)


def points(actor: Actor, customer: Customer) -> list[str]:
    """Contact points, as far as the actor sees them."""
    found = ContactPoint.objects.filter(customer=customer).order_by("kind", "-primary", "pk")
    return [f"{point.get_kind_display()} {masking.point(actor, point)}" for point in found]


def addresses(actor: Actor, customer: Customer) -> list[str]:
    """Addresses, the default one first."""
    return [masking.address(actor, row) for row in customer.addresses.order_by("-default", "pk")]


def tags(customer: Customer) -> list[str]:
    """The words that the customer carries."""
    return list(customer.tags.order_by("name").values_list("name", flat=True))


def counted(customer: Customer) -> list[tuple[str, int]]:
    """How many records of each kind hang on the customer, without those that are listed one by one."""
    found = [
        (str(one.label), one.rows(customer.pk).count())
        for one in followers()
        if not one.group and one.model is not Customer
    ]
    return [(label, number) for label, number in found if number]


def parts_of(merge: Merge) -> list[tuple[str, int, int]]:
    """(kind, how many went over, how many were left aside) of a merge."""
    labels = {one.name: str(one.label) for one in followers()}
    return [
        (labels.get(part.name, part.name), len(part.moved), len(part.kept) + len(part.parked))
        for part in merge.parts.order_by("pk")
        if part.moved or part.kept or part.parked
    ]


def stands_for(actor: Actor, pk: int) -> Customer | None:
    """The visible customer into which the archive of that id went; None when there is none."""
    into = Customer.objects.filter(pk=pk, merged_into__isnull=False).values("merged_into")
    return policies.visible(actor).filter(pk__in=into).first()
