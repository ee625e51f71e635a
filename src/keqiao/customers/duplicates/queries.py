"""Reads about duplicates: what to look at next, and who has an archive alike while somebody types."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers import policies as customers
from keqiao.customers.duplicates import policies
from keqiao.customers.models import ContactPoint, Customer, DuplicatePair, DuplicateRun
from keqiao.kernel.actor import Actor
from keqiao.runtime import throttle

SHOWN = 3
HINTS_A_DAY = 60  # hints at colleagues' archives; whoever asks more often is fishing


@dataclass(frozen=True, slots=True)
class Alike:
    """Archives alike that the actor may see, and for those of colleagues whom to ask, without a word about them."""

    found: list[Customer]
    ask: list[str]


NOBODY = Alike([], [])


def whom_to_ask(customer: Customer) -> str:
    """Whom somebody who may not see the customer turns to."""
    if customer.owner is not None:
        return _("同事已有一份相近的档案，请联系%(name)s（%(unit)s）。") % {
            "name": customer.owner.name, "unit": customer.owner.unit.name,
        }  # fmt: skip
    unit = customer.unit.name if customer.unit else _("主管")
    return _("%(unit)s已有一份相近的档案，请联系该部门。") % {"unit": unit}


def with_point(kind: str, value: str) -> QuerySet[Customer]:
    """Everybody's customers with exactly that contact point, in its one spelling."""
    points = ContactPoint.objects.filter(kind=kind, value=value)
    return Customer.objects.filter(pk__in=points.values("customer_id"), merged_into=None, erased=False)


def with_company(name: str, company: str) -> QuerySet[Customer]:
    """Everybody's customers of that name at that company."""
    return Customer.objects.filter(name=name, company_name=company, merged_into=None, erased=False)


def alike(actor: Actor, rows: QuerySet[Customer]) -> Alike:
    """The newest few of these that the actor may see; and whom to ask about the others, so often a day."""
    near = list(rows.select_related("owner__unit", "unit").order_by("-pk")[: SHOWN * 3])
    found = [one for one in near if customers.covers(actor, "customer.view", one)]
    hidden = [one for one in near if one not in found]
    if hidden and throttle.hits(f"alike:{actor.id}:{timezone.localdate()}", window=timedelta(days=1)) > HINTS_A_DAY:
        hidden = []
    return Alike(found[:SHOWN], list(dict.fromkeys(whom_to_ask(one) for one in hidden))[:SHOWN])


def last_run() -> DuplicateRun | None:
    """The latest search."""
    return DuplicateRun.objects.select_related("job", "by").order_by("-pk").first()


def of_customer(actor: Actor, customer: Customer) -> list[DuplicatePair]:
    """Undecided pairs of one customer, the most alike first."""
    rows = policies.visible(actor).filter(Q(low=customer) | Q(high=customer), state__in=["open", "later"])
    return list(rows.select_related(*SIDES).order_by("-score", "-pk")[:SHOWN])


SIDES = tuple(f"{side}{part}" for side in ("low", "high") for part in ("", "__owner__unit", "__unit"))


def next_pair(actor: Actor, after: DuplicatePair | None = None) -> DuplicatePair | None:
    """The next pair to be looked at, the most alike first; after the last one it begins anew."""
    rows = policies.whole(policies.visible(actor), actor).filter(state="open").order_by("-score", "-pk")
    if after is None:
        return rows.first()
    below = Q(score__lt=after.score) | Q(score=after.score, pk__lt=after.pk)
    return rows.filter(below).first() or rows.exclude(pk=after.pk).first()


def waiting(actor: Actor) -> tuple[int, int]:
    """How many pairs wait for this actor (counted to 1,000), and how many touch a colleague's archive."""
    rows = policies.visible(actor).filter(state="open")
    return policies.whole(rows, actor)[:1000].count(), policies.crossing(rows, actor)[:1000].count()
