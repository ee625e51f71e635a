"""What of a suggestion can be found."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.customers.search import NAMED
from keqiao.kernel.pinyin import initials
from keqiao.search.registry import Doc, Searchable, register
from keqiao.suggestions import policies
from keqiao.suggestions.models import Suggestion


def documents(records: Iterable[Suggestion]) -> Iterator[Doc]:
    """Number, what was proposed and decided, the customer's name."""
    for one in records:
        name = one.customer.name if one.customer else ""
        yield Doc(
            object_id=one.pk,
            title=f"{one.number} {one.content[:60]}",
            text=f"{one.content}\n{one.reason}\n{one.plan}",
            subtitle=name,
            extra=initials(name),
        )


SEARCHABLE = register(
    Searchable(
        label="suggestions.suggestion",
        kind=_("客户建议"),
        verbs=("suggestion.*",),
        document=documents,
        visible=policies.visible,
        url=lambda pk: reverse("suggestions:detail", args=[pk]),
        through=NAMED,
        base=Suggestion.objects.select_related("customer"),
    )
)
