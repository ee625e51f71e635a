"""Visits are made by rule, once a round, for somebody else, outside rest times."""

from datetime import datetime, timedelta

import pytest

from keqiao.calendars.models import Calendar
from keqiao.calendars.queries import forget
from keqiao.kernel.actor import SYSTEM
from keqiao.notices.models import Todo
from keqiao.org.models import Employee
from keqiao.runtime.worker import drain
from keqiao.tickets import actions as tickets
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import MONDAY, ZONE
from keqiao.visits import actions
from keqiao.visits.models import Visit, VisitRule
from keqiao.visits.tests.conftest import Round

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)  # readers pass over events of an open transaction
def test_the_event_makes_the_visit_once(round_: Round) -> None:
    ticket = round_.told()
    drain()
    visit = Visit.objects.get(ticket=ticket)
    assert (visit.round, visit.status, visit.matter) == (1, "planned", "冰箱冷藏室不制冷")
    assert visit.number == "HF20261123-0001"
    assert visit.due_at == MONDAY + timedelta(days=3)
    assert visit.not_before == MONDAY
    assert actions.plan_for_ticket(actor=SYSTEM, ticket=ticket) == visit
    drain()
    assert Visit.objects.count() == 1


def test_a_ticket_not_told_yet_gets_none(round_: Round) -> None:
    assert actions.plan_for_ticket(actor=SYSTEM, ticket=round_.desk.at("resolved")) is None
    assert not Visit.objects.exists()


def test_a_rule_that_is_off_makes_none(round_: Round) -> None:
    VisitRule.objects.create(name="停用", active=False)
    assert actions.plan_for_ticket(actor=SYSTEM, ticket=round_.told()) is None


def test_told_late_in_the_evening_waits_for_the_morning(round_: Round) -> None:
    ticket = round_.desk.at("resolved")
    round_.to(datetime(2026, 11, 23, 21, 40, tzinfo=ZONE))
    tickets.tell(actor=round_.company.actor("agent"), obj=ticket, how="phone", customer_reply="好的")
    visit = actions.plan_for_ticket(actor=SYSTEM, ticket=ticket)
    assert visit is not None
    assert visit.not_before == datetime(2026, 11, 24, 8, 30, tzinfo=ZONE)
    assert visit.due_at == datetime(2026, 11, 26, 18, 0, tzinfo=ZONE)  # Tuesday is the first of three working days


@pytest.mark.parametrize(("counting", "due"), [("working", 25), ("calendar", 23)])
def test_the_rule_says_whether_days_off_count(round_: Round, counting: str, due: int) -> None:
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=ZONE)
    VisitRule.objects.create(name="办完后回访", kinds=["complaint", "repair"], counting=counting)
    round_.to(friday)
    visit = round_.visit()
    assert visit.due_at == datetime(2026, 11, due, 16, 0, tzinfo=ZONE)


def test_a_unit_that_never_works_has_a_deadline_all_the_same(round_: Round) -> None:
    ticket = round_.told()
    Calendar.objects.update(weekly={})
    forget()
    visit = actions.plan_for_ticket(actor=SYSTEM, ticket=ticket)
    assert visit is not None
    assert visit.due_at == MONDAY + timedelta(days=3)


def test_somebody_else_of_the_team_makes_it_and_is_asked(round_: Round) -> None:
    visit = round_.visit()
    colleague = round_.company.people["colleague"]
    assert visit.assignee_id == colleague.pk
    todo = Todo.objects.get(label="visits.visit", object_id=visit.pk, done_at=None)
    assert (todo.employee_id, todo.due_at, todo.url) == (colleague.pk, visit.due_at, f"/visits/{visit.pk}/")
    assert "未登记" not in todo.title
    assert visit.customer.name in todo.title


def test_the_handler_makes_it_where_nobody_else_is(round_: Round) -> None:
    Employee.objects.filter(pk=round_.company.people["colleague"].pk).update(is_active=False)
    assert round_.visit().assignee_id == round_.company.people["agent"].pk


def test_the_unit_has_it_where_nobody_may(round_: Round) -> None:
    Employee.objects.filter(unit=round_.company.units["team"]).update(is_active=False)
    visit = round_.visit()
    assert visit.assignee_id is None
    todo = Todo.objects.get(label="visits.visit", object_id=visit.pk)
    assert (todo.employee_id, todo.unit_id) == (None, round_.company.units["team"].pk)


def test_whoever_has_fewest_open_ones_gets_the_next(round_: Round) -> None:
    first, second = round_.company.people["colleague"], None
    second = Employee.objects.create(username="third", name="第三", unit=round_.company.units["team"])
    for post in first.positions.all():
        second.appointments.create(position=post)
    got = [round_.visit().assignee_id for _turn in range(4)]
    assert sorted(got) == sorted([first.pk, first.pk, second.pk, second.pk])


def test_an_overtaken_visit_is_cancelled(round_: Round) -> None:
    visit = round_.visit()
    Ticket.objects.filter(pk=visit.ticket_id).update(stage="withdrawn", open=False)
    assert visit.ticket is not None
    assert actions.settle(ticket=visit.ticket) == 1
    visit.refresh_from_db()
    assert (visit.status, visit.open) == ("cancelled", False)
    assert not Todo.objects.filter(label="visits.visit", done_at=None).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["repair", "consultation", "after_sales", "suggestion"])
def test_a_rule_for_another_kind_works_when_the_matter_is_resolved(round_: Round, kind: str) -> None:
    VisitRule.objects.create(name="办完后回访", kinds=[kind], within_days=2)
    agent = round_.company.actor("agent")
    ticket, other = round_.desk.accept(kind=kind), round_.desk.accept(kind=kind)
    tickets.start(actor=agent, obj=ticket)
    drain()
    assert not Visit.objects.exists()
    tickets.resolve(actor=agent, obj=ticket, result="已办好")
    drain()
    visit = Visit.objects.get()
    assert (visit.ticket_id, visit.open, visit.due_at) == (ticket.pk, True, MONDAY + timedelta(days=2))
    assert Ticket.objects.get(pk=ticket.pk).stage == "resolved"
    actions.record_result(actor=round_.company.actor("colleague"), obj=visit, satisfaction=5, solved=True, said="好")
    assert Ticket.objects.get(pk=ticket.pk).stage == "closed"
    assert Ticket.objects.get(pk=other.pk).stage == "accepted"


def test_a_rule_for_repairs_asks_nobody_who_complained(round_: Round) -> None:
    VisitRule.objects.create(name="办完后回访", kinds=["repair"])
    assert actions.plan_for_ticket(actor=SYSTEM, ticket=round_.told()) is None
