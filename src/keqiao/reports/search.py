"""What of a report can be found."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.reports import policies
from keqiao.reports.models import Report
from keqiao.search.registry import Doc, Searchable, register


def documents(records: Iterable[Report]) -> Iterator[Doc]:
    """Number, kind, time, and the words."""
    for one in records:
        text = "\n".join(section.text for section in one.sections.all())
        yield Doc(object_id=one.pk, title=f"{one.number} {one}", text=text, subtitle=one.unit.name)


SEARCHABLE = register(
    Searchable(
        label="reports.report",
        kind=_("分析报告"),
        verbs=("report.*",),
        document=documents,
        visible=policies.visible,
        url=lambda pk: reverse("reports:detail", args=[pk]),
        base=Report.objects.select_related("unit").prefetch_related("sections"),
    )
)
