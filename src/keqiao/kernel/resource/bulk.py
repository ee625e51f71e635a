"""One verb for many records: a few at a time, with what is done and what was refused told on the way."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.forms import ActorForm
from keqiao.kernel.resource.declare import Resource, Verb
from keqiao.kernel.resource.listing import listing
from keqiao.kernel.resource.pages import View, actor_of, form_page, known_verb, leave

MOST = 100  # records of one go
STEP = 50  # records of one request


@dataclass(frozen=True, slots=True)
class Refusal:
    """One record that the verb was not done to, and why."""

    pk: int
    message: str
    name: str = ""
    url: str = ""


def bulk_page(resource: Resource, warn: Callable[[Actor, list[int]], str] | None = None) -> View:
    """Do one verb to the chosen records; what fails is named, the rest is done. `warn` says what would come of it."""

    @require_http_methods(["POST"])
    def view(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)
        deed = known_verb(resource, request.POST.get("verb", ""))
        query = request.POST.get("query", "")[:2000].lstrip("?")
        back = reverse(f"{resource.name}:list") + (f"?{query}" if query else "")
        ids = chosen(resource, actor, request.POST)
        if not deed.bulk or not ids:
            messages.warning(request, _("请先勾选要处理的记录。"))
            return HttpResponseRedirect(back)
        if len(ids) > MOST:
            ids = ids[:MOST]
            messages.warning(request, _("一次最多处理 %(n)d 条，这次是排在最前面的 %(n)d 条。") % {"n": MOST})
        asked = "confirmed" in request.POST or (deed.form is None and not deed.confirm)
        form = (deed.form or ActorForm)(request.POST if asked else None, actor=actor, obj=None)
        if not asked or not form.is_valid():
            hidden = [("verb", deed.name), ("confirmed", "1"), ("query", query), *(("pk", pk) for pk in ids)]
            title = _("%(verb)s：%(n)d 条记录") % {"verb": deed.label, "n": len(ids)}
            warning = warn(actor, ids) if warn else "" if callable(deed.confirm) else deed.confirm
            page = {"submit_label": deed.label, "hidden": hidden, "warning": warning, "danger": deed.tone == "danger"}
            return form_page(request, form, title=title, cancel_url=back, **page)
        refused = bulk_perform(resource, actor, deed, ids[:STEP], form.cleaned_data)
        return told(request, resource, deed, ids[STEP:], len(ids[:STEP]) - len(refused), refused, back)

    return view


def numbers(values: Iterable[str]) -> list[int]:
    """The ids among what was sent, each once, up to one more than MOST."""
    known = (int(value) for value in values if value.isdecimal() and len(value) < 19)
    return list(dict.fromkeys(known))[: MOST + 1]


def chosen(resource: Resource, actor: Actor, sent: QueryDict) -> list[int]:
    """The ticked records; or with `everything` those that the list's query finds, in its order; as `numbers` many."""
    if "everything" not in sent or "confirmed" in sent:
        return numbers(sent.getlist("pk"))
    found = listing(resource, actor, QueryDict(sent.get("query", "").lstrip("?")))
    if found.errors:
        return []
    return list(found.rows.order_by(found.order).values_list("pk", flat=True)[: MOST + 1])


def bulk_perform(resource: Resource, actor: Actor, deed: Verb, ids: list[int], data: dict[str, Any]) -> list[Refusal]:
    """Each record in its own transaction, in the given order; returns those to which it was not done."""
    refused = []
    rows = resource.queryset(actor).in_bulk(ids)
    for pk in ids:
        obj = rows.get(pk)
        if obj is None:
            refused.append(Refusal(pk, _("没有这条记录，或您无权查看。")))
            continue
        try:
            if not resource.allowed(actor, deed.name, obj):
                raise NotAllowed(_("现在不能做这一步：权限不够，或进展已经变化。"))
            deed.action(actor=actor, obj=obj, **data)
        except Refused as error:
            refused.append(Refusal(pk, error.message, str(obj), resource.url(obj)))
    return refused


def told(
    request: HttpRequest, resource: Resource, deed: Verb, rest: list[int], done: int, refused: list[Refusal], back: str
) -> HttpResponse:
    """How far it is. The page sends what is left by itself; all done and nothing refused leads back to the list."""
    sent = request.POST
    done += sum(numbers([sent.get("done", "")]))
    refused = earlier(resource, actor_of(request), sent) + refused
    if not rest and not refused:
        messages.success(request, _("%(verb)s：%(n)d 条已完成。") % {"verb": deed.label, "n": done})
        return leave(request, back)
    through = done + len(refused)
    ours = {"pk", "done", "refused", "everything", "csrfmiddlewaretoken", "form_key"}
    same = [(name, value) for name in sent if name not in ours for value in sent.getlist(name)]
    page = {
        "title": deed.label, "back_url": back, "done": done, "refused": refused, "through": through, "rest": rest,
        "total": through + len(rest), "action": request.path, "after": deed.done if done else "",
        "hidden": [*same, *([] if "confirmed" in sent else [("confirmed", "1")])],
    }  # fmt: skip
    return render(request, "kernel/bulk.html", {"page": page})


def earlier(resource: Resource, actor: Actor, sent: QueryDict) -> list[Refusal]:
    """What was refused in the steps before, as the page brings it back: "id:reason"."""
    reasons = dict(line[:500].partition(":")[::2] for line in sent.getlist("refused")[:MOST])
    ids = [pk for pk in numbers(reasons) if str(pk) in reasons]
    names = {pk: (str(row), resource.url(row)) for pk, row in resource.queryset(actor).in_bulk(ids).items()}
    return [Refusal(pk, reasons[str(pk)], *names.get(pk, ())) for pk in ids]
