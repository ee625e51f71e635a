"""The pages of a resource. Each view fetches with permission, asks the form, calls the action, answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource.declare import Resource, Verb
from keqiao.kernel.resource.listing import cell
from keqiao.kernel.resource.registry import resources

View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    """The actor that the middleware put on the request."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


def fetch(resource: Resource, request: HttpRequest, pk: int, verb: str) -> Any:
    """The record if the actor may see it and do that; 404 for what is out of sight, NotAllowed for the rest."""
    actor = actor_of(request)
    obj = resource.queryset(actor).filter(pk=pk).first()
    if obj is None:
        raise Http404(_("没有这条记录，或您无权查看。"))
    if not resource.allowed(actor, verb, obj):
        raise NotAllowed(_("现在不能做这一步：权限不够，或进展已经变化。"))
    return obj


def detail_page(resource: Resource) -> View:
    """One record with its facts, its verbs and whatever the resource adds."""

    @require_safe
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        obj = fetch(resource, request, pk, "view")
        return render(request, resource.template, detail_context(resource, request, obj))

    return view


def detail_context(resource: Resource, request: HttpRequest, obj: Any) -> dict[str, Any]:
    """What the detail template gets: `obj` and `page`; the resource's own `detail` may add and replace in both."""
    actor = actor_of(request)
    more = dict(resource.detail(request, obj)) if resource.detail else {}
    own = more.get("page", {})
    page = {
        "title": str(obj),
        "badges": [cell(one, obj, actor) for one in resource.columns if one.name in {"state", "status"}],
        "number": getattr(obj, "number", ""),
        "back_url": reverse(f"{resource.name}:list"),
        "back_label": resource.title,
        "verbs": verb_buttons(resource, actor, obj),
        # facts may ask the database; they are left out where the resource draws its own
        "sections": [] if "sections" in own else [(_("基本资料"), facts_of(resource, obj, actor))],
        "history_url": history_url(resource, actor, obj),
    }
    return {"resource": resource, "obj": obj, **more, "page": page | own}


def facts_of(resource: Resource, obj: Any, actor: Actor) -> list[tuple[Any, Any]]:
    """What the list shows beside the name and the badge, then the facts; each name once."""
    heading = {"state", "status", *(one.name for one in resource.listed()[:1])} if resource.facts else set()
    every: list[Any] = [*(one for one in resource.listed() if one.name not in heading), *resource.facts]
    shown = {one.name: one for one in every}
    return [(one.label, cell(one, obj, actor)) for one in shown.values()]


def history_url(resource: Resource, actor: Actor, obj: Any) -> str:
    """Where its changes are shown, empty for those who may only see the record itself."""
    return reverse("history", args=[resource.label, obj.pk]) if resource.allowed(actor, "history", obj) else ""


def verb_buttons(resource: Resource, actor: Actor, obj: Any) -> list[tuple[Any, str, str, str, bool]]:
    """What the actor may do now, the primary first: (label, url, icon, tone, opens in the dialog)."""
    deeds = [verb for verb in resource.verbs if resource.allowed(actor, verb.name, obj)]
    buttons = [
        (deed.label, reverse(f"{resource.name}:verb", args=[obj.pk, deed.name]), deed.icon, deed.button_tone, True)
        for deed in sorted(deeds, key=lambda deed: (not deed.primary, deed.tone == "danger"))
    ]
    if resource.update is not None and resource.allowed(actor, "edit", obj):
        place = sum(deed.primary for deed in deeds)
        buttons.insert(place, (_("修改"), reverse(f"{resource.name}:edit", args=[obj.pk]), "edit", "plain", False))
    return buttons


def submit(form: Any, do: Callable[[], Any]) -> tuple[Any, bool]:
    """Validate and act; a refusal lands on the form, beside what was typed. Returns the result and whether it worked."""
    if not form.is_valid():
        return None, False
    try:
        return do(), True
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return None, False


def form_page(request: HttpRequest, form: Any, **page: Any) -> HttpResponse:
    """A form alone on its page or in the dialog: title, submit_label, cancel_url …; 422 when it comes back wrong."""
    return render(request, "kernel/form.html", {"form": form, "page": page}, status=422 if form.is_bound else 200)


def leave(request: HttpRequest, url: str) -> HttpResponse:
    """On to the next page after a good form; htmx follows by a header, since it would swallow a redirect."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def back_from(request: HttpRequest, url: str, result: Any = None) -> str:
    """Where a verb ends: on the page from which its dialog was opened (a ticket's page shows verbs of others), else `url`.

    Where the deed has taken the record away, at what it made of it where that has a page; else the list it stood in.
    """
    htmx = getattr(request, "htmx", None)
    here = htmx.current_url_abs_path if htmx else None
    if here and not here.startswith(request.path) and not lost(request, here):
        return str(here)
    if not lost(request, url):
        return url
    homes = [one for one in resources() if isinstance(result, Model) and one.model is type(result)]
    seen = (one.url(result) for one in homes if one.queryset(actor_of(request)).filter(pk=result.pk).exists())
    return next(seen, url.rstrip("/").rpartition("/")[0] + "/")


def lost(request: HttpRequest, here: str) -> bool:
    """Whether that page shows a record that the deed has taken out of the actor's sight."""
    try:
        match = resolve(here.partition("?")[0])
    except Resolver404:
        return True
    shown = next((one for one in resources() if match.view_name == f"{one.name}:detail"), None)
    return shown is not None and not shown.queryset(actor_of(request)).filter(**match.kwargs).exists()


def create_page(resource: Resource) -> View:
    """Add a record."""
    form_class, create = resource.creation()

    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        if not resource.allowed(actor, "create", None):
            raise NotAllowed(_("您没有新增的权限。"))
        form = make_form(resource, request, form_class, None)
        if request.method == "POST":
            obj, done = submit(form, lambda: create(actor=actor, **form.cleaned_data))
            if done:
                messages.success(request, _("已保存。"))
                return leave(request, resource.url(obj))
        page = {"title": resource.create_label or _("新增"), "submit_label": _("保存")}
        return form_page(request, form, cancel_url=reverse(f"{resource.name}:list"), **page)

    return view


def edit_page(resource: Resource) -> View:
    """Change a record."""
    form_class, update = resource.change()

    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        obj = fetch(resource, request, pk, "edit")
        form = make_form(resource, request, form_class, obj)
        if request.method == "POST":
            _obj, done = submit(form, lambda: update(actor=actor_of(request), obj=obj, **form.cleaned_data))
            if done:
                messages.success(request, _("已保存。"))
                return leave(request, resource.url(obj))
        return form_page(request, form, title=_("修改：%s") % obj, submit_label=_("保存"), cancel_url=resource.url(obj))

    return view


def make_form(resource: Resource, request: HttpRequest, form: Any, obj: Any) -> Any:
    """The form, filled from the request or from the record."""
    initial = dict(request.GET.items())
    if obj is not None and form is resource.form:
        initial = initial_of(resource, form, obj, actor_of(request))
    if request.method == "POST":
        return form(request.POST, request.FILES, actor=actor_of(request), obj=obj, initial=initial)
    return form(actor=actor_of(request), obj=obj, initial=initial)


def initial_of(resource: Resource, form: Any, obj: Any, actor: Actor) -> dict[str, Any]:
    """A record's values for its own form."""
    if resource.initial is not None:
        return dict(resource.initial(obj, actor))
    return {name: getattr(obj, name) for name in form.base_fields if hasattr(obj, name)}


def verb_page(resource: Resource) -> View:
    """Do something to a record; a verb with a form asks first, one without asks only for the click."""

    @require_http_methods(["GET", "POST"])
    def view(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        deed = known_verb(resource, verb)
        obj = fetch(resource, request, pk, verb)
        form = make_form(resource, request, deed.form, obj) if deed.form else None
        if request.method == "POST":
            if form is None:
                return leave(request, back_from(request, resource.url(obj), perform(request, deed, obj)))
            result, done = submit(form, lambda: deed.action(actor=actor_of(request), obj=obj, **form.cleaned_data))
            if done:
                messages.success(request, str(deed.done) or _("已完成：%s") % deed.label)
                return leave(request, back_from(request, resource.url(obj), result))
        page = {
            "title": deed.label, "subtitle": str(obj), "submit_label": deed.label, "cancel_url": resource.url(obj),
            "warning": deed.confirm(obj, actor_of(request)) if callable(deed.confirm) else deed.confirm,
            "danger": deed.tone == "danger", "action": request.path,
        }  # fmt: skip
        if form is None:
            return render(request, "kernel/confirm.html", {"page": page, "form": Form()})
        return form_page(request, form, **page)

    return view


def known_verb(resource: Resource, name: str) -> Verb:
    """The declared verb, 404 for any other word in the URL."""
    deed = resource.verb(name)
    if deed is None:
        raise Http404(_("没有这个操作。"))
    return deed


def perform(request: HttpRequest, deed: Verb, obj: Any) -> Any:
    """Do a verb without a form and say what came of it; returns what the action gave back."""
    try:
        result = deed.action(actor=actor_of(request), obj=obj)
    except Refused as refused:
        messages.error(request, refused.message)
        return None
    messages.success(request, str(deed.done) or _("已完成：%s") % deed.label)
    return result
