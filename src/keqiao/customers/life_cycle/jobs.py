"""Sorting customers: every night, after a change of the rules, and one by one when something happens to them."""

from django.db import transaction

from keqiao.audit.models import Event
from keqiao.audit.readers import reader
from keqiao.customers.life_cycle import actions, staging
from keqiao.runtime import jobs


@jobs.handler(actions.JOB)
def sort(run: jobs.Run) -> None:
    """All customers in chunks; safe to run again."""
    run.result(count=staging.settle_all(run.progress))


@jobs.every("40 2 * * *")
def nightly() -> None:
    """Every night, because time passes too."""
    with transaction.atomic():
        actions.start_sorting()


@reader(
    "customers.life_cycle",
    "ticket.created",
    "visit.done",
    "reception.registered",
    "customer.tagged",
    "customer.merged",
    "customer.unmerged",
)
def follow(events: list[Event]) -> None:
    """Customers to whom something happened."""
    ids = sorted({event.about_id for event in events if event.about_id is not None})
    if ids:
        staging.settle(ids)
