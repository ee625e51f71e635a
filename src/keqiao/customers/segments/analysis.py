"""定向分析: what a selection of customers is made of, as a cross table whose figures open their records."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from keqiao.customers.resource import customers
from keqiao.customers.segments.facets import Facet, facets
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import paging
from keqiao.kernel.resource.listing import Listing, listing

CONTROL = ("rows", "columns", "segment", "format")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure and the list behind it; no list for nothing."""

    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Table:
    """Customers by two facets, with totals."""

    rows: Facet
    columns: Facet
    heads: list[str]
    lines: list[tuple[str, list[Cell], Cell]]
    totals: list[Cell]
    total: Cell


def selection(actor: Actor, query: QueryDict) -> Listing:
    """The customers of a query string, as the list would show them."""
    chosen = query.copy()
    for name in CONTROL:
        chosen.pop(name, None)
    return listing(customers, actor, chosen)


def cross(found: Listing, rows: Facet, columns: Facet) -> Table:
    """One query, whatever the size."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    marked = columns.marked(rows.marked(found.rows, "of_row"), "of_column").order_by()
    keys = (rows.column("of_row"), columns.column("of_column"))
    for one in marked.values(*keys).annotate(figure=Count("pk", distinct=True)).values_list(*keys, "figure"):
        counts[str(one[0]), str(one[1])] += one[2]
    across = [(str(code), str(label)) for code, label in columns.choices]

    def cell(count: int, **more: str) -> Cell:
        return Cell(count, list_url(found.query, **more) if count else "")

    lines = []
    for raw, label in rows.choices:
        code = str(raw)
        cells = [cell(counts[code, other], **{columns.name: other, rows.name: code}) for other, _label in across]
        lines.append((str(label), cells, cell(sum(one.count for one in cells), **{rows.name: code})))
    totals = [
        cell(sum(line[1][place].count for line in lines), **{columns.name: other})
        for place, (other, _l) in enumerate(across)
    ]
    heads = [label for _code, label in across]
    return Table(rows, columns, heads, lines, totals, cell(sum(one.count for one in totals)))


def list_url(query: QueryDict, **more: str) -> str:
    """The list of the selection, narrowed to one figure. What the selection asks for already counts together with it."""
    chosen = query.copy()
    for name in (*CONTROL, "after", "sort"):
        chosen.pop(name, None)
    for name, value in more.items():
        chosen[name] = value
    chosen.setdefault("view", "all")
    return f"{reverse('customers:list')}?{chosen.urlencode()}"


def chart(table: Table) -> dict[str, Any]:
    """The table as stacked bars."""
    return {
        "type": "stacked",
        "every": True,
        "labels": [label for label, _cells, _total in table.lines],
        "series": [
            {
                "name": head,
                "data": [cells[place].count for _label, cells, _total in table.lines],
                "urls": [cells[place].url for _label, cells, _total in table.lines],
            }
            for place, head in enumerate(table.heads)
        ],
        "urls": [total.url for _label, _cells, total in table.lines],
    }


def sheet(table: Table) -> tuple[list[str], list[list[Any]]]:
    """Header and lines of the file."""
    header = [str(table.rows.label), *table.heads, _("合计")]
    lines = [[label, *(cell.count for cell in cells), total.count] for label, cells, total in table.lines]
    return header, [*lines, [_("合计"), *(cell.count for cell in table.totals), table.total.count]]


def facet(name: str | None, otherwise: str) -> Facet:
    """The facet of that name, else the usual one."""
    known = facets()
    return known.get(name or "", known[otherwise])


def conditions() -> dict[str, Any]:
    """The filters of the list of customers by name, the department's own fields among them."""
    filters = customers.filterset()
    assert filters is not None  # noqa: S101 – the declaration of customers has them
    return dict(filters.base_filters)


def described(query: str) -> list[tuple[str, str]]:
    """The conditions of a query string in words: (name of the filter, what is chosen)."""
    given = QueryDict(query)
    lines = []
    for name, one in conditions().items():
        values = [value for key in (name, f"{name}_after", f"{name}_before") for value in given.getlist(key) if value]
        if values:
            words = {str(code): str(label) for code, label in getattr(one.field, "choices", ())}
            shown = (_("至") if hasattr(one.field, "fields") else _("、")).join(
                words.get(value, value) for value in values
            )
            lines.append((str(one.label), shown))
    preset = next((preset for preset in customers.presets if preset.name == given.get("view")), None)
    if preset is not None and preset.name != "all":
        lines.insert(0, (_("视图"), str(preset.label)))
    if given.get("q"):
        lines.append((_("搜索"), given["q"]))
    return lines


def total_of(actor: Actor, query: str) -> tuple[str, str]:
    """How many customers a saved selection has now, counted to a limit, and the list of them."""
    found = selection(actor, QueryDict(query))
    if found.errors:
        return _("条件已失效，请修改"), ""
    number, more = paging.count(found.rows)
    text = _("超过 %(n)s 位") % {"n": f"{number:,}"} if more else _("%(n)s 位") % {"n": f"{number:,}"}
    return text, list_url(found.query)
