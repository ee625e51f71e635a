"""The search through the stock, by hand and every night."""

from keqiao.customers.duplicates.actions import JOB, start_search
from keqiao.customers.duplicates.finding import search
from keqiao.customers.models import DuplicateRun
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import WrongState
from keqiao.runtime import jobs


@jobs.handler(JOB)
def find(run: jobs.Run) -> None:
    """One search; safe to run again."""
    row = DuplicateRun.objects.filter(pk=run.payload["run"], finished_at=None).first()
    if row is not None:
        search(row, run.progress)


@jobs.every("20 2 * * *")
def nightly() -> None:
    """Every night, unless somebody has just started one."""
    try:
        start_search(actor=SYSTEM)
    except WrongState:
        return
