"""What of this app goes over when two customers are merged, and what visits tell about customers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Avg, IntegerField, Max, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce, Floor
from django.utils.translation import gettext_lazy as _

from keqiao.customers.life_cycle import signals
from keqiao.customers.merging.registry import follow
from keqiao.customers.segments import facets
from keqiao.customers.sharing import contact
from keqiao.visits.models import Rectification, Visit

UNRATED = ("0", _("没有评价"))


def contacts(ids: Sequence[int]) -> dict[int, datetime]:
    """When each customer was last reached by a call-back."""
    rows = Visit.objects.filter(customer__in=ids, satisfaction__isnull=False).order_by().values("customer")
    return dict(rows.annotate(last=Max("done_at")).values_list("customer", "last"))


def satisfaction() -> Any:
    """The mean of a customer's scores, rounded half up to 1 … 5; 0 for a customer who gave none."""
    own = Visit.objects.filter(customer=OuterRef("pk"), satisfaction__isnull=False).order_by().values("customer")
    mean = Subquery(own.annotate(mean=Avg("satisfaction")).values("mean"))
    return Coalesce(Cast(Floor(mean + 0.5), IntegerField()), 0)


follow(Visit, "customer")
follow(Rectification, "customer")
signals.count_contacts(contacts)
contact.counts("visit.attempted", "visit.rescheduled", "visit.done", "visit.unreachable")
scores = tuple((str(code), label) for code, label in sorted(Visit.Score.choices, reverse=True))
facets.register("satisfaction", _("满意度"), (*scores, UNRATED), satisfaction)
