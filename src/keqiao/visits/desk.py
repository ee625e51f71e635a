"""The desk 回访台: one customer after the other by keyboard alone – the words to say, what is known, the result, the next."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keqiao.customers.consents import Standing
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.prepared import Prepared
from keqiao.kernel.resource.pages import actor_of, fetch, submit
from keqiao.tickets import policies as tickets
from keqiao.visits import actions, forms, policies, queries, resource, tables, words
from keqiao.visits.models import Visit, VisitAttempt
from keqiao.visits.resource import VISITS

EARLIER = 5
TRIED = {"busy": "b", "no_answer": "w", "refused": "r", "later": "l", "wrong_number": "x"}
_attempts = Prepared(lambda visit: VisitAttempt.objects.filter(visit=visit).select_related("by"), 1)
UNDONE = "visit-undone"  # what had been entered, kept for one page


@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """On to the customer whose turn it is; a page that says when the next one comes where there is none now."""
    actor = actor_of(request)
    visit = actions.next_for(actor=actor)
    if visit is not None:
        return HttpResponseRedirect(reverse("visit-call", args=[visit.pk]))
    return render(request, "visits/desk.html", shared(actor) | {"obj": None})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: the screen, or what came of it; the next one follows by itself."""
    obj, actor = fetch(VISITS, request, pk, "view"), actor_of(request)
    if request.method != "POST" and (not policies.allowed(actor, "record", obj) or not actions.hold(actor, obj)):
        messages.info(request, _("这位客户已经有人回访，请继续下一位。"))
        return HttpResponseRedirect(reverse("visit-desk"))
    entered = request.session.pop(UNDONE, {}) if request.method != "POST" else {}
    standing = Standing(obj.customer)
    first = {"next_at": standing.free_from(timezone.now() + timedelta(days=1))}
    initial = first | (entered if entered.get("visit") == pk else {})
    form = forms.DeskForm(request.POST or None, actor=actor, obj=obj, initial=initial)
    if request.method == "POST":
        _attempt, done = submit(form, lambda: actions.save_at_desk(actor=actor, obj=obj, **form.cleaned_data))
        if done:
            return HttpResponseRedirect(reverse("visit-desk"))
    status = 422 if form.is_bound else 200
    return render(request, "visits/desk.html", shared(actor) | screen(actor, obj, form, standing), status=status)


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what was saved last; the same customer again, with what had been entered."""
    try:
        visit, entered = actions.take_back(actor=actor_of(request))
    except NotAllowed:
        raise
    except Refused as refused:
        messages.error(request, refused.message)
        return HttpResponseRedirect(reverse("visit-desk"))
    kept = {name: value for name, value in entered.items() if name != "next_at" and value is not None}
    kept["solved"] = {True: "true", False: "false"}.get(entered["solved"], "")
    request.session[UNDONE] = kept | {"visit": visit.pk}
    return HttpResponseRedirect(reverse("visit-call", args=[visit.pk]))


def shared(actor: Actor) -> dict[str, Any]:
    """What the screen shows whether there is a customer or not."""
    last = actions.last_saved(actor)
    outcome = ""
    if last is not None:
        done = last.outcome == VisitAttempt.Outcome.ANSWERED and last.visit.satisfaction
        score = _("%(n)s 分") % {"n": last.visit.satisfaction}
        outcome = score if done else str(last.get_outcome_display())
    return {"day": queries.day_of(actor), "last": last, "last_outcome": outcome, "own_keys": keys()}


def keys() -> list[tuple[str, str]]:
    """The keys of the desk, for the list that ? opens."""
    labels = dict(VisitAttempt.Outcome.choices)
    return [
        ("1 – 5", _("打分")), ("Y", _("已解决")), ("N", _("没有解决")),
        *((key.upper(), str(labels[outcome])) for outcome, key in TRIED.items()),
        ("S", _("写客户意见（Esc 离开，Shift+Enter 换行）")), ("P", _("显示号码")),
        ("Enter", _("保存并下一位")), ("D", _("撤销刚才保存的一条")),
    ]  # fmt: skip


def screen(actor: Actor, obj: Visit, form: forms.DeskForm, standing: Standing) -> dict[str, Any]:
    """Who is called, about what, what to say and what came before."""
    choices = [(value, label, TRIED[value]) for value, label in VisitAttempt.Outcome.choices if value in TRIED]
    return {
        "obj": obj, "form": form, "scores": resource.SCORES, "outcomes": choices, "can_do": True,
        "outcome": form["outcome"].value() or "", "phone": tables.phone(obj, actor),
        "badges": [tables.status(obj, actor), tables.due(obj, actor)],
        "script": words.script(obj, actor.name), "attempts": _attempts.all(obj.pk),
        "customer_facts": resource.customer_facts(obj, actor)[1:], "matter_facts": resource.matter_facts(obj, actor),
        "against": standing.may_contact("service", "phone").reason,
        "low_score": obj.rule.low_score, "earlier": earlier(actor, obj),
    }  # fmt: skip


def earlier(actor: Actor, obj: Visit) -> list[dict[str, Any]]:
    """The customer's last matters and calls, as far as the actor sees them, newest first. Two queries."""
    matters = tickets.visible(actor).filter(customer=obj.customer_id).exclude(pk=obj.ticket_id or 0).order_by("-pk")
    calls = policies.visible(actor).filter(customer=obj.customer_id, open=False).exclude(pk=obj.pk).order_by("-pk")
    found: list[dict[str, Any]] = [
        {"at": one.accepted_at, "what": one.subject, "how": one.get_stage_display(), "said": "",
         "url": reverse("tickets:detail", args=[one.pk])}
        for one in matters.only("subject", "stage", "accepted_at")[:EARLIER]
    ] + [
        {"at": one.planned_at, "what": one.matter, "how": tables.score(one, actor) if one.satisfaction else tables.status(one, actor),
         "said": one.said, "url": VISITS.url(one)}
        for one in calls.only("matter", "status", "satisfaction", "said", "planned_at")[:EARLIER]
    ]  # fmt: skip
    return sorted(found, key=lambda one: one["at"], reverse=True)[:EARLIER]
