"""The same service told of by several at the same moment."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.models import Customer
from keqiao.services import actions
from keqiao.services.models import Service

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
Parallel = Callable[..., list[Any]]


def tell(company: Company, number: int = 0) -> Service:
    """One desk's word of the delivery; each desk with another phone of the household where it has a number."""
    return actions.register(
        actor=company.actor("agent"), kind="delivered", name="顾念秋", phone=f"139000000{number:02}", order_number="D1",
        product="洗衣机",
    )  # fmt: skip


def test_two_desks_with_two_phones_register_one_service_of_one_customer(
    company: Company, in_parallel: Parallel
) -> None:
    """Who comes second leaves nothing behind: no customer, no event, no word of a service that is not there."""
    made = in_parallel(lambda n: tell(company, n), 2)
    assert [type(one) for one in made if not isinstance(one, Service)] == [actions.Known], made
    service = Service.objects.get()
    assert next(one.number for one in made if isinstance(one, actions.Known)) == service.number
    assert Customer.objects.get() == service.customer
    assert Event.objects.filter(verb="service.delivered").count() == 1


def test_taken_back_it_can_be_registered_again_but_once(company: Company, in_parallel: Parallel) -> None:
    actions.void(actor=company.actor("leader"), obj=tell(company), reason="登记错了")
    in_parallel(lambda _n: tell(company), 4)
    assert sorted(Service.objects.values_list("status", flat=True)) == ["noted", "void"]


def test_without_the_constraint_the_race_is_there(
    company: Company, in_parallel: Parallel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: looking alone, before anybody has written, lets each desk make its own."""
    constraint = next(one for one in Service._meta.constraints if one.name == "service_of_order_once")
    monkeypatch.setattr(actions, "once", lambda kind, order, product: None)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Service, constraint)
    try:
        in_parallel(lambda n: tell(company, n), 2)
        assert Service.objects.count() == 2
    finally:
        Service.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Service, constraint)
