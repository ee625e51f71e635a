"""Saving the view of a list and choosing its columns; both return to the list as it was."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keqiao.kernel import habits
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Resource, choosing
from keqiao.kernel.resource.pages import actor_of, form_page, leave, submit
from keqiao.lists import actions, policies
from keqiao.lists.forms import SaveForm
from keqiao.lists.models import ListView


def open_view(actor: Actor, resource: Resource, request: HttpRequest) -> habits.Saved | None:
    """The own view that is open, which may be renewed; of others' views nothing can be changed."""
    view = habits.of(actor, resource.name).current(request.GET)
    return view if view is not None and view.own else None


def back(resource: Resource, request: HttpRequest) -> str:
    """The list as it was."""
    return f"{reverse(f'{resource.name}:list')}?{request.GET.urlencode() or 'saved=' + choosing.NONE}"


@require_http_methods(["GET", "POST"])
def save(request: HttpRequest, resource: str) -> HttpResponse:
    """Keep the list as it stands in the address, under a new name or in the own view that is open."""
    actor = actor_of(request)
    found = policies.the_list(actor, resource)
    current = open_view(actor, found, request)
    obj = ListView.objects.get(pk=current.pk) if current else None
    form = SaveForm(
        request.POST or None, actor=actor, obj=obj, initial={"name": current.name, "renew": True} if current else {}
    )
    if request.method == "POST":
        view, done = submit(form, lambda: kept(actor, found, request, form.cleaned_data, obj))
        if done:
            messages.success(request, _("视图“%s”已保存。") % view)
            return leave(request, f"{reverse(f'{found.name}:list')}?saved={view.pk}&{view.query}".rstrip("&"))
    title = _("保存当前视图：%s") % found.title
    return form_page(request, form, title=title, submit_label=_("保存"), cancel_url=back(found, request))


def kept(actor: Actor, found: Resource, request: HttpRequest, data: dict[str, Any], obj: ListView | None) -> ListView:
    """The view after saving."""
    query, ways = request.GET.urlencode(), habits.of(actor, found.name)
    opened = ways.current(request.GET)
    if obj is None or not data.pop("renew", False):
        data.pop("renew", None)
        columns = opened.columns if opened else ways.columns
        return actions.save_view(actor=actor, resource=found.name, query=query, columns=columns, **data)
    view = actions.renew_view(actor=actor, obj=obj, query=query)
    if data.get("default"):
        actions.set_default(actor=actor, obj=view)
    return actions.change_view(actor=actor, obj=view, name=data["name"], unit=data.get("unit", view.unit))


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, resource: str) -> HttpResponse:
    """Which columns are shown and in which order: of the own view that is open, else of the list."""
    actor = actor_of(request)
    found = policies.the_list(actor, resource)
    current = open_view(actor, found, request)
    first = found.listed()[0].name
    if request.method == "POST":
        names = [] if "usual" in request.POST else [first, *request.POST.getlist("column")]
        if current is not None:
            actions.renew_view(actor=actor, obj=ListView.objects.get(pk=current.pk), query=current.query, columns=names)
        else:
            actions.choose_columns(actor=actor, resource=resource, columns=names)
        messages.success(request, _("列已更新。"))
        return leave(request, back(found, request))
    now = choosing.shown(found, habits.of(actor, found.name), request.GET)
    rest = [column for column in found.every_column() if column.name not in {one.name for one in now}]
    page = {"first": now[0], "lines": [(one, True) for one in now[1:]] + [(one, False) for one in rest],
            "view": current, "title": _("选择列：%s") % found.title, "cancel_url": back(found, request)}  # fmt: skip
    return render(request, "lists/columns.html", {"page": page})
