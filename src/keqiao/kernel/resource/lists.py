"""The page of a list: tabs, saved views, search, filters, chosen columns, order, pages."""

from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keqiao.kernel import habits
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource import choosing
from keqiao.kernel.resource.declare import Column, Resource
from keqiao.kernel.resource.listing import Listing, cell, count_text, filter_controls, heads, listing, with_query
from keqiao.kernel.resource.pages import View, actor_of


def list_page(resource: Resource) -> View:
    """All rows within sight, as the query string or the person's own default asks for them."""

    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        if not resource.allowed(actor, "list", None):
            raise NotAllowed(_("您没有查看这个列表的权限。"))
        part = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
        ways = habits.of(actor, resource.name)
        first = None if part else ways.first(request.GET)
        if first is not None:
            return HttpResponseRedirect(request.path + first.address)
        found = listing(resource, actor, request.GET)
        page = {**frame(resource, actor, request), **body(found, ways), **saving(found, ways)}
        return render(request, "kernel/_table.html" if part else "kernel/list.html", {"page": SimpleNamespace(**page)})

    return view


def frame(resource: Resource, actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """Heading, search box and what can be done."""
    deeds = [one for one in resource.verbs if one.bulk and resource.allowed(actor, one.name, None)]
    return {
        "title": resource.title,
        "create_url": create_url(resource, actor),
        "create_label": resource.create_label,
        "searchable": resource.search is not None,
        "search": request.GET.get("q", ""),
        "search_placeholder": resource.search_hint,
        "empty_title": _("这里还没有记录"),
        "empty_hint": resource.empty,
        "selection": bool(deeds),
        "bulk_url": reverse(f"{resource.name}:bulk"),
        "bulk": [(one.name, one.label) for one in deeds],
    }


def body(found: Listing, ways: habits.Habits) -> dict[str, Any]:
    """Filters, tabs and the rows of this page."""
    resource, actor, query = found.resource, found.actor, found.query
    columns = choosing.shown(resource, ways, query)
    rows, controls = found.page(shown=columns), filter_controls(found)
    tab, counted = f"&view={found.preset.name}" if found.preset else "", found.counted()
    return {
        "export_urls": export_urls(resource, actor, query, columns),
        "filters": controls,
        "active_filter_count": sum(control["active"] for control in controls),
        "errors": found.errors,
        "keep": [(key, query[key]) for key in ("view", "sort", "saved") if query.get(key)],
        "columns": heads(columns, found.order, query),
        "rows": [(resource.url(row), row.pk, [cell(column, row, actor) for column in columns]) for row in rows.rows],
        "count_text": count_text(*counted),
        "count_url": counted[1] and f"?{query.urlencode()}&count=1".replace("?&", "?"),
        "next_url": rows.next and with_query(query, after=rows.next),
        "prev_url": rows.prev and with_query(query, after=rows.prev),
        "clear_url": reverse(f"{resource.name}:list") + f"?saved={choosing.NONE}{tab}",
    }


def saving(found: Listing, ways: habits.Habits) -> dict[str, Any]:
    """The tabs, ready-made and saved, and what is needed to keep the present view."""
    resource, query = found.resource, found.query
    open_view, now = ways.current(query), choosing.canonical(resource, query)
    presets = [
        (one.label, with_query(query, view=one.name, saved=None), one is found.preset and open_view is None, None)
        for one in resource.presets
    ]
    wider = [tab for one, tab in zip(resource.presets, presets, strict=True) if one.name == "all" and not tab[2]]
    if ways.views and not presets:
        presets = [(_("全部"), f"?saved={choosing.NONE}", open_view is None, None)]
    return {
        "presets": presets,
        "wider": next(iter(wider), None),
        "resource": resource.name,
        "saved": [(view.name, view.address, view is open_view) for view in ways.views],
        "open": open_view,
        "changed": open_view is not None and choosing.canonical(resource, QueryDict(open_view.query)) != now,
        "now": "?" + "&".join(part for part in (f"saved={open_view.pk}" if open_view else "", now) if part),
    }


def create_url(resource: Resource, actor: Actor) -> str:
    """Where a record is added, empty for those who may not."""
    if resource.create is None or not resource.allowed(actor, "create", None):
        return ""
    return reverse(f"{resource.name}:create")


def export_urls(
    resource: Resource, actor: Actor, query: QueryDict, columns: tuple[Column, ...]
) -> list[tuple[str, str]]:
    """Links that take the list away as a file, with the columns shown or with all, for those who may."""
    if not resource.allowed(actor, "export", None):
        return []
    base, names = reverse(f"{resource.name}:export"), ",".join(column.name for column in columns)

    def link(kind: str, named: str | None) -> str:
        return base + with_query(query, format=kind, columns=named)

    whole = [(_("导出 Excel"), link("xlsx", None)), (_("导出 CSV"), link("csv", None))]
    if {column.name for column in columns} == {column.name for column in resource.every_column()}:
        return whole
    return [
        (_("Excel：显示的列"), link("xlsx", names)),
        (_("Excel：全部列"), link("xlsx", None)),
        (_("CSV：显示的列"), link("csv", names)),
        (_("CSV：全部列"), link("csv", None)),
    ]
