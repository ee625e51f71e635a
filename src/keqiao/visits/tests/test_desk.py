"""The desk: the next customer comes by itself, for one person only, and what was saved may be taken back."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keqiao.audit.models import Event
from keqiao.customers.models import Consent, RestWish
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice, Todo
from keqiao.org.models import Employee, OrgUnit
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import MONDAY, ZONE
from keqiao.visits import actions, jobs, queries
from keqiao.visits.actions.rules import pause_rule, resume_rule
from keqiao.visits.models import Rectification, Visit, VisitAttempt, Visitor, VisitRule
from keqiao.visits.tests.conftest import Round

pytestmark = pytest.mark.django_db


def own(round_: Round, count: int) -> list[Visit]:
    """Visits of the colleague, the first due first."""
    colleague = round_.company.people["colleague"]
    visits = []
    for place in range(count):
        visit = round_.visit()
        Visit.objects.filter(pk=visit.pk).update(assignee=colleague, due_at=MONDAY + timedelta(hours=place + 1))
        visits.append(Visit.objects.get(pk=visit.pk))
    return visits


def test_due_first_and_the_same_one_until_it_is_saved(round_: Round) -> None:
    first, second = own(round_, 2)
    colleague = round_.company.actor("colleague")
    assert actions.next_for(actor=colleague) == first
    Visit.objects.filter(pk=second.pk).update(due_at=MONDAY)
    assert actions.next_for(actor=colleague) == first
    actions.save_at_desk(actor=colleague, obj=first, outcome="busy")
    assert actions.next_for(actor=colleague) == second
    round_.to(MONDAY + timedelta(minutes=31))
    assert actions.next_for(actor=colleague) == second


def test_two_people_never_get_the_same(round_: Round) -> None:
    visits = own(round_, 2)
    Visit.objects.update(assignee=None)
    got = [actions.next_for(actor=round_.company.actor(role)) for role in ("colleague", "agent")]
    assert sorted(one.pk for one in got if one) == sorted(one.pk for one in visits)
    third = Employee.objects.create(username="third", name="第三", unit=round_.company.units["team"])
    for post in round_.company.people["agent"].positions.all():
        third.appointments.create(position=post)
    round_.company.people["third"] = third
    assert actions.next_for(actor=round_.company.actor("third")) is None
    round_.to(MONDAY + timedelta(minutes=16))
    assert actions.next_for(actor=round_.company.actor("third")) == visits[0]
    with pytest.raises(WrongState):
        actions.save_at_desk(actor=round_.company.actor("colleague"), obj=visits[0], outcome="busy")
    assert not VisitAttempt.objects.exists()


def test_whoever_rests_or_refuses_is_passed_over(round_: Round) -> None:
    first, second = own(round_, 2)
    other = type(first.customer).objects.create(name="孙建", phone_masked="", number="KH-9")
    Visit.objects.filter(pk=second.pk).update(customer=other)
    colleague = round_.company.actor("colleague")
    RestWish.objects.create(customer=first.customer, start=time(9), end=time(11))
    assert actions.next_for(actor=colleague) == second
    RestWish.objects.all().delete()
    Consent.objects.create(
        customer=first.customer, purpose=Consent.Purpose.SERVICE, channel="phone", given=False, at=MONDAY
    )
    Visit.objects.update(held_until=None)
    assert actions.next_for(actor=colleague) == second
    round_.to(datetime(2026, 11, 23, 22, 0, tzinfo=ZONE))
    assert actions.next_for(actor=colleague) is None
    assert queries.day_of(colleague).next_at == datetime(2026, 11, 24, 8, 30, tzinfo=ZONE)


def test_a_paused_rule_lets_its_visits_wait(round_: Round) -> None:
    (visit,) = own(round_, 1)
    colleague, manager = round_.company.actor("colleague"), round_.company.actor("manager")
    with pytest.raises(NotAllowed):
        pause_rule(actor=colleague, obj=visit.rule)
    pause_rule(actor=manager, obj=visit.rule)
    assert actions.next_for(actor=colleague) is None
    with pytest.raises(WrongState):
        pause_rule(actor=manager, obj=visit.rule)
    resume_rule(actor=manager, obj=VisitRule.objects.get())
    assert actions.next_for(actor=colleague) == visit


def test_a_result_takes_effect_after_a_minute(round_: Round) -> None:
    (visit,) = own(round_, 1)
    colleague = round_.company.actor("colleague")
    actions.save_at_desk(actor=colleague, obj=visit, outcome="answered", satisfaction=1, solved=False, said="没修好")
    assert queries.day_of(colleague).done == 1
    assert (jobs.follow_desk(), Rectification.objects.count()) == (0, 0)
    assert Ticket.objects.get(pk=visit.ticket_id).stage == "told"
    round_.to(MONDAY + timedelta(seconds=61))
    assert (jobs.follow_desk(), jobs.follow_desk()) == (1, 0)
    assert Ticket.objects.get(pk=visit.ticket_id).reopened == 1
    assert Rectification.objects.get().visit_id == visit.pk
    with pytest.raises(Refused):
        actions.take_back(actor=colleague)


def test_a_result_taken_back_leaves_nothing(round_: Round) -> None:
    (visit,) = own(round_, 1)
    colleague = round_.company.actor("colleague")
    actions.save_at_desk(actor=colleague, obj=visit, outcome="answered", satisfaction=1, solved=False, said="没修好")
    with pytest.raises(Refused):
        actions.take_back(actor=round_.company.actor("agent"))
    again, entered = actions.take_back(actor=colleague)
    assert (entered["satisfaction"], entered["solved"], entered["said"]) == (1, False, "没修好")
    assert (again.status, again.open, again.satisfaction, again.done_by_id, again.attempts_made) == (
        "planned", True, None, None, 0,
    )  # fmt: skip
    assert not VisitAttempt.objects.exists()
    assert Todo.objects.filter(label="visits.visit", object_id=visit.pk, done_at=None).count() == 1
    round_.to(MONDAY + timedelta(hours=2))
    assert jobs.follow_desk() == 0
    assert not Rectification.objects.exists()
    assert Event.objects.filter(verb="visit.taken_back").count() == 1
    assert actions.next_for(actor=colleague) == visit


def test_an_attempt_taken_back_gives_the_old_time_again(round_: Round) -> None:
    (visit,) = own(round_, 1)
    colleague = round_.company.actor("colleague")
    actions.save_at_desk(actor=colleague, obj=visit, outcome="refused")
    again, _entered = actions.take_back(actor=colleague)
    assert (again.status, again.hopeless, again.not_before, again.attempts_made) == ("planned", False, MONDAY, 0)
    actions.save_at_desk(actor=colleague, obj=again, outcome="busy")
    round_.to(MONDAY + timedelta(seconds=61))
    with pytest.raises(Refused):
        actions.take_back(actor=colleague)


def lead(round_: Round) -> Employee:
    """Somebody leads the department."""
    leader = round_.company.people["leader"]
    OrgUnit.objects.filter(pk=round_.company.units["service"].pk).update(leader=leader)
    return leader


@pytest.mark.parametrize(("outcome", "most"), [("refused", 3), ("wrong_number", 3), ("busy", 1)])
def test_the_leader_hears_of_a_last_try_only_when_it_stays(round_: Round, outcome: str, most: int) -> None:
    leader = lead(round_)
    told = Notice.objects.filter(employee=leader, kind="visit.attempted")
    (visit,) = own(round_, 1)
    VisitRule.objects.update(max_attempts=most)
    colleague = round_.company.actor("colleague")
    actions.save_at_desk(actor=colleague, obj=visit, outcome=outcome)
    assert (jobs.follow_desk(), told.count()) == (0, 0)
    actions.take_back(actor=colleague)
    round_.to(MONDAY + timedelta(minutes=5))
    assert (jobs.follow_desk(), told.count()) == (0, 0)
    actions.save_at_desk(actor=colleague, obj=visit, outcome=outcome)
    round_.to(MONDAY + timedelta(minutes=6, seconds=1))
    assert (jobs.follow_desk(), jobs.follow_desk(), told.count()) == (1, 0, 1)


def test_a_try_that_is_not_the_last_is_told_to_nobody(round_: Round) -> None:
    lead(round_)
    (visit,) = own(round_, 1)
    actions.save_at_desk(actor=round_.company.actor("colleague"), obj=visit, outcome="busy")
    round_.to(MONDAY + timedelta(minutes=2))
    assert jobs.follow_desk() == 0
    assert not Notice.objects.filter(kind="visit.attempted").exists()


def test_the_leader_is_not_asked_about_what_was_given_up_meanwhile(round_: Round) -> None:
    leader = lead(round_)
    (visit,) = own(round_, 1)
    actions.save_at_desk(actor=round_.company.actor("colleague"), obj=visit, outcome="refused")
    actions.give_up(actor=round_.company.actor("leader"), obj=visit, reason="客户不愿意")
    round_.to(MONDAY + timedelta(minutes=2))
    jobs.follow_desk()
    assert not Notice.objects.filter(employee=leader, kind="visit.attempted").exists()


def test_the_desk_asks_as_much_for_a_customer_with_many_matters(round_: Round, django_assert_num_queries: Any) -> None:
    (visit,) = own(round_, 1)
    client = round_.company.client("colleague")
    client.get(f"/visits/desk/{visit.pk}/")
    earlier_of(round_, visit, 1)
    with CaptureQueriesContext(connection) as few:
        assert client.get(f"/visits/desk/{visit.pk}/").status_code == 200
    earlier_of(round_, visit, 6)
    with django_assert_num_queries(len(few)):
        page = client.get(f"/visits/desk/{visit.pk}/").content.decode()
    assert "以前的事 6" in page


def earlier_of(round_: Round, visit: Visit, count: int) -> None:
    """Matters and calls of the same customer, and tries of this visit."""
    agent, colleague = round_.company.people["agent"], round_.company.people["colleague"]
    for place in range(1, count + 1):
        ticket = round_.desk.accept(customer=visit.customer, kind="consultation", subject=f"以前的事 {place}")
        Ticket.objects.filter(pk=ticket.pk).update(owner=colleague, open=False, stage="closed")
        Visit.objects.create(
            number=f"HF-{count}-{place}", customer=visit.customer, rule=visit.rule, matter=f"以前的回访 {place}", unit=visit.unit,
            assignee=colleague, status="done", open=False, satisfaction=4, solved=True, done_at=MONDAY, done_by=colleague,
            planned_at=MONDAY - timedelta(days=place), not_before=MONDAY, due_at=MONDAY,
        )  # fmt: skip
        VisitAttempt.objects.create(visit=visit, at=MONDAY, by=agent if place % 2 else colleague, outcome="busy")


def test_what_moved_on_is_not_taken_back(round_: Round) -> None:
    (visit,) = own(round_, 1)
    colleague = round_.company.actor("colleague")
    actions.save_at_desk(actor=colleague, obj=visit, outcome="busy")
    actions.record_result(actor=round_.company.actor("leader"), obj=visit, satisfaction=5, solved=True)
    with pytest.raises(WrongState):
        actions.take_back(actor=colleague)
    assert Visit.objects.get().status == "done"


def test_the_pages_walk_through_the_list(round_: Round) -> None:
    first, second = own(round_, 2)
    client = round_.company.client("colleague")
    assert client.get("/visits/desk/").url == f"/visits/desk/{first.pk}/"
    page = client.get(f"/visits/desk/{first.pk}/").content.decode()
    assert "冰箱冷藏室不制冷" in page
    wrong = client.post(f"/visits/desk/{first.pk}/", {"solved": "true", "said": "很快"})
    assert wrong.status_code == 422
    assert "请选择 1 到 5 分的满意度。" in wrong.content.decode()
    assert "很快" in wrong.content.decode()
    assert client.post(f"/visits/desk/{first.pk}/", {"satisfaction": "5", "solved": "true"}).url == "/visits/desk/"
    assert client.get("/visits/desk/").url == f"/visits/desk/{second.pk}/"
    assert "已保存" in client.get(f"/visits/desk/{second.pk}/").content.decode()
    assert client.post("/visits/desk/undo/").url == f"/visits/desk/{first.pk}/"
    assert (
        'value="5" id="id_satisfaction_4" required checked' in client.get(f"/visits/desk/{first.pk}/").content.decode()
    )
    later = client.post(f"/visits/desk/{first.pk}/", {"outcome": "later", "next_at": "2026-11-24T10:00"})
    assert later.url == "/visits/desk/"
    assert Visit.objects.get(pk=first.pk).not_before == datetime(2026, 11, 24, 10, 0, tzinfo=ZONE)


def test_the_quota_is_ones_own(round_: Round) -> None:
    Visitor.objects.create(employee=round_.company.people["colleague"], quota=8)
    own(round_, 1)
    assert queries.day_of(round_.company.actor("colleague")).quota == 8
    assert queries.day_of(round_.company.actor("agent")).quota == Visitor.QUOTA
    assert queries.day_of(round_.company.actor("outsider")).waiting == 0


def test_nobody_else_opens_or_saves_it(round_: Round) -> None:
    (visit,) = own(round_, 1)
    outsider = round_.company.client("outsider")
    assert outsider.get(f"/visits/desk/{visit.pk}/").status_code == 404
    assert outsider.post(f"/visits/desk/{visit.pk}/", {"satisfaction": "5", "solved": "true"}).status_code == 404
    assert round_.company.client("department").get("/visits/desk/").status_code == 403
    with pytest.raises(NotAllowed):
        actions.save_at_desk(actor=round_.company.actor("outsider"), obj=visit, outcome="busy")
    with pytest.raises(Refused):
        actions.take_back(actor=SYSTEM)
    assert Visit.objects.get().status == "planned"
