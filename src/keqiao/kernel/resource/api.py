"""The JSON of a resource: the same rows, forms and actions as its pages. What is said of it stands in schema.py."""

import json
from collections.abc import Callable
from typing import Any

import orjson
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource.declare import Resource
from keqiao.kernel.resource.listing import listing
from keqiao.kernel.resource.pages import actor_of, fetch, initial_of, known_verb
from keqiao.kernel.resource.paging import LIMIT

Once = Callable[[HttpRequest, Callable[[], Any], Callable[[Any], HttpResponse]], HttpResponse]
MOST = 200  # records of a page


def answer(data: Any, status: int = 200) -> HttpResponse:
    """A JSON answer; times in ISO 8601 with their offset."""
    return HttpResponse(orjson.dumps(data, default=str), status=status, content_type="application/json")


def refusal(error: Refused) -> HttpResponse:
    """A refusal as JSON, in the same words as on the page."""
    fields = {error.field: [error.message]} if error.field else {}
    return answer({"message": error.message, "fields": fields}, error.status)


def as_json(resource: Resource, obj: Any, actor: Actor, *, whole: bool) -> dict[str, Any]:
    """A record as JSON: its columns, and with `whole` its facts too."""
    shown: list[Any] = list(resource.every_column()) + (list(resource.facts) if whole else [])
    return {"id": obj.pk, **{field.name: field.value(obj, actor) for field in shown}}


def validated(form: forms.Form) -> dict[str, Any]:
    """The form's cleaned values; raises Invalid with the messages by field."""
    if not form.is_valid():
        raise Invalid({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    return form.cleaned_data


class Invalid(Refused):
    """Input that the form does not take."""

    status = 422

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__(_("有些内容需要更正。"))
        self.fields = fields


class Unreadable(Refused):
    """The body is no JSON object."""

    status = 400


def form_data(request: HttpRequest, *, needed: bool = True) -> dict[str, Any]:
    """The fields of the body as a form takes them: plain values and flat lists of them; no body is none.

    Raises Unreadable for anything but an object, for nothing too where it is `needed`, Invalid for values of other kinds.
    """
    try:
        sent = json.loads(request.body) if needed or request.body else None
    except (ValueError, RecursionError):
        sent = ""  # no object either
    if sent is None and not needed:
        return {}
    if not isinstance(sent, dict):
        raise Unreadable(_("请求的格式不对。请发送一个 JSON 对象。"))
    wrong = {name: [flaw] for name, value in sent.items() if (flaw := flaw_of(value))}
    if wrong:
        raise Invalid(wrong)
    return sent


def limit_of(request: HttpRequest) -> int:
    """How many records a page of the list shall have."""
    try:
        return max(1, min(int(request.GET.get("limit", LIMIT)), MOST))
    except ValueError:
        raise Invalid({"limit": [_("请填写整数。")]}) from None


def flaw_of(value: Any) -> str:
    """Why no form takes the value, empty when it may."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict | list):
            return _("这里不能是对象。")
        if isinstance(item, str) and any("\ud800" <= char <= "\udfff" for char in item):
            return _("文字里有不完整的字符，请检查编码。")
    return ""


def router(resource: Resource, once: Once) -> Router:
    """All operations of the resource; `once` makes every POST safe to repeat by its Idempotency-Key."""
    routes = Router(tags=[str(resource.title)])
    add_reads(routes, resource)
    if resource.create is not None:
        add_create(routes, resource, once)
    if resource.update is not None:
        add_update(routes, resource)
    for verb in resource.verbs:
        add_verb(routes, resource, verb.name, once)
    return routes


def add_reads(routes: Router, resource: Resource) -> None:
    """List and detail."""

    @routes.get("", summary=_("列表"), operation_id=f"{resource.name}_list")
    def rows(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        if not resource.allowed(actor, "list", None):
            raise NotAllowed(_("您没有查看这个列表的权限。"))
        size = limit_of(request)
        found = listing(resource, actor, request.GET)
        if found.errors:
            raise Invalid({name: list(errors) for name, errors in found.errors.items()})
        page = found.page(size)
        items = [as_json(resource, row, actor, whole=False) for row in page.rows]
        return answer({"items": items, "next": page.next, "prev": page.prev})

    @routes.get("/{int:pk}", summary=_("详情"), operation_id=f"{resource.name}_get")
    def detail(request: HttpRequest, pk: int) -> HttpResponse:
        obj = fetch(resource, request, pk, "view")
        return answer(as_json(resource, obj, actor_of(request), whole=True))


def add_create(routes: Router, resource: Resource, once: Once) -> None:
    """Add a record."""
    form_class, act = resource.creation()

    @routes.post("", response={201: None}, summary=_("新建"), operation_id=f"{resource.name}_create")
    def create(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        if not resource.allowed(actor, "create", None):
            raise NotAllowed(_("您没有新增的权限。"))

        def check() -> dict[str, Any]:
            return validated(form_class(form_data(request), actor=actor, obj=None))

        def do(values: dict[str, Any]) -> HttpResponse:
            obj = act(actor=actor, **values)
            return answer(as_json(resource, obj, actor, whole=False), 201)

        return once(request, check, do)


def add_update(routes: Router, resource: Resource) -> None:
    """Change some fields of a record."""
    form_class, act = resource.change()

    @routes.patch("/{int:pk}", summary=_("修改"), operation_id=f"{resource.name}_change")
    def change(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        obj = fetch(resource, request, pk, "edit")
        unbound = form_class(actor=actor, obj=obj, initial=initial_of(resource, form_class, obj, actor))
        kept = {name: unbound[name].value() for name in unbound.fields}
        form = form_class({**kept, **form_data(request)}, actor=actor, obj=obj)
        act(actor=actor, obj=obj, **validated(form))
        return answer(as_json(resource, resource.queryset(actor).get(pk=pk), actor, whole=True))


def add_verb(routes: Router, resource: Resource, name: str, once: Once) -> None:
    """Do something to a record."""
    deed = known_verb(resource, name)

    @routes.post(f"/{{int:pk}}/{name}", summary=str(deed.label), operation_id=f"{resource.name}_{name}")
    def do_verb(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)

        def check() -> tuple[Any, dict[str, Any]]:
            obj = fetch(resource, request, pk, name)
            sent = form_data(request, needed=False)
            return obj, validated(deed.form(sent, actor=actor, obj=obj)) if deed.form else {}

        def do(checked: tuple[Any, dict[str, Any]]) -> HttpResponse:
            obj, data = checked
            deed.action(actor=actor, obj=obj, **data)
            fresh = resource.queryset(actor).filter(pk=pk).first()
            return answer({} if fresh is None else as_json(resource, fresh, actor, whole=True))

        return once(request, check, do)


def missing(error: Http404) -> HttpResponse:
    """404 as JSON."""
    return answer({"message": str(error) or _("没有这条记录。"), "fields": {}}, 404)
