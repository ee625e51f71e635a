"""What follows from what happens to customers: the territory is found anew, and new ones are shared out by rule."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.customers.models import Customer, ShareLine, ShareOut, ShareRule
from keqiao.customers.owning import limits
from keqiao.customers.sharing import people, planning, running
from keqiao.customers.territories import fitting
from keqiao.kernel.dates import today

NEW = "customer.created"
MOVING = (
    NEW, "customer.changed", "customer.reverted", "customer.address_added", "customer.address_changed",
    "customer.address_removed", "customer.merged", "customer.unmerged", "customer.restored", "customer.assigned",
    "customer.picked", "customer.released", "customer.gathered",
)  # fmt: skip


@reader("customers.sharing", *MOVING)
def follow(events: list[Event]) -> None:
    """Customers of whom something changed that territories ask about; then the new ones that nobody has."""
    ids = sorted({event.about_id for event in events if event.about_id is not None})
    if ids:
        fitting.settle(ids)
    new = sorted({event.about_id for event in events if event.verb == NEW and event.about_id is not None})
    if new and ShareRule.objects.filter(active=True).exists():
        share_out(new)


@transaction.atomic
def share_out(ids: Sequence[int]) -> int:
    """Give new customers of the pool to people by the first rule that fits each; returns how many got an owner."""
    rules = list(ShareRule.objects.filter(active=True).select_related("unit", "team").order_by("place", "pk"))
    rows = Customer.objects.filter(pk__in=ids, owner=None, merged_into=None, erased=False).select_related("unit")
    groups: dict[int, list[Customer]] = defaultdict(list)
    for one in rows.order_by("pk"):
        rule = next((rule for rule in rules if fits(rule, one)), None)
        if rule is not None:
            groups[rule.pk].append(one)
    return sum(by_rule(rule, groups[rule.pk]) for rule in rules if groups[rule.pk])


def fits(rule: ShareRule, customer: Customer) -> bool:
    """Whether the rule speaks of this customer."""
    if customer.unit is None or not customer.unit.path.startswith(rule.unit.path):
        return False
    if rule.source and rule.source != customer.source:
        return False
    return rule.territory_id is None or rule.territory_id == customer.territory_id


def by_rule(rule: ShareRule, customers: Sequence[Customer]) -> int:
    """Some customers by one rule, noted in the rule's sharing-out of the day."""
    share = of_today(rule)
    fresh = set(share.lines.filter(customer__in=customers).values_list("customer_id", flat=True))
    wanted = [(one.pk, one.territory_id, one.unit_id) for one in customers if one.pk not in fresh]
    steps = planning.divide(
        wanted, people.loads(people.of_unit(rule.team), limits.settings()), weighted=rule.weighted, by_territory=False,
        territories=planning.in_force(),
    )  # fmt: skip
    planning.add_lines(share, steps)
    lost = sum(step.employee_id is None for step in steps)
    ShareOut.objects.filter(pk=share.pk).update(planned=F("planned") + len(steps), left=F("left") + lost)
    before = share.given
    while running.give_some(share, ShareLine.State.PLANNED):
        pass
    share.refresh_from_db()
    if share.given > before:
        running.tell(share)
    return share.given - before


def of_today(rule: ShareRule) -> ShareOut:
    """The one row in which the rule's deeds of a day stand."""
    row = ShareOut.objects.select_for_update(of=("self",)).filter(rule=rule, day=today(), state="done").first()
    if row is not None:
        return row
    way = ShareOut.Way.WEIGHTED if rule.weighted else ShareOut.Way.EVEN
    share = ShareOut(rule=rule, day=today(), unit=rule.unit, way=way, state=ShareOut.State.DONE)
    share.done_at = timezone.now()
    planning.write(share, [])
    running.record_rule(share)
    return share
