"""Territories by region, industry and agent; by hand; and what happens to who takes another's customer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.customers import actions
from keqiao.customers.archive.actions import add_address
from keqiao.customers.models import Customer, Holding, Territory, Violation
from keqiao.customers.sharing import handing
from keqiao.customers.territories import actions as drawing
from keqiao.customers.territories import fitting
from keqiao.customers.tests.owning import later, pooled, rules, territory
from keqiao.customers.violations import actions as cases
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice, Todo
from keqiao.org.actions import create_employee, create_position, create_unit
from keqiao.org.models import Employee, Scope
from keqiao.org.queries import actor_for
from keqiao.runtime import worker

FORM = {
    "name": "山东", "place": "10", "divisions": "山东省\n江苏省 南京市", "industries": [], "protection_days": "60",
    "poaching": "refuse", "active": "on",
}  # fmt: skip


def belongs(customer: Customer) -> str:
    return str(Customer.objects.select_related("territory").get(pk=customer.pk).territory or "")


@pytest.mark.django_db(transaction=True)
def test_the_first_that_fits_has_the_customer(company) -> None:
    rules()
    agent = create_unit(actor=SYSTEM, name="恒通服务", kind="agent", parent=company.units["head"])
    territory(company, "济南酒店", divisions=["370100"], industries=["H"], place=5)
    territory(company, "山东", divisions=["370000"], place=10)
    territory(company, "恒通", unit="service", agent=agent, place=20)
    worker.drain()
    hotel = pooled(company, "泉城宾馆", kind="company", industry="H", city="济南市", province="山东省")[0]
    home, weifang, none = pooled(company, "历下", "潍坊", "成都")
    actions.change_customer(actor=SYSTEM, obj=home, province="山东省", city="济南市")
    add_address(actor=SYSTEM, obj=weifang, kind="home", division="370702", default=True)
    with_agent = actions.create_customer(actor=SYSTEM, name="代理客户", unit=agent)
    worker.drain()
    found = [belongs(one) for one in (hotel, home, weifang, none, with_agent)]
    assert found == ["济南酒店", "山东", "山东", "", "恒通"]
    assert not Event.objects.filter(verb="customer.territory_moved").exists()
    first = Territory.objects.get(name="济南酒店")
    drawing.keep_territory(actor=SYSTEM, obj=first, name="济南酒店", active=False)
    worker.drain()
    assert belongs(hotel) == "山东"
    moved = Event.objects.get(verb="customer.territory_moved")
    assert moved.data["changes"]["territory"] == ["济南酒店", "山东"]


@pytest.mark.django_db(transaction=True)
def test_by_hand_stays_until_it_is_handed_back(company) -> None:
    rules()
    north = territory(company, "北区", divisions=["370000"])
    south = territory(company, "南区", divisions=["440000"], place=20)
    worker.drain()
    one = pooled(company, "甲", province="山东省", city="济南市")[0]
    worker.drain()
    leader = company.actor("leader")
    drawing.fix_territory(actor=leader, obj=one, territory=str(south.pk))
    worker.drain()
    assert fitting.settle_all(lambda done, total: None) == 0
    assert belongs(one) == "南区"
    with pytest.raises(NotAllowed):
        drawing.fix_territory(actor=company.actor("agent"), obj=one, territory="rule")
    with pytest.raises(Refused, match="没有这个销售区域"):
        drawing.fix_territory(actor=leader, obj=one, territory="999")
    assert drawing.fix_territory(actor=leader, obj=one, territory="none").territory is None
    assert drawing.fix_territory(actor=leader, obj=one, territory="rule").territory == north
    assert Event.objects.filter(verb="customer.territory_set").count() == 3


def test_drawn_in_the_browser(company) -> None:
    client = company.client("manager")
    wrong = client.post("/territories/new/", {**FORM, "unit": company.units["team"].pk, "divisions": "火星省"})
    assert wrong.status_code == 422
    assert "没有“火星省”" in wrong.content.decode()
    twice = client.post("/territories/new/", {**FORM, "unit": company.units["team"].pk, "divisions": "鼓楼区"})
    assert "请连同上级一起写" in twice.content.decode()
    made = client.post("/territories/new/", {**FORM, "unit": company.units["team"].pk})
    assert made.status_code == 302
    row = Territory.objects.get()
    assert row.divisions == ["370000", "320100"]
    again = client.get(f"/territories/{row.pk}/edit/").content.decode()
    assert "江苏省 南京市" in again
    assert client.post("/territories/new/", {**FORM, "unit": company.units["team"].pk}).status_code == 422
    territory(company, "济南", divisions=["370100"], place=5)
    page = client.get(f"/territories/{row.pk}/").content.decode()
    assert "先归入这些区域" in page
    assert "济南 · 5" in page
    assert company.client("agent").get("/territories/").status_code == 200
    assert company.client("agent").get("/territories/new/").status_code == 403
    with pytest.raises(NotAllowed):
        drawing.keep_territory(actor=company.actor("leader"), obj=row, name="改名")


CODES = st.sampled_from(["370000", "370100", "370102", "320000", "320100", ""])
SETS = st.lists(CODES.filter(bool), max_size=2)


@given(SETS, SETS, st.lists(st.sampled_from("HK"), max_size=2), st.lists(st.sampled_from("HK"), max_size=2), CODES)
def test_what_fits_two_is_said_to_overlap(ours, theirs, mine, other, where) -> None:
    one, two = Territory(divisions=ours, industries=mine), Territory(divisions=theirs, industries=other)
    for industry in ("H", "K", ""):
        place = fitting.Place(where, industry)
        if fitting.fits(one, place) and fitting.fits(two, place):
            assert fitting.overlaps(one, two)
            assert fitting.overlaps(two, one)


@pytest.fixture
def rivals(company):
    """A colleague with the powers of an agent over the whole team, so that the other's customers are in reach."""
    rules()
    powers = ["customer.view", "customer.change", "customer.pick", "violation.report"]
    post = create_position(actor=SYSTEM, name="组员", scope=Scope.TEAM, powers=powers)
    rival = create_employee(actor=SYSTEM, username="rival", name="贾抢", unit=company.units["team"], positions=[post])
    company.people["rival"] = rival
    Employee.objects.filter(pk__in=[rival.pk, company.people["agent"].pk]).update(manager=company.people["leader"])
    return actor_for(rival)


def owned(company, name: str = "张三") -> Customer:
    one = pooled(company, name)[0]
    return handing.pick(actor=company.actor("agent"), obj=one)


def test_taking_a_colleagues_customer_is_refused(company, rivals) -> None:
    one = owned(company)
    with pytest.raises(Refused, match="由林一诺负责，保护期到"):
        handing.assign_owner(actor=rivals, obj=one, owner=company.people["rival"])
    with pytest.raises(Refused, match="由林一诺负责"):
        handing.assign_owner(actor=rivals, obj=one, owner=company.people["colleague"])
    with pytest.raises(NotAllowed, match="只有本人或主管"):
        handing.assign_owner(actor=rivals, obj=one, owner=None)
    page = company.client("rival").post(f"/customers/{one.pk}/do/assign/", {"owner": company.people["rival"].pk})
    assert page.status_code == 422
    assert "有争议可以登记违规" in page.content.decode()
    given = handing.assign_owner(actor=company.actor("agent"), obj=one, owner=company.people["rival"])
    assert given.owner == company.people["rival"]
    assert not Violation.objects.exists()


def test_after_the_protection_it_is_free(company, rivals) -> None:
    rules(protection_days=30)
    one = owned(company)
    with later(days=31):
        taken = handing.assign_owner(actor=rivals, obj=one, owner=company.people["rival"])
        assert taken.owner == company.people["rival"]
    assert not Violation.objects.exists()
    assert Holding.objects.get(ended_at=None).way == "taken"


def test_where_the_rule_says_so_a_case_is_opened(company, rivals) -> None:
    mine = territory(company, "一组", poaching="case")
    one = owned(company)
    Customer.objects.filter(pk=one.pk).update(territory=mine)
    handing.assign_owner(actor=rivals, obj=one, owner=company.people["rival"])
    case = Violation.objects.get()
    assert (case.kind, case.accused, case.victim, case.territory) == (
        "poached", company.people["rival"], company.people["agent"], mine,
    )  # fmt: skip
    assert "由林一诺负责" in case.evidence
    assert Todo.objects.filter(employee=company.people["rival"], done_at=None, kind="state").exists()
    assert Todo.objects.filter(employee=company.people["leader"], done_at=None, kind="decide").exists()
    assert Notice.objects.filter(employee=company.people["agent"], kind="violation.opened").exists()
    leader = company.actor("leader")
    with pytest.raises(WrongState, match="还没有陈述"):
        cases.confirm(actor=leader, obj=case, decision="先认定")
    with pytest.raises(NotAllowed):
        cases.state_case(actor=company.actor("agent"), obj=case, statement="替他说")
    stated = cases.state_case(actor=rivals, obj=case, statement="客户主动找的我")
    with pytest.raises(NotAllowed):
        cases.confirm(actor=rivals, obj=stated, decision="不成立吧")
    done = cases.confirm(actor=leader, obj=stated, decision="客户在保护期内，没有事先协商")
    assert done.state == "confirmed"
    one.refresh_from_db()
    assert one.owner == company.people["agent"]
    assert not Todo.objects.filter(label="customers.violation", done_at=None).exists()
    assert Event.objects.filter(verb="customer.given_back", about_id=one.pk).exists()
    with pytest.raises(NotAllowed):
        cases.dismiss(actor=leader, obj=done, decision="再改一次")


def test_unheard_only_after_the_day(company, rivals) -> None:
    one = owned(company)
    case = cases.report(
        actor=company.actor("agent"), customer=one, accused=company.people["rival"], kind="poached",
        evidence="通话记录里客户说贾抢让他改签",
    )  # fmt: skip
    leader = company.actor("leader")
    with pytest.raises(WrongState):
        cases.dismiss(actor=leader, obj=case, decision="证据不足")
    with later(days=4):
        assert cases.dismiss(actor=leader, obj=case, decision="证据不足").state == "dismissed"
    one.refresh_from_db()
    assert one.owner == company.people["agent"]


def test_picking_across_territories(company) -> None:
    rules()
    closed = territory(company, "财务区", unit="finance")
    open_one = territory(company, "质量区", unit="quality", poaching="case", place=20)
    shut, tried = pooled(company, "关", "开")
    Customer.objects.filter(pk=shut.pk).update(territory=closed)
    Customer.objects.filter(pk=tried.pk).update(territory=open_one)
    with pytest.raises(Refused, match="属于“财务区”，由财务部负责"):
        handing.pick(actor=company.actor("agent"), obj=shut)
    [own] = pooled(company, "自家")
    asked = {one: company.client("agent").get(f"/pool/{one.pk}/do/pick/").content.decode() for one in (tried, own)}
    assert "属于“质量区”，不是您的区域：领取即作为跨区域揽客立案" in asked[tried]  # said before, not after
    assert "立案" not in asked[own]
    handing.pick(actor=company.actor("agent"), obj=tried)
    case = Violation.objects.get()
    assert (case.kind, case.victim, case.reporter) == ("crossed", None, None)
    with later(days=4):
        cases.confirm(actor=company.actor("manager"), obj=case, decision="跨区领取")
    tried.refresh_from_db()
    assert tried.owner is None


def test_a_case_by_hand_in_the_browser(company, rivals) -> None:
    one = owned(company, "被抢的")
    Customer.objects.filter(pk=one.pk).update(owner=company.people["rival"], unit=company.units["finance"])
    Holding.objects.update(ended_at=Holding.objects.get().given_at, end="moved")
    client = company.client("agent")
    form = {"kind": "poached", "customer": one.number, "accused": company.people["rival"].pk, "evidence": "有聊天记录"}
    wrong = client.post("/violations/new/", {**form, "customer": "查无此人"})
    assert wrong.status_code == 422
    assert "有聊天记录" in wrong.content.decode()
    assert client.post("/violations/new/", form).status_code == 302
    case = Violation.objects.get()
    assert case.victim == company.people["agent"]
    assert case.number.startswith("WG")
    assert "已有一件没有结案" in client.post("/violations/new/", form).content.decode()
    assert client.get(f"/violations/{case.pk}/").status_code == 200
    assert company.client("rival").get(f"/violations/{case.pk}/").status_code == 200
    assert company.client("colleague").get(f"/violations/{case.pk}/").status_code == 404
    assert company.client("outsider").get("/violations/?view=all").content.decode().count("row-link") == 0
    said = company.client("rival").post(f"/violations/{case.pk}/do/state/", {"statement": "我没有"})
    assert said.status_code == 422
    assert (
        company.client("rival").post(f"/violations/{case.pk}/do/state/", {"statement": "客户自己来的"}).status_code
        == 302
    )
    api = company.client("leader").post(
        f"/api/violations/{case.pk}/dismiss", {"decision": "客户自愿更换"}, content_type="application/json"
    )  # fmt: skip
    assert api.status_code == 200
    assert api.json()["decision"] == "客户自愿更换"
    gone = cases.report(
        actor=company.actor("agent"), customer=one, accused=company.people["rival"], kind="other", evidence="再次举报"
    )
    assert cases.withdraw(actor=company.actor("agent"), obj=gone).state == "withdrawn"
    with pytest.raises(Refused, match="不能举报自己"):
        cases.report(
            actor=company.actor("agent"),
            customer=one,
            accused=company.people["agent"],
            kind="other",
            evidence="是我自己",
        )


@given(st.lists(st.sampled_from(["stated", "confirmed", "dismissed", "withdrawn", "open"]), max_size=5))
def test_a_case_ends_once(steps) -> None:
    now, ended = "open", False
    for step in steps:
        if step in Violation.TRANSITIONS[now]:
            assert not ended
            now = step
            ended = now in {"confirmed", "dismissed", "withdrawn"}
    assert ended == (not Violation.TRANSITIONS[now])
