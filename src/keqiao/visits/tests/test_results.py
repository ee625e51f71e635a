"""What an answer sets going: closed, reopened, rectified; and a visit that is done stays done."""

from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.kernel.actor import CUSTOMER, SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice, Todo
from keqiao.org.actions import create_employee, create_position
from keqiao.org.models import Employee, OrgUnit, Scope
from keqiao.org.queries import actor_for
from keqiao.tickets.models import Ticket
from keqiao.visits import actions, jobs, policies
from keqiao.visits.models import TRANSITIONS, Rectification, Visit
from keqiao.visits.tests.conftest import Round

pytestmark = pytest.mark.django_db
ENDED = {"done", "unreachable", "cancelled"}


def test_a_satisfied_customer_closes_the_complaint(round_: Round) -> None:
    visit = round_.visit()
    actor = round_.company.actor("colleague")
    actions.record_result(actor=actor, obj=visit, satisfaction=5, solved=True, said="换得很快，师傅很客气")
    visit.refresh_from_db()
    assert (visit.status, visit.open, visit.satisfaction, visit.channel) == ("done", False, 5, "phone")
    assert visit.done_by_id == actor.id
    ticket = Ticket.objects.get(pk=visit.ticket_id)
    assert (ticket.stage, ticket.satisfaction) == ("closed", 5)
    assert [one.outcome for one in visit.attempts.all()] == ["answered"]
    assert not Todo.objects.filter(label="visits.visit", done_at=None).exists()
    event = Event.objects.get(verb="visit.done")
    assert (event.about_id, event.data["in_time"]) == (visit.customer_id, True)


def test_not_solved_reopens_and_the_next_round_has_its_own_visit(round_: Round) -> None:
    visit = round_.visit()
    assert visit.ticket is not None
    actor = round_.company.actor("colleague")
    actions.record_result(actor=actor, obj=visit, satisfaction=3, solved=False, said="还是不制冷")
    ticket = Ticket.objects.get(pk=visit.ticket_id)
    assert (ticket.stage, ticket.reopened) == ("investigating", 1)
    assert not Rectification.objects.exists()
    assert actions.plan_for_ticket(actor=SYSTEM, ticket=ticket) is None
    second = actions.plan_for_ticket(actor=SYSTEM, ticket=round_.again(ticket))
    assert second is not None
    assert (second.round, second.status) == (2, "planned")
    actions.record_result(actor=round_.company.actor("colleague"), obj=second, satisfaction=4, solved=True)
    assert Ticket.objects.get(pk=ticket.pk).stage == "closed"


def test_a_low_score_reopens_and_orders_a_rectification(round_: Round) -> None:
    visit = round_.visit()
    actions.record_result(
        actor=round_.company.actor("colleague"), obj=visit, satisfaction=2, solved=True, said="拖了太久"
    )
    assert Ticket.objects.get(pk=visit.ticket_id).stage == "investigating"
    task = Rectification.objects.get(visit=visit)
    assert task.unit_id == round_.company.units["quality"].pk
    assert task.owner_id == round_.company.people["department"].pk
    assert task.due_at.date().isoformat() == "2026-11-30", "five working days from Monday 09:30"
    todo = Todo.objects.get(label="visits.rectification", done_at=None)
    assert todo.employee_id == task.owner_id
    assert Notice.objects.filter(employee_id=task.owner_id, kind="rectification").count() == 1


@pytest.mark.parametrize(("score", "solved"), [(0, True), (6, True), (None, True), (3, None)])
def test_an_answer_off_the_scale_is_refused(round_: Round, score: int, solved: bool) -> None:
    visit = round_.visit()
    with pytest.raises(Refused):
        actions.record_result(actor=round_.company.actor("colleague"), obj=visit, satisfaction=score, solved=solved)
    visit.refresh_from_db()
    assert visit.status == "planned"


def test_only_who_has_the_visit_records_it(round_: Round) -> None:
    visit = round_.visit()
    for role in ("agent", "outsider", "department"):
        with pytest.raises(NotAllowed):
            actions.record_result(actor=round_.company.actor(role), obj=visit, satisfaction=5, solved=True)
    visit.refresh_from_db()
    assert visit.open


def test_the_customers_own_page_answers_once(round_: Round) -> None:
    visit = round_.visit()
    actions.answer_by_customer(actor=CUSTOMER, obj=visit, satisfaction=4, solved=True)
    with pytest.raises(WrongState):
        actions.answer_by_customer(actor=CUSTOMER, obj=visit, satisfaction=1, solved=False)
    assert Visit.objects.get().satisfaction == 4


def test_the_rectification_is_planned_done_checked_and_reported(round_: Round) -> None:
    visit = round_.visit()
    actions.record_result(actor=round_.company.actor("colleague"), obj=visit, satisfaction=1, solved=False)
    task = Rectification.objects.get()
    department, manager = round_.company.actor("department"), round_.company.actor("manager")
    with pytest.raises(WrongState):
        actions.finish_rectification(actor=department, obj=task, proof="已完成")
    with pytest.raises(NotAllowed):
        actions.plan_rectification(actor=round_.company.actor("outsider"), obj=task, plan="不关我事")
    actions.plan_rectification(actor=department, obj=task, plan="入库前抽检启动器")
    with pytest.raises(WrongState):  # nothing is done yet that could be checked
        actions.check_rectification(actor=manager, obj=task, passed=True)
    actions.finish_rectification(actor=department, obj=task, proof="抽检记录 12 份")
    with pytest.raises(WrongState):  # nobody has checked yet what would be reported
        actions.report_rectification(actor=manager, obj=task, report="已整改完毕")
    with pytest.raises(NotAllowed):
        actions.check_rectification(actor=department, obj=task, passed=True)
    with pytest.raises(Refused):
        actions.check_rectification(actor=manager, obj=task, passed=False, note=" ")
    back = actions.check_rectification(actor=manager, obj=task, passed=False, note="缺少供应商整改函")
    assert (back.status, back.failed_checks, back.open) == ("planned", 1, True)
    actions.finish_rectification(actor=department, obj=task, proof="已补整改函")
    actions.check_rectification(actor=manager, obj=task, passed=True)
    reported = actions.report_rectification(actor=manager, obj=task, report="已整改完毕")
    assert reported.status == "reported"
    assert not Todo.objects.filter(label="visits.rectification", done_at=None).exists()
    verbs = list(Event.objects.filter(verb__startswith="rectification.").order_by("pk").values_list("verb", flat=True))
    assert [verb.split(".")[1] for verb in verbs] == [
        "opened", "planned", "finished", "failed", "finished", "passed", "reported",
    ]  # fmt: skip


def test_a_rectification_that_is_late_goes_up_to_the_general_manager(round_: Round) -> None:
    company, visit = round_.company, round_.visit()
    boss = create_employee(actor=SYSTEM, username="boss", name="质量总监", unit=company.units["quality"], positions=[])
    OrgUnit.objects.filter(pk=company.units["quality"].pk).update(leader=boss)
    OrgUnit.objects.filter(pk=company.units["head"].pk).update(leader=company.people["manager"])
    actions.record_result(actor=company.actor("colleague"), obj=visit, satisfaction=1, solved=False)
    task = Rectification.objects.get()

    def told() -> list[int]:
        late = Notice.objects.filter(kind="rectification", title__contains="超时").order_by("pk")
        return list(late.values_list("employee_id", flat=True))

    for after, expected in (
        (timedelta(minutes=-1), []),
        (timedelta(minutes=1), [task.owner_id]),
        (timedelta(days=1, minutes=1), [task.owner_id, boss.pk]),
        (timedelta(days=2, minutes=1), [task.owner_id, boss.pk]),
        (timedelta(days=3, minutes=1), [task.owner_id, boss.pk, company.people["manager"].pk]),
        (timedelta(days=9), [task.owner_id, boss.pk, company.people["manager"].pk]),
    ):
        round_.to(task.due_at + after)
        jobs.tell_late_rectifications()
        assert (told(), jobs.tell_late_rectifications()) == (expected, 0)
    assert Event.objects.filter(verb="rectification.late").count() == 1
    page = company.client("manager").get("/rectifications/?view=late").content.decode()
    assert "共 1 条" in page


def test_done_in_time_is_not_told_and_passed_waits_for_the_report(round_: Round) -> None:
    company, visit = round_.company, round_.visit()
    actions.record_result(actor=company.actor("colleague"), obj=visit, satisfaction=1, solved=False)
    task = Rectification.objects.get()
    department, manager = company.actor("department"), company.actor("manager")
    actions.plan_rectification(actor=department, obj=task, plan="入库前抽检启动器")
    actions.finish_rectification(actor=department, obj=task, proof="抽检记录 12 份")
    round_.to(task.due_at + timedelta(days=9))
    assert jobs.tell_late_rectifications() == 0
    actions.check_rectification(actor=manager, obj=task, passed=True)
    todo = Todo.objects.get(label="visits.rectification", done_at=None)
    assert (todo.kind, todo.employee_id) == ("rectification.report", manager.id)
    assert "共 1 条" in company.client("manager").get("/rectifications/?view=report").content.decode()
    Employee.objects.filter(pk=manager.id).update(unit=company.units["finance"])
    with pytest.raises(Refused):  # nobody leads the company, so nobody would hear of it
        actions.report_rectification(actor=manager, obj=task, report="已整改完毕")
    assert Rectification.objects.get().status == "passed"


def test_the_unit_that_called_back_sees_and_checks_what_came_of_its_call(round_: Round) -> None:
    company, visit = round_.company, round_.visit()
    actions.record_result(actor=company.actor("colleague"), obj=visit, satisfaction=1, solved=False)
    task = Rectification.objects.get()
    assert task.unit_id != visit.unit_id
    post = create_position(
        actor=SYSTEM, name="回访主管", scope=Scope.DEPARTMENT, powers=["visit.view", "rectification.check"]
    )
    checkers = {
        name: create_employee(actor=SYSTEM, username=name, name=name, unit=company.units[name], positions=[post])
        for name in ("service", "finance")
    }
    ours, others = (actor_for(checkers[name]) for name in ("service", "finance"))
    assert list(policies.rectifications(ours)) == [task]
    assert list(policies.rectifications(others)) == []
    actions.plan_rectification(actor=company.actor("department"), obj=task, plan="入库前抽检")
    actions.finish_rectification(actor=company.actor("department"), obj=task, proof="抽检记录")
    with pytest.raises(NotAllowed):
        actions.check_rectification(actor=others, obj=task, passed=True)
    client = Client()
    client.force_login(checkers["service"])
    assert client.post(f"/rectifications/{task.pk}/do/check/", {"passed": "true"}).status_code == 302
    task.refresh_from_db()
    assert task.status == "passed"


STEPS = st.lists(
    st.sampled_from(
        ["take", "busy", "refused", "later", "answer", "bad answer", "link", "assign", "cancel", "give up"]
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_visit_that_has_ended_never_moves_again(round_: Round, steps: list[str]) -> None:
    visit = round_.visit()
    leader, colleague = round_.company.actor("leader"), round_.company.actor("colleague")
    tomorrow = visit.planned_at.replace(day=24)
    deeds = {
        "take": lambda: actions.take(actor=colleague, obj=visit),
        "busy": lambda: actions.record_attempt(actor=colleague, obj=visit, outcome="busy"),
        "refused": lambda: actions.record_attempt(actor=colleague, obj=visit, outcome="refused"),
        "later": lambda: actions.record_attempt(actor=colleague, obj=visit, outcome="later", next_at=tomorrow),
        "answer": lambda: actions.record_result(actor=colleague, obj=visit, satisfaction=5, solved=True),
        "bad answer": lambda: actions.record_result(actor=colleague, obj=visit, satisfaction=1, solved=False),
        "link": lambda: actions.make_link(actor=colleague, obj=visit),
        "assign": lambda: actions.assign(actor=leader, obj=visit, assignee=round_.company.people["colleague"]),
        "cancel": lambda: actions.cancel(actor=leader, obj=visit, reason="重复"),
        "give up": lambda: actions.give_up(actor=leader, obj=visit, reason="多次联系不上"),
    }
    before = Visit.objects.get(pk=visit.pk)
    for step in steps:
        try:
            deeds[step]()
        except Refused:
            after = Visit.objects.get(pk=visit.pk)
            assert snapshot(after) == snapshot(before), "a refused step changes nothing"
        after = Visit.objects.get(pk=visit.pk)
        assert after.status == before.status or after.status in TRANSITIONS[before.status]
        assert after.open == (after.status not in ENDED)
        if before.status in ENDED:
            assert snapshot(after) == snapshot(before)
        before = after


def snapshot(visit: Visit) -> dict[str, object]:
    """All fields as they are."""
    return {field.attname: getattr(visit, field.attname) for field in Visit._meta.concrete_fields}
