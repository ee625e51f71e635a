"""Whom plans, events and the desk leave out: erased records, those called lately, other units, what is paused or void."""

from datetime import timedelta
from typing import Any

import pytest

from keqiao.customers.models import Consent, Customer
from keqiao.kernel.errors import Refused
from keqiao.org.models import Employee
from keqiao.reception.actions import register
from keqiao.reception.models import Entry
from keqiao.tickets.tests.conftest import MONDAY
from keqiao.visits import actions, candidates, coverage, jobs
from keqiao.visits.models import Rectification, Visit, Visitor, VisitRule
from keqiao.visits.tests.conftest import Round

pytestmark = pytest.mark.django_db


def plan(round_: Round, **values: Any) -> VisitRule:
    """A plan of the complaint team."""
    return VisitRule.objects.create(
        **{"name": "计划", "occasion": "once", "unit": round_.company.units["team"]} | values
    )


def test_erased_and_merged_records_are_nobody_to_call(round_: Round) -> None:
    here = Customer.objects.create(name="在", number="KH-1")
    Customer.objects.create(name="已删除", number="KH-2", erased=True)
    Customer.objects.create(name="已合并", number="KH-3", merged_into=here)
    assert list(candidates.audience(plan(round_))) == [here]


def test_a_paused_plan_makes_none_even_by_hand_and_nobody_left_is_said(round_: Round) -> None:
    Customer.objects.create(name="在", number="KH-1")
    manager = round_.company.actor("manager")
    with pytest.raises(Refused):
        actions.run_plan(actor=manager, obj=plan(round_, paused=True))
    assert not Visit.objects.exists()
    rule = plan(round_, name="再来")
    assert actions.run_plan(actor=manager, obj=rule) == 1
    with pytest.raises(Refused, match="没有要生成的回访"):
        actions.run_plan(actor=manager, obj=rule)


def walked_in(round_: Round) -> Entry:
    """A walk-in that a rule wants called."""
    VisitRule.objects.create(name="来访", event="reception.registered", kinds=[], gap_days=30)
    return register(
        actor=round_.company.actor("agent"), way="walk_in", name="孙建", phone="13900139001", matter="看洗衣机"
    )


def test_a_void_entry_is_not_called_about(round_: Round) -> None:
    entry = walked_in(round_)
    entry.status = Entry.Status.VOID
    assert actions.after_event(entry=entry) is None


@pytest.mark.parametrize("why", ["waiting", "lately", "refusing", ""])
def test_after_an_event_nobody_is_called_twice_or_against_his_will(round_: Round, why: str) -> None:
    entry = walked_in(round_)
    rule = plan(round_, name="别的")
    common = {
        "customer": entry.customer, "rule": rule, "unit": rule.unit, "matter": "别的", "planned_at": MONDAY,
        "not_before": MONDAY, "due_at": MONDAY, "number": "HF-1",
    }  # fmt: skip
    if why == "waiting":
        Visit.objects.create(**common)
    elif why == "lately":
        done = {"status": "done", "open": False, "satisfaction": 5, "solved": True, "done_at": MONDAY}
        Visit.objects.create(**common | done)
    elif why == "refusing":
        Consent.objects.create(customer=entry.customer, purpose="service", channel="phone", given=False, at=MONDAY)
    assert (actions.after_event(entry=entry) is None) is bool(why)


def test_the_desk_offers_what_is_ones_own_when_its_time_has_come(round_: Round) -> None:
    visit, colleague = round_.visit(), round_.company.actor("colleague")
    Visit.objects.update(not_before=MONDAY + timedelta(hours=1))
    assert actions.next_for(actor=colleague) is None
    Visit.objects.update(not_before=MONDAY, assignee=None, unit=round_.company.units["service"])
    assert actions.next_for(actor=colleague) is None
    Visit.objects.update(unit=round_.company.units["team"])
    assert actions.next_for(actor=colleague) == visit


def test_a_responsible_person_who_has_left_is_given_nothing(round_: Round) -> None:
    visit, department = round_.visit(), round_.company.people["department"]
    Employee.objects.filter(pk=department.pk).update(is_active=False)
    actions.record_result(actor=round_.company.actor("colleague"), obj=visit, satisfaction=1, solved=False)
    assert Rectification.objects.get().owner_id is None


def test_what_is_shared_out_anew_begins_anew_with_the_clock(round_: Round) -> None:
    visit = round_.visit()
    Visit.objects.update(alarm_level=2)
    Visitor.objects.create(employee=round_.company.people["colleague"], away_from=MONDAY.date())
    assert jobs.share_visits() == 1
    assert Visit.objects.get(pk=visit.pk).alarm_level == 0


def test_reached_in_another_turn_is_not_reached_in_this_one(round_: Round) -> None:
    customer = Customer.objects.create(name="在", number="KH-1")
    rule = plan(round_, occasion="period", every_months=1)
    Visit.objects.create(
        number="HF-1", customer=customer, rule=rule, occasion_key="p2026-10", unit_id=rule.unit_id or 0, matter="上一期", status="done",
        open=False, satisfaction=5, solved=True, done_at=MONDAY, planned_at=MONDAY, not_before=MONDAY, due_at=MONDAY,
    )  # fmt: skip
    manager = round_.company.actor("manager")
    assert list(coverage.customers_of(manager, rule, "missing")) == [customer]
    Visit.objects.update(occasion_key="p2026-11")
    assert list(coverage.customers_of(manager, rule, "reached")) == [customer]
