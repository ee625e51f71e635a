"""What of an entry can be found."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.kernel.pinyin import initials
from keqiao.reception import policies
from keqiao.reception.models import Entry
from keqiao.search.registry import Doc, Searchable, register


def documents(entries: Iterable[Entry]) -> Iterator[Doc]:
    """Number, caller and matter."""
    for entry in entries:
        yield Doc(
            object_id=entry.pk,
            title=f"{entry.number} {entry.caller}",
            text=entry.matter,
            subtitle=str(entry.get_way_display()),
            extra=initials(entry.caller),
        )


SEARCHABLE = register(
    Searchable(
        label="reception.entry",
        kind=_("接待登记"),
        verbs=("reception.registered", "reception.changed"),
        document=documents,
        visible=policies.visible,
        url=lambda pk: reverse("reception:detail", args=[pk]),
        base=Entry.objects.all(),
    )
)
