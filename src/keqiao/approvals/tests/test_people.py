"""People are away, leave, come back, lose and gain powers: nothing hangs, and nobody decides what is not his."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from keqiao.approvals import actions
from keqiao.approvals.jobs import follow
from keqiao.approvals.models import Deputy
from keqiao.approvals.tests.conftest import Bench, fresh, no_contradiction
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.models import Notice, Todo
from keqiao.org.actions import change_employee, deactivate_employee
from keqiao.org.models import OrgUnit, Position
from keqiao.runtime import jobs, worker

pytestmark = pytest.mark.django_db


def stand_in(bench: Bench, away: str, deputy: str, days: int = 3, **more: Any) -> Deputy:
    today = timezone.localdate()
    people = bench.company.people
    return actions.appoint(
        actor=bench.company.actor(away), deputy=people[deputy], from_day=today, until_day=today + timedelta(days=days),
        **more,
    )  # fmt: skip


def leave(bench: Bench, role: str) -> None:
    """The person leaves, and the program notices."""
    deactivate_employee(actor=SYSTEM, employee=bench.company.people[role])
    notice_changes()


def notice_changes() -> None:
    """As the reader does; on PostgreSQL it sees only what is committed, so here it is called."""
    follow([])
    while jobs.work():
        pass


def test_a_deputy_gets_what_is_open_and_what_comes_and_gives_it_back(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    before = bench.ask()
    deputy = stand_in(bench, "leader", "department", reason="年假")
    after = bench.ask(unit="service")
    assert bench.asked(before) == bench.asked(after) == bench.todos() == {"department"}
    assert Notice.objects.get(kind="deputy.appointed").employee == bench.company.people["department"]
    bench.do("approve", "department", after)
    assert after.deciders.get(state="agreed").principal == bench.company.people["leader"]
    actions.end(actor=bench.company.actor("leader"), obj=deputy)
    assert bench.asked(before) == bench.todos() == {"leader"}
    with pytest.raises(NotAllowed):
        bench.do("approve", "department", before)
    with pytest.raises(Refused, match="已经结束"):
        actions.end(actor=bench.company.actor("leader"), obj=deputy)


def test_an_absence_ends_by_itself_with_its_last_day(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    with time_machine.travel("2026-11-23 02:00:00+00:00", tick=False) as clock:
        approval = bench.ask()
        stand_in(bench, "leader", "department", days=1)
        assert bench.asked(approval) == {"department"}
        clock.move_to("2026-11-24 15:59:00+00:00")  # a minute before midnight of the last day
        actions.refresh_all()
        assert bench.asked(approval) == {"department"}
        clock.shift(timedelta(minutes=2))
        actions.refresh_all()
        assert bench.asked(approval) == bench.todos() == {"leader"}


def test_a_deputy_never_decides_an_own_request(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    stand_in(bench, "leader", "agent")
    approval = bench.ask("agent")
    assert bench.asked(approval) == {"leader"}
    with pytest.raises(NotAllowed):
        bench.do("approve", "agent", approval)
    assert bench.asked(bench.ask("colleague", unit="service")) == {"agent"}


def test_deputies_of_deputies_and_circles(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    stand_in(bench, "leader", "department")
    stand_in(bench, "department", "manager")
    assert bench.asked(bench.ask()) == {"manager"}
    stand_in(bench, "manager", "leader")
    assert bench.asked(bench.ask(unit="service")) == {"leader"}


def test_what_cannot_be_an_absence(bench: Bench) -> None:
    today, people, leader = timezone.localdate(), bench.company.people, bench.company.actor("leader")

    def make(deputy: str, start: date, end: date, **more: Any) -> Deputy:
        return actions.appoint(actor=leader, deputy=people[deputy], from_day=start, until_day=end, **more)

    for deputy, start, end, why in (
        ("leader", today, today, "不能是本人"), ("agent", today, today - timedelta(days=1), "不能早于"),
        ("agent", today - timedelta(days=9), today - timedelta(days=1), "已经过去"),
        ("agent", today, today + timedelta(days=500), "一年"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=why):
            make(deputy, start, end)
    make("agent", today, today + timedelta(days=5))
    with pytest.raises(Refused, match="已由林一诺代理"):
        make("colleague", today + timedelta(days=5), today + timedelta(days=9))
    make("colleague", today + timedelta(days=6), today + timedelta(days=9))
    with pytest.raises(NotAllowed):
        make("agent", today, today, employee=people["department"])
    assert Deputy.objects.count() == 2


def test_when_the_only_decider_leaves_it_is_put_to_who_helps_and_goes_on(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("manager"))
    approval = bench.ask()
    with pytest.raises(NotAllowed, match="无人可批"):
        bench.do("assign", "manager", approval, employee=bench.company.people["department"])
    leave(bench, "leader")
    row = fresh(approval)
    assert (row.stuck, row.state, bench.todos("approval.stuck")) == (True, "waiting", {"manager"})
    assert Notice.objects.filter(employee=bench.company.people["agent"], kind="approval.stuck").exists()
    no_contradiction(approval)
    for role in ("agent", "department"):
        with pytest.raises(NotAllowed):
            bench.do("assign", role, approval, employee=bench.company.people["department"])
    with pytest.raises(Refused, match="申请人"):
        bench.do("assign", "manager", approval, employee=bench.company.people["agent"])
    bench.do("assign", "manager", approval, employee=bench.company.people["department"], note="班长离职")
    assert bench.asked(approval) == bench.todos() == {"department"}
    assert (fresh(approval).stuck, bench.todos("approval.stuck")) == (False, set())
    notice_changes()
    actions.refresh_all()
    assert bench.asked(approval) == {"department"}
    bench.do("delegate", "department", approval, employee=bench.company.people["colleague"])
    actions.refresh_all()
    assert bench.asked(approval) == {"colleague"}
    bench.do("approve", "colleague", approval)
    bench.do("approve", "manager", approval)
    assert bench.heard == ["approved"]


@pytest.mark.django_db(transaction=True)
def test_the_worker_notices_by_itself_that_somebody_left(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    approval = bench.ask()
    deactivate_employee(actor=SYSTEM, employee=bench.company.people["leader"])
    worker.drain()
    assert fresh(approval).stuck
    assert bench.todos("approval.stuck") == {"manager"}


def test_nobody_from_the_start_is_told_at_once(bench: Bench) -> None:
    approval = bench.ask("manager")  # nobody else holds the power
    assert (fresh(approval).stuck, bench.asked(approval)) == (True, set())
    assert bench.todos("approval.stuck") == {"manager"}
    with pytest.raises(NotAllowed):
        bench.do("approve", "manager", approval)
    page = bench.company.client("manager").get(f"/approvals/{approval.pk}/").content.decode()
    assert "没有人能审批" in page


def test_who_gains_the_power_gets_a_seat_and_who_loses_it_leaves(bench: Bench) -> None:
    approval, people = bench.ask(), bench.company.people
    assert bench.asked(approval) == {"manager"}
    change_employee(actor=SYSTEM, employee=people["department"], positions=[Position.objects.get(name="总经理")])
    notice_changes()
    assert bench.asked(approval) == bench.todos() == {"manager", "department"}
    change_employee(actor=SYSTEM, employee=people["manager"], positions=[Position.objects.get(name="客服专员")])
    notice_changes()
    assert bench.asked(approval) == bench.todos() == {"department"}


def test_where_all_must_agree_nobody_is_added_and_the_last_leaver_is_not_a_yes(bench: Bench) -> None:
    bench.flow(bench.position("客服专员", every=True))
    approval = bench.ask("leader")
    people, agent = bench.company.people, Position.objects.get(name="客服专员")
    change_employee(actor=SYSTEM, employee=people["department"], positions=[agent], unit=bench.company.units["team"])
    notice_changes()
    assert bench.asked(approval) == {"agent", "colleague"}
    bench.do("approve", "agent", approval)
    leave(bench, "colleague")
    assert (fresh(approval).state, fresh(approval).stuck, bench.heard) == ("waiting", True, [])
    bench.do("assign", "manager", approval, employee=people["department"])
    bench.do("approve", "department", approval)
    assert bench.heard == ["approved"]


def test_a_seat_that_was_handed_on_comes_back_when_the_other_leaves(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    approval = bench.ask()
    bench.do("delegate", "leader", approval, employee=bench.company.people["department"])
    leave(bench, "department")
    assert bench.asked(approval) == bench.todos() == {"leader"}
    no_contradiction(approval)


def test_a_returned_request_of_a_leaver_does_not_hang(bench: Bench) -> None:
    approval = bench.ask()
    bench.do("give_back", "manager", approval)
    with pytest.raises(NotAllowed):
        bench.do("withdraw", "manager", approval)
    leave(bench, "agent")
    assert (fresh(approval).stuck, bench.todos("approval.stuck")) == (True, {"manager"})
    bench.do("withdraw", "manager", approval)
    assert (bench.heard, bench.todos("approval.stuck")) == (["withdrawn"], set())


def test_nothing_is_given_back_to_who_has_left(bench: Bench) -> None:
    approval = bench.ask()
    leave(bench, "agent")
    with pytest.raises(Refused, match="申请人已离职"):
        bench.do("give_back", "manager", approval)
    assert fresh(approval).state == "waiting"
    bench.do("approve", "manager", approval)
    assert bench.heard == ["approved"]


def test_a_flow_that_nobody_can_decide_any_more_is_put_to_who_keeps_it(bench: Bench) -> None:
    flow = bench.flow(bench.person("leader"))
    leave(bench, "leader")
    todo = Todo.objects.get(label="approvals.flow", done_at=None)
    assert (todo.employee, todo.object_id) == (bench.company.people["manager"], flow.pk)
    page = bench.company.client("manager").get(todo.url).content.decode()
    assert "目前没有在职人员可以审批" in page
    bench.flow(bench.person("department"))
    assert not Todo.objects.filter(label="approvals.flow", done_at=None).exists()


def test_reminded_before_the_deadline_and_the_leader_told_after_it_once_each(bench: Bench) -> None:
    people, head = bench.company.people, bench.company.units["service"]
    OrgUnit.objects.filter(pk=head.pk).update(leader=people["manager"])
    bench.flow(bench.person("leader", minutes=120))
    with time_machine.travel(
        "2026-11-23 02:00:00+00:00", tick=False
    ) as clock:  # 10 o'clock, due at 13 with lunch between
        approval = bench.ask()
        assert actions.sound() == 0
        clock.move_to("2026-11-23 03:36:00+00:00")
        assert (actions.sound(), actions.sound()) == (1, 0)
        assert told("approval.reminded") == {people["leader"].pk}
        clock.move_to("2026-11-23 04:30:00+00:00")  # at lunch nobody is reminded
        assert actions.sound() == 0
        clock.move_to("2026-11-23 06:10:00+00:00")
        assert (actions.sound(), actions.sound()) == (1, 0)
        assert told("approval.late") == {people["leader"].pk, people["manager"].pk}
        client = bench.company.client("leader")
        assert "超时" in client.get(f"/approvals/{approval.pk}/").content.decode()
    assert bench.verbs() == ["requested", "reminded", "late"]


def told(kind: str) -> set[int]:
    return set(Notice.objects.filter(kind=kind).values_list("employee_id", flat=True))


def test_at_night_the_clock_waits_for_the_morning(bench: Bench) -> None:
    bench.flow(bench.person("leader", minutes=60))
    with time_machine.travel("2026-11-23 02:00:00+00:00", tick=False) as clock:
        bench.ask()
        clock.move_to("2026-11-23 15:00:00+00:00")  # the program stood still until 23 o'clock
        assert actions.sound() == 0
        clock.move_to("2026-11-24 01:00:00+00:00")
        assert actions.sound() == 1


def test_nobody_decides_an_own_request_however_the_seat_came_about(bench: Bench) -> None:
    """No rule seats the requester; should one ever sit there, the say is refused all the same."""
    bench.flow(bench.person("leader"))
    mine = bench.ask(role="leader")
    mine.deciders.filter(state="open").update(state="released")
    step = mine.steps.get()
    person = bench.company.people["leader"]
    mine.deciders.create(step=step, principal=person, employee=person, round=mine.round, how="rule")
    for verb in ("approve", "reject"):
        with pytest.raises(NotAllowed):
            bench.do(verb, "leader", mine)
