"""What the worker does for transfers."""

from keqiao.kernel.actor import SYSTEM
from keqiao.org.queries import actor_for
from keqiao.runtime import jobs
from keqiao.staffing.models import WorkTransfer
from keqiao.staffing.transfers import actions, late


@jobs.handler(actions.JOB)
def hand_over(run: jobs.Run) -> None:
    """Move what is left of a large transfer; safe to run again, every record knows who has it."""
    transfer = WorkTransfer.objects.select_related("giver", "created_by").filter(pk=run.payload["transfer"]).first()
    if transfer is None or transfer.state != WorkTransfer.State.RUNNING:
        return
    actor = actor_for(transfer.created_by) if transfer.created_by else SYSTEM
    actions.go_on(actor, transfer, run.progress)


@jobs.every("*/10 * * * *")
def catch_up() -> int:
    """What reached a leaver after all goes over too."""
    return late.catch_up()
