"""The simulated year: both counts agree, the independent one is right by hand, and a wrong report is found out."""

import argparse
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from keqiao.config.bench.year import comparing, living
from keqiao.config.bench.year.facts import WALL, Fact, Minutes, Visited, counted
from keqiao.config.bench.year.reported import reported
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for
from keqiao.tickets.models import Ticket
from keqiao.workspace.demo.clock import moved

MONDAY = datetime(2025, 11, 24, 9, 0, tzinfo=WALL)
YEAR = date(2025, 1, 1), date(2025, 12, 31)
NOW = datetime(2026, 1, 12, tzinfo=WALL)


@pytest.mark.django_db
def test_a_lived_year_is_reported_as_it_was() -> None:
    found = comparing.live(60)
    assert comparing.differences(found["program"], found["own"]) == []
    assert found["tickets"] == 60
    assert found["deeds"] > 200
    own = found["own"]
    assert 0 < own["complaints"]["in_time"] <= own["complaints"]["closed"] <= own["complaints"]["accepted"]
    assert own["coverage"]["due"] >= own["complaints"]["closed"] * 0.8
    assert sum(own["owners"].values()) == 60
    # the same year in which the program had taken the late ones for being in time
    late = Ticket.objects.filter(kind="complaint", stage="closed", late=True)
    assert late.update(late=False) > 0
    with moved(living.END):
        wrong = reported(actor_for(Employee.objects.get(username="boss")), *YEAR)
    assert len(comparing.differences(wrong, own)) == 1
    assert "投诉 按时" in comparing.differences(wrong, own)[0]


def fact(hours: float, **values: Any) -> Fact:
    """A complaint of Monday, closed after so many hours."""
    return Fact("complaint", MONDAY, 1, MONDAY, closed=MONDAY + timedelta(hours=hours), **values)


def test_the_independent_count_is_right_by_hand() -> None:
    """Seven working days from Monday at nine end on Tuesday of the next week at six; a critical one has until Tuesday at four."""
    minutes = Minutes(date(2025, 11, 1), date(2025, 12, 31))
    assert minutes.after(MONDAY, 3360) == datetime(2025, 12, 2, 18, 0, tzinfo=WALL)
    end = datetime(2025, 12, 2, 18, 0, tzinfo=WALL)
    hours = (end - MONDAY) / timedelta(hours=1)
    rows = [
        fact(hours, category="产品质量", cause="产品"), fact(hours + 0.1, category="产品质量", cause="人员"),
        fact(31, severity=4), fact(31.5, severity=4),
        fact(31.5, severity=4, waits=[(MONDAY, MONDAY + timedelta(hours=1))]),
        Fact("complaint", MONDAY, 2, MONDAY), Fact("repair", MONDAY, 2, MONDAY, closed=MONDAY),
    ]  # fmt: skip
    wednesday = datetime(2025, 11, 26, 18, 0, tzinfo=WALL)  # three working days
    rows[0].visits.append(Visited(MONDAY, wednesday, 5))
    rows[1].visits.append(Visited(MONDAY, wednesday + timedelta(seconds=1), 2))
    rows[2].visits.append(Visited(MONDAY))
    found = counted(rows, *YEAR, NOW)
    assert found["complaints"] == {"accepted": 6, "closed": 5, "in_time": 3}
    assert found["types"] == {"产品质量": 2}
    assert found["causes"] == {"产品": 1, "人员": 1}
    assert found["owners"] == {"1": 5, "2": 2}
    assert found["coverage"] == {"due": 3, "in_time": 1, "percent": pytest.approx(33.333333)}
    assert (found["scores"]["5"], found["scores"]["2"], found["scores"]["mean"]) == (1, 1, 3.5)
    assert counted(rows, date(2025, 11, 25), YEAR[1], NOW)["complaints"]["accepted"] == 0


def test_the_holidays_are_those_of_the_year() -> None:
    """National Day 2025: off from 1 to 8 October, worked on Sunday 28 September and Saturday 11 October."""
    minutes = Minutes(date(2025, 9, 1), date(2025, 10, 31))

    def worked(month: int, day: int) -> int:
        begin = datetime(2025, month, day, tzinfo=WALL)
        return minutes.between(begin, begin + timedelta(days=1))

    assert [worked(10, day) for day in range(1, 13)] == [0] * 8 + [480, 480, 480, 0]
    assert (worked(9, 28), worked(9, 27)) == (480, 0)


def test_any_difference_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The command ends with 1 where the counts differ, with 0 where they agree."""
    own = counted([fact(5)], *YEAR, NOW)
    wrong = {**own, "complaints": {**own["complaints"], "in_time": 0}}
    found = {"own": own, "tickets": 1, "deeds": 1, "seconds": 1.0, "cpu_seconds": 1.0}
    for program, code in ((wrong, 1), (own, 0)):
        monkeypatch.setattr(comparing.run, "year", lambda *_args, program=program: {**found, "program": program})
        monkeypatch.setenv("DATABASE_URL", "")
        args = argparse.Namespace(year=1, json=False)
        assert comparing.command(args) == code
    said = capsys.readouterr().out
    assert "投诉 按时：报表 0，独立计数 1" in said
    assert said.count("不同") == 1
