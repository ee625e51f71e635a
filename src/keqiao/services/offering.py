"""What the empty register offers: many at once."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from keqiao.kernel.actor import Actor
from keqiao.kernel.offers import Offer, declare
from keqiao.services import policies


def of_services(actor: Actor) -> Iterator[Offer]:
    """As far as the actor may."""
    if policies.allowed(actor, "create"):
        yield Offer(_("从表格登记"), reverse("services-paste"), "import")


declare("services", of_services)
