"""Writes to the tiers. A tier is never deleted: one that is no longer given stays with the customers who have it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.customers import rules
from keqiao.customers.models import BASE, CustomerTier, forget_tiers
from keqiao.customers.models.tiers import delivered
from keqiao.kernel import sql
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused

MOST = 12


def demand(actor: Actor) -> None:
    """Raise NotAllowed unless the actor keeps the rules of the department."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))


def free(name: str, pk: int = 0) -> str:
    """The name in its one spelling, if no other tier has it."""
    text = rules.line(name)[:20]
    if not text:
        raise Refused(_("请填写名称。"), field="name")
    if CustomerTier.objects.filter(name__iexact=text).exclude(pk=pk).exists():
        raise Refused(_("已有这个等级。"), field="name")
    return text


@transaction.atomic
def create_tier(*, actor: Actor, name: str, colour: str = "", position: int = 0, active: bool = True) -> CustomerTier:
    """Add a tier; one at a time, so that names and codes stay single."""
    demand(actor)
    sql.hold("customers.tiers")
    if not CustomerTier.objects.exists():  # those that every house begins with stay beside the new one
        CustomerTier.objects.bulk_create(delivered())
    codes = set(CustomerTier.objects.values_list("code", flat=True))
    if CustomerTier.objects.filter(active=True).count() >= MOST:
        raise Refused(_("最多 %(limit)s 个在用的等级，请先停用不再需要的。") % {"limit": MOST})
    code = next(code for number in range(1, 100_000) if (code := f"t{number}") not in codes)
    tier = CustomerTier.objects.create(code=code, name=free(name), colour=colour, position=position, active=active)
    record(actor, "tier.created", tier)
    forget_tiers()
    return tier


@transaction.atomic
def change_tier(*, actor: Actor, obj: CustomerTier, **values: Any) -> CustomerTier:
    """Change name, colour, order, or whether it is still given; customers keep it."""
    demand(actor)
    sql.hold("customers.tiers")
    tier = CustomerTier.objects.get(pk=obj.pk)
    if "name" in values:
        values["name"] = free(values["name"], tier.pk)
    if tier.code == BASE and not values.get("active", True):
        raise Refused(_("新客户默认是这个等级，不能停用；可以改名。"), field="active")
    changed = changes({name: getattr(tier, name) for name in values}, values)
    for name, value in values.items():
        setattr(tier, name, value)
    tier.save()
    record(actor, "tier.changed", tier, {"changes": changed})
    forget_tiers()
    return tier
