"""Sharing out: even and by weight, within limits, by territory; seen before it is done, done once, taken back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.customers import actions
from keqiao.customers.models import Ability, Customer, Holding, ShareLine, ShareOut, ShareRule, Territory
from keqiao.customers.sharing import contact, handing, planning, running
from keqiao.customers.sharing.keeping import keep_ability, keep_rule
from keqiao.customers.sharing.people import Load
from keqiao.customers.tests.owning import pooled, rules, territory
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice
from keqiao.org.models import Employee, OrgUnit
from keqiao.runtime import jobs, worker

USUAL = {"source": "", "territory": None, "tier": "", "place": ()}


@pytest.fixture
def team(company):
    """The two agents of the team, to be shared out to by their leader."""
    rules()
    return [company.people["agent"], company.people["colleague"]]


def plan(company, team, **values) -> ShareOut:
    return planning.plan(
        actor=company.actor("leader"), employees=team, **{"way": "weighted", "most": 1000, **USUAL, **values}
    )  # fmt: skip


def counts() -> dict[str, int]:
    return {
        name: Customer.objects.filter(owner__name=name).count() for name in ("林一诺", "周衡")
    }  # fmt: skip


def test_a_plan_changes_nothing_and_is_done_exactly(company, team) -> None:
    pooled(company, *(f"客户{n}" for n in range(9)))
    keep_ability(actor=company.actor("leader"), employee=team[0], weight=200)
    share = plan(company, team)
    assert (share.state, share.planned, share.left) == ("draft", 9, 0)
    assert not Customer.objects.filter(owner__isnull=False).exists()
    planned = {line.customer_id: line.employee_id for line in share.lines.all()}
    page = company.client("leader").get(f"/share-outs/{share.pk}/").content.decode()
    assert "按权重 200% 折算" in page
    assert "按此方案分配" in page
    done = running.run(actor=company.actor("leader"), obj=share)
    assert (done.state, done.given) == ("done", 9)
    assert dict(Customer.objects.values_list("pk", "owner_id")) == planned
    assert counts() == {"林一诺": 6, "周衡": 3}
    assert Holding.objects.filter(share=share, way="shared", ended_at=None).count() == 9
    assert Event.objects.filter(verb="share_out.done").count() == 1
    assert Event.objects.filter(verb="customer.assigned", actor_id=company.people["leader"].pk).count() == 9
    assert Notice.objects.filter(employee=team[0], title__startswith="您分到 6 位客户").count() == 1
    with pytest.raises(NotAllowed):
        running.run(actor=company.actor("leader"), obj=done)
    with pytest.raises(WrongState):
        running.run(actor=company.actor("leader"), obj=share)  # a page opened before it was done


def test_what_went_meanwhile_and_who_is_full_is_left(company, team) -> None:
    several = pooled(company, "甲", "乙", "丙", "丁")
    share = plan(company, team, way="even")
    handing.pick(actor=company.actor("agent"), obj=several[2])
    Ability.objects.create(employee=team[1], owned_limit=1)
    done = running.run(actor=company.actor("leader"), obj=share)
    assert (done.given, done.left) == (2, 2)
    assert sorted(done.lines.filter(state="left").values_list("why", flat=True)) == ["full", "gone"]
    assert counts() == {"林一诺": 2, "周衡": 1}


def test_taken_back_as_far_as_nobody_has_touched_it(company, team) -> None:
    pooled(company, "甲", "乙", "丙", "丁")
    share = running.run(actor=company.actor("leader"), obj=plan(company, team))
    first, second, third, _fourth = [line.customer for line in share.lines.order_by("pk").select_related("customer")]
    contact.record_contact(actor=company.actor("leader"), obj=first, way="phone", note="已约周末")
    actions.change_customer(actor=SYSTEM, obj=second, note="已核对地址")
    handing.assign_owner(actor=company.actor("leader"), obj=third, owner=company.people["leader"])
    undone = running.undo(actor=company.actor("leader"), obj=share)
    assert (undone.state, undone.returned) == ("undone", 1)
    assert Customer.objects.filter(owner=None).get().unit == company.units["team"]
    assert share.lines.filter(state="kept").count() == 3
    assert not Holding.objects.filter(customer__owner=None, ended_at=None).exists()
    with pytest.raises(NotAllowed):
        running.undo(actor=company.actor("leader"), obj=undone)


def test_back_into_the_pool_it_came_from(company, team) -> None:
    one = pooled(company, "甲", unit="service")[0]
    share = running.run(actor=company.actor("leader"), obj=plan(company, team))
    assert Customer.objects.get(pk=one.pk).unit == company.units["team"]
    running.undo(actor=company.actor("leader"), obj=share)
    assert Customer.objects.get(pk=one.pk).unit == company.units["service"]


def test_customers_of_a_territory_go_to_its_people(company, team) -> None:
    own, far, free = pooled(company, "本区", "外区", "无区")
    mine = territory(company, "一组", unit="team", divisions=["370000"])
    theirs = territory(company, "财务", unit="finance", divisions=["320000"], place=20)
    Customer.objects.filter(pk=own.pk).update(territory=mine)
    Customer.objects.filter(pk=far.pk).update(territory=theirs)
    whys = dict(plan(company, team).lines.values_list("customer", "why"))
    assert whys == {own.pk: "weighted_own", far.pk: "stranger", free.pk: "weighted"}
    whys = dict(plan(company, team, by_territory=True).lines.values_list("customer", "why"))
    assert whys == {own.pk: "weighted_own", far.pk: "stranger", free.pk: "nowhere"}
    assert plan(company, team, territory=mine).planned == 1


def test_only_from_the_own_pool_and_only_to_own_people(company, team) -> None:
    pooled(company, "财务的", unit="finance")
    with pytest.raises(Refused, match="没有符合条件"):
        plan(company, team)
    pooled(company, "自家的")
    with pytest.raises(Refused, match="至少选择一个人"):
        plan(company, [company.people["outsider"]])
    with pytest.raises(NotAllowed):
        planning.plan(actor=company.actor("agent"), employees=team, way="even", **USUAL)
    share = plan(company, team)
    assert company.client("agent").get(f"/share-outs/{share.pk}/").status_code == 404
    assert company.client("agent").post(f"/share-outs/{share.pk}/do/run/").status_code == 404


def test_many_go_in_the_background_and_a_killed_worker_goes_on(company, team, monkeypatch) -> None:
    monkeypatch.setattr(planning, "FEW", 3)
    monkeypatch.setattr(running, "CHUNK", 2)
    pooled(company, *(f"客户{n}" for n in range(7)))
    share = running.run(actor=company.actor("leader"), obj=plan(company, team))
    assert share.state == "running"
    assert share.job is not None
    page = company.client("leader").get(f"/share-outs/{share.pk}/").content.decode()
    assert "在后台进行" in page

    class Killed(Exception):
        pass

    def die(done: int, total: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        running.execute(share, die)
    assert ShareLine.objects.filter(share=share, state="given").count() == 2
    while jobs.work():
        pass
    share.refresh_from_db()
    assert (share.state, share.given) == ("done", 7)
    assert Holding.objects.filter(share=share).count() == 7
    answer = company.client("leader").get(f"/share-outs/{share.pk}/progress/")
    assert answer["HX-Refresh"] == "true"


def test_the_form_shows_loads_and_says_what_is_missing(company, team) -> None:
    pooled(company, "甲", "乙")
    client = company.client("leader")
    page = client.get("/share-outs/new/").content.decode()
    assert "林一诺 · 投诉一组 · 手上 0 位 · 权重 100% · 还能接 500 位" in page
    assert "公海里现在有 2 位客户可以分配" in page
    wrong = client.post("/share-outs/new/", {"way": "even", "most": "2", "place": "没有的县"})
    assert wrong.status_code == 422
    said = wrong.content.decode()
    assert "请至少选择一个人" in said
    assert "没有“没有的县”" in said
    made = client.post("/share-outs/new/", {"way": "even", "most": "2", "employees": [one.pk for one in team]})
    assert made.status_code == 302
    share = ShareOut.objects.get()
    detail = client.get(f"/api/share-outs/{share.pk}").json()
    assert [one["gets"] for one in detail["people"]] == [1, 1]
    run = client.post(f"/api/share-outs/{share.pk}/run", {}, content_type="application/json")
    assert run.status_code == 200
    assert run.json()["given"] == 2
    listed = client.get(f"/share-lines/?view=all&share={share.number}").content.decode()
    assert "所选人员中手上客户最少" in listed


def test_no_query_count_grows_with_the_customers(company, team, django_assert_max_num_queries) -> None:
    asked = []
    for count in (20, 190):
        pooled_fast(company, count)
        share = plan(company, team)
        with django_assert_max_num_queries(200) as one:
            running.run(actor=company.actor("leader"), obj=share)
        assert share.planned == count
        asked.append(len(one))
    assert asked[0] == asked[1]


def pooled_fast(company, count: int) -> None:
    start = Customer.objects.count()
    Customer.objects.bulk_create(
        Customer(number=f"KH-T-{start + n}", name=f"客户{start + n}", unit=company.units["team"]) for n in range(count)
    )


@pytest.mark.django_db(transaction=True)
def test_new_customers_are_shared_out_by_rule(company) -> None:
    rules()
    leader = company.actor("leader")
    rule = {
        "place": 1, "unit": company.units["team"], "team": company.units["team"], "territory": None, "weighted": True,
    }  # fmt: skip
    web = keep_rule(actor=leader, name="网站客户", source="web", active=False, **rule)
    pooled(company, "早到", source="web")
    worker.drain()
    assert not ShareOut.objects.exists()
    keep_rule(actor=leader, obj=web, name="网站客户", source="web", active=True, **rule)
    pooled(company, "甲", "乙", source="web")
    pooled(company, "来电", source="phone")
    worker.drain()
    assert counts() == {"林一诺": 1, "周衡": 1}
    pooled(company, "丙", source="web")
    worker.drain()
    share = ShareOut.objects.get()
    assert (share.state, share.given, share.planned, share.by) == ("done", 3, 3, None)
    assert set(Holding.objects.values_list("way", flat=True)) == {"rule"}
    assert company.client("leader").get(f"/share-outs/{share.pk}/").status_code == 200
    undone = running.undo(actor=leader, obj=share)
    assert undone.returned == 3
    pooled(company, "丁", source="web")
    worker.drain()
    assert ShareOut.objects.count() == 2


def test_a_rule_stays_within_reach(company, team) -> None:
    values = {
        "place": 1, "source": "", "territory": None, "weighted": True, "active": True, "name": "越界",
        "unit": company.units["team"], "team": company.units["finance"],
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        keep_rule(actor=company.actor("leader"), **values)
    assert not ShareRule.objects.exists()
    with pytest.raises(NotAllowed):
        keep_ability(actor=company.actor("leader"), employee=company.people["outsider"], weight=10)


def load(pk: int, has: int, most: int, weight: int) -> Load:
    unit = OrgUnit(pk=pk, path=f"/{pk}/")
    return Load(Employee(pk=pk, unit=unit), has, most, weight)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40), st.integers(1, 300)), min_size=1, max_size=6),
    st.integers(0, 60),
    st.booleans(),
)
def test_the_division_is_fair_and_keeps_the_limits(people, customers, weighted) -> None:
    loads = [load(pk, has, most, weight) for pk, (has, most, weight) in enumerate(people, 1)]
    wanted = [(n, None, None) for n in range(customers)]
    steps = planning.divide(wanted, loads, weighted=weighted, by_territory=False, territories={})
    got = {one.employee.pk: sum(step.employee_id == one.employee.pk for step in steps) for one in loads}
    assert len(steps) == customers
    assert all(got[one.employee.pk] <= one.room for one in loads)
    assert sum(got.values()) == min(customers, sum(one.room for one in loads))

    def burden(one: Load, number: int) -> float:
        return number / (one.weight if weighted else 100)

    # nobody could hand one over to another with room and leave both better off
    for one in loads:
        for other in loads:
            if got[one.employee.pk] and got[other.employee.pk] < other.room:
                mine, theirs = one.has + got[one.employee.pk], other.has + got[other.employee.pk]
                assert burden(one, mine) <= burden(other, theirs + 1) + 1e-9


def test_a_territory_without_people_among_the_chosen_is_left() -> None:
    own = Territory(pk=7, unit=OrgUnit(pk=9, path="/9/"), poaching="refuse")
    steps = planning.divide(
        [(1, 7, None)], [load(1, 0, 9, 100)], weighted=False, by_territory=False, territories={7: own}
    )  # fmt: skip
    assert [(one.employee_id, one.why) for one in steps] == [(None, "stranger")]
