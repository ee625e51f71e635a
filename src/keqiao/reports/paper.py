"""A report as a document: words, figures, tables and charts as they were counted."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from keqiao.documents.paper import Chart, Facts, Heading, Paper, Part, Signatures, Table, Text
from keqiao.kernel.dates import full
from keqiao.org.models import OrgUnit
from keqiao.reports.models import Report

S = Report.State


def paper(report: Report) -> Paper:
    """The whole report; what is not archived says so on every sheet."""
    company = OrgUnit.objects.filter(parent=None).order_by("pk").values_list("name", flat=True).first() or ""
    data = {one["key"]: one for one in report.data}
    parts: list[Part] = [Facts(control(report))]
    for place, one in enumerate(report.sections.order_by("place"), 1):
        parts.append(Heading(_("%(n)d. %(title)s") % {"n": place, "title": one.title}))
        parts += [Text(words) for words in one.text.split("\n") if words.strip()]
        parts += drawn(data.get(one.key, {}))
    parts.append(Signatures((_("编写"), _("批准"))))
    return Paper(
        title=f"{report.unit.name}{report.get_kind_display()}", subtitle=report.span, organisation=company,
        number=report.number, mark="" if report.state == S.ARCHIVED else _("草稿，未经批准"), parts=tuple(parts),
    )  # fmt: skip


def control(report: Report) -> list[tuple[str, object]]:
    """Whose it is, about when, who wrote and who approved it."""
    return [
        (_("部门"), report.unit.name), (_("时间"), f"{report.first} – {report.last}"),
        (_("数字计算于"), full(report.counted_at)), (_("编写"), report.writer.name if report.writer else "—"),
        (_("批准"), f"{report.approved_by or '—'} {full(report.archived_at) if report.archived_at else ''}".strip()),
    ]  # fmt: skip


def drawn(stored: dict[str, Any]) -> Iterator[Part]:
    """Figures, charts and tables of one section."""
    figures = [
        (one["label"], f"{one['value']}  {one['note']}".strip()) for one in stored.get("figures", [])
    ]  # fmt: skip
    if figures:
        yield Facts(figures)
    for chart in stored.get("charts", []):
        yield Chart(chart["spec"], chart["title"])
    for table in stored.get("tables", []):
        wide = (3.0, *[1.0] * (len(table["heads"]) - 1)) if len(table["heads"]) < 6 else ()
        yield Heading(table["title"], 2)
        rows = [[text for text, _url in row] for row in table["rows"]]
        yield Table(table["heads"], rows, widths=wide, empty=table["empty"])
