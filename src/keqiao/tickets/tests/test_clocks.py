"""Working time: holidays, make-up days, stopping, re-basing, warning and escalation."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.conftest import Company
from keqiao.kernel.actor import CUSTOMER, SYSTEM
from keqiao.notices.models import Notice
from keqiao.org.actions import change_unit
from keqiao.tickets import actions
from keqiao.tickets.actions.alarms import sound
from keqiao.tickets.models import Ticket
from keqiao.tickets.queries import calendar_of
from keqiao.tickets.ruling.reading import rules
from keqiao.tickets.tests.conftest import MONDAY, ZONE, Desk, set_deadline


def at(*parts: int) -> Any:
    """The clock stands at a local instant."""
    return time_machine.travel(datetime(*parts, tzinfo=ZONE), tick=False)  # type: ignore[misc,arg-type]


def local(moment: datetime) -> tuple[int, ...]:
    """Month, day, hour and minute on the wall."""
    wall = moment.astimezone(ZONE)
    return wall.month, wall.day, wall.hour, wall.minute


def day_minutes(desk: Desk) -> int:
    """Working minutes of an ordinary day of the default calendar."""
    return calendar_of(Ticket(unit_id=desk.company.units["team"].pk)).day_minutes(MONDAY.date())


def test_a_deadline_passes_over_the_spring_festival_of_2026(desk: Desk) -> None:
    """15 to 23 February 2026 are off; Saturday the 14th and Saturday the 28th are worked."""
    day = day_minutes(desk)
    set_deadline("solve", 7 * day)
    set_deadline("accepted", 2 * day)
    with at(2026, 2, 13, 9, 30):
        ticket = desk.accept()
    calendar = calendar_of(ticket)
    assert calendar.minutes_between(ticket.accepted_at, ticket.due_at) == 2 * day
    # Friday 13, the make-up Saturday 14, then nothing until Tuesday 24
    assert local(ticket.due_at)[:2] in {(2, 24), (2, 14)}
    assert ticket.due_at.astimezone(ZONE) < datetime(2026, 2, 24, 10, 0, tzinfo=ZONE)
    # 13, 14, 24, 25, 26, 27 and the make-up Saturday 28
    assert local(ticket.solve_due_at)[:2] in {(2, 28), (3, 2)}
    assert ticket.solve_due_at.astimezone(ZONE) < datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)


def test_time_in_a_stage_is_counted_in_working_minutes(desk: Desk, company: Company) -> None:
    with at(2026, 2, 14, 16, 30):
        ticket = desk.accept()
        calendar = calendar_of(ticket)
    with at(2026, 2, 24, 10, 0):
        actions.assess(actor=company.actor("agent"), obj=ticket, category=desk.category())
    row = ticket.stages.get(stage="accepted")
    assert row.worked_minutes == calendar.minutes_between(row.entered_at, row.left_at)
    assert row.worked_minutes < day_minutes(desk)
    assert (row.left_at - row.entered_at) > timedelta(days=9)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 20000)), min_size=1, max_size=4), st.integers(0, 59))
def test_stopping_and_starting_moves_every_deadline_by_exactly_the_waiting(
    desk: Desk, company: Company, stops: list[tuple[int, int]], second: int
) -> None:
    """Whatever the customer makes us wait, nights and weekends included: as much working time is left as before."""
    now = datetime(2026, 11, 2, 9, 0, second, tzinfo=ZONE)
    agent = company.actor("agent")
    with time_machine.travel(now, tick=False):
        ticket = Ticket.objects.get(pk=desk.at("investigating").pk)
    calendar = calendar_of(ticket)
    base = now.replace(second=0)
    stage_minutes = calendar.minutes_between(base, ticket.stages.get(left_at=None).due_at)
    solve_minutes = calendar.minutes_between(base, ticket.solve_due_at)
    waited = 0
    for working, waiting in stops:
        now += timedelta(minutes=working)
        with time_machine.travel(now, tick=False):
            actions.pause(actor=agent, obj=ticket, reason="等客户寄回样品")
        begun, now = now, now + timedelta(minutes=waiting)
        with time_machine.travel(now, tick=False):
            actions.resume(actor=agent, obj=ticket)
        waited += calendar.minutes_between(begun.replace(second=0), now.replace(second=0))
    fresh = Ticket.objects.get(pk=ticket.pk)
    row = fresh.stages.get(left_at=None)
    assert row.paused_minutes == waited
    assert calendar.minutes_between(base, row.due_at) == stage_minutes + waited
    assert calendar.minutes_between(base, fresh.solve_due_at) == solve_minutes + waited
    assert fresh.due_at == min(row.due_at, fresh.solve_due_at)


def test_no_alarm_while_the_customer_is_waited_for_and_a_supplement_starts_the_clock(
    desk: Desk, company: Company
) -> None:
    with at(2026, 11, 23, 9, 30):
        ticket = desk.at("investigating")
        actions.pause(actor=company.actor("agent"), obj=ticket, reason="等照片")
    with at(2026, 12, 20, 10, 0):
        assert sound() == 0
        assert not Ticket.objects.get(pk=ticket.pk).late
        actions.supplement(actor=CUSTOMER, obj=ticket, text="照片已发")
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert fresh.paused_at is None
    assert fresh.alarm_at is not None
    assert fresh.due_at > datetime(2026, 12, 20, tzinfo=UTC)
    assert fresh.dispatches.get().due_at > datetime(2026, 12, 20, tzinfo=UTC)


def test_a_step_taken_while_the_clock_stands_ends_the_waiting(desk: Desk, company: Company) -> None:
    with at(2026, 11, 23, 9, 30):
        ticket = desk.at("investigating")
        desk.answered(ticket)
        actions.pause(actor=company.actor("agent"), obj=ticket, reason="等照片")
        solve = Ticket.objects.get(pk=ticket.pk).solve_due_at
    with at(2026, 11, 30, 9, 30):
        fresh = actions.conclude(actor=company.actor("agent"), obj=ticket, founded=True, findings="属实")
    assert fresh.paused_at is None
    calendar = calendar_of(fresh)
    assert calendar.minutes_between(solve, fresh.solve_due_at) == 5 * day_minutes(desk)
    row = fresh.stages.get(stage="investigating")
    assert (row.worked_minutes, row.paused_minutes, row.late) == (0, 5 * day_minutes(desk), False)


def test_another_severity_counts_the_deadlines_anew_from_where_they_began(desk: Desk, company: Company) -> None:
    with at(2026, 11, 23, 9, 30):
        ticket = desk.at("investigating")
    calendar = calendar_of(ticket)
    with at(2026, 11, 24, 9, 30):
        actions.pause(actor=company.actor("agent"), obj=ticket, reason="等照片")
    with at(2026, 11, 25, 9, 30):
        actions.resume(actor=company.actor("agent"), obj=ticket)
        fresh = actions.change_severity(actor=company.actor("manager"), obj=ticket, severity=3, reason="媒体关注")
    rule = rules().limit("complaint", 3, "investigating")
    row = fresh.stages.get(left_at=None)
    assert calendar.minutes_between(row.entered_at, row.due_at) == rule.minutes + day_minutes(desk)
    whole = rules().limit("complaint", 3, "solve")
    assert calendar.minutes_between(fresh.accepted_at, fresh.solve_due_at) == whole.minutes + day_minutes(desk)


def test_nobody_is_woken_unless_the_matter_is_critical(desk: Desk, company: Company) -> None:
    set_deadline("accepted", 60)
    set_deadline("accepted", 60, severity=4)
    with at(2026, 11, 27, 9, 30):
        calm, critical = desk.accept(), desk.accept(severity=4)
        Ticket.objects.update(alarm_at=datetime(2026, 11, 28, 3, 0, tzinfo=ZONE))
    with at(2026, 11, 28, 3, 1):
        assert sound() == 1
    assert Notice.objects.filter(key__contains=f":{critical.pk}:").exists()
    assert not Notice.objects.filter(key__contains=f":{calm.pk}:").exists()
    assert Ticket.objects.get(pk=calm.pk).late
    with at(2026, 11, 30, 10, 30):
        assert sound() >= 1
    assert Notice.objects.filter(key__contains=f":{calm.pk}:").exists()


def test_a_unit_that_does_not_answer_is_warned_and_then_reported(desk: Desk, company: Company) -> None:
    quality = company.units["quality"]
    change_unit(
        actor=SYSTEM, unit=quality, name=quality.name, kind=quality.kind, parent=quality.parent,
        leader=company.people["department"],
    )  # fmt: skip
    with at(2026, 11, 23, 9, 30):
        ticket = desk.at("investigating")
    row = ticket.dispatches.get()
    with time_machine.travel(row.alarm_at + timedelta(seconds=1), tick=False):
        sound()
    assert Notice.objects.filter(employee=company.people["department"], kind="dispatch.warned").count() == 1
    with time_machine.travel(row.due_at + timedelta(seconds=1), tick=False):
        sound()
        sound()
    assert Notice.objects.filter(employee=company.people["department"], kind="dispatch.late").count() == 1
    assert Notice.objects.filter(employee=company.people["agent"], kind="dispatch.late").count() == 1
    row.refresh_from_db()
    assert row.late
    assert row.alarm_at is None


def test_closed_late_is_told_from_closed_in_time(desk: Desk, company: Company) -> None:
    with at(2026, 11, 23, 9, 30):
        early, late = desk.at("told"), desk.at("told")
        assert not actions.close_after_visit(actor=SYSTEM, ticket=early, satisfaction=5).late
    with time_machine.travel(late.solve_due_at + timedelta(minutes=1), tick=False):
        done = actions.close_after_visit(actor=SYSTEM, ticket=late, satisfaction=5)
    assert done.late
    assert done.alarm_at is None


def test_a_finished_stage_that_overran_is_marked(desk: Desk, company: Company) -> None:
    with at(2026, 11, 23, 9, 30):
        ticket = desk.accept()
    with at(2026, 11, 26, 9, 30):
        fresh = actions.assess(actor=company.actor("agent"), obj=ticket, category=desk.category())
    assert fresh.stages.get(stage="accepted").late
    assert not fresh.late


@pytest.mark.parametrize("agreed", [True, False])
def test_the_approving_stage_has_its_own_clock(desk: Desk, company: Company, agreed: bool) -> None:
    with at(2026, 11, 23, 9, 30):
        ticket = desk.at("handling")
        desk.plan(ticket, 90_000)
    with at(2026, 11, 23, 11, 30):
        act = approvals.approve if agreed else approvals.reject
        act(actor=company.actor("manager"), obj=Approval.objects.get(), note="见附件")
    row = Ticket.objects.get(pk=ticket.pk).stages.get(stage="approving")
    assert row.worked_minutes == 120
    assert row.by_name == "林一诺"
