"""Sorting customers into territories: after a change of the territories, every night, and as archives change."""

from django.db import transaction

from keqiao.customers.territories import actions, fitting
from keqiao.runtime import jobs


@jobs.handler(actions.JOB)
def sort(run: jobs.Run) -> None:
    """All customers in chunks; safe to run again."""
    run.result(count=fitting.settle_all(run.progress))


@jobs.every("10 3 * * *")
def nightly() -> None:
    """Every night, for what went past the events."""
    with transaction.atomic():
        actions.start_sorting()
