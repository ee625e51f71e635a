"""Setting a stage by hand, and changing the rules."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.customers.actions import after, demand, locked
from keqiao.customers.life_cycle import staging
from keqiao.customers.models import Customer, StageRule
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.runtime import jobs

JOB = "customers.life_cycle"
BY_RULE = "rule"


@transaction.atomic
def set_stage(*, actor: Actor, obj: Customer, stage: str) -> Customer:
    """Set the stage by hand, which no rule changes any more; "rule" hands it back to the rules."""
    demand(actor, "edit", obj)
    customer = locked(obj)
    before = customer.life_cycle
    if stage == BY_RULE:
        Customer.objects.filter(pk=customer.pk).update(life_cycle_by_hand=False)
        staging.settle([customer.pk])
    else:
        if stage not in Customer.LifeCycle.values:
            raise Refused(_("没有这个阶段。"), field="stage")
        Customer.objects.filter(pk=customer.pk).update(life_cycle=stage, life_cycle_by_hand=True)
    Customer.objects.filter(pk=customer.pk).update(updated_at=after(customer.updated_at))
    customer.refresh_from_db()
    moved = {"life_cycle": [before, customer.life_cycle]} if before != customer.life_cycle else {}
    data = {"changes": moved, "by": "rule" if stage == BY_RULE else "hand"}
    record(actor, "customer.stage_set", customer, data, about=customer.pk)
    return customer


@transaction.atomic
def follow_fact(customer_id: int) -> None:
    """Sort a customer anew at once, because a higher app has put something on record that weighs more than a hand.

    For that app's action, in its transaction; what was set by hand is handed back to the rules.
    """
    Customer.objects.filter(pk=customer_id, life_cycle_by_hand=True).update(life_cycle_by_hand=False)
    staging.settle([customer_id])


@transaction.atomic
def change_rule(*, actor: Actor, obj: StageRule, **values: Any) -> StageRule:
    """Change when customers belong to a stage, and let the worker sort all of them anew."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有修改业务规则的权限。"))
    fresh = StageRule.objects.select_for_update().get(pk=obj.pk)
    before = {name: getattr(fresh, name) for name in values}
    for name, value in values.items():
        setattr(fresh, name, value)
    if fresh.idle_from is not None and fresh.idle_to is not None and fresh.idle_from > fresh.idle_to:
        raise Refused(_("“至少多少天没有往来”不能大于“最近多少天内有往来”。"), field="idle_from")
    fresh.save()
    record(actor, "stage_rule.changed", fresh, {"changes": changes(before, values)})
    start_sorting()
    return fresh


def start_sorting() -> None:
    """Queue the sorting of all customers; once, however often it is asked for before it begins."""
    jobs.enqueue(JOB, {}, key=JOB)
