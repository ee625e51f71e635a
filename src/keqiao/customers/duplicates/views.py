"""Pages of duplicates: the start, and going through pair by pair."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.customers import policies as customers
from keqiao.customers import rules
from keqiao.customers.duplicates import actions, policies, queries, scoring
from keqiao.customers.duplicates.resource import duplicates, shown_to
from keqiao.customers.merging import actions as merging
from keqiao.customers.merging.views import choices, context, tell
from keqiao.customers.models import Customer, DuplicatePair, Merge
from keqiao.customers.resource import customers as customers_resource
from keqiao.kernel import phones
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource.pages import actor_of, fetch

ABSORBED = 10
PHONES = ("phone", "other_phone", "contact_phone")


@require_http_methods(["GET", "POST"])
def start_page(request: HttpRequest) -> HttpResponse:
    """What the last search found and how far the present one is; starts a new one."""
    actor = actor_of(request)
    if not customers.allowed(actor, "merge"):
        raise NotAllowed(_("您没有合并客户的权限。如工作需要，请联系主管。"))
    if request.method == "POST":
        try:
            actions.start_search(actor=actor)
        except Refused as refused:
            messages.warning(request, refused.message)
        return redirect("duplicates-start")
    whole, crossing = queries.waiting(actor)
    return render(request, "customers/duplicates.html", {**running(), "whole": whole, "crossing": crossing})


@require_safe
def progress_part(request: HttpRequest) -> HttpResponse:
    """The same, while it runs."""
    if not customers.allowed(actor_of(request), "merge"):
        raise NotAllowed(_("您没有合并客户的权限。如工作需要，请联系主管。"))
    found = running()
    answer = render(request, "customers/_duplicates_run.html", found)
    if not found["running"]:
        answer["HX-Refresh"] = "true"
    return answer


def running() -> dict[str, Any]:
    """The latest search and how far it is."""
    run = queries.last_run()
    job = run.job if run else None
    busy = bool(run and run.finished_at is None and job and job.state in {"queued", "running"})
    failed = bool(run and run.finished_at is None and not busy)
    return {"run": run, "job": job, "running": busy, "failed": failed}


@require_safe
def next_page(request: HttpRequest) -> HttpResponse:
    """To the pair that is most alike."""
    pair = queries.next_pair(actor_of(request))
    return onwards(request, pair)


def onwards(request: HttpRequest, pair: DuplicatePair | None) -> HttpResponse:
    """To that pair, or back to the start when nothing is left."""
    if pair is None:
        messages.success(request, _("都核对完了。"))
        return redirect("duplicates-start")
    return redirect("duplicates:detail", pair.pk)


@require_http_methods(["GET", "POST"])
def pair_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Two archives side by side: the same, not the same, or later; then the next pair."""
    actor = actor_of(request)
    pair: DuplicatePair = fetch(duplicates, request, pk, "view")
    if not (policies.sees(actor, pair.low) and policies.sees(actor, pair.high)):
        return render(request, "customers/duplicate_hidden.html", hidden(request, pair))
    swapped = "swap" in request.GET
    survivor, merged = (pair.high, pair.low) if swapped else (pair.low, pair.high)
    problem = ""
    if request.method == "POST":
        after = queries.next_pair(actor, pair)
        try:
            verdict(request, pair, survivor, merged)
        except NotAllowed:
            raise
        except Refused as refused:
            problem = refused.message
        else:
            return onwards(request, after)
    page = context(request, survivor, merged, problem) | {
        "pair": pair, "words": scoring.said(pair.reasons), "swap_url": request.path + ("" if swapped else "?swap=1"),
        "verbs": {name for name in ("different", "later", "reopen") if duplicates.allowed(actor, name, pair)},
        "may_merge": all(customers.allowed(actor, verb, one) for verb in ("merge", "edit") for one in (survivor, merged)),
    }  # fmt: skip
    return render(request, "customers/merge.html", page, status=409 if problem else 200)


def hidden(request: HttpRequest, pair: DuplicatePair) -> dict[str, Any]:
    """The one archive that may be shown, and whom to ask about the other."""
    actor = actor_of(request)
    mine, other = (pair.low, pair.high) if policies.sees(actor, pair.low) else (pair.high, pair.low)
    return {"mine": mine, "url": reverse("customers:detail", args=[mine.pk]), "ask": queries.whom_to_ask(other)}


def verdict(request: HttpRequest, pair: DuplicatePair, survivor: Any, merged: Any) -> None:
    """Do what was decided."""
    actor, said = actor_of(request), request.POST.get("verdict", "")
    if said == "same":
        chosen = choices(request.POST)
        tell(request, merging.merge_customers(actor=actor, survivor=survivor, other=merged, choose=chosen))
    elif said in {"different", "later", "reopen"}:
        getattr(actions, said)(actor=actor, obj=pair)
    else:
        raise Refused(_("请选择：是同一人、不是同一人，或以后再说。"))


@require_safe
def card_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The card on a customer's page: archives alike, archives that went into it, and the way to merge."""
    actor = actor_of(request)
    customer = fetch(customers_resource, request, pk, "merge")
    absorbed = Merge.objects.filter(survivor=customer, state=Merge.State.DONE).select_related("merged").order_by("-pk")
    pairs = [shown_to(actor, pair, customer) for pair in queries.of_customer(actor, customer)]
    part = {"obj": customer, "absorbed": absorbed[:ABSORBED], "pairs": pairs}
    return render(request, "customers/_duplicates.html", part)


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """While somebody types: whether the phone is one, and who has an archive with the same phone, e-mail or WeChat id.

    Only archives that the actor may see are named; of others one learns whom to ask.
    """
    raw = next((request.GET[name] for name in PHONES if request.GET.get(name)), "")[:64]
    number = phones.normalise(raw)
    rows = rows_alike(request, number)
    actor = actor_of(request)
    found = queries.alike(actor, rows) if rows is not None and customers.allowed(actor, "list") else queries.NOBODY
    part = {
        "phone": any(name in request.GET for name in PHONES),
        "number": number,
        "raw": raw,
        "found": [(one, reverse("customers:detail", args=[one.pk])) for one in found.found],
        "ask": found.ask,
    }
    return render(request, "customers/_check.html", part)


def rows_alike(request: HttpRequest, number: str | None) -> QuerySet[Customer] | None:
    """Everybody's customers with what was typed, None when it is nothing whole yet."""
    if number:
        return queries.with_point("phone", number)
    for kind in ("email", "wechat"):
        value = rules.line(request.GET.get(kind, ""))[:120].lower()
        if value:
            return queries.with_point(kind, value)
    name, company = (rules.line(request.GET.get(key, ""))[:100] for key in ("name", "company_name"))
    return queries.with_company(name, company) if name and company else None
