"""Putting customers into their stage of the life cycle, chunk by chunk."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from keqiao.audit.actions import record_many
from keqiao.customers.life_cycle.signals import Known, known
from keqiao.customers.models import Customer, CustomerTag, StageRule
from keqiao.kernel.actor import SYSTEM

CHUNK = 1000
FIELDS = ("pk", "name", "life_cycle", "created_at")


def rules() -> list[StageRule]:
    """The rules in force, in the order in which they are asked."""
    return list(StageRule.objects.filter(active=True).order_by("place", "pk"))


def stage_of(ladder: Sequence[StageRule], created: datetime, deeds: Known, tags: Iterable[int], now: datetime) -> str:
    """The first stage whose conditions all hold; 流失 before all rules for who is marked as lost.

    Without any contact the time counts from the archive's first day.
    """
    if deeds.lost:
        return Customer.LifeCycle.LOST.value
    idle = (now - (deeds.contact or created)).days
    for rule in ladder:
        if deeds.deals < rule.deals or (rule.tag_id is not None and rule.tag_id not in tags):
            continue
        if rule.idle_from is not None and idle < rule.idle_from:
            continue
        if rule.idle_to is not None and (idle > rule.idle_to or deeds.contact is None):
            continue
        return rule.stage
    return Customer.LifeCycle.PROSPECT.value


def settle_all(progress: Callable[[int, int], None]) -> int:
    """Every customer whose stage nobody set by hand; returns how many changed. Safe to run again after a crash."""
    rows = Customer.objects.filter(merged_into=None, erased=False, life_cycle_by_hand=False)
    total, done, changed, last, ladder = rows.count(), 0, 0, 0, rules()
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        changed += settle(ids, ladder)
        last, done = ids[-1], done + len(ids)
        progress(min(done, total), total)
    return changed


@transaction.atomic
def settle(ids: Sequence[int], ladder: Sequence[StageRule] | None = None) -> int:
    """These customers; the stage is written only where it still is what was read and nobody set it by hand."""
    ladder = rules() if ladder is None else ladder
    now, open_rows = timezone.now(), Customer.objects.filter(life_cycle_by_hand=False, merged_into=None)
    people = list(open_rows.filter(pk__in=ids).order_by("pk").select_for_update().values(*FIELDS))
    deeds, tags = known([one["pk"] for one in people]), tags_of(ladder, ids)
    moves: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in people:
        stage = stage_of(ladder, one["created_at"], deeds[one["pk"]], tags.get(one["pk"], ()), now)
        if stage != one["life_cycle"]:
            moves[one["life_cycle"], stage].append(one)
    for (before, after), some in moves.items():
        keys = [one["pk"] for one in some]
        open_rows.filter(pk__in=keys, life_cycle=before).update(life_cycle=after)
        deeds_of = [(one["pk"], one["name"], {"changes": {"life_cycle": [before, after]}}) for one in some]
        record_many(SYSTEM, "customer.staged", Customer, deeds_of, about=True)
    return sum(map(len, moves.values()))


def tags_of(ladder: Iterable[StageRule], ids: Sequence[int]) -> dict[int, set[int]]:
    """Of the tags that a rule asks for, which customer carries which."""
    wanted = {rule.tag_id for rule in ladder} - {None}
    found: dict[int, set[int]] = defaultdict(set)
    if wanted:
        rows = CustomerTag.objects.filter(customer__in=ids, tag__in=wanted)
        for customer, tag in rows.values_list("customer_id", "tag_id"):
            found[customer].add(tag)
    return found
