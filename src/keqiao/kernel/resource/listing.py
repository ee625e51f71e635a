"""What a list shows: preset, filters, search, order and page, from one declaration and one query string."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_filters import FilterSet

from keqiao.kernel import dates
from keqiao.kernel.actor import Actor
from keqiao.kernel.choices import options
from keqiao.kernel.resource import paging
from keqiao.kernel.resource.declare import Column, Found, Preset, Resource

CONTROL = {"q", "view", "sort", "after", "limit", "saved", "columns", "format", "count"}
ALL = 1_000_000_000


@dataclass(slots=True)
class Listing:
    """The rows of one request and what led to them."""

    resource: Resource
    actor: Actor
    query: QueryDict
    preset: Preset | None
    filterset: FilterSet | None
    rows: QuerySet[Any]
    order: str
    newest: QuerySet[Any] | None = None

    @property
    def errors(self) -> dict[str, list[str]]:
        """What is wrong with the filters, by name."""
        return {} if self.filterset is None else dict(self.filterset.errors)

    def page(self, limit: int = paging.LIMIT, shown: Sequence[Column] | None = None) -> paging.Page:
        """The page that the query string asks for, with what all columns need or only those that are shown."""
        cursor, columns = self.query.get("after", ""), self.resource.columns if shown is None else shown
        if self.newest is not None and self.order == "-pk" and not cursor:
            first = paging.page(self.resource.narrowed(self.newest, columns), order="-pk", limit=limit)
            if first.next is not None:
                return first
        return paging.page(self.resource.narrowed(self.rows, columns), order=self.order, cursor=cursor, limit=limit)

    def counted(self) -> tuple[int, bool]:
        """How many there are, and whether there are more: a thousand cost little, all are counted when asked for."""
        if "count" in self.query:
            return paging.count(self.rows, ALL)
        if self.newest is not None and (least := self.newest.count()) >= paging.MANY:
            return least - least % paging.MANY, True
        return paging.count(self.rows, paging.MANY)


def count_text(number: int, more: bool) -> str:
    """How many there are, in words."""
    if more:
        return _("超过 %(n)s 条") % {"n": f"{number:,}"}
    return ngettext("共 %(n)s 条", "共 %(n)s 条", number) % {"n": f"{number:,}"}


def listing(resource: Resource, actor: Actor, query: QueryDict) -> Listing:
    """Apply the query string to the rows that the actor may see."""
    rows = resource.queryset(actor)
    preset = current_preset(resource, query)
    if preset is not None:
        rows = preset.where(rows, actor)
    filterset = None
    filters = resource.filterset()
    if filters is not None and has_filters(filters, query):
        filterset = filters(query, queryset=rows)
        filterset.actor = actor
        refuse_absurd_dates(filterset.form)
        if filterset.is_valid():
            rows = filterset.qs
    term, newest = query.get("q", "").replace("\0", "").strip(), None  # PostgreSQL takes no NUL
    if term and resource.search is not None:
        found = resource.search(rows, term[:100])
        rows, newest = (found.rows, found.newest) if isinstance(found, Found) else (found, None)
    usual = (preset.order if preset else "") or resource.order
    order = current_order(resource, query, "-pk" if term and resource.search is not None else usual)
    return Listing(resource, actor, query, preset, filterset, rows, order, newest)


def refuse_absurd_dates(form: Any) -> None:
    """Dates near the ends of the calendar cannot be brought to UTC; nobody means them."""
    for name, value in list(form.cleaned_data.items()) if form.is_valid() else ():
        ends = [end for end in (value.start, value.stop) if end is not None] if isinstance(value, slice) else []
        if any(not 1900 <= end.year <= 2200 for end in ends):
            form.add_error(name, _("日期超出范围。"))


def has_filters(filters: type[FilterSet], query: QueryDict) -> bool:
    """Whether any filter is set; unset filters cost nothing."""
    names = filters.base_filters
    return any(value for key, value in query.items() if key not in CONTROL and base_name(key) in names)


def base_name(key: str) -> str:
    """A range filter's two inputs belong to one name."""
    for suffix in ("_after", "_before", "_min", "_max"):
        if key.endswith(suffix):
            return key.removesuffix(suffix)
    return key


def current_preset(resource: Resource, query: QueryDict) -> Preset | None:
    """The preset named in the query string, else the first."""
    name = query.get("view")
    return next((preset for preset in resource.presets if preset.name == name), next(iter(resource.presets), None))


def current_order(resource: Resource, query: QueryDict, usual: str) -> str:
    """The order asked for if a column offers it, else the usual one: the tab's or the resource's own, newest first in a search."""
    wanted = query.get("sort", "")
    sortable = {column.sort for column in resource.columns if column.sort}
    return wanted if wanted.lstrip("-") in sortable else usual


def with_query(query: QueryDict, **changes: str | None) -> str:
    """The query string with changes; None removes. The page's cursor never survives a change."""
    changed = query.copy()
    changed.pop("after", None)
    for key, value in changes.items():
        changed.pop(key, None)
        if value is not None:
            changed[key] = value
    return "?" + changed.urlencode()


def cell(column: Any, obj: Any, actor: Actor) -> Any:
    """A cell's HTML, or its plain value, which the template escapes."""
    if column.render is not None:
        return column.render(obj, actor)
    value = column.value(obj, actor)
    if isinstance(value, datetime):
        return dates.full(value)
    if isinstance(value, date):
        return SafeString(f'<span class="day">{value.isoformat()}</span>')
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "" if value is None else value


def heads(listed: Iterable[Column], order: str, query: QueryDict) -> list[tuple[Any, str | None, str, str]]:
    """Column heads as (label, sort link, order, class)."""
    result = []
    for column in listed:
        sorted_ = (
            "" if column.sort is None or order.lstrip("-") != column.sort else "desc" if order[0] == "-" else "asc"
        )
        link = None
        if column.sort is not None:
            link = with_query(query, sort=column.sort if sorted_ == "desc" else f"-{column.sort}")
        result.append((column.label, link, sorted_, "num" if column.numeric else ""))
    return result


def filter_controls(found: Listing) -> list[dict[str, Any]]:
    """The filter bar as plain values; building Django's form and widgets here would cost more than the rows."""
    filters = found.resource.filterset()
    if filters is None:
        return []
    return [control(found, name, one) for name, one in filters.base_filters.items()]


def control(found: Listing, name: str, one: Any) -> dict[str, Any]:
    """One filter: a list to choose from, two dates, or a text."""
    base = {"name": name, "label": one.label}
    if hasattr(one.field, "choices"):
        chosen = frozenset(found.query.getlist(name)) - {""}
        return {
            **base,
            "kind": "choice",
            "options": options(found.resource.name, name, one.field, chosen),
            "active": bool(chosen),
        }
    if hasattr(one.field, "fields"):
        ends = [(key, found.query.get(key, "")) for key in (f"{name}_after", f"{name}_before")]
        return {**base, "kind": "dates", "ends": ends, "active": any(value for _key, value in ends)}
    value = found.query.get(name, "")
    return {**base, "kind": "text", "value": value, "active": bool(value)}


def sortable(resource: Resource) -> list[str]:
    """Field names by which the list can be ordered; raises FieldDoesNotExist for a wrong declaration."""
    names = [column.sort for column in resource.columns if column.sort]
    for name in [*names, resource.order.lstrip("-")]:
        if name != "pk" and resource.model._meta.get_field(name).null:
            raise FieldDoesNotExist(f"{resource.name}: {name} may be null, so it cannot order a list")
    return names
