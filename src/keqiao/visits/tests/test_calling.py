"""Attempts, rest times, giving out and giving up."""

from datetime import datetime, timedelta

import pytest

from keqiao.audit.models import Event
from keqiao.customers.models import Customer
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice, Todo
from keqiao.org.models import Employee, OrgUnit
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import MONDAY, ZONE
from keqiao.visits import actions, jobs, policies, words
from keqiao.visits.models import Visit
from keqiao.visits.tests.conftest import Round

pytestmark = pytest.mark.django_db


def test_a_busy_line_is_tried_again_after_half_an_hour(round_: Round) -> None:
    visit = round_.visit()
    attempt = actions.record_attempt(actor=round_.company.actor("colleague"), obj=visit, outcome="busy")
    visit.refresh_from_db()
    assert (visit.status, visit.attempts_made) == ("trying", 1)
    assert attempt.next_at == visit.not_before == MONDAY + timedelta(minutes=30)


def test_the_next_try_never_falls_into_rest_time(round_: Round) -> None:
    visit = round_.visit()
    round_.to(datetime(2026, 11, 23, 20, 15, tzinfo=ZONE))
    actions.record_attempt(actor=round_.company.actor("colleague"), obj=visit, outcome="no_answer")
    visit.refresh_from_db()
    assert visit.not_before == datetime(2026, 11, 24, 8, 30, tzinfo=ZONE)


@pytest.mark.parametrize("at", [datetime(2026, 11, 24, 22, 0, tzinfo=ZONE), datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)])
def test_no_appointment_in_rest_time_or_in_the_past(round_: Round, at: datetime) -> None:
    visit = round_.visit()
    actor = round_.company.actor("colleague")
    for deed in (
        lambda: actions.reschedule(actor=actor, obj=visit, next_at=at),
        lambda: actions.record_attempt(actor=actor, obj=visit, outcome="later", next_at=at),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.field == "next_at"
    assert Visit.objects.get().not_before == MONDAY


def test_another_time_leaves_the_deadline(round_: Round) -> None:
    visit = round_.visit()
    at = datetime(2026, 11, 25, 19, 0, tzinfo=ZONE)
    actions.reschedule(actor=round_.company.actor("colleague"), obj=visit, next_at=at, reason="客户出差")
    moved = Visit.objects.get()
    assert (moved.not_before, moved.due_at) == (at, visit.due_at)


def test_numbers_are_shown_and_recorded_but_not_at_night(round_: Round) -> None:
    visit = round_.visit()
    actor = round_.company.actor("colleague")
    assert actions.show_phone(actor=actor, obj=visit)[0] == "13800138000"
    assert Event.objects.get(verb="visit.phone_shown").data == {"phones": ["138****8000"]}
    round_.to(datetime(2026, 11, 23, 21, 5, tzinfo=ZONE))
    with pytest.raises(Refused):
        actions.show_phone(actor=actor, obj=visit)
    assert Event.objects.filter(verb="visit.phone_shown").count() == 1


def test_giving_up_needs_the_tries_and_the_power(round_: Round) -> None:
    OrgUnit.objects.filter(pk=round_.company.units["service"].pk).update(leader=round_.company.people["leader"])
    visit = round_.visit()
    colleague, leader = round_.company.actor("colleague"), round_.company.actor("leader")
    for _turn in range(2):
        actions.record_attempt(actor=colleague, obj=visit, outcome="no_answer")
    with pytest.raises(WrongState):
        actions.give_up(actor=leader, obj=visit, reason="联系不上")
    actions.record_attempt(actor=colleague, obj=visit, outcome="no_answer")
    assert Notice.objects.filter(employee=round_.company.people["leader"], kind="visit.attempted").count() == 1
    with pytest.raises(NotAllowed):
        actions.give_up(actor=colleague, obj=visit, reason="联系不上")
    actions.give_up(actor=leader, obj=visit, reason="三次无人接听")
    visit.refresh_from_db()
    ticket = Ticket.objects.get(pk=visit.ticket_id)
    assert (visit.status, ticket.stage, ticket.satisfaction) == ("unreachable", "closed", None)


def test_a_refusal_may_be_given_up_at_once(round_: Round) -> None:
    visit = round_.visit()
    actions.record_attempt(actor=round_.company.actor("colleague"), obj=visit, outcome="refused")
    actions.give_up(actor=round_.company.actor("leader"), obj=visit, reason="客户不愿回访")
    assert Visit.objects.get().status == "unreachable"


def test_a_visit_that_the_complaint_needs_is_not_cancelled(round_: Round) -> None:
    visit = round_.visit()
    with pytest.raises(WrongState):
        actions.cancel(actor=round_.company.actor("leader"), obj=visit, reason="不想打")
    assert Visit.objects.get().open


def test_giving_out_moves_the_to_do(round_: Round) -> None:
    visit = round_.visit()
    agent = round_.company.people["agent"]
    with pytest.raises(NotAllowed):
        actions.assign(actor=round_.company.actor("colleague"), obj=visit, assignee=agent)
    actions.assign(actor=round_.company.actor("leader"), obj=visit, assignee=agent)
    assert Todo.objects.get(label="visits.visit", done_at=None).employee_id == agent.pk
    Employee.objects.filter(pk=agent.pk).update(is_active=False)
    agent.refresh_from_db()
    with pytest.raises(Refused):
        actions.assign(actor=round_.company.actor("leader"), obj=Visit.objects.get(), assignee=agent)


def test_a_visit_that_somebody_has_is_not_taken(round_: Round) -> None:
    visit = round_.visit()
    with pytest.raises(WrongState, match="周衡"):
        actions.take(actor=round_.company.actor("agent"), obj=visit)
    assert not Event.objects.filter(verb="visit.taken").exists()


def test_seen_by_who_has_it_whose_matter_it_is_and_the_unit_while_nobody_has_it(round_: Round) -> None:
    visit = round_.visit()  # the colleague's; the matter is the agent's

    def see() -> list[str]:
        roles = ("agent", "colleague", "leader", "outsider")
        return [role for role in roles if policies.visible(round_.company.actor(role)).filter(pk=visit.pk).exists()]

    assert see() == ["agent", "colleague", "leader"]
    Ticket.objects.update(owner=round_.company.people["leader"])
    assert see() == ["colleague", "leader"]
    Visit.objects.update(assignee=None)
    assert see() == ["agent", "colleague", "leader"]
    Visit.objects.update(unit=round_.company.units["service"])
    assert see() == ["leader"]


def test_overdue_is_told_to_who_has_it_then_to_the_leader_once_each(round_: Round) -> None:
    OrgUnit.objects.filter(pk=round_.company.units["service"].pk).update(leader=round_.company.people["leader"])
    visit = round_.visit()
    told = Notice.objects.filter(kind="visit.late")
    jobs.tell_overdue()
    assert not told.exists()
    round_.to(visit.due_at + timedelta(minutes=1))
    assert (jobs.tell_overdue(), jobs.tell_overdue()) == (1, 0)
    assert [one.employee_id for one in told] == [round_.company.people["colleague"].pk]
    round_.to(visit.due_at + timedelta(hours=5))
    assert (jobs.tell_overdue(), jobs.tell_overdue()) == (1, 0)
    assert told.filter(employee=round_.company.people["leader"]).count() == 1
    assert Event.objects.filter(verb="visit.missed").count() == 1


def test_call_words_have_the_names(round_: Round) -> None:
    visit = round_.visit()
    visit.customer.gender = "female"
    visit.customer.save()
    visit = Visit.objects.select_related("customer", "ticket", "rule").get()
    script = words.script(visit, "周衡")
    said = "".join(part.text for _heading, parts in script for part in parts)
    for name in ("陈女士您好", "海纳电器", "周衡", "冰箱冷藏室不制冷", "已换新机并致歉"):
        assert name in said
    assert "{" not in said


@pytest.mark.parametrize(
    ("name", "gender", "contact", "spoken"),
    [("欧阳明", "male", "", "欧阳先生"), ("王芳", "female", "王芳", "王女士"), ("王芳", "female", "李强", "李强"),
     ("王芳", "", "", "王芳"), ("阿凡提·买买提", "male", "", "阿凡提·买买提")],
)  # fmt: skip
def test_how_customers_are_spoken_to(name: str, gender: str, contact: str, spoken: str) -> None:
    assert words.salutation(Customer(name=name, gender=gender), contact) == spoken
