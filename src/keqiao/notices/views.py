"""The bell, its notices, how one wants to be told, and the to-do list."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keqiao.kernel.actor import Actor
from keqiao.kernel.resource.pages import actor_of, form_page, leave, submit
from keqiao.mailing.queries import available
from keqiao.notices import actions, kinds, policies, queries, tables
from keqiao.notices.forms import ChoiceForm, LaterForm, TodoForm
from keqiao.notices.models import Todo
from keqiao.org.models import Employee


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """One's own notices, unread first, each part newest first."""
    unread, group = request.GET.get("unread") == "1", request.GET.get("group", "")[:200]
    shown = queries.notices_page(actor_of(request), request.GET.get("after", ""), unread=unread, group=group)
    context = {
        "lines": tables.notice_lines(shown.rows), "next": shown.after, "unread": unread, "group": group,
        "groups": kinds.groups(),
    }  # fmt: skip
    return render(request, "notices/list.html", context)


@require_GET
def todo_list(request: HttpRequest) -> HttpResponse:
    """What is open for oneself and one's unit, due first; by tabs also what is late, put off or done."""
    actor, view = actor_of(request), request.GET.get("view", "all")
    shown = queries.todos_page(actor, request.GET.get("after", ""), view)
    context = {
        "lines": tables.todo_lines(shown.rows, actor), "next": shown.after, "view": view,
        "tabs": tables.todo_tabs(view),
    }  # fmt: skip
    return render(request, "notices/todos.html", context)


@require_http_methods(["GET", "POST"])
def todo_new(request: HttpRequest) -> HttpResponse:
    """Write down something to do."""
    form = TodoForm(request.POST or None, actor=actor_of(request))
    if request.method == "POST":
        _todo, made = submit(form, lambda: actions.write_down(actor=actor_of(request), **form.cleaned_data))
        if made:
            messages.success(request, _("已记下。"))
            return leave(request, reverse("notices:todos"))
    return form_page(request, form, title=_("记一条待办"), submit_label=_("保存"), cancel_url=reverse("notices:todos"))


def any_todo(actor: Actor, pk: int) -> Todo:
    """An open or lately done to-do that the actor may see; 404 for others."""
    found = policies.open_todos(actor).filter(pk=pk).first() or policies.done_todos(actor).filter(pk=pk).first()
    if found is None:
        raise Http404(_("没有这条待办。"))
    return found


@require_POST
def todo_do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Tick off, take the tick back, or put off."""
    actor = actor_of(request)
    todo = any_todo(actor, pk)
    more: dict[str, Any] = {}
    if verb == "later":
        form = LaterForm(request.POST, actor=actor)
        more = form.cleaned_data if form.is_valid() else {"until": "hour"}
    act: Any = {"done": actions.done, "undone": actions.undone, "later": actions.later}[verb]
    act(actor=actor, obj=todo, **more)
    messages.success(request, {"done": _("已办好。"), "undone": _("已放回待办。"), "later": _("已推迟。")}[verb])
    back = request.POST.get("view", "")
    return redirect(reverse("notices:todos") + (f"?view={back}" if back in queries.VIEWS else ""))


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """How one wants to be told, kind by kind, and when."""
    actor = actor_of(request)
    form = ChoiceForm(request.POST or None, actor=actor)
    if request.method == "POST" and submit(form, lambda: actions.choose(actor=actor, **form.cleaned_data))[1]:
        messages.success(request, _("通知设置已保存。"))
        return leave(request, reverse("notices:settings"))
    email = Employee.objects.filter(pk=actor.id or 0).values_list("email", flat=True).first() or ""
    context = {"form": form, "email": email, "available": available()}
    return render(request, "notices/settings.html", context, status=422 if form.is_bound else 200)


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
    counts = queries.counts(actor)
    return render(request, "notices/_bell.html", {"counts": counts, "most": queries.MOST})
