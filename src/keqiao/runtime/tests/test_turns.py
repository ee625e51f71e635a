"""Long work lets others write."""

import pytest
from django.db import connection

from keqiao.kernel.sqlite import base
from keqiao.runtime import turns

pytestmark = pytest.mark.django_db


def test_a_gap_in_which_those_who_wait_ask_many_times(monkeypatch) -> None:
    now, slept = [100.0], []
    monkeypatch.setattr(turns.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(turns.time, "sleep", slept.append)
    work = turns.Turns()
    now[0] += turns.WORK - 0.01
    assert not work.give()
    now[0] += 0.02
    assert work.give() is (connection.vendor == "sqlite")
    assert not work.give()
    assert all(pause >= 10 * base.NAP for pause in slept)
    assert len(slept) == (connection.vendor == "sqlite")
