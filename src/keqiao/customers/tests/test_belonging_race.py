"""Several people take the same customer at once, one person takes more than the limit, a deed is sent twice."""

from collections.abc import Callable
from typing import Any

import pytest

from keqiao.customers.models import Customer, Holding, ShareOut, Violation
from keqiao.customers.owning import holding, limits
from keqiao.customers.sharing import deadlines, handing, planning, running
from keqiao.customers.tests.owning import later, pooled, rules
from keqiao.customers.violations import actions as cases
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.org.actions import create_employee
from keqiao.org.models import Employee, Position
from keqiao.org.queries import actor_for

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
Parallel = Callable[..., list[Any]]
SEVERAL = 8


@pytest.fixture
def agents(company):
    """Eight agents of one team."""
    rules(picks_a_day=50)
    post = Position.objects.get(name="客服专员")
    people = [
        create_employee(actor=SYSTEM, username=f"p{n}", name=f"同事{n}", unit=company.units["team"], positions=[post])
        for n in range(SEVERAL)
    ]
    return [actor_for(one) for one in people]


def won(results: list[Any], *kinds: type[Exception]) -> int:
    failures = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(failure, kinds or (Refused,)) for failure in failures), failures
    return len(results) - len(failures)


def test_of_many_exactly_one_gets_the_customer(company, agents, in_parallel: Parallel) -> None:
    one = pooled(company, "抢手")[0]
    results = in_parallel(lambda n: handing.pick(actor=agents[n], obj=one), SEVERAL)
    assert won(results, WrongState) == 1
    owner = Customer.objects.get(pk=one.pk).owner
    assert owner is not None
    told = [str(result) for result in results if isinstance(result, Exception)]
    assert all(f"刚刚由{owner.name}领取" in sentence for sentence in told)
    assert Holding.objects.filter(customer=one, ended_at=None).get().owner == owner


def test_by_real_requests_too(company, agents, in_parallel: Parallel) -> None:
    one = pooled(company, "抢手")[0]
    for n in range(SEVERAL):
        company.people[f"p{n}"] = actor_person(agents[n].id)
    clients = [company.client(f"p{n}") for n in range(SEVERAL)]
    answers = in_parallel(
        lambda n: clients[n].post(f"/api/pool/{one.pk}/pick", {}, content_type="application/json"), SEVERAL
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes.count(200) == 1
    assert set(codes) <= {200, 404, 409}
    assert all("刚刚由" in answer.json()["message"] for answer in answers if answer.status_code == 409)


def actor_person(pk: int | None) -> Any:
    return Employee.objects.get(pk=pk)


def test_without_the_second_look_the_customer_goes_from_hand_to_hand(
    company, agents, in_parallel: Parallel, monkeypatch
) -> None:
    """The control: everybody is told that the customer is theirs."""
    one = pooled(company, "抢手")[0]
    monkeypatch.setattr(handing, "free", lambda customer, taker: None)
    monkeypatch.setattr(handing, "may_pick", lambda customer, taker, rules: None)
    monkeypatch.setattr(handing, "demand", lambda actor, verb, customer: None)
    results = in_parallel(lambda n: handing.pick(actor=agents[n], obj=one), SEVERAL)
    assert won(results) > 1


def test_one_person_never_gets_more_than_the_limit(company, agents, in_parallel: Parallel) -> None:
    rules(picks_a_day=3, owned_limit=500)
    several = pooled(company, *(f"客户{n}" for n in range(SEVERAL)))
    assert won(in_parallel(lambda n: handing.pick(actor=agents[0], obj=several[n]), SEVERAL), Refused) == 3
    assert Customer.objects.filter(owner=agents[0].id).count() == 3


def test_without_standing_in_line_the_limit_is_passed(company, agents, in_parallel: Parallel, monkeypatch) -> None:
    """The control: whoever counts before the others have written counts too few."""
    rules(picks_a_day=3)
    several = pooled(company, *(f"客户{n}" for n in range(SEVERAL)))
    monkeypatch.setattr(limits, "picked_today", lambda employee_id: 0)  # as they all would have read it
    assert won(in_parallel(lambda n: handing.pick(actor=agents[0], obj=several[n]), SEVERAL)) > 3


def test_a_plan_is_carried_out_once(company, in_parallel: Parallel) -> None:
    rules()
    pooled(company, *(f"客户{n}" for n in range(6)))
    leader = company.actor("leader")
    team = [company.people["agent"], company.people["colleague"]]
    share = planning.plan(actor=leader, employees=team, way="even", source="", territory=None, tier="", place=())
    results = in_parallel(lambda _n: running.run(actor=leader, obj=share), 6)
    assert won(results, WrongState, NotAllowed) == 1
    assert Holding.objects.filter(ended_at=None).count() == 6
    undone = in_parallel(lambda _n: running.undo(actor=leader, obj=running_share(share.pk)), 6)
    assert won(undone, WrongState, NotAllowed) == 1
    assert Customer.objects.filter(owner=None).count() == 6


def running_share(pk: int) -> Any:
    return ShareOut.objects.get(pk=pk)


def test_a_plan_and_pickers_meet(company, agents, in_parallel: Parallel) -> None:
    several = pooled(company, *(f"客户{n}" for n in range(6)))
    leader = company.actor("leader")
    share = planning.plan(
        actor=leader, employees=[company.people["agent"]], way="even", source="", territory=None, tier="", place=()
    )

    def act(number: int) -> Any:
        if number == 3:
            return running.run(actor=leader, obj=share)
        return handing.pick(actor=agents[number], obj=several[number % 6])

    results = in_parallel(act, 6)
    assert won(results, WrongState) >= 1
    assert not Customer.objects.filter(owner=None).exists()
    assert Holding.objects.filter(ended_at=None).count() == 6
    share.refresh_from_db()
    assert share.given + share.left == 6


def test_falling_back_twice_at_once_and_a_new_owner(company, agents, in_parallel: Parallel) -> None:
    several = pooled(company, "甲", "乙", "丙", "丁")
    for customer in several:
        handing.pick(actor=agents[0], obj=customer)
    leader = company.actor("leader")
    with later(days=8):

        def act(number: int) -> Any:
            if number == 2:
                return handing.assign_owner(actor=leader, obj=several[0], owner=company.people["colleague"])
            return deadlines.fall_back()

        assert won(in_parallel(act, 4)) == 4
    assert Holding.objects.filter(end="fallen").count() in {3, 4}
    assert Customer.objects.filter(owner=None).count() == 3
    assert Customer.objects.get(pk=several[0].pk).owner == company.people["colleague"]


def test_a_case_is_opened_and_decided_once(company, agents, in_parallel: Parallel) -> None:
    one = pooled(company, "甲")[0]
    handing.pick(actor=agents[0], obj=one)
    accused = company.people["agent"]

    def report(number: int) -> Any:
        return cases.report(actor=agents[number], customer=one, accused=accused, kind="poached", evidence="有通话记录")

    assert won(in_parallel(report, 6), Refused) == 1
    case = Violation.objects.get()
    manager = company.actor("manager")
    with later(days=5):
        results = in_parallel(
            lambda n: (cases.confirm if n % 2 else cases.dismiss)(actor=manager, obj=case, decision="查实了情况"), 6
        )
    assert won(results, WrongState, NotAllowed) == 1


def test_the_row_is_written_only_where_nobody_was_faster(company, agents) -> None:
    one = pooled(company, "甲")[0]
    seen = Customer.objects.get(pk=one.pk)
    handing.pick(actor=agents[0], obj=one)
    with pytest.raises(RuntimeError, match="changed hands"):
        holding.put([seen], owner_id=agents[1].id, unit_id=None)
