"""Pages of merging: find the other archive, compare the two, merge."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from keqiao.customers import masking
from keqiao.customers.merging import actions, queries
from keqiao.customers.models import Customer, Merge
from keqiao.customers.resource import customers
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource.listing import listing
from keqiao.kernel.resource.pages import actor_of, fetch

SUGGESTED = 10


@require_safe
def choose_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for the other archive by name, phone or number."""
    customer = fetch(customers, request, pk, "merge")
    term = request.GET.get("q", "").strip()
    query = QueryDict(mutable=True)
    query["q"] = term
    found = listing(customers, actor_of(request), query).page(SUGGESTED).rows if term else []
    actor = actor_of(request)
    rows = [
        (one, masking.main_phone(actor, one), reverse("customer-merge", args=[pk, one.pk]))
        for one in found
        if one.pk != pk
    ]
    return render(request, "customers/merge_choose.html", {"obj": customer, "term": term, "rows": rows})


@require_http_methods(["GET", "POST"])
def merge_page(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Compare two archives field by field and merge the second into the first."""
    done = Merge.objects.filter(survivor_id=pk, merged_id=other, state=Merge.State.DONE).first()
    survivor = fetch(customers, request, pk, "merge")
    if done is not None:
        messages.info(request, _("这两份档案已经合并。"))
        return redirect("customers:detail", pk)
    merged = fetch(customers, request, other, "merge")
    if survivor == merged:
        raise Http404(_("没有这条记录，或您无权查看。"))
    problem = ""
    if request.method == "POST":
        try:
            merge = actions.merge_customers(
                actor=actor_of(request), survivor=survivor, other=merged, choose=choices(request.POST)
            )
        except NotAllowed:
            raise
        except Refused as refused:
            problem = refused.message
        else:
            tell(request, merge)
            return redirect("customers:detail", pk)
    return render(
        request, "customers/merge.html", context(request, survivor, merged, problem), status=409 if problem else 200
    )


def choices(data: Mapping[str, Any]) -> dict[str, str]:
    """What was chosen, by field and group."""
    return {name.removeprefix("choose_"): str(side) for name, side in data.items() if name.startswith("choose_")}


def tell(request: HttpRequest, merge: Merge) -> None:
    """Say that it is done, with the way back."""
    said = _("已合并，%(number)s 也会打开这份档案。") % {"number": merge.merged.number}
    url = reverse("merges:detail", args=[merge.pk])
    messages.success(request, format_html('{} <a class="link" href="{}">{}</a>', said, url, _("查看或撤销")))


def context(request: HttpRequest, survivor: Customer, merged: Customer, problem: str) -> dict[str, Any]:
    """What the comparison shows."""
    actor = actor_of(request)
    chosen = choices(request.POST)  # a refused merge keeps what was chosen
    lines = [replace(line, side=chosen.get(line.name, line.side)) for line in queries.compared(actor, survivor, merged)]
    groups = [
        ("points", _("联系方式"), queries.points(actor, survivor), queries.points(actor, merged)),
        ("addresses", _("地址"), queries.addresses(actor, survivor), queries.addresses(actor, merged)),
        ("tags", _("标签"), queries.tags(survivor), queries.tags(merged)),
    ]
    return {
        "survivor": survivor,
        "merged": merged,
        "problem": problem,
        "different": [line for line in lines if line.differs],
        "same": [(line.label, line.left) for line in lines if not line.differs],
        "groups": [(*group, chosen.get(group[0], "both")) for group in groups if group[2] or group[3]],
        "moves": queries.counted(merged),
        "stays": queries.counted(survivor),
        "swap_url": reverse("customer-merge", args=[merged.pk, survivor.pk]),
    }
