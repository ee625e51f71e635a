"""The controls of the races: with the second look under lock taken out, accept, dispatch, approve and close happen twice.

Without them a test that never really raced would look like one that holds.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models

from keqiao.approvals import actions as approvals
from keqiao.approvals.actions import base as approval_base
from keqiao.approvals.actions import deciding, way
from keqiao.approvals.models import Approval
from keqiao.approvals.policies import seats_of
from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.tickets import actions
from keqiao.tickets.actions import base, closing, dispatching
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
Parallel = Callable[..., list[Any]]
MANY = 6


def blind(obj: models.Model, target: str, *, field: str, transitions: Any, **changes: Any) -> Any:
    """`kernel.state.move` without the lock, the look and the condition."""
    rows = type(obj)._default_manager.filter(pk=obj.pk)
    rows.update(**{field: target, **changes})
    return rows.get()


def leave(ticket: Ticket, now: Any, _pause: int = 0) -> None:
    """`base.leave_stage` without asking whether somebody else has left it already."""
    ticket.stages.filter(left_at=None).update(left_at=now, worked_minutes=0)


def nobody_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on whoever acts believes what was read before."""
    for module in (base, dispatching, closing):
        monkeypatch.setattr(module, "lock", lambda ticket: ticket)
    for module in (base, dispatching):
        monkeypatch.setattr(module, "move", blind)
    monkeypatch.setattr(base, "leave_stage", leave)


def deeds(verb: str) -> int:
    """How often it is on record."""
    return Event.objects.filter(verb=verb).count()


def several(desk: Desk) -> list[Any]:
    """Units that may all be asked about one matter."""
    return list(desk.company.units.values())


def test_several_units_at_once_are_all_asked_and_the_stage_begins_once(desk: Desk, in_parallel: Parallel) -> None:
    ticket, actor, units = desk.at("assessed"), desk.company.actor("agent"), several(desk)
    results = in_parallel(lambda n: actions.dispatch(actor=actor, obj=ticket, units=[units[n]]), len(units))
    assert not [one for one in results if isinstance(one, Exception)], results
    assert ticket.dispatches.count() == len(units)
    assert ticket.stages.filter(stage="investigating").count() == 1
    assert ticket.stages.filter(left_at=None).count() == 1


def test_control_the_stage_would_begin_several_times(
    desk: Desk, in_parallel: Parallel, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, actor, units = desk.at("assessed"), desk.company.actor("agent"), several(desk)
    nobody_looks_again(monkeypatch)
    in_parallel(lambda n: actions.dispatch(actor=actor, obj=ticket, units=[units[n]]), len(units))
    assert ticket.stages.filter(stage="investigating").count() > 1


def test_control_a_dispatch_would_be_accepted_several_times(
    desk: Desk, company: Company, in_parallel: Parallel, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, actor = desk.at("investigating").dispatches.get(), company.actor("department")
    nobody_looks_again(monkeypatch)
    in_parallel(lambda _n: actions.dispatch_accept(actor=actor, obj=row), MANY)
    assert deeds("dispatch.accepted") > 1


def test_control_a_matter_would_be_closed_several_times(
    desk: Desk, in_parallel: Parallel, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = desk.at("told")
    nobody_looks_again(monkeypatch)
    in_parallel(lambda _n: actions.close_after_visit(actor=SYSTEM, ticket=ticket, satisfaction=5), MANY)
    assert deeds("ticket.closed") > 1
    assert Ticket.objects.get().stage == "closed"


def test_control_a_compensation_would_be_approved_several_times(
    desk: Desk, company: Company, in_parallel: Parallel, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.plan(desk.at("handling"), 90_000)
    approval, actor = Approval.objects.get(), company.actor("manager")
    seats = seats_of(actor, approval)
    nobody_looks_again(monkeypatch)
    monkeypatch.setattr(approval_base, "guard", lambda _actor, obj: (obj, seats))
    monkeypatch.setattr(approval_base, "take", lambda *_args, **_more: None)
    monkeypatch.setattr(deciding, "move", blind)
    monkeypatch.setattr(way, "move", blind)
    monkeypatch.setattr(way, "settle", lambda step, _turn: bool(way.move(step, "done", field="state", transitions={})))
    in_parallel(lambda _n: approvals.approve(actor=actor, obj=approval, note="同意"), MANY)
    assert deeds("approval.approved") > 1
