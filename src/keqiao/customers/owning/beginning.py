"""A new archive that is somebody's from the first day on: given, when another than the owner wrote it down."""

from keqiao.customers.models import Customer, Holding
from keqiao.customers.owning.limits import deadline, settings
from keqiao.kernel.actor import Actor


def begin(actor: Actor, customer: Customer) -> None:
    """Ask the owner for first contact, unless he has just spoken with the customer himself."""
    if customer.owner is None or actor.id is None or customer.owner_id == actor.id:
        return
    Holding.objects.create(
        customer=customer, owner=customer.owner, unit_id=customer.owner.unit_id, way=Holding.Way.ASSIGNED,
        given_at=customer.created_at, due_at=deadline(customer.created_at, settings().contact_days),
    )  # fmt: skip
