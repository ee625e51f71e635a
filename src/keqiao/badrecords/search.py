"""What of a bad record can be found."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.badrecords import policies
from keqiao.badrecords.models import BadRecord
from keqiao.customers.search import NAMED
from keqiao.kernel.pinyin import initials
from keqiao.search.registry import Doc, Searchable, register


def documents(records: Iterable[BadRecord]) -> Iterator[Doc]:
    """Number, kind and product, what happened and what was done, the customer's name."""
    for one in records:
        name = one.customer.name if one.customer else ""
        yield Doc(
            object_id=one.pk,
            title=f"{one.number} {one.kind.name} {one.product}".strip(),
            text=f"{one.what}\n{one.measures}",
            subtitle=name or one.unit.name,
            extra=initials(name),
        )


SEARCHABLE = register(
    Searchable(
        label="badrecords.badrecord",
        kind=_("不良记录"),
        verbs=("bad_record.*",),
        document=documents,
        visible=policies.visible,
        url=lambda pk: reverse("bad-records:detail", args=[pk]),
        through=NAMED,
        base=BadRecord.objects.select_related("customer", "kind", "unit"),
    )
)
