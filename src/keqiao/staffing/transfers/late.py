"""What reaches a leaver after all: it goes the way of the rest.

The actions that give work to somebody refuse a leaver. This catches what slips past them, such as a file that was being
imported, or a rule that had chosen its person a moment before.
"""

from datetime import timedelta

from django.db import transaction

from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.dates import today
from keqiao.org import holders, work
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for, leaders_of
from keqiao.org.work import Work
from keqiao.staffing.models import TransferShare, WorkTransfer
from keqiao.staffing.transfers.actions import STEP, pass_on

LOOKED_BACK = timedelta(days=90)


def catch_up() -> int:
    """Hand over what leavers of the last months hold by now; returns how many records went over."""
    moved = 0
    latest: dict[int, WorkTransfer] = {}
    rows = WorkTransfer.objects.filter(reason="leaving", state="done", left_on__gte=today() - LOOKED_BACK)
    for transfer in rows.select_related("giver", "created_by").order_by("pk"):
        latest[transfer.giver_id] = transfer
    for transfer in latest.values():
        if transfer.giver.is_active:  # came back
            continue
        for holding, _number in work.held_by(transfer.giver):
            moved += one_kind(transfer, holding)
    return moved


@transaction.atomic
def one_kind(transfer: WorkTransfer, holding: Work) -> int:
    """Late records of one kind to whoever got that kind, else to whoever can do it."""
    receiver = receiver_of(transfer, holding)
    if receiver is None:
        return 0
    share, _new = TransferShare.objects.get_or_create(
        transfer=transfer, kind=holding.name, defaults={"label": str(holding.label), "receiver": receiver}
    )
    share.receiver = receiver
    return len(pass_on(actor_of(transfer), transfer, share, STEP))


def actor_of(transfer: WorkTransfer) -> Actor:
    """In whose name the rest goes over: that of whoever handed the work over."""
    return actor_for(transfer.created_by) if transfer.created_by and transfer.created_by.is_active else SYSTEM


def receiver_of(transfer: WorkTransfer, holding: Work) -> Employee | None:
    """Who got the kind, then who got anything, then the leaver's superiors: the first at work who has the powers."""
    shares = list(transfer.shares.select_related("receiver").order_by("-moved"))
    wanted = [one.receiver for one in shares if one.kind == holding.name] + [one.receiver for one in shares]
    wanted += list(Employee.objects.filter(pk__in=leaders_of(transfer.giver_id)))
    can = holders.able(holding.powers)
    for one in wanted:
        if one.is_active and one.pk != transfer.giver_id and set(holding.powers) <= can.get(one.pk, frozenset()):
            return one
    return None
