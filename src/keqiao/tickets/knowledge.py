"""What tickets tell about customers: purchases named in them, the last contact, and how many complaints there were."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from keqiao.customers.life_cycle import signals
from keqiao.customers.segments import facets
from keqiao.customers.sharing import contact
from keqiao.tickets.models import Ticket

MANY = 3
COMPLAINTS = (("0", _("没有投诉")), ("1", _("1 次")), ("2", _("2 次")), ("3", _("3 次及以上")))


def deals(ids: Sequence[int]) -> dict[int, int]:
    """How many different orders the tickets of each customer name."""
    rows = Ticket.objects.filter(customer__in=ids).exclude(order_number="").order_by().values("customer")
    return dict(rows.annotate(n=Count("order_number", distinct=True)).values_list("customer", "n"))


def contacts(ids: Sequence[int]) -> dict[int, datetime]:
    """When each customer last came with a matter."""
    rows = Ticket.objects.filter(customer__in=ids).order_by().values("customer")
    return dict(rows.annotate(last=Max("accepted_at")).values_list("customer", "last"))


def complaints() -> Any:
    """How often the customer has complained, 3 for more."""
    own = Ticket.objects.filter(customer=OuterRef("pk"), kind="complaint").order_by().values("customer")
    number = Subquery(own.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return Least(Coalesce(number, 0), MANY)


def declare() -> None:
    """Called when the app is ready."""
    signals.count_deals(deals)
    signals.count_contacts(contacts)
    contact.counts("ticket.created", "ticket.supplemented", "ticket.paused", "ticket.told", "ticket.withdrawn")
    facets.register("complaints", _("投诉次数"), COMPLAINTS, complaints)
