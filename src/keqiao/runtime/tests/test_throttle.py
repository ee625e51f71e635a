from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from keqiao.kernel.errors import TooMany
from keqiao.runtime import throttle

MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_the_limit_holds_until_the_window_ends() -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(3):
            throttle.hit("door", limit=3, window=MINUTE)
        with pytest.raises(TooMany):
            throttle.hit("door", limit=3, window=MINUTE)
        throttle.hit("other door", limit=3, window=MINUTE)
        clock.shift(MINUTE + timedelta(seconds=1))
        throttle.hit("door", limit=3, window=MINUTE)
        assert throttle.count("door") == 1


@pytest.mark.django_db
def test_clearing_and_sweeping() -> None:
    throttle.hit("a", limit=9, window=MINUTE)
    throttle.clear("a")
    assert throttle.count("a") == 0
    throttle.hit("b", limit=9, window=-MINUTE)
    assert throttle.sweep() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_attempts_are_all_counted(in_parallel) -> None:
    results = in_parallel(lambda _n: throttle.hit("door", limit=5, window=MINUTE))
    assert sum(result is None for result in results) == 5
    assert sum(isinstance(result, TooMany) for result in results) == 15
