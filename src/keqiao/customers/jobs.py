"""What the worker does for customers."""

from keqiao.customers.imports import actions
from keqiao.customers.models import ImportBatch
from keqiao.runtime import jobs


@jobs.handler(actions.JOB)
def import_customers(run: jobs.Run) -> None:
    """Take a file in; safe to run again, the batch knows how far it is."""
    batch = ImportBatch.objects.select_related("created_by").filter(pk=run.payload["batch"]).first()
    if batch is None or batch.state != ImportBatch.State.RUNNING:
        return
    actions.execute(batch, run.progress)


@jobs.handler(actions.UNDO_JOB)
def undo_import(run: jobs.Run) -> None:
    """Take a file back; safe to run again, every line knows whether it is undone."""
    batch = ImportBatch.objects.select_related("undone_by").filter(pk=run.payload["batch"]).first()
    if batch is None or batch.state != ImportBatch.State.UNDOING:
        return
    actions.execute_undo(batch, run.progress)
