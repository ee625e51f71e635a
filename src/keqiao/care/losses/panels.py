"""The card of losses on a customer's page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models import Customer
from keqiao.customers.panels import register
from keqiao.kernel.actor import Actor


def url(actor: Actor, customer: Customer) -> str:
    """For those who see losses at all."""
    return reverse("customer-losses", args=[customer.pk]) if actor.can("loss.view") else ""


register("losses", _("流失与挽回"), url)
