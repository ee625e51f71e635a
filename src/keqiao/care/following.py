"""What of this app goes over when two customers are merged, what it knows of their life cycle, and what counts as contact."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from keqiao.care.models import Greeting, Loss
from keqiao.customers.life_cycle import signals
from keqiao.customers.merging.registry import follow
from keqiao.customers.sharing import contact

follow(Greeting, "customer")
follow(Loss, "customer")


def lost(ids: Sequence[int]) -> dict[int, datetime | None]:
    """Who is marked as lost by the latest mark: while it is open without end, after giving up until the next contact."""
    rows = Loss.objects.filter(customer__in=ids).order_by("pk").values_list("customer_id", "status", "ended_at")
    latest = {customer: (status, ended) for customer, status, ended in rows}
    return {
        customer: ended if status == Loss.Status.GIVEN_UP else None
        for customer, (status, ended) in latest.items()
        if status != Loss.Status.WON
    }


def won_back(ids: Sequence[int]) -> dict[int, datetime]:
    """Whoever was won back was spoken with on that day."""
    rows = Loss.objects.filter(customer__in=ids, status=Loss.Status.WON).order_by()
    return dict(rows.values("customer").annotate(last=Max("ended_at")).values_list("customer_id", "last"))


signals.tell_lost(lost)
signals.count_contacts(won_back)
contact.counts("care.done")
