"""Two desks at the same moment."""

from collections.abc import Callable
from typing import Any

import pytest

from keqiao.conftest import Company
from keqiao.customers.models import Customer
from keqiao.kernel.errors import Refused
from keqiao.reception import actions
from keqiao.reception.models import Entry
from keqiao.tickets.actions import accept_from_reception
from keqiao.tickets.models import Ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
DETAILS = {"kind": "repair", "channel": "phone", "subject": "", "body": "不制冷", "contact_name": "顾念秋"}


def test_the_same_new_caller_at_many_desks_is_one_customer_with_one_first(
    company: Company, in_parallel: Callable[..., list[Any]]
) -> None:
    actor = company.actor("agent")
    results = in_parallel(lambda _n: actions.register(actor=actor, way="call", phone="13913572468"), 8)
    assert not [one for one in results if isinstance(one, Exception)], results
    assert Customer.objects.count() == 1
    assert Entry.objects.filter(first=True).count() == 1
    assert Entry.objects.count() == 8


def test_an_entry_is_turned_into_one_ticket(company: Company, in_parallel: Callable[..., list[Any]]) -> None:
    actor = company.actor("agent")
    entry = actions.register(actor=actor, way="call", name="顾念秋")
    results = in_parallel(lambda _n: accept_from_reception(actor=actor, entry=entry, **DETAILS), 6)
    assert sum(isinstance(one, Ticket) for one in results) == 1
    assert all(isinstance(one, Ticket | Refused) for one in results), results
    assert Ticket.objects.count() == 1


def test_without_the_look_under_lock_the_race_is_there(
    company: Company, in_parallel: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: writing the state without re-reading it lets every desk make its own ticket."""
    actor = company.actor("agent")
    entry = actions.register(actor=actor, way="call", name="顾念秋")

    def blind(obj: Entry, target: str, *, field: str, transitions: Any, **changes: Any) -> Entry:
        Entry.objects.filter(pk=obj.pk).update(**{field: target, **changes})
        return obj

    monkeypatch.setattr(actions, "move", blind)
    in_parallel(lambda _n: accept_from_reception(actor=actor, entry=entry, **DETAILS), 6)
    assert Ticket.objects.count() == 6
