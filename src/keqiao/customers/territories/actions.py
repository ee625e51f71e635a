"""Drawing territories, and putting a customer into one by hand."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.customers.actions import after, locked
from keqiao.customers.models import Customer, Territory
from keqiao.customers.policies import allowed as customer_allowed
from keqiao.customers.territories import fitting
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.text import single_line
from keqiao.runtime import jobs

JOB = "customers.territories"
BY_RULE, NONE = "rule", "none"


@transaction.atomic
def keep_territory(*, actor: Actor, obj: Territory | None = None, **values: Any) -> Territory:
    """Draw a territory, or draw it anew; the worker then sorts all customers."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    values["name"] = single_line(values["name"], 40)
    row = Territory() if obj is None else Territory.objects.select_for_update(of=("self",)).get(pk=obj.pk)
    before = {name: getattr(row, name, None) for name in values} if obj is not None else {}
    for name, value in values.items():
        setattr(row, name, value)
    if row.agent is not None and row.agent.kind != "agent":
        raise Refused(_("%(name)s不是代理公司。") % {"name": row.agent.name}, field="agent")
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("已有同名的区域。"), field="name") from error
    verb = "territory.changed" if obj is not None else "territory.created"
    record(actor, verb, row, {"changes": changes(before, values)} if before else {"note": fitting.words(row)})
    start_sorting()
    return row


def start_sorting() -> None:
    """Queue the sorting of all customers; once, however often it is asked for before it begins."""
    jobs.enqueue(JOB, {}, key=JOB)


@transaction.atomic
def fix_territory(*, actor: Actor, obj: Customer, territory: str) -> Customer:
    """Put the customer into a territory by hand (an id, "none"), or hand it back to the rules ("rule")."""
    if not customer_allowed(actor, "territory", obj):
        raise NotAllowed(_("您没有权限指定这位客户的销售区域。"))
    fresh = locked(obj)
    before = str(fresh.territory) if fresh.territory else None
    by_rule = territory == BY_RULE
    found = fitting.fitting(fitting.ladder(), fitting.where_is(fresh)) if by_rule else named(territory)
    stamp = after(fresh.updated_at)
    Customer.objects.filter(pk=fresh.pk).update(
        territory=found, territory_by_hand=territory != BY_RULE, updated_at=stamp
    )
    fresh.refresh_from_db()
    moved = {"territory": [before, str(found) if found else None]} if before != (str(found) if found else None) else {}
    by = "rule" if territory == BY_RULE else "hand"
    record(actor, "customer.territory_set", fresh, {"changes": moved, "by": by}, about=fresh.pk)
    return fresh


def named(text: str) -> Territory | None:
    """The territory in force of that id; None for "none"."""
    if text == NONE:
        return None
    rows = Territory.objects.filter(active=True)
    found = rows.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None
    if found is None:
        raise Refused(_("没有这个销售区域，或已停用。"), field="territory")
    return found
