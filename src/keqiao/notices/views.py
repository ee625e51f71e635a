"""The bell, its notices and the to-do list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from keqiao.kernel.resource.pages import actor_of
from keqiao.kernel.resource.paging import page
from keqiao.notices import actions, policies, queries, tables


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """One's own notices, newest first."""
    unread = request.GET.get("unread") == "1"
    rows = policies.notices(actor_of(request))
    rows = rows.filter(read_at__isnull=True) if unread else rows
    shown = page(rows, order="-pk", cursor=request.GET.get("after", ""))
    context = {"lines": tables.notice_lines(shown.rows), "next": shown.next, "prev": shown.prev, "unread": unread}
    return render(request, "notices/list.html", context)


@require_GET
def todo_list(request: HttpRequest) -> HttpResponse:
    """What is open for oneself and one's unit, due first."""
    shown = queries.todos_page(actor_of(request), request.GET.get("after", ""))
    return render(request, "notices/todos.html", {"lines": tables.todo_lines(shown.rows), "next": shown.after})


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it points."""
    actor = actor_of(request)
    notice = actions.read(actor=actor, obj=get_object_or_404(policies.notices(actor), pk=pk))
    local = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if local else "notices:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every notice as read."""
    actions.read_all(actor=actor_of(request))
    return redirect("notices:list")


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The counts beside the bell, asked for from time to time by open pages."""
    actor = actor_of(request)
    counts = queries.counts(actor.id or 0, [actor.unit_id] if actor.unit_id else [])
    return render(request, "notices/_bell.html", {"counts": counts, "most": queries.MOST})
