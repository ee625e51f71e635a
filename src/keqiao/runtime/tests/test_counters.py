from datetime import date

import pytest
from django.db import transaction

from keqiao.runtime import counters
from keqiao.runtime.models import Counter


@pytest.mark.django_db
def test_numbers_have_no_gaps_per_kind_and_day() -> None:
    with transaction.atomic():
        numbers = [counters.number("TS", date(2026, 11, 23)) for _ in range(3)]
        other = counters.number("GD", date(2026, 11, 23))
        tomorrow = counters.number("TS", date(2026, 11, 24))
    assert numbers == ["TS20261123-0001", "TS20261123-0002", "TS20261123-0003"]
    assert other == "GD20261123-0001"
    assert tomorrow == "TS20261124-0001"


@pytest.mark.django_db
def test_a_rolled_back_transaction_leaves_no_gap() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        counters.number("TS", date(2026, 11, 23))
        raise ZeroDivisionError
    with transaction.atomic():
        assert counters.number("TS", date(2026, 11, 23)) == "TS20261123-0001"


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        counters.take("TS")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_twenty_different_numbers(in_parallel) -> None:
    def take(_number: int) -> int:
        with transaction.atomic():
            return counters.take("race")

    assert sorted(in_parallel(take)) == list(range(1, 21))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_guard_loses_numbers(in_parallel) -> None:
    """Reading and writing back in two steps is the mistake that `take` avoids; it must show up here."""
    Counter.objects.create(key="race", value=0)

    def careless(_number: int) -> int:
        value = Counter.objects.get(key="race").value + 1
        Counter.objects.filter(key="race").update(value=value)
        return value

    results = [result for _round in range(5) for result in in_parallel(careless)]
    assert len(set(results)) < len(results)
