"""Several people at the same moment: one effect each. And the control that shows the race without the guard."""

from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from keqiao.approvals import actions
from keqiao.approvals.models import Approval, Decider, Deputy, Flow
from keqiao.approvals.tests.conftest import KIND, Bench, fresh, no_contradiction
from keqiao.audit.models import Event
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.kernel.tests.parallel import in_parallel
from keqiao.notices.models import Notice

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def won(results: list[Any]) -> int:
    """How many succeeded; everything else must be a refusal in words, not a crash."""
    failures = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(failure, Refused) for failure in failures), failures
    return len(results) - len(failures)


def together(bench: Bench, approval: Approval, *deeds: tuple[str, str, dict[str, Any]]) -> list[Any]:
    """Each (verb, role, more) at the same moment."""
    actors = [bench.company.actor(role) for _verb, role, _more in deeds]
    return in_parallel(
        lambda n: getattr(actions, deeds[n][0])(actor=actors[n], obj=Approval(pk=approval.pk), **deeds[n][2]),
        len(deeds),
    )


def test_a_double_approval_is_one(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("manager"))
    approval = bench.ask()
    results = together(bench, approval, *[("approve", "leader", {})] * 8)
    assert won(results) == 1
    assert bench.steps(approval) == "done current"
    results = together(bench, approval, *[("approve", "manager", {})] * 8)
    assert (won(results), bench.heard) == (1, ["approved"])
    assert Event.objects.filter(verb="approval.approved").count() == 1


def test_two_deciders_at_once_where_one_suffices(bench: Bench) -> None:
    bench.flow(bench.position("客服专员"))
    for _round in range(3):
        approval = bench.ask("leader")
        results = together(
            bench, approval, ("approve", "agent", {}), ("reject", "colleague", {"note": "不行"}),
            ("approve", "agent", {}), ("approve", "colleague", {}),
        )  # fmt: skip
        assert won(results) == 1
        assert fresh(approval).state in {"approved", "rejected"}
        no_contradiction(approval)
    assert len(bench.heard) == 3


def test_two_deciders_at_once_where_all_must_agree(bench: Bench) -> None:
    """Neither may take the other for missing: that would leave it waiting for nobody."""
    bench.flow(bench.position("客服专员", every=True), bench.person("manager"))
    for _round in range(4):
        approval = bench.ask("leader")
        assert won(together(bench, approval, ("approve", "agent", {}), ("approve", "colleague", {}))) == 2
        assert bench.steps(approval) == "done current"
        assert approval.deciders.filter(state="open").count() == 1
        bench.do("approve", "manager", approval)
    assert bench.heard == ["approved"] * 4


def test_steps_side_by_side_at_once(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("department", beside=True))
    for _round in range(4):
        approval = bench.ask()
        assert won(together(bench, approval, ("approve", "leader", {}), ("approve", "department", {}))) == 2
        assert fresh(approval).state == "approved"
    assert bench.heard == ["approved"] * 4


def test_approve_against_withdraw(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    for _round in range(4):
        approval = bench.ask()
        deeds = [("approve", "leader", {}), ("withdraw", "agent", {})] * 3
        assert won(together(bench, approval, *deeds)) == 1
        assert bench.heard == [*bench.heard[:-1], fresh(approval).state]
        no_contradiction(approval)
    assert len(bench.heard) == 4


def test_approve_against_hand_on(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    to = bench.company.people["department"]
    for _round in range(4):
        approval = bench.ask()
        deeds = [("approve", "leader", {}), ("delegate", "leader", {"employee": to})] * 3
        assert won(together(bench, approval, *deeds)) == 1
        no_contradiction(approval)
        row = fresh(approval)
        assert (row.state == "approved") != (bench.asked(row) == {"department"})
        if row.state == "waiting":
            bench.do("approve", "department", row)
    assert bench.heard == ["approved"] * 4


def test_return_against_approve_and_urge_against_urge(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    approval = bench.ask()
    assert won(together(bench, approval, *[("urge", "agent", {})] * 6)) == 1
    assert Notice.objects.filter(kind="approval.urged").count() == 1
    deeds = [("approve", "leader", {}), ("give_back", "leader", {"note": "缺发票"})] * 3
    assert won(together(bench, approval, *deeds)) == 1
    no_contradiction(approval)


def test_asked_for_twice_at_once_is_one_request(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    assert won(in_parallel(lambda _n: bench.ask(), 8)) == 1
    assert Approval.objects.count() == 1
    assert Decider.objects.count() == 1


def test_one_draft_and_one_flow_in_use(bench: Bench) -> None:
    drafts = in_parallel(lambda _n: actions.draft(actor=SYSTEM, kind=KIND), 6)
    assert len({one.pk for one in drafts}) == 1
    assert won(in_parallel(lambda _n: actions.publish(actor=SYSTEM, obj=drafts[0]), 6)) == 1
    assert Flow.objects.filter(kind=KIND, state="current").count() == 1


def test_absences_never_overlap(bench: Bench) -> None:
    today, leader, to = timezone.localdate(), bench.company.actor("leader"), bench.company.people["department"]
    make = lambda _n: actions.appoint(actor=leader, deputy=to, from_day=today, until_day=today)  # noqa: E731 – one line
    assert won(in_parallel(make, 6)) == 1
    assert Deputy.objects.count() == 1


def test_the_clock_of_two_processes_reminds_once(bench: Bench) -> None:
    bench.flow(bench.person("leader", minutes=60))
    approval = bench.ask()
    step = approval.steps.get()
    type(step).objects.filter(pk=step.pk).update(alarm_at=step.opened_at, due_at=step.opened_at)
    with time_machine.travel("2030-11-25 02:00:00+00:00", tick=False):
        assert sum(in_parallel(lambda _n: actions.sound(), 6)) == 1


def test_the_control_without_lock_and_condition_decides_twice(bench: Bench) -> None:
    """Looking first and writing afterwards is the mistake that `base.lock` and `base.take` avoid; it must show up here."""
    bench.flow(bench.position("客服专员"))
    approval, effects = bench.ask("leader"), []
    seats = list(approval.deciders.order_by("pk"))

    def careless(number: int) -> bool:
        row = Approval.objects.get(pk=approval.pk)
        seat = Decider.objects.get(pk=seats[number % 2].pk)
        if row.state != "waiting" or seat.state != "open":
            return False
        with transaction.atomic():
            Decider.objects.filter(pk=seat.pk).update(state="agreed")
            Approval.objects.filter(pk=row.pk).update(state="approved")
            effects.append(number)
        return True

    wins = 0
    for _round in range(5):
        Approval.objects.filter(pk=approval.pk).update(state="waiting")
        Decider.objects.filter(approval=approval).update(state="open")
        wins = max(wins, sum(in_parallel(careless, 12)))
    assert wins > 1
