"""Who is away has nothing left to do meanwhile, and nothing is lost."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from keqiao.customers.models import Customer
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.models import Notice, Todo
from keqiao.org.models import Employee
from keqiao.tickets.tests.conftest import MONDAY, ZONE
from keqiao.visits import actions, jobs
from keqiao.visits.actions.visitors import add_visitor, change_visitor
from keqiao.visits.models import Visit, Visitor, VisitRule
from keqiao.visits.tests.conftest import Round

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def third(round_: Round) -> Employee:
    """One more agent of the team."""
    made = Employee.objects.create(username="third", name="第三", unit=round_.company.units["team"])
    for post in round_.company.people["agent"].positions.all():
        made.appointments.create(position=post)
    return made


def planned(round_: Round, count: int) -> None:
    """So many visits of the team, shared out."""
    for place in range(count):
        Customer.objects.create(name=f"客户{place}", number=f"KH-{place}")
    rule = VisitRule.objects.create(name="计划", occasion="once", unit=round_.company.units["team"])
    assert actions.generate(actor=SYSTEM, rule=rule) == count


def shares() -> dict[int | None, int]:
    """How many open ones each has."""
    return dict(Counter(Visit.objects.filter(open=True).values_list("assignee", flat=True)))


def test_whoever_is_away_from_today_hands_all_to_the_others(round_: Round) -> None:
    agent, colleague, other = round_.company.people["agent"], round_.company.people["colleague"], third(round_)
    planned(round_, 9)
    assert shares() == {agent.pk: 3, colleague.pk: 3, other.pk: 3}
    leader = round_.company.actor("leader")
    add_visitor(actor=leader, employee=agent, away_from=TODAY, away_until=TODAY + timedelta(days=4))
    assert sum(shares().values()) == 9
    assert sorted(shares().items()) == sorted([(colleague.pk, 5), (other.pk, 4)]) or sorted(shares().values()) == [4, 5]
    assert agent.pk not in shares()
    assert not Todo.objects.filter(label="visits.visit", employee=agent, done_at=None).exists()
    assert Todo.objects.filter(label="visits.visit", done_at=None).count() == 9
    assert Notice.objects.filter(kind="visit.planned", employee=colleague).count() == 2


def test_what_is_due_after_the_return_stays_and_what_is_before_somebody_too(round_: Round) -> None:
    agent = round_.company.people["agent"]
    planned(round_, 6)
    mine = list(Visit.objects.filter(assignee=agent).order_by("pk"))
    Visit.objects.filter(pk=mine[0].pk).update(due_at=MONDAY + timedelta(days=9))
    assert actions.hold(round_.company.actor("agent"), mine[1])
    row = add_visitor(actor=round_.company.actor("leader"), employee=agent, away_from=TODAY, away_until=TODAY)
    assert shares()[agent.pk] == 3  # all are due later than today
    change_visitor(actor=round_.company.actor("leader"), obj=row, away_from=TODAY, away_until=TODAY + timedelta(days=7))
    assert set(Visit.objects.filter(assignee=agent)) == {mine[0], mine[1]}


def test_what_fits_nobodys_day_waits_for_the_unit_and_follows_in_the_morning(round_: Round) -> None:
    agent, colleague = round_.company.people["agent"], round_.company.people["colleague"]
    planned(round_, 6)
    leader = round_.company.actor("leader")
    add_visitor(actor=leader, employee=colleague, daily_limit=4)
    add_visitor(actor=leader, employee=agent, away_from=TODAY)
    assert shares() == {colleague.pk: 4, None: 2}
    assert jobs.share_visits() == 0
    round_.to(datetime(2026, 11, 24, 8, 5, tzinfo=ZONE))
    assert (jobs.share_visits(), jobs.share_visits()) == (2, 0)
    assert shares() == {colleague.pk: 6}


def test_the_clock_shares_out_when_the_absence_begins(round_: Round) -> None:
    agent, colleague = round_.company.people["agent"], round_.company.people["colleague"]
    planned(round_, 4)
    add_visitor(actor=round_.company.actor("leader"), employee=agent, away_from=TODAY + timedelta(days=1))
    assert shares() == {agent.pk: 2, colleague.pk: 2}
    round_.to(datetime(2026, 11, 24, 8, 5, tzinfo=ZONE))
    assert jobs.share_visits() == 2
    assert shares() == {colleague.pk: 4}


def test_where_everybody_is_away_the_unit_has_them(round_: Round) -> None:
    planned(round_, 2)
    for role in ("agent", "colleague"):
        add_visitor(actor=round_.company.actor("leader"), employee=round_.company.people[role], away_from=TODAY)
    assert shares() == {None: 2}
    assert Todo.objects.filter(unit=round_.company.units["team"], done_at=None, label="visits.visit").count() == 2


def test_a_new_visit_goes_to_those_at_work(round_: Round) -> None:
    add_visitor(actor=round_.company.actor("leader"), employee=round_.company.people["colleague"], away_from=TODAY)
    assert round_.visit().assignee_id == round_.company.people["agent"].pk


def test_kept_in_the_browser_by_those_who_give_out(round_: Round) -> None:
    agent = round_.company.people["agent"].pk
    client = round_.company.client("leader")
    values = {"employee": agent, "quota": "8", "daily_limit": "20", "weight": "2"}
    assert client.post("/visitors/new/", {**values, "away_until": "2026-11-30"}).status_code == 422
    assert client.post("/visitors/new/", values).status_code == 302
    row = Visitor.objects.get()
    assert (row.quota, row.daily_limit, row.weight) == (8, 20, 2)
    assert client.post(f"/visitors/{row.pk}/edit/", {**values, "weight": "11"}).status_code == 422
    assert client.post(f"/visitors/{row.pk}/edit/", {**values, "away_from": "2026-11-23"}).status_code == 302
    assert "林一诺" in client.get("/visitors/").content.decode()
    with pytest.raises(Refused):
        add_visitor(actor=round_.company.actor("leader"), employee=round_.company.people["agent"], weight=1)


def test_nobody_else_sees_or_changes_them(round_: Round) -> None:
    row = add_visitor(actor=SYSTEM, employee=round_.company.people["outsider"])
    leader = round_.company.actor("leader")
    assert round_.company.client("agent").get("/visitors/").status_code == 403
    assert "方外" not in round_.company.client("leader").get("/visitors/").content.decode()
    assert round_.company.client("leader").get(f"/visitors/{row.pk}/").status_code == 404
    with pytest.raises(NotAllowed):
        change_visitor(actor=leader, obj=row, weight=0)
    with pytest.raises(NotAllowed):
        add_visitor(actor=leader, employee=round_.company.people["department"])
    form = round_.company.client("leader").post(
        "/visitors/new/",
        {"employee": round_.company.people["department"].pk, "quota": 1, "daily_limit": 1, "weight": 1},
    )
    assert form.status_code == 422
