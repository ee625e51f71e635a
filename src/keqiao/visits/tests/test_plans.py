"""Plans make each customer's visit once for the occasion, within consents, rest times and what was done lately."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from keqiao.customers.models import Consent, Customer, RestWish, Segment
from keqiao.customers.segments.actions import remove_segment
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.models import Notice
from keqiao.reception.actions import register
from keqiao.runtime.worker import drain
from keqiao.tickets import actions as tickets
from keqiao.tickets.tests.conftest import MONDAY, ZONE
from keqiao.visits import actions, candidates, jobs
from keqiao.visits.actions.rules import pause_rule
from keqiao.visits.models import CLOSING, MIDDLE, OPENING, PLAN_OPENING, Visit, Visitor, VisitRule
from keqiao.visits.tests.conftest import Round

FORM = {
    "name": "会员季度回访", "occasion": "period", "every_months": "3", "max_attempts": "3", "low_score": "2", "rectify_days": "5",
    "within_days": "3", "most_a_day": "50", "gap_days": "30", "active": "on",
    "opening": "您好，{客户称呼}", "middle": "满意吗？", "closing": "再见",
}  # fmt: skip


def customers(count: int, **values: Any) -> list[Customer]:
    """So many customers."""
    return [Customer.objects.create(name=f"客户{place}", number=f"KH-{place}", **values) for place in range(count)]


def plan(round_: Round, **values: Any) -> VisitRule:
    """A plan of the complaint team."""
    usual = {"name": "计划", "occasion": "once", "unit": round_.company.units["team"], "gap_days": 30}
    return VisitRule.objects.create(**usual | values)


@pytest.mark.django_db
def test_once_each_shared_out_and_due_in_three_working_days(round_: Round) -> None:
    customers(5)
    rule = plan(round_)
    assert actions.generate(actor=SYSTEM, rule=rule) == 5
    assert actions.generate(actor=SYSTEM, rule=rule) == 0
    visits = list(Visit.objects.all())
    shares = Counter(one.assignee_id for one in visits)
    assert set(shares) == {round_.company.people[role].pk for role in ("agent", "colleague")}
    assert sorted(shares.values()) == [2, 3]
    assert {one.due_at for one in visits} == {MONDAY + timedelta(days=3)}


@pytest.mark.django_db
def test_who_refuses_waits_or_was_called_lately_is_left_out_and_counted(round_: Round) -> None:
    refusing, lately, waiting, resting = customers(4)
    Consent.objects.create(customer=refusing, purpose=Consent.Purpose.SERVICE, channel="phone", given=False, at=MONDAY)
    RestWish.objects.create(customer=resting, start="09:00", end="11:00")
    other = plan(round_, name="别的")
    common = {
        "rule": other,
        "unit": other.unit,
        "matter": "别的",
        "planned_at": MONDAY,
        "not_before": MONDAY,
        "due_at": MONDAY,
    }
    Visit.objects.create(number="1", customer=waiting, **common)
    Visit.objects.create(
        number="2", customer=lately, status="done", open=False, satisfaction=5, solved=True,
        done_at=MONDAY - timedelta(days=29), **common,
    )  # fmt: skip
    rule = plan(round_)
    found = candidates.meant(rule, timezone.now(), counted=True)
    assert (found.audience, found.made, found.refusing, found.waiting, found.lately, found.later) == (4, 0, 1, 1, 1, 0)
    assert list(found.rows) == [resting]
    actions.generate(actor=SYSTEM, rule=rule)
    visit = Visit.objects.get(rule=rule)
    assert (visit.customer, visit.not_before) == (resting, datetime(2026, 11, 23, 11, 0, tzinfo=ZONE))
    round_.to(MONDAY + timedelta(days=3))
    assert candidates.meant(rule, timezone.now(), counted=True).lately == 0


@pytest.mark.django_db
def test_a_period_reaches_everybody_once_spread_over_its_working_days(round_: Round) -> None:
    everybody = customers(60)
    rule = plan(round_, occasion="period", every_months=1, most_a_day=500)
    Visitor.objects.create(employee=round_.company.people["agent"], daily_limit=500)
    made: list[int] = []
    for day in range(1, 32):
        round_.to(datetime(2026, 12, day, 9, 0, tzinfo=ZONE))
        made.append(actions.generate(actor=SYSTEM, rule=rule))
    assert sum(made) == len(everybody) == Visit.objects.values("customer").distinct().count()
    assert max(made) <= -(-60 // 23) + 1  # 23 working days in December 2026
    Visit.objects.update(open=False, status="unreachable")
    round_.to(datetime(2027, 1, 29, 9, 0, tzinfo=ZONE))
    assert actions.generate(actor=SYSTEM, rule=rule) == 60


@pytest.mark.django_db
def test_most_a_day_and_the_limit_of_each_person(round_: Round) -> None:
    customers(10)
    for role in ("agent", "colleague"):
        Visitor.objects.create(employee=round_.company.people[role], daily_limit=2)
    rule = plan(round_, most_a_day=6)
    assert actions.generate(actor=SYSTEM, rule=rule) == 6
    assert actions.generate(actor=SYSTEM, rule=rule) == 0
    shares = Counter(Visit.objects.values_list("assignee", flat=True))
    assert (shares[None], sorted(shares.values())) == (2, [2, 2, 2])
    round_.to(MONDAY + timedelta(days=1))
    assert actions.generate(actor=SYSTEM, rule=rule) == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "at", "due"),
    [
        ({"occasion": "festival", "festival": "moon", "ahead_days": 3}, datetime(2026, 9, 22, 9, tzinfo=ZONE), "2026-09-25"),
        ({"occasion": "store_day", "month": 12, "day": 1, "ahead_days": 1}, datetime(2026, 11, 30, 9, tzinfo=ZONE), "2026-12-01"),
    ],
)  # fmt: skip
def test_festival_and_store_day_are_over_when_the_day_is(
    round_: Round, values: dict[str, Any], at: datetime, due: str
) -> None:
    customers(1)
    rule = plan(round_, **values)
    assert actions.generate(actor=SYSTEM, rule=rule) == 0
    round_.to(at - timedelta(days=1))
    assert actions.generate(actor=SYSTEM, rule=rule) == 0
    round_.to(at)
    assert actions.generate(actor=SYSTEM, rule=rule) == 1
    visit = Visit.objects.get()
    assert timezone.localtime(visit.due_at).date().isoformat() <= due
    assert visit.occasion_key == f"{values['occasion'][0]}{due}"


@pytest.mark.django_db
def test_tier_and_saved_selection(round_: Round) -> None:
    vip, plain = customers(1, tier="vip")[0], Customer.objects.create(name="另一位", number="KH-x")
    manager = round_.company.people["manager"]
    segment = Segment.objects.create(name="金卡", query="tier=vip", owner=manager, shared=True)
    assert list(candidates.audience(plan(round_, name="1", tier="vip"))) == [vip]
    rule = plan(round_, name="2", segment=segment)
    assert list(candidates.audience(rule)) == [vip]
    assert plain not in candidates.audience(rule)
    Segment.objects.update(query="tier=gone")
    rule.segment.refresh_from_db()
    assert not candidates.audience(rule).exists()
    with pytest.raises(Refused):
        remove_segment(actor=round_.company.actor("manager"), obj=segment)


@pytest.mark.django_db
def test_paused_and_inactive_plans_make_none_and_the_clock_makes_the_rest(round_: Round) -> None:
    customers(2)
    paused, off = plan(round_, name="1"), plan(round_, name="2", active=False)
    pause_rule(actor=round_.company.actor("manager"), obj=paused)
    assert jobs.plan_visits() == 0
    plan(round_, name="3")
    assert jobs.plan_visits() == 2
    assert not Visit.objects.filter(rule__in=[paused, off]).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_two_workers_make_each_visit_once(round_: Round, in_parallel: Callable[..., list[Any]]) -> None:
    customers(12)
    rule = plan(round_, most_a_day=10)
    made = in_parallel(lambda _number: actions.generate(actor=SYSTEM, rule=rule), times=4)
    assert sum(one for one in made if isinstance(one, int)) == 10 == Visit.objects.count()
    assert Visit.objects.values("customer").distinct().count() == 10


@pytest.mark.django_db(transaction=True)
def test_a_closed_ticket_and_a_walk_in_are_called_later(round_: Round) -> None:
    team = round_.company.units["team"]
    VisitRule.objects.create(
        name="办结", event="ticket.closed", kinds=["consultation"], after_days=2, gap_days=0, unit=team
    )
    VisitRule.objects.create(name="来访", event="reception.registered", kinds=[], after_days=1)
    agent = round_.company.actor("agent")
    ticket = round_.desk.accept(kind="consultation")
    tickets.start(actor=agent, obj=ticket)
    tickets.resolve(actor=agent, obj=ticket, result="已答复")
    drain()
    assert not Visit.objects.exists()
    tickets.close(actor=agent, obj=type(ticket).objects.get(pk=ticket.pk))
    drain()
    drain()
    visit = Visit.objects.get()
    assert (visit.ticket_id, visit.not_before, visit.open) == (ticket.pk, MONDAY + timedelta(days=2), True)
    assert visit.assignee_id == round_.company.people["colleague"].pk
    for way in ("call", "walk_in"):
        register(actor=agent, way=way, name="孙建", phone=f"1390013900{len(way)}", matter="看洗衣机")
    drain()
    assert list(Visit.objects.exclude(pk=visit.pk).values_list("matter", "rule__name")) == [("看洗衣机", "来访")]


@pytest.mark.django_db
def test_a_plan_is_kept_tried_and_run_in_the_browser(round_: Round) -> None:
    customers(3)
    client = round_.company.client("manager")
    team = round_.company.units["team"].pk
    assert client.post("/visit-rules/new/", FORM).status_code == 422
    wrong = client.post("/visit-rules/new/", {**FORM, "unit": team, "occasion": "store_day", "month": 2, "day": 30})
    assert (wrong.status_code, "这个月里有的日子" in wrong.content.decode()) == (422, True)
    assert client.post("/visit-rules/new/", {**FORM, "unit": team, "occasion": "once"}).status_code == 302
    rule = VisitRule.objects.get(name=FORM["name"])
    assert (rule.every_months, rule.unit_id, rule.kinds) == (None, team, [])
    page = client.get(f"/visit-rules/{rule.pk}/plan/").content.decode()
    assert "客户2" in page
    assert not Visit.objects.exists()
    assert client.post(f"/visit-rules/{rule.pk}/do/run/").status_code == 302
    assert Visit.objects.filter(rule=rule).count() == 3
    assert client.get(f"/visit-rules/{rule.pk}/").status_code == 200


@pytest.mark.django_db
def test_words_about_a_ticket_make_way(round_: Round) -> None:
    client = round_.company.client("manager")
    words = {"opening": str(OPENING), "middle": str(MIDDLE), "closing": str(CLOSING)}
    client.post("/visit-rules/new/", {**FORM, **words, "unit": round_.company.units["team"].pk})
    assert VisitRule.objects.get(name=FORM["name"]).opening == str(PLAN_OPENING)


@pytest.mark.django_db
def test_others_neither_try_nor_run_a_plan(round_: Round) -> None:
    customers(1)
    rule = plan(round_)
    client = round_.company.client("leader")
    assert client.get(f"/visit-rules/{rule.pk}/plan/").status_code == 404
    with pytest.raises(NotAllowed):
        actions.run_plan(actor=round_.company.actor("leader"), obj=rule)
    assert not Visit.objects.exists()


@pytest.mark.django_db
def test_a_problem_that_a_plans_call_brings_up_is_told_and_leads_to_a_ticket(round_: Round) -> None:
    customers(2)
    actions.generate(actor=SYSTEM, rule=plan(round_))
    quiet, loud = Visit.objects.filter().order_by("pk")
    manager = round_.company.actor("manager")
    actions.record_result(actor=manager, obj=quiet, satisfaction=5, solved=True)
    actions.record_result(actor=manager, obj=loud, satisfaction=4, solved=False, said="滤芯该换了")
    told = Notice.objects.get(kind="visit.problem")
    assert (told.employee_id, told.url) == (manager.id, f"/visits/{loud.pk}/")
    client = round_.company.client("manager")
    pages = [client.get(f"/visits/{one.pk}/").content.decode() for one in (quiet, loud)]
    assert ["登记工单" in page for page in pages] == [False, True]
