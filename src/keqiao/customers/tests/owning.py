"""What the tests of belonging share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import time_machine
from django.utils import timezone

from keqiao.customers import actions
from keqiao.customers.models import Customer, SharingSettings, Territory
from keqiao.customers.territories.actions import keep_territory
from keqiao.kernel.actor import SYSTEM


def rules(**values: Any) -> SharingSettings:
    """The department's row with these values."""
    row, _new = SharingSettings.objects.get_or_create(pk=1)
    SharingSettings.objects.filter(pk=row.pk).update(**values)
    return SharingSettings.objects.get()


def pooled(company: Any, *names: str, unit: str = "team", **details: Any) -> list[Customer]:
    """Customers in a unit's pool."""
    return [
        actions.create_customer(actor=SYSTEM, name=name, unit=company.units[unit], **details) for name in names
    ]  # fmt: skip


def territory(company: Any, name: str, unit: str = "team", **values: Any) -> Territory:
    """A territory as the department draws it."""
    usual = {
        "place": 10, "unit": company.units[unit], "divisions": [], "industries": [], "agent": None,
        "protection_days": 90, "poaching": "refuse", "active": True,
    }  # fmt: skip
    return keep_territory(actor=SYSTEM, name=name, **{**usual, **values})


@contextmanager
def later(**delta: float) -> Iterator[None]:
    """So much later."""
    with time_machine.travel(timezone.now() + timedelta(**delta), tick=False):
        yield
