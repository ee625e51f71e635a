"""The way of an approval: by amount, step after step, side by side, returned, handed on, urged."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from keqiao.approvals import actions
from keqiao.approvals.models import Approval
from keqiao.approvals.tests.conftest import Bench, fresh, no_contradiction
from keqiao.audit.models import Event
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice, Todo
from keqiao.org.actions import change_position
from keqiao.org.models import Employee, Position

pytestmark = pytest.mark.django_db
MANAGER = 500_000  # fen from which the general manager is asked too


def two_steps(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("manager", from_fen=MANAGER))


def test_the_amount_says_how_far_it_goes(bench: Bench) -> None:
    two_steps(bench)
    small, large = bench.ask(amount=MANAGER - 1), bench.ask(amount=MANAGER, unit="service")
    assert (bench.steps(small), bench.steps(large)) == ("current", "current coming")
    assert bench.do("approve", "leader", small).state == "approved"
    assert bench.do("approve", "leader", large).state == "waiting"
    assert bench.heard == ["approved"]
    assert bench.asked(large) == bench.todos() == {"manager"}
    done = bench.do("approve", "manager", large, note="同意")
    assert (done.state, done.decided_by_id, done.note) == ("approved", bench.company.people["manager"].pk, "同意")
    assert bench.heard == ["approved", "approved"]
    assert bench.todos() == set()
    assert bench.verbs() == ["requested", "requested", "approved", "agreed", "approved"]


def test_a_step_cannot_be_taken_before_its_turn(bench: Bench) -> None:
    two_steps(bench)
    approval = bench.ask(amount=MANAGER)
    for verb in ("approve", "reject", "give_back"):
        with pytest.raises(NotAllowed):
            bench.do(verb, "manager", approval)
    assert bench.steps(approval) == "current coming"


def test_side_by_side_both_must_agree_in_any_order(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("department", beside=True), bench.person("manager"))
    approval = bench.ask()
    assert bench.asked(approval) == {"leader", "department"}
    bench.do("approve", "department", approval)
    assert bench.steps(approval) == "current done coming"
    with pytest.raises(WrongState, match="已经审批过"):
        bench.do("approve", "department", approval)
    bench.do("approve", "leader", approval)
    assert bench.steps(approval) == "done done current"
    assert bench.heard == []


def test_of_several_one_suffices_or_all_must_agree(bench: Bench) -> None:
    bench.flow(bench.position("客服专员"))
    one = bench.ask("leader")
    assert bench.asked(one) == {"agent", "colleague"}
    bench.do("approve", "agent", one)
    assert fresh(one).state == "approved"
    assert one.deciders.get(employee=bench.company.people["colleague"]).state == "released"
    bench.flow(bench.position("客服专员", every=True))
    every = bench.ask("leader")
    bench.do("approve", "agent", every)
    assert (fresh(every).state, bench.asked(every)) == ("waiting", {"colleague"})
    bench.do("approve", "colleague", every)
    assert fresh(every).state == "approved"


def test_one_refusal_ends_it_also_where_all_must_agree(bench: Bench) -> None:
    bench.flow(bench.position("客服专员", every=True), bench.person("manager"))
    approval = bench.ask("leader")
    bench.do("approve", "agent", approval)
    done = bench.do("reject", "colleague", approval, note="没有依据")
    assert (done.state, bench.steps(done), bench.heard) == ("rejected", "refused over", ["rejected"])
    assert Notice.objects.filter(employee=bench.company.people["leader"], kind="approval.decided").count() == 1


def test_the_same_person_in_two_steps_running_decides_once_and_that_is_said(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.position("客服班长"), bench.person("manager"))
    approval = bench.ask()
    bench.do("approve", "leader", approval, note="可以")
    assert bench.steps(approval) == "done done current"
    seat = approval.deciders.get(carried=True)
    assert (seat.employee.name, seat.state) == ("许知远", "agreed")
    assert "不再重复审批" in seat.note
    assert bench.verbs() == ["requested", "carried", "agreed"]
    page = bench.company.client("agent").get(f"/approvals/{approval.pk}/").content.decode()
    assert "沿用" in page


def test_the_same_person_not_in_a_row_is_asked_again(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("department"), bench.person("leader"))
    approval = bench.ask()
    bench.do("approve", "leader", approval)
    bench.do("approve", "department", approval)
    assert bench.asked(approval) == {"leader"}


@pytest.mark.parametrize(("levels", "who"), [(1, "leader"), (2, "manager"), (9, "manager")])
def test_the_line_manager_so_many_levels_up(bench: Bench, levels: int, who: str) -> None:
    people = bench.company.people
    Employee.objects.filter(pk=people["agent"].pk).update(manager=people["leader"])
    Employee.objects.filter(pk=people["leader"].pk).update(manager=people["manager"])
    bench.flow({"who": "manager", "levels": levels})
    assert bench.asked(bench.ask()) == {who}


def test_a_position_is_looked_for_close_to_the_unit_first(bench: Bench) -> None:
    bench.flow(bench.position("客服专员"))
    assert bench.asked(bench.ask("manager", unit="team")) == {"agent", "colleague"}
    assert bench.asked(bench.ask("manager", unit="finance")) == {"outsider"}
    assert bench.asked(bench.ask("manager", unit="quality")) == {"agent", "colleague", "outsider"}


def test_returned_for_completion_it_goes_on_where_it_stood(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("manager"))
    approval = bench.ask()
    bench.do("approve", "leader", approval)
    with pytest.raises(Refused, match="需要补充什么"):
        bench.do("give_back", "manager", approval, note=" ")
    bench.do("give_back", "manager", approval, note="请附租赁合同")
    assert (fresh(approval).state, bench.steps(approval)) == ("returned", "done returned")
    assert (bench.todos(), bench.todos("approval.returned")) == (set(), {"agent"})
    for verb in ("approve", "reject", "give_back", "urge"):
        with pytest.raises(WrongState):
            bench.do(verb, "manager", approval)
    with pytest.raises(NotAllowed):
        bench.do("resubmit", "manager", approval)
    bench.do("resubmit", "agent", approval, reason="合同已附", note="见附件")
    row = fresh(approval)
    assert (row.state, row.round, row.reason, bench.asked(row)) == ("waiting", 2, "合同已附", {"manager"})
    assert bench.todos("approval.returned") == set()
    bench.do("approve", "manager", approval)
    assert bench.heard == ["approved"]
    assert bench.verbs() == ["requested", "agreed", "returned", "resubmitted", "approved"]


def test_returned_it_may_also_begin_anew(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("manager"))
    approval = bench.ask()
    bench.do("approve", "leader", approval)
    bench.do("give_back", "manager", approval, start="first")
    bench.do("resubmit", "agent", approval)
    assert (bench.steps(approval), bench.asked(approval)) == ("current coming", {"leader"})


def test_while_it_is_returned_nothing_else_can_be_asked_about_it_and_it_can_be_taken_back(bench: Bench) -> None:
    approval = bench.ask()
    bench.do("give_back", "manager", approval)
    with pytest.raises(Refused, match="等待审批"):
        bench.ask()
    bench.do("withdraw", "agent", approval)
    assert (bench.heard, bench.todos("approval.returned")) == (["withdrawn"], set())
    assert bench.ask().pk != approval.pk


def test_handed_on_the_to_do_moves_and_the_other_decides_in_ones_place(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    approval = bench.ask()
    people = bench.company.people
    for wrong, why in (("agent", "申请人"), ("leader", "请选择别人")):
        with pytest.raises(Refused, match=why):
            bench.do("delegate", "leader", approval, employee=people[wrong])
    bench.do("delegate", "leader", approval, employee=people["department"], note="我在外地")
    assert bench.todos() == bench.asked(approval) == {"department"}
    assert Notice.objects.filter(employee=people["department"], kind="approval.delegated").count() == 1
    with pytest.raises(NotAllowed):
        bench.do("approve", "leader", approval)
    done = bench.do("approve", "department", approval, note="可以")
    assert (done.state, bench.heard) == ("approved", ["approved"])
    event = Event.objects.get(verb="approval.approved")
    assert event.data["for"] == "许知远"
    page = bench.company.client("leader").get(f"/approvals/{approval.pk}/").content.decode()
    assert "代许知远" in page
    assert "我在外地" in page


def test_nobody_is_handed_a_seat_beside_his_own(bench: Bench) -> None:
    bench.flow(bench.position("客服专员", every=True))
    approval = bench.ask("leader")
    colleague = bench.company.people["colleague"]
    with pytest.raises(Refused, match="本来就是"):
        bench.do("delegate", "agent", approval, employee=colleague)
    bench.do("approve", "colleague", approval)
    with pytest.raises(Refused, match="本来就是"):
        bench.do("delegate", "agent", approval, employee=colleague)


def test_whose_power_is_gone_no_longer_decides_nor_does_the_delegate(bench: Bench) -> None:
    approval = bench.ask()
    bench.do("delegate", "manager", approval, employee=bench.company.people["department"])
    post = Position.objects.get(name="总经理")
    powers = [one for one in post.powers if one != "ticket.approve"]
    change_position(actor=SYSTEM, position=post, name=post.name, scope=post.scope, powers=powers)
    with pytest.raises(NotAllowed):
        bench.do("approve", "department", approval)


def test_urged_at_most_once_in_so_many_working_minutes(bench: Bench) -> None:
    bench.flow(bench.person("leader"), urge_minutes=30)
    with time_machine.travel("2026-11-23 02:00:00+00:00", tick=False) as clock:  # Monday, 10 o'clock
        approval = bench.ask()
        bench.do("urge", "agent", approval)
        clock.shift(timedelta(minutes=29))
        with pytest.raises(Refused, match="刚刚催办过") as caught:
            bench.do("urge", "agent", approval)
        assert caught.value.status == 429
        clock.shift(timedelta(minutes=1))
        bench.do("urge", "agent", approval)
        clock.move_to("2026-11-23 03:59:00+00:00")
        bench.do("urge", "agent", approval)
        clock.move_to("2026-11-23 05:10:00+00:00")  # an hour later, of which lunch takes all but eleven minutes
        with pytest.raises(Refused):
            bench.do("urge", "agent", approval)
    leader = bench.company.people["leader"]
    assert Notice.objects.filter(employee=leader, kind="approval.urged").count() == 3
    for role in ("colleague", "leader"):
        with pytest.raises(NotAllowed):
            bench.do("urge", role, approval)


def test_the_way_keeps_the_flow_it_began_with(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("manager"))
    old = bench.ask()
    bench.flow(bench.person("department"))
    new = bench.ask(unit="service")
    assert (bench.asked(old), bench.asked(new)) == ({"leader"}, {"department"})
    assert (old.flow.number, new.flow.number) == (1, 2)
    bench.do("approve", "leader", old)
    assert bench.asked(old) == {"manager"}


def test_copies_are_told_and_may_look_and_nothing_more(bench: Bench) -> None:
    people = bench.company.people
    bench.flow(bench.person("leader"), copied=[people["outsider"], people["agent"]])
    approval = bench.ask()
    assert Notice.objects.filter(kind="approval.copied").get().employee == people["outsider"]
    client = bench.company.client("outsider")
    assert client.get(f"/approvals/{approval.pk}/").status_code == 200
    assert "租用冰箱" in client.get("/approvals/?view=copied").content.decode()
    with pytest.raises(NotAllowed):
        bench.do("approve", "outsider", approval)


def test_every_to_do_says_its_deadline_and_the_list_who_is_asked(bench: Bench) -> None:
    bench.flow(bench.position("客服专员", minutes=240))
    with time_machine.travel("2026-11-23 02:00:00+00:00", tick=False):
        approval = bench.ask("leader")
        due = timezone.now() + timedelta(hours=5)  # four working hours, with lunch between
    assert set(Todo.objects.values_list("due_at", flat=True)) == {due}
    assert fresh(approval).due_at == due
    assert set(fresh(approval).waits_for.split("、")) == {"林一诺", "周衡"}
    no_contradiction(approval)


def test_what_was_ended_stays_ended(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    for end, role in (("approve", "leader"), ("reject", "leader"), ("withdraw", "agent")):
        approval = bench.ask()
        bench.do(end, role, approval)
        before = Approval.objects.filter(pk=approval.pk).values().get()
        for verb in ("approve", "reject", "give_back", "withdraw", "urge", "resubmit"):
            with pytest.raises(WrongState):
                bench.do(verb, "leader" if verb in {"approve", "reject", "give_back"} else "agent", approval)
        with pytest.raises(WrongState):
            bench.do("delegate", "leader", approval, employee=bench.company.people["manager"])
        actions.refresh_all()
        assert Approval.objects.filter(pk=approval.pk).values().get() == before
