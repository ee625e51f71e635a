"""Two processes draft, two people take."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from keqiao.care import actions
from keqiao.care.models import Greeting
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.kernel.errors import Refused

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def prepare(company: Company, count: int) -> None:
    for number in range(count):
        create_customer(
            actor=company.actor("agent"), name=f"客{number}", birthday=date(1988, 11, 23), unit=company.units["team"]
        )
    leader = company.actor("leader")
    actions.keep_plan(actor=leader, name="生日", occasion="birthday", words="生日快乐", channel="phone")


def test_many_workers_draft_each_greeting_once(company: Company, in_parallel: Callable[..., list[Any]]) -> None:
    prepare(company, 4)
    made = in_parallel(lambda _n: actions.draft_all(), 6)
    assert not [one for one in made if isinstance(one, Exception)], made
    assert sum(made) == 4
    assert Greeting.objects.count() == 4
    numbers = sorted(Greeting.objects.values_list("number", flat=True))
    assert numbers == [f"GH20261123-000{place}" for place in range(1, 5)]


def test_of_many_who_take_one_wins(company: Company, in_parallel: Callable[..., list[Any]]) -> None:
    prepare(company, 1)
    actions.draft_all()
    one = Greeting.objects.get()
    people = [company.actor("agent"), company.actor("colleague")]
    results = in_parallel(lambda n: actions.take(actor=people[n % 2], obj=one), 8)
    assert sum(isinstance(result, Greeting) for result in results) == 1
    assert all(isinstance(result, Greeting | Refused) for result in results), results


def test_without_the_condition_everybody_would_take_it(
    company: Company, in_parallel: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: an unconditional write lets all of them believe that they have it."""
    prepare(company, 1)
    actions.draft_all()
    one = Greeting.objects.get()

    def blind(obj: Greeting, owner: int) -> Greeting:
        Greeting.objects.filter(pk=obj.pk).update(owner_id=owner)
        return obj

    monkeypatch.setattr(actions, "take", lambda *, actor, obj: blind(obj, actor.id))
    results = in_parallel(lambda _n: actions.take(actor=company.actor("agent"), obj=one), 6)
    assert sum(isinstance(result, Greeting) for result in results) == 6
