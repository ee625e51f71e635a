"""The same thing at the same moment by many: one effect each."""

from collections.abc import Callable
from typing import Any

import pytest

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.notices.models import Notice
from keqiao.tickets import actions
from keqiao.tickets.actions.alarms import sound
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
Parallel = Callable[..., list[Any]]


def won(results: list[Any]) -> int:
    """How many succeeded; everything else must be a refusal in words, not a crash."""
    failures = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(failure, Refused) for failure in failures), failures
    return len(results) - len(failures)


def test_numbers_of_parallel_acceptances_are_gapless_and_single(desk: Desk, in_parallel: Parallel) -> None:
    desk.accept()
    results = in_parallel(lambda _number: desk.accept().number, 20)
    assert won(results) == 20
    assert sorted(int(number[-4:]) for number in results) == list(range(2, 22))


def test_one_of_many_assessments_counts(desk: Desk, company: Company, in_parallel: Parallel) -> None:
    ticket, actor, category = desk.accept(), company.actor("agent"), desk.category()
    assert won(in_parallel(lambda _n: actions.assess(actor=actor, obj=ticket, category=category), 8)) == 1
    assert ticket.stages.count() == 2


def test_a_unit_is_asked_once(desk: Desk, company: Company, in_parallel: Parallel) -> None:
    ticket, actor = desk.at("assessed"), company.actor("agent")
    units = [company.units["quality"]]
    assert won(in_parallel(lambda _n: actions.dispatch(actor=actor, obj=ticket, units=units), 8)) == 1
    assert ticket.dispatches.count() == 1
    assert ticket.stages.filter(left_at=None).count() == 1


def test_a_dispatch_is_accepted_and_answered_once(desk: Desk, company: Company, in_parallel: Parallel) -> None:
    row, actor = desk.at("investigating").dispatches.get(), company.actor("department")
    assert won(in_parallel(lambda _n: actions.dispatch_accept(actor=actor, obj=row), 8)) == 1
    assert won(in_parallel(lambda n: actions.dispatch_answer(actor=actor, obj=row, answer=f"答复{n}"), 8)) == 1


def test_a_compensation_is_approved_or_rejected_once(desk: Desk, company: Company, in_parallel: Parallel) -> None:
    ticket = desk.at("handling")
    desk.plan(ticket, 90_000)
    approval, actor = Approval.objects.get(), company.actor("manager")

    def decide(number: int) -> Approval:
        act = approvals.approve if number % 2 else approvals.reject
        return act(actor=actor, obj=approval, note="看过了")

    assert won(in_parallel(decide, 8)) == 1
    assert ticket.stages.filter(stage="handling").count() == 2


def test_a_matter_is_closed_or_reopened_once(desk: Desk, in_parallel: Parallel) -> None:
    ticket = desk.at("told")

    def end(number: int) -> Ticket:
        if number % 2:
            return actions.close_after_visit(actor=SYSTEM, ticket=ticket, satisfaction=5)
        return actions.reopen_after_visit(actor=SYSTEM, ticket=ticket, satisfaction=1, reason="不满意")

    assert won(in_parallel(end, 8)) == 1
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert (fresh.stage, fresh.reopened) in {("closed", 0), ("investigating", 1)}


def test_the_clock_of_two_processes_rings_once(desk: Desk, in_parallel: Parallel) -> None:
    ticket = desk.accept()
    Ticket.objects.filter(pk=ticket.pk).update(alarm_at=ticket.accepted_at, warn_at=ticket.accepted_at, severity=4)
    assert sum(in_parallel(lambda _n: sound(), 6)) == 1
    assert Notice.objects.filter(kind="ticket.warned").count() == 1


def test_the_control_without_the_guard_decides_twice(desk: Desk, in_parallel: Parallel) -> None:
    """Looking first and saving afterwards is the mistake that `kernel.state.move` avoids; it must show up here."""
    ticket = desk.accept()

    def careless(_number: int) -> bool:
        row = Ticket.objects.get(pk=ticket.pk)
        if row.stage != "accepted":
            return False
        row.stage = "assessed"
        row.save(update_fields=["stage"])
        return True

    wins = 0
    for _round in range(5):
        Ticket.objects.filter(pk=ticket.pk).update(stage="accepted")
        wins = max(wins, sum(in_parallel(careless, 12)))
    assert wins > 1


def test_parallel_first_calls_from_one_phone_make_one_customer(desk: Desk, in_parallel: Parallel) -> None:
    results = in_parallel(lambda _number: desk.accept(contact_phone="199 0000 1234").customer_id, 10)
    assert won(results) == 10
    assert len(set(results)) == 1


def test_two_people_join_the_same_two_matters_once(desk: Desk, company: Company, in_parallel: Parallel) -> None:
    one, other, actor = desk.accept(), desk.accept(), company.actor("manager")

    def either_way(number: int) -> Ticket:
        obj, main = (one, other) if number % 2 else (other, one)
        return actions.join(actor=actor, obj=obj, main=main)

    assert won(in_parallel(either_way, 8)) == 1
    assert Ticket.objects.filter(main__isnull=False).count() == 1
    assert one.progress.filter(kind="progress").count() + other.progress.filter(kind="progress").count() == 1


def test_a_matter_is_parted_or_goes_along_once(desk: Desk, company: Company, in_parallel: Parallel) -> None:
    main, actor = desk.at("handling"), company.actor("manager")
    desk.plan(main)
    other = desk.accept(contact_name="赵永强", contact_phone="13900139000")
    actions.join(actor=actor, obj=other, main=main)

    def end(number: int) -> Ticket:
        if number % 2:
            return actions.part(actor=actor, obj=other, reason="不是一件事")
        return actions.resolve(actor=actor, obj=main, result="已换新机")

    in_parallel(end, 6)
    fresh = Ticket.objects.get(pk=other.pk)
    assert (fresh.stage, fresh.main_id) in {("resolved", main.pk), ("accepted", None)}
    assert fresh.stages.filter(left_at=None).count() == 1
