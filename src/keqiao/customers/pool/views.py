"""How far a sharing-out is, and the card on a customer's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keqiao.customers.models import Customer, Violation
from keqiao.customers.owning import holding, limits
from keqiao.customers.pool import words
from keqiao.customers.pool.share_resource import progress, share_outs
from keqiao.customers.resource import customers
from keqiao.customers.sharing import poaching
from keqiao.customers.territories import fitting
from keqiao.customers.violations import policies as violations
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource.pages import actor_of, fetch


@require_safe
def progress_part(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a sharing-out is; when it is done the page is drawn anew."""
    share = fetch(share_outs, request, pk, "view")
    found = progress(share)
    answer = render(request, "customers/_share_progress.html", {"obj": share, "progress": found})
    if not found["busy"]:
        answer["HX-Refresh"] = "true"
    return answer


def belonging_url(actor: Actor, customer: Customer) -> str:
    """Where the customer's card is."""
    return reverse("customer-belonging", args=[customer.pk])


@require_safe
def belonging_part(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose the customer is, since when and how; territory and why; protection; open cases that one may see."""
    customer = fetch(customers, request, pk, "view")
    part = {"facts": belonging(customer), "cases": open_cases(actor_of(request), customer)}
    return render(request, "customers/_belonging.html", part)


def belonging(customer: Customer) -> list[tuple[Any, Any]]:
    """The facts of the card."""
    found = Customer.objects.select_related("owner", "territory__unit", "territory__agent").get(pk=customer.pk)
    facts: list[tuple[Any, Any]] = [(_("负责人"), found.owner.name if found.owner else now_("公海"))]
    kept = holding.of(found) if found.owner_id else None
    if kept is not None:
        facts.append((_("来由"), f"{kept.get_way_display()} {limits.day_of(kept.given_at)}"))
        facts.append(
            (
                _("首次联系"),
                words.standing(kept)[0] + (f" · {words.due(kept)}" if not kept.contacted_at and kept.due_at else ""),
            )
        )
    if found.owner_id:
        until = poaching.protected_until(found, limits.settings())
        facts.append((_("保护期到"), limits.day_of(until) if until else now_("一直保护")))
    else:
        facts.append((_("以前的负责人"), words.former(found)))
    territory = found.territory
    facts.append((_("销售区域"), f"{territory.name} · {territory.unit.name}" if territory else now_("不属于任何区域")))
    facts.append((_("划分依据"), fitting.why(found)))
    return facts


def open_cases(actor: Actor, customer: Customer) -> list[Violation]:
    """Cases about the customer that the actor may see."""
    return list(violations.visible(actor).filter(customer=customer).order_by("-pk")[:3])
