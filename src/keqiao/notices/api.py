"""Notices, to-dos and how one wants to be told, as JSON. Everything is one's own or one's unit's."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router

from keqiao.kernel.openapi import takes
from keqiao.kernel.resource.api import Once, answer, form_data, validated
from keqiao.kernel.resource.pages import actor_of
from keqiao.notices import actions, kinds, policies, queries
from keqiao.notices.forms import ChoiceForm, LaterForm, TodoForm
from keqiao.notices.models import Notice, Todo
from keqiao.notices.views import any_todo


def notice_json(row: Notice) -> dict[str, Any]:
    """A notice."""
    return {
        "id": row.pk, "kind": row.kind, "group": str(kinds.of(row.kind).group), "title": row.title, "url": row.url,
        "created_at": row.created_at, "read_at": row.read_at,
    }  # fmt: skip


def todo_json(row: Todo) -> dict[str, Any]:
    """A to-do."""
    return {
        "id": row.pk, "kind": row.kind, "title": row.title, "url": row.url, "unit": row.unit_id, "due_at": row.due_at,
        "hidden_until": row.hidden_until, "done_at": row.done_at,
    }  # fmt: skip


def settings_json(form: ChoiceForm) -> dict[str, Any]:
    """What is chosen now."""
    return {name: form[name].value() for name in form.fields}


def notices(once: Once) -> Router:
    """Notices and how one wants to be told."""
    router = Router(tags=[_("通知")])

    @router.get("", operation_id="notices_list", summary=_("列表"))
    def listed(request: HttpRequest, unread: bool = False, group: str = "", after: str = "") -> HttpResponse:
        page = queries.notices_page(actor_of(request), after, unread=unread, group=group[:200])
        return answer({"items": [notice_json(row) for row in page.rows], "next": page.after or None})

    @router.post("/{int:pk}/read", operation_id="notices_read", summary=_("标为已读"))
    def read(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        found = get_object_or_404(policies.notices(actor), pk=pk)
        return once(request, lambda: found, lambda row: answer(notice_json(actions.read(actor=actor, obj=row))))

    @router.post("/read", operation_id="notices_read_all", summary=_("全部标为已读"))
    def read_all(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        return once(request, lambda: None, lambda _none: answer({"read": actions.read_all(actor=actor)}))

    @router.get("/settings", operation_id="notices_settings", summary=_("通知设置"))
    def settings(request: HttpRequest) -> HttpResponse:
        return answer(settings_json(ChoiceForm(actor=actor_of(request))))

    @router.patch(
        "/settings", operation_id="notices_choose", summary=_("修改通知设置"), openapi_extra=takes(ChoiceForm)
    )
    def change(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        now = ChoiceForm(actor=actor)
        form = ChoiceForm({**settings_json(now), **form_data(request)}, actor=actor)
        actions.choose(actor=actor, **validated(form))
        return answer(settings_json(ChoiceForm(actor=actor)))

    return router


def todos(once: Once) -> Router:
    """To-dos."""
    router = Router(tags=[_("待办")])

    @router.get("", operation_id="todos_list", summary=_("列表"))
    def listed(request: HttpRequest, view: str = "all", after: str = "") -> HttpResponse:
        page = queries.todos_page(actor_of(request), after, view)
        return answer({"items": [todo_json(row) for row in page.rows], "next": page.after or None})

    @router.post(
        "", response={201: None}, operation_id="todos_create", summary=_("新建"), openapi_extra=takes(TodoForm)
    )
    def create(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        return once(
            request,
            lambda: validated(TodoForm(form_data(request), actor=actor)),
            lambda data: answer(todo_json(actions.write_down(actor=actor, **data)), 201),
        )

    for verb, act in (("done", actions.done), ("undone", actions.undone)):
        router.post(f"/{{int:pk}}/{verb}", operation_id=f"todos_{verb}", summary=WORDS[verb])(deed(once, act))

    @router.post("/{int:pk}/later", operation_id="todos_later", summary=_("推迟"), openapi_extra=takes(LaterForm))
    def put_off(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        return once(
            request,
            lambda: (any_todo(actor, pk), validated(LaterForm(form_data(request), actor=actor))),
            lambda both: answer(todo_json(actions.later(actor=actor, obj=both[0], **both[1]))),
        )

    return router


WORDS = {"done": _("办好了"), "undone": _("放回待办")}


def deed(once: Once, act: Callable[..., Todo]) -> Callable[..., HttpResponse]:
    """An operation without a body."""

    def do(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        return once(request, lambda: any_todo(actor, pk), lambda obj: answer(todo_json(act(actor=actor, obj=obj))))

    return do
