"""Working through the greetings, and what came of them."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keqiao.care import actions, forms, policies, queries
from keqiao.care.models import Greeting
from keqiao.care.queries import Result
from keqiao.care.resource import greetings
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import today
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource.pages import actor_of, detail_context, fetch, submit
from keqiao.reception.ledger import day_of

DAYS = 90
LONGEST = 366


def onward(actor: Actor, obj: Greeting | None = None) -> HttpResponse:
    """To the next greeting of one's list, or to the list when all are done."""
    following = queries.next_greeting(actor, obj)
    return HttpResponseRedirect(greetings.url(following) if following else reverse("care:list"))


@require_safe
def next_one(request: HttpRequest) -> HttpResponse:
    """Open the first greeting of one's own list."""
    actor = actor_of(request)
    if queries.next_greeting(actor) is None:
        messages.info(request, _("今天的关怀都做完了。"))
    return onward(actor)


@require_POST
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what came of it and go on to the next."""
    actor, obj = actor_of(request), fetch(greetings, request, pk, "view")
    form = forms.ResultForm(request.POST, actor=actor, obj=obj)
    _greeting, done = submit(form, lambda: actions.finish(actor=actor, obj=obj, **form.cleaned_data))
    if done:
        messages.success(request, _("关怀结果已保存：%(name)s") % {"name": obj})
        return onward(actor, obj)
    context = {**detail_context(greetings, request, obj), "result_form": form}
    return render(request, greetings.template, context, status=422)


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """By plan: due, done, answered; every figure opens its greetings."""
    actor = actor_of(request)
    if not policies.allowed(actor, "list"):
        raise NotAllowed(_("您没有查看客户关怀的权限。"))
    last = day_of(request.GET.get("to", "")) or today()
    first = min(day_of(request.GET.get("from", "")) or last - timedelta(days=DAYS), last)
    first = max(first, last - timedelta(days=LONGEST))
    span = {"view": "all", "due_after": first, "due_before": last}
    lines = [lined(one, span) for one in queries.results(actor, first, last)]
    return render(request, "care/results.html", {"first": first, "last": last, "lines": lines})


def lined(one: Result, span: dict[str, object]) -> dict[str, object]:
    """A plan's figures with their addresses."""

    def cell(number: int, **more: object) -> tuple[int, str]:
        return number, reverse("care:list") + "?" + urlencode({**span, "plan": one.plan_id, **more})

    low, high = one.interval
    return {
        "plan": one.plan,
        "cells": [
            cell(one.due), cell(one.done, status="done"), cell(one.skipped, status="skipped"),
            cell(one.unreached, outcome="unreached"), cell(one.replied, outcome="replied"), cell(one.bought, outcome="bought"),
        ],
        "share": "" if one.share is None else f"{one.share:.0%}",
        "interval": "" if one.share is None else f"{low:.0%}–{high:.0%}",
    }  # fmt: skip
