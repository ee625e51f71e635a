"""Long work lets others write."""

import pytest
from django.db import connection

from keqiao.runtime import turns

pytestmark = pytest.mark.django_db


def test_a_gap_longer_than_the_longest_sleep_of_those_who_wait(monkeypatch) -> None:
    now, slept = [100.0], []
    monkeypatch.setattr(turns.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(turns.time, "sleep", slept.append)
    work = turns.Turns()
    now[0] += turns.WORK - 0.01
    assert not work.give()
    now[0] += 0.02
    assert work.give() is (connection.vendor == "sqlite")
    assert not work.give()
    assert all(pause > 0.1 for pause in slept)
    assert len(slept) == (connection.vendor == "sqlite")
