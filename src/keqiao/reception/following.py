"""What of this app goes over when two customers are merged, what it knows of their life cycle, and what counts as contact."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from keqiao.customers.life_cycle import signals
from keqiao.customers.merging.registry import follow
from keqiao.customers.sharing import contact
from keqiao.reception.models import Entry


def contacts(ids: Sequence[int]) -> dict[int, datetime]:
    """When each customer last called or came."""
    rows = Entry.objects.filter(customer__in=ids).exclude(status=Entry.Status.VOID).order_by().values("customer")
    return dict(rows.annotate(last=Max("at")).values_list("customer", "last"))


follow(Entry, "customer", flag="first")
signals.count_contacts(contacts)
contact.counts("reception.registered", "reception.followed")
