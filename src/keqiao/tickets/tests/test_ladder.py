"""The ladder: who is told when, each rung once for each deadline, nobody at rest, and begun anew when the deadline moves."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.calendars.queries import calendar_for, is_quiet
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.notices.models import Notice
from keqiao.org.actions import change_unit, create_token
from keqiao.org.models import Employee
from keqiao.tickets import actions, ladder
from keqiao.tickets.actions.alarms import sound
from keqiao.tickets.models import Escalation, RuleSet, Ticket
from keqiao.tickets.ruling import forcing, keeping, trying
from keqiao.tickets.ruling.climbed import reached
from keqiao.tickets.ruling.kinds.deadlines import default_limit
from keqiao.tickets.ruling.kinds.escalating import Rung
from keqiao.tickets.ruling.kinds.where import Case
from keqiao.tickets.ruling.reading import parse
from keqiao.tickets.tests.conftest import MONDAY, ZONE, Desk

Parallel = Callable[..., list[Any]]
SHORT, DAY = timedelta(seconds=1), 480


def rungs(*rows: dict[str, Any]) -> RuleSet:
    """A version in force whose ladder has exactly these rungs."""
    made = keeping.draft(actor=SYSTEM)
    for row in made.rules.filter(kind="escalation"):
        keeping.remove_rule(actor=SYSTEM, obj=row)
    for data in rows:
        keeping.add_rule(actor=SYSTEM, obj=made, kind="escalation", data=data)
    trying.try_out(actor=SYSTEM, obj=made)
    return forcing.force(actor=SYSTEM, obj=made)


def rung(basis: str, amount: int, *roles: str, **more: Any) -> dict[str, Any]:
    """A rung's data."""
    return {"basis": basis, "amount": amount, "roles": list(roles), **more}


def lead(company: Company, **leaders: str) -> None:
    """Who leads which unit: 许知远 the service department, 沈若谷 the company, unless told otherwise."""
    for unit, person in ({"service": "leader", "head": "manager"} | leaders).items():
        row = company.units[unit]
        change_unit(
            actor=SYSTEM, unit=row, name=row.name, kind=row.kind, parent=row.parent, leader=company.people[person]
        )


def accepted(desk: Desk, **values: Any) -> Ticket:
    """A complaint of an ordinary Monday morning."""
    with time_machine.travel(MONDAY, tick=False):
        return Ticket.objects.get(pk=desk.accept(**values).pk)


def look(at: datetime) -> int:
    """The clock looks twice, as two workers would."""
    with time_machine.travel(at, tick=False):
        return sound() + sound()


def told(company: Company, role: str) -> list[str]:
    """What the clock has told somebody, oldest first."""
    kinds = ["ticket.warned", "ticket.escalated"]
    rows = Notice.objects.filter(employee=company.people[role], kind__in=kinds).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def later(ticket: Ticket, minutes: int) -> datetime:
    """So many working minutes after the ticket's deadline, and a moment more."""
    return calendar_for(ticket.unit_id).add(ticket.due_at, minutes) + SHORT


def test_warned_before_then_rung_by_rung_each_once(desk: Desk, company: Company) -> None:
    lead(company, team="colleague")
    rungs(
        rung("late", 0, "handler"), rung("late", 60, "team"), rung("late", 120, "department", "service"),
        rung("late", 180, "general"), rung("late", 10, "general", severities=[4]),
        rung("late", 10, "general", stages=["investigating"]), rung("late", 10, "general", kinds=["repair"]),
    )  # fmt: skip
    ticket, one, two = accepted(desk), "ticket.warned", "ticket.escalated"
    expected: list[tuple[datetime, tuple[list[str], ...]]] = [
        (ticket.warn_at + SHORT, ([one], [], [], [])),  # type: ignore[operator]  # it has one
        (later(ticket, 0), ([one, two], [], [], [])),
        (later(ticket, 59), ([one, two], [], [], [])),
        (later(ticket, 60), ([one, two], [two], [], [])),
        (later(ticket, 120), ([one, two], [two], [two], [])),
        (later(ticket, 180), ([one, two], [two], [two], [two])),
        (later(ticket, 900), ([one, two], [two], [two], [two])),
    ]
    for at, lists in expected:
        look(at)
        assert tuple(told(company, role) for role in ("agent", "colleague", "leader", "manager")) == lists, at
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert (fresh.late, fresh.climbed, fresh.alarm_at) == (True, 4, None)
    climbed = list(Escalation.objects.order_by("step").values_list("step", "told", "current"))
    assert climbed == [(1, ["林一诺"], False), (2, ["周衡"], False), (3, ["许知远"], False), (4, ["沈若谷"], True)]
    assert Event.objects.filter(verb="ticket.escalated", object_id=ticket.pk).count() == 4


def test_a_share_of_the_deadline_is_told_before_it(desk: Desk, company: Company) -> None:
    lead(company)
    rungs(rung("share", 50, "general"))
    ticket = accepted(desk)
    half = calendar_for(ticket.unit_id).add(MONDAY, 60)  # of the two hours that an assessment may take
    assert look(half - SHORT) == 0
    assert look(half + SHORT) == 1
    assert told(company, "manager") == ["ticket.escalated"]
    assert "即将到期" in Notice.objects.get(kind="ticket.escalated").title
    assert not Ticket.objects.get(pk=ticket.pk).late
    assert look(ticket.warn_at + SHORT) == 1, "the owner is warned all the same"  # type: ignore[operator]  # it has one
    assert told(company, "agent") == ["ticket.warned"]


def test_who_is_away_or_was_never_appointed_is_stood_in_for_by_the_next_above(desk: Desk, company: Company) -> None:
    lead(company)
    rungs(rung("late", 0, "team"), rung("late", 20, "department"))
    Employee.objects.filter(pk=company.people["leader"].pk).update(is_active=False)
    ticket = accepted(desk)
    look(later(ticket, 0))
    look(later(ticket, 20))
    assert told(company, "leader") == []
    assert told(company, "manager") == ["ticket.escalated"] * 2


def test_rungs_that_come_due_together_tell_each_person_once(desk: Desk, company: Company) -> None:
    lead(company)
    rungs(rung("late", 0, "handler", "department"), rung("late", 30, "department"), rung("late", 60, "general"))
    ticket = accepted(desk)
    assert look(later(ticket, 500)) == 1
    assert [told(company, role) for role in ("agent", "leader", "manager")] == [["ticket.escalated"]] * 3
    assert Escalation.objects.count() == 3
    assert Escalation.objects.get(current=True).step == 3


def test_nobody_is_told_at_rest_but_in_the_next_working_minute(desk: Desk, company: Company) -> None:
    lead(company)
    rungs(rung("share", 99, "department"), rung("late", 0, "general", at_once=True))
    with time_machine.travel(datetime(2026, 11, 27, 16, 0, tzinfo=ZONE), tick=False):
        ticket = Ticket.objects.get(pk=desk.accept().pk)  # two hours, until the end of Friday
    assert ticket.due_at.astimezone(ZONE) == datetime(2026, 11, 27, 18, 0, tzinfo=ZONE)
    Ticket.objects.filter(pk=ticket.pk).update(alarm_at=ticket.due_at)  # the clock was asleep, too
    saturday, monday = datetime(2026, 11, 28, 3, 0, tzinfo=ZONE), datetime(2026, 11, 30, 9, 0, tzinfo=ZONE)
    look(saturday)
    assert told(company, "manager") == ["ticket.escalated"], "the rung that does not wait"
    assert told(company, "leader") == [], "its minute was missed, and nobody is woken to make up for it"
    look(monday)
    assert told(company, "leader") == ["ticket.escalated"]
    rungs(rung("late", 30, "department"))
    with time_machine.travel(datetime(2026, 11, 27, 16, 0, tzinfo=ZONE), tick=False):
        other = Ticket.objects.get(pk=desk.accept().pk)
    look(saturday)
    look(monday + timedelta(minutes=29))
    assert not Escalation.objects.filter(ticket=other).exists()
    look(monday + timedelta(minutes=30))
    assert Escalation.objects.get(ticket=other).at.astimezone(ZONE) == monday + timedelta(minutes=30)


@given(
    basis=st.sampled_from(["share", "late"]), amount=st.integers(1, 3000), severity=st.integers(1, 4),
    start=st.integers(0, 400_000),
)  # fmt: skip
def test_a_rung_stands_where_its_minutes_say_and_never_in_the_night(
    basis: str, amount: int, severity: int, start: int
) -> None:
    amount = (amount - 1) % 100 + 1 if basis == "share" else amount
    rules = parse(None, ())
    limit = default_limit("complaint", severity, "accepted").minutes
    object.__setattr__(rules, "ladder", (Rung("a", basis, amount, ("general",)),))
    calendar = ladder.calendar_of(Ticket(unit_id=None))
    begin = calendar.next_open(datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=start))
    due = calendar.add(begin, limit)
    ticket = Ticket(kind="complaint", severity=severity, solve_due_at=due + timedelta(days=1), due_at=due)
    (step,) = ladder.steps(ticket, known=rules)
    spent = calendar.minutes_between(begin, step.at)
    assert spent == (limit * amount // 100 if basis == "share" else limit + amount)
    assert calendar.is_open(step.told_at)
    assert not is_quiet(step.told_at)
    assert calendar.minutes_between(step.at, step.told_at) <= 30 * 60  # rest times may cut a working day, no more


test_a_rung_stands_where_its_minutes_say_and_never_in_the_night = pytest.mark.django_db(
    test_a_rung_stands_where_its_minutes_say_and_never_in_the_night
)


def test_another_deadline_begins_the_ladder_anew_where_it_lies_ahead_again(desk: Desk, company: Company) -> None:
    lead(company)
    rungs(rung("late", 0, "handler"), rung("late", 60, "general"))
    boss = company.actor("manager")
    with time_machine.travel(MONDAY, tick=False):
        ticket = desk.at("assessed")
        ticket = actions.change_severity(actor=boss, obj=ticket, severity=3, reason="媒体关注")
    look(later(ticket, 70))
    assert Ticket.objects.get(pk=ticket.pk).climbed == 2
    with time_machine.travel(later(ticket, 130), tick=False):  # 250 minutes after the begin, general has 240
        fresh = actions.change_severity(actor=boss, obj=ticket, severity=1, reason="误判")
    assert fresh.late
    assert list(Escalation.objects.order_by("step").values_list("void", "current")) == [(False, True), (True, False)]
    assert Ticket.objects.get(pk=ticket.pk).climbed == 1
    look(later(fresh, 50))
    assert told(company, "manager") == ["ticket.escalated"]
    look(later(fresh, 60))
    assert told(company, "manager") == ["ticket.escalated"] * 2
    assert told(company, "agent").count("ticket.escalated") == 1
    assert [row.void for row in Escalation.objects.filter(step=2)] == [True, False]


def test_waiting_for_the_customer_stops_the_ladder_and_repeats_nothing(desk: Desk, company: Company) -> None:
    lead(company)
    rungs(rung("share", 50, "team"), rung("late", 0, "general"))
    agent = company.actor("agent")
    with time_machine.travel(MONDAY, tick=False):
        ticket = desk.at("investigating")
        desk.answered(ticket)
    half = calendar_for(ticket.unit_id).add(MONDAY, 3 * DAY // 2)
    look(half + SHORT)
    with time_machine.travel(half + timedelta(minutes=5), tick=False):
        actions.pause(actor=agent, obj=ticket, reason="等客户寄回")
    assert look(half + timedelta(days=20)) == 0
    page = company.client("manager").get(f"/tickets/{ticket.pk}/").content.decode()
    assert "暂停上报" in page
    with time_machine.travel(half + timedelta(days=20), tick=False):
        fresh = actions.resume(actor=agent, obj=ticket)
    assert look(half + timedelta(days=20, minutes=5)) == 0
    assert Escalation.objects.filter(void=False).count() == 1
    look(later(fresh, 0))
    assert told(company, "manager") == ["ticket.escalated"]


def test_a_stage_that_is_left_ends_its_ladder_the_whole_runs_on(desk: Desk, company: Company) -> None:
    lead(company)
    rungs(rung("late", 0, "handler"), rung("late", 60, "general"))
    ticket = accepted(desk)
    look(later(ticket, 0))
    with time_machine.travel(later(ticket, 1), tick=False):
        moved = actions.assess(actor=company.actor("agent"), obj=ticket, category=desk.category())
    assert (moved.climbed, moved.escalations.filter(current=True).count()) == (0, 0)
    whole = calendar_for(ticket.unit_id).add(moved.solve_due_at, 90)
    Ticket.objects.filter(pk=ticket.pk).update(due_at=moved.solve_due_at)  # the whole is what runs
    look(whole)
    assert told(company, "manager") == ["ticket.escalated"]
    with time_machine.travel(whole, tick=False):
        moved = actions.dispatch(
            actor=company.actor("agent"), obj=ticket, units=[company.units["quality"]]
        )[0].ticket  # fmt: skip
    fresh = Ticket.objects.get(pk=moved.pk)
    assert (fresh.stage, fresh.climbed) == ("investigating", 2)
    look(whole + timedelta(days=3))
    assert told(company, "manager") == ["ticket.escalated"], "the same deadline tells nobody twice"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_workers_climb_a_rung_once(desk: Desk, company: Company, in_parallel: Parallel) -> None:
    lead(company)
    rungs(rung("late", 0, "handler", at_once=True), rung("late", 1, "general", at_once=True))
    ticket = desk.accept()
    Ticket.objects.filter(pk=ticket.pk).update(
        due_at=timezone.now() - timedelta(days=30), alarm_at=timezone.now() - timedelta(days=30)
    )
    assert sum(in_parallel(lambda _n: sound(), 6)) == 1
    assert Escalation.objects.count() == 2
    assert Notice.objects.filter(kind="ticket.escalated").count() == 2


def test_the_list_shows_what_is_escalated_to_those_who_see_the_ticket(desk: Desk, company: Company) -> None:
    lead(company)
    ticket, repair = accepted(desk), accepted(desk, kind="repair")
    look(later(repair, 600))
    page = company.client("manager").get("/escalations/").content.decode()
    assert ticket.number in page
    assert repair.number not in page
    assert "第 2 级：班组长" in page
    assert repair.number in company.client("manager").get("/escalations/?view=now").content.decode()
    for role, seen in (("agent", True), ("colleague", False), ("outsider", False), ("department", False)):
        client = company.client(role)
        assert (ticket.number in client.get("/escalations/?view=all").content.decode()) is seen
        row = Escalation.objects.filter(ticket=ticket).first()
        assert row is not None
        assert client.get(f"/escalations/{row.pk}/").status_code == (200 if seen else 404)
    detail = company.client("agent").get(f"/tickets/{ticket.pk}/").content.decode()
    assert "已升级到第 2 级" in detail
    assert "下一级：第 3 级" in detail
    token = create_token(actor=company.actor("agent"), employee=company.people["agent"], name="测试")
    rows = company.client("agent").get("/api/escalations?view=all", headers={"Authorization": f"Bearer {token}"})
    found = json.loads(rows.content)
    assert {one["ticket_id"] for one in found["items"]} == {ticket.pk, repair.pk}


def test_the_list_asks_the_same_for_any_number_of_rows(desk: Desk, company: Company) -> None:
    client, counts = company.client("agent"), []
    for turn in range(2):
        for _number in range(1 + 5 * turn):
            look(later(accepted(desk), 10))
        client.get("/escalations/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/escalations/").content.decode()
        counts.append(len(queries))
    assert page.count("第 1 级") >= 6
    assert counts[0] == counts[1]


def test_a_trial_tells_what_another_ladder_would_have_done(desk: Desk, company: Company) -> None:
    lead(company)
    boss, now = company.actor("manager"), timezone.now()
    with time_machine.travel(now - timedelta(days=20), tick=False):
        desk.accept()
    desk.accept()
    made = keeping.draft(actor=boss)
    keeping.add_rule(actor=boss, obj=made, kind="escalation", data=rung("late", 60, "general", severities=[1]))
    done = trying.try_out(actor=boss, obj=made)
    assert (done.trial["tickets"], done.trial["escalation"]) == (2, 1)
    page = company.client("manager").get(f"/ticket-rules/{made.pk}/trial/?what=escalation").content.decode()
    assert "已受理 超时 1小时告知总经理" in page
    assert not Escalation.objects.exists()


def test_a_trial_counts_the_deadline_that_runs_and_each_rung_once(desk: Desk) -> None:
    rules = parse(None, ())
    object.__setattr__(rules, "ladder", (Rung("a", "late", 0, ("handler",)), Rung("b", "share", 50, ("general",))))
    case = Case("complaint", 1)
    assert reached([("accepted", 59)], case, rules) == []
    assert [one["roles"] for one in reached([("accepted", 60)], case, rules)] == [["general"]]
    assert len(reached([("accepted", 120), ("assessed", 120)], case, rules)) == 3
    whole = [("accepted", 7 * DAY), ("assessed", 1), ("investigating", 1)]
    assert [one["stage"] for one in reached(whole, case, rules)] == ["accepted", "accepted", "assessed", "assessed"]
    again = [*whole, ("closed", 0), ("investigating", 2 * DAY)]
    assert [one["stage"] for one in reached(again, case, rules)][-1] == "investigating"


def test_the_rung_is_edited_in_the_browser(desk: Desk, company: Company) -> None:
    client, made = company.client("manager"), keeping.draft(actor=SYSTEM)
    url = f"/ticket-rules/{made.pk}/new/escalation/"
    sent = {"basis": "share", "amount": "120", "roles": ["general", "team"], "severities": ["4"], "active": "on"}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "百分比请填 1 至 100" in answer.content.decode()
    assert 'value="120"' in answer.content.decode(), "nothing typed is lost"
    assert client.post(url, sent | {"roles": []}).status_code == 422
    assert client.post(url, sent | {"amount": "70", "stages": ["solve"]}).status_code == 302
    row = made.rules.filter(kind="escalation").last()
    assert row is not None
    assert row.data == {
        "basis": "share", "amount": 70, "roles": ["team", "general"], "severities": [4], "stages": ["solve"],
    }  # fmt: skip
    page = client.get(f"/ticket-rules/{made.pk}/?tab=escalation").content.decode()
    assert "用掉时限的 70%" in page
    assert company.client("leader").post(url, sent).status_code in {403, 404}


def test_a_ticket_of_an_older_version_climbs_by_that_version(desk: Desk, company: Company) -> None:
    lead(company)
    rungs(rung("late", 0, "general"))
    ticket = accepted(desk)
    rungs()
    assert look(later(ticket, 0)) == 1
    assert told(company, "manager") == ["ticket.escalated"]
    newer = accepted(desk)
    look(later(newer, 5000))
    assert told(company, "manager") == ["ticket.escalated"], "the version without rungs tells nobody up the line"
    assert Ticket.objects.get(pk=newer.pk).late
