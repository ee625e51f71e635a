"""The simulated year: both counts agree, the independent one is right by hand, and a wrong report is found out."""

import argparse
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from keqiao.config.bench.year import alarms, comparing, living
from keqiao.config.bench.year.facts import WALL, Asked, Fact, Minutes, Stay, Stop, Visited, counted
from keqiao.config.bench.year.reported import reported
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for
from keqiao.tickets.models import Dispatch, Escalation, Ticket
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
    pks = list(Ticket.objects.filter(kind="complaint", stage="closed", late=True).values_list("pk", flat=True))
    late = Ticket.objects.filter(pk__in=pks)
    assert late.update(late=False) > 0
    with moved(living.END):
        wrong = reported(actor_for(Employee.objects.get(username="boss")), *YEAR)
    assert {line.split("：")[0].split()[0] for line in comparing.differences(wrong, own)} == {"投诉", "责任投诉超时"}
    assert "投诉 按时" in comparing.differences(wrong, own)[0]
    # and in which a rung had been left out, and an answer had not been late
    late.update(late=True)
    assert Escalation.objects.count() == sum(own["escalations"].values()) > 20
    Escalation.objects.filter(pk__in=Escalation.objects.values("pk")[:1]).delete()
    assert Dispatch.objects.filter(late=True).update(late=False) == sum(own["asked_late"].values()) > 0
    with moved(living.END):
        wrong = reported(actor_for(Employee.objects.get(username="boss")), *YEAR)
    found = {line.split()[0] for line in comparing.differences(wrong, own)}
    assert found == {"上报", "派发超时"}


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


def stayed(hours: float, severity: int = 1, stage: str = "accepted", **values: Any) -> Fact:
    """A complaint of Monday at nine that stays so many hours in a stage."""
    found = Fact("complaint", MONDAY, 1, MONDAY, severity)
    found.stays.append(Stay(stage, severity, MONDAY, MONDAY, MONDAY + timedelta(hours=hours), **values))
    return found


def looked(*hours: int) -> alarms.Looks:
    """Looks at these hours of ten days from Monday."""
    first = MONDAY.replace(hour=0)
    return alarms.Looks(
        [first + timedelta(days=day, hours=hour) for day in range(10) for hour in hours],
        Minutes(date(2025, 11, 1), date(2026, 2, 1)),
    )


@pytest.mark.parametrize(
    ("one", "looks", "rungs"),
    [
        (stayed(2), (11, 14), [(1, 1)]),  # due at eleven, left at eleven: seen at the very instant
        (stayed(2), (10, 14), []),  # left before anybody looked
        (stayed(12), (9, 20), []),  # nobody is told at night
        (stayed(12, 4), (9, 20), [(4, 1), (4, 2), (4, 3)]),  # but of a critical one: 15, 30 and 90 minutes
        (stayed(26), (9, 11), [(1, 1), (1, 2)]),  # eight hours later is Tuesday at eleven
        (stayed(26, stops=[Stop(MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2))]), (11,), [(1, 1)]),
        (stayed(26, stops=[Stop(MONDAY + timedelta(hours=1))]), (11,), []),  # still waited for
        (stayed(9 * 24, stage="told"), (9, 17), [(1, 1), (1, 2), (1, 3)]),  # three days, then one and two more
    ],
)  # fmt: skip
def test_rungs_by_hand(one: Fact, looks: tuple[int, ...], rungs: list[tuple[int, int]]) -> None:
    seen = looked(*looks)
    assert list(alarms.told(one, Minutes(date(2025, 11, 1), date(2026, 2, 1)), seen, NOW)) == rungs


def test_the_deadline_of_the_whole_runs_on_from_stage_to_stage() -> None:
    """Its rungs are climbed once, however many stages it outlasts; in another round anew."""
    one, minutes = Fact("consultation", MONDAY, 1, MONDAY), Minutes(date(2025, 11, 1), date(2026, 2, 1))
    day = timedelta(days=1)
    for place, began in ((2, MONDAY), (3, MONDAY), (4, MONDAY + 4 * day)):
        one.stays.append(Stay("handling", 1, began, MONDAY + place * day, MONDAY + (place + 1) * day))
    told = list(alarms.told(one, minutes, looked(9, 15), NOW))
    assert told == [(1, 1), (1, 2), (1, 3), (1, 1)]


def test_late_answers_and_matters_by_hand() -> None:
    minutes, seen = Minutes(date(2025, 11, 1), date(2026, 2, 1)), looked(9, 17)
    due = datetime(2025, 11, 26, 18, 0, tzinfo=WALL)  # three working days
    for settled, late in ((due, False), (due + timedelta(seconds=1), True), (None, True)):
        asked = Asked("质量部", "complaint", 1, "investigating", MONDAY, settled)
        assert alarms.late_answer(asked, minutes, seen, NOW) is late
    asked = Asked("质量部", "complaint", 1, "investigating", MONDAY)
    assert not alarms.late_answer(asked, minutes, seen, due - timedelta(hours=1))
    one = stayed(500, stage="investigating")
    one.stays[0].left = None
    assert alarms.overdue(one, minutes, seen, NOW)
    assert not alarms.overdue(one, minutes, seen, due - timedelta(hours=1))


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
    found = {"own": own, "tickets": 1, "deeds": 1, "alarms": 0, "seconds": 1.0, "cpu_seconds": 1.0}
    for program, code in ((wrong, 1), (own, 0)):
        monkeypatch.setattr(comparing.run, "year", lambda *_args, program=program: {**found, "program": program})
        monkeypatch.setenv("DATABASE_URL", "")
        args = argparse.Namespace(year=1, json=False)
        assert comparing.command(args) == code
    said = capsys.readouterr().out
    assert "投诉 按时：报表 0，独立计数 1" in said
    assert said.count("不同") == 1
