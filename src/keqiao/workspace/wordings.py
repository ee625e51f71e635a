"""How this app's events read, in the history and in the customer's timeline; and its cards on other apps' pages."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.customers.models import Customer
from keqiao.customers.panels import register
from keqiao.kernel.actor import Actor

VERBS = {
    "portal.complained": _("客户在网页提交投诉"),
    "portal.entered": _("客户在网页查询进度"),
    "portal.supplemented": _("客户在网页补充说明"),
    "tickets.shared_out": _("批量分派工单"),
}


def declare() -> None:
    """Called when the app is ready."""
    wording.declare(VERBS)
    register("matters", _("工单与回访"), matters, early=True)


def matters(actor: Actor, customer: Customer) -> str:
    """The card of tickets and visits on a customer's page."""
    seen = actor.can("ticket.view") or actor.can("visit.view") or actor.can("dispatch.answer")
    return reverse("customer-matters", args=[customer.pk]) if seen else ""
