"""Who sees which customers, and who may do what to them."""

from typing import Any

from django.db.models import Q, QuerySet

from keqiao.customers.models import Customer, ImportBatch
from keqiao.kernel.actor import Actor
from keqiao.kernel.sight import Level

POWERS = {
    "list": "customer.view",
    "view": "customer.view",
    "history": "customer.view",
    "create": "customer.create",
    "edit": "customer.change",
    "reveal": "customer.reveal",
    "import": "customer.import",
    "export": "customer.export",
    "merge": "customer.merge",
    # whoever talks with the customer hears his refusal
    "consent": "customer.change",
    "contacted": "customer.change",
    "pick": "customer.pick",
    "release": "customer.view",
    "territory": "customer.share",
}


def listed(actor: Actor) -> QuerySet[Customer]:
    """What `visible` gives, with the phones for those who are shown them in full."""
    rows = visible(actor)
    return rows.prefetch_related("contact_points") if actor.level("phone") == Level.FULL else rows


def visible(actor: Actor) -> QuerySet[Customer]:
    """Customers within reach: one's own, those of one's units, and the public pool of one's own unit.

    An archive that went into another is out of sight; the other one stands for it.
    """
    rows = actor.rows("customer.view")
    present = Customer.objects.filter(merged_into=None)
    if rows is None:
        return present
    if actor.can("customer.view") and actor.unit_id:
        rows |= Q(owner=None, unit_id=actor.unit_id)
    return present.filter(rows)


def covers(actor: Actor, power: str, customer: Customer) -> bool:
    """Whether the power reaches the customer; the public pool of one's own unit counts as one's own."""
    if actor.covers(power, owner_id=customer.owner_id, unit_id=customer.unit_id):
        return True
    pooled = customer.owner_id is None and customer.unit_id is not None and customer.unit_id == actor.unit_id
    return pooled and actor.can(power)


def allowed(actor: Actor, verb: str, customer: Any = None) -> bool:
    """The only yes or no: "view", "create", "edit", "export", "import", "reveal" and the verbs of the resource."""
    power = POWERS.get(verb, "customer.change")
    if customer is None:
        return actor.can("customer.pick" if verb == "release" else power)
    if customer.merged_into_id is not None:
        return False
    if not (covers(actor, "customer.view", customer) and covers(actor, power, customer)):
        return False
    if verb == "release" and not may_release(actor, customer):
        return False
    return not customer.erased or verb in {"view", "history", "export"}


def may_release(actor: Actor, customer: Customer) -> bool:
    """Back into the pool go one's own customers, and those that one shares out."""
    if customer.owner_id is None:
        return False
    mine = customer.owner_id == actor.id and actor.can("customer.pick")
    return mine or covers(actor, "customer.share", customer)


def batches(actor: Actor) -> QuerySet[ImportBatch]:
    """Imports: one's own, and those of the units that the power to import reaches."""
    rows = actor.rows("customer.import", owner="created_by_id")
    return ImportBatch.objects.all() if rows is None else ImportBatch.objects.filter(rows)
