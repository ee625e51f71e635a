"""What the empty list of customers offers: a whole file, and the pool."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from keqiao.customers import policies
from keqiao.kernel.actor import Actor
from keqiao.kernel.offers import Offer, declare


def of_customers(actor: Actor) -> Iterator[Offer]:
    """As far as the actor may."""
    if policies.allowed(actor, "import"):
        yield Offer(_("从表格导入"), reverse("customer-import-new"), "import")
    if policies.allowed(actor, "pick"):
        yield Offer(_("去公海领取"), reverse("pool:list"), "pool")


def offer() -> None:
    """Called when the app is ready."""
    declare("customers", of_customers)
