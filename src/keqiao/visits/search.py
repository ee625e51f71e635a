"""What of a visit can be found."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.customers.search import NAMED
from keqiao.kernel.pinyin import initials
from keqiao.search.registry import Doc, Searchable, register
from keqiao.visits import policies
from keqiao.visits.models import Visit


def documents(visits: Iterable[Visit]) -> Iterator[Doc]:
    """Number and matter, the customer's name and words."""
    for visit in visits:
        yield Doc(
            object_id=visit.pk,
            title=f"{visit.number} {visit.matter}",
            text=visit.said,
            subtitle=visit.customer.name,
            extra=initials(visit.customer.name),
        )


SEARCHABLE = register(
    Searchable(
        label="visits.visit",
        kind=_("回访"),
        verbs=("visit.planned", "visit.done"),
        document=documents,
        visible=policies.visible,
        url=lambda pk: reverse("visits:detail", args=[pk]),
        through=NAMED,
        base=Visit.objects.select_related("customer"),
    )
)
