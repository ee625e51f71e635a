"""Picking from the pool, giving back, first contact in time, and what happens when it does not come."""

import pytest
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.customers import actions
from keqiao.customers.life_cycle.signals import known
from keqiao.customers.models import Ability, Customer, Holding, SharingSettings, Violation
from keqiao.customers.owning import limits
from keqiao.customers.pool.picking import foreseen
from keqiao.customers.sharing import contact, deadlines, handing
from keqiao.customers.sharing.keeping import change_settings
from keqiao.customers.tests.owning import later, pooled, rules, territory
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice, Todo
from keqiao.org.models import Employee
from keqiao.reception.actions import register
from keqiao.runtime import worker


@pytest.fixture
def one(company) -> Customer:
    rules()
    return pooled(company, "张三")[0]


def open_todos(company, role: str) -> list[str]:
    return list(Todo.objects.filter(employee=company.people[role], done_at=None).values_list("title", flat=True))


def notices(company, role: str) -> list[str]:
    return list(Notice.objects.filter(employee=company.people[role]).order_by("pk").values_list("title", flat=True))


def test_who_picks_has_the_customer_and_a_day(one, company) -> None:
    taken = handing.pick(actor=company.actor("agent"), obj=one)
    assert taken.owner == company.people["agent"]
    kept = Holding.objects.get(customer=one)
    assert (kept.way, kept.owner, kept.ended_at) == ("picked", company.people["agent"], None)
    assert limits.day_of(kept.due_at) == limits.day_of(kept.given_at + timezone.timedelta(days=7))
    assert Event.objects.filter(verb="customer.picked", about_id=one.pk).count() == 1


def test_the_second_hears_who_was_faster(one, company) -> None:
    handing.pick(actor=company.actor("agent"), obj=one)
    with pytest.raises(WrongState, match="林一诺"):
        handing.pick(actor=company.actor("colleague"), obj=one)
    with pytest.raises(WrongState, match="已经由您负责"):
        handing.pick(actor=company.actor("agent"), obj=one)


def test_so_many_a_day_and_so_many_at_all(company) -> None:
    rules(picks_a_day=2, owned_limit=3)
    several = pooled(company, "甲", "乙", "丙", "丁", "戊")
    agent = company.actor("agent")
    for customer in several[:2]:
        handing.pick(actor=agent, obj=customer)
    with pytest.raises(Refused, match="今天已领取 2 位"):
        handing.pick(actor=agent, obj=several[2])
    with later(days=1):
        handing.pick(actor=agent, obj=several[2])
        with pytest.raises(Refused, match="达到上限 3 位"):
            handing.pick(actor=agent, obj=several[3])
        with pytest.raises(Refused, match="林一诺已负责 3 位客户"):
            handing.assign_owner(actor=company.actor("leader"), obj=several[4], owner=company.people["agent"])
        Ability.objects.create(employee=company.people["agent"], owned_limit=4)
        handing.pick(actor=agent, obj=several[3])


def test_giving_back_needs_a_reason_and_cools_down(one, company) -> None:
    agent = company.actor("agent")
    handing.pick(actor=agent, obj=one)
    with pytest.raises(Refused, match="原因"):
        handing.release(actor=agent, obj=one, reason=" ")
    with pytest.raises(NotAllowed):
        handing.release(actor=company.actor("colleague"), obj=one, reason="不是我的")
    back = handing.release(actor=agent, obj=one, reason="多次联系不上")
    assert back.owner is None
    kept = Holding.objects.get(customer=one)
    assert (kept.end, kept.note) == ("released", "多次联系不上")
    with later(days=29), pytest.raises(Refused, match="之后才能再领"):
        handing.pick(actor=agent, obj=one)
    handing.pick(actor=company.actor("colleague"), obj=one)
    handing.release(actor=company.actor("leader"), obj=one, reason="换人跟进")
    with later(days=31):
        assert handing.pick(actor=agent, obj=one).owner == company.people["agent"]


def test_an_old_owner_cools_down_too_where_nobody_kept_account(one, company) -> None:
    Customer.objects.filter(pk=one.pk).update(owner=company.people["agent"])
    handing.release(actor=company.actor("agent"), obj=one, reason="已搬走")
    assert Holding.objects.get(customer=one).way == "earlier"
    with pytest.raises(Refused, match="之后才能再领"):
        handing.pick(actor=company.actor("agent"), obj=one)


def test_only_the_superior_gives_from_the_pool(one, company) -> None:
    with pytest.raises(NotAllowed, match="您只能自己领取"):
        handing.assign_owner(actor=company.actor("agent"), obj=one, owner=company.people["colleague"])
    given = handing.assign_owner(actor=company.actor("leader"), obj=one, owner=company.people["colleague"])
    assert given.owner == company.people["colleague"]
    assert any("许知远把客户“张三”交给您" in title for title in notices(company, "colleague"))


def test_an_archive_that_another_wrote_down_is_given(company) -> None:
    rules()
    leader, agent = company.actor("leader"), company.actor("agent")
    theirs = actions.create_customer(actor=leader, name="甲", owner=company.people["agent"])
    own = actions.create_customer(actor=agent, name="乙", owner=company.people["agent"])
    assert Holding.objects.filter(customer=theirs, way="assigned").exists()
    assert not Holding.objects.filter(customer=own).exists()


def test_warned_then_taken_back_and_both_are_told(one, company) -> None:
    Employee.objects.filter(pk=company.people["agent"].pk).update(manager=company.people["leader"])
    handing.pick(actor=company.actor("agent"), obj=one)
    with later(days=4):
        assert deadlines.run() == (0, 0)
    with later(days=6):
        assert deadlines.run() == (1, 0)
        assert deadlines.run() == (0, 0)
        assert open_todos(company, "agent") == ["还有 1 位客户没有首次联系，逾期将退回公海"]
        assert any("客户张三还没有首次联系" in title for title in notices(company, "agent"))
    with later(days=8):
        assert deadlines.run() == (0, 1)
        assert deadlines.run() == (0, 0)
    one.refresh_from_db()
    assert one.owner is None
    assert one.unit == company.units["team"]
    assert not open_todos(company, "agent")
    assert any("超过 7 天没有首次联系，已退回公海" in title for title in notices(company, "agent"))
    assert any(title.startswith("林一诺的客户张三超过 7 天") for title in notices(company, "leader"))
    with later(days=9), pytest.raises(Refused, match="之后才能再领"):
        handing.pick(actor=company.actor("agent"), obj=one)
    assert handing.pick(actor=company.actor("colleague"), obj=one).owner == company.people["colleague"]


def contacted(company, customer: Customer, how: str) -> None:
    agent = company.actor("agent")
    if how == "recorded":
        contact.record_contact(actor=agent, obj=customer, way="phone", note="周末到店看样机")
    else:
        register(actor=agent, way="walk_in", customer=customer, matter="来店咨询空调")


@pytest.mark.parametrize("how", ["recorded", "reception"])
@pytest.mark.parametrize("read", [True, False], ids=["read", "not-yet-read"])
@pytest.mark.django_db(transaction=True)
def test_who_has_spoken_keeps_the_customer(company, how, read) -> None:
    rules()
    one = pooled(company, "张三")[0]
    handing.pick(actor=company.actor("agent"), obj=one)
    with later(days=6):
        deadlines.run()
        assert open_todos(company, "agent")
        contacted(company, one, how)
        if read:
            worker.drain()
            assert Holding.objects.get(customer=one).contacted_at is not None
            assert not open_todos(company, "agent")
    with later(days=30):
        assert deadlines.run()[0] == 0
    one.refresh_from_db()
    assert one.owner == company.people["agent"]
    assert Holding.objects.get(customer=one).contacted_at is not None


def test_contact_before_it_was_given_does_not_count(one, company) -> None:
    contact.record_contact(actor=company.actor("agent"), obj=one, way="phone", note="公海里先打了电话")
    with later(hours=1):
        handing.pick(actor=company.actor("agent"), obj=one)
    with later(days=9):
        assert deadlines.run() == (1, 1)


def test_what_the_customer_does_alone_is_no_contact(one, company) -> None:
    handing.pick(actor=company.actor("agent"), obj=one)
    event = Event(verb="ticket.created", about_id=one.pk, actor_id=None, at=timezone.now(), actor_name="客户", label="")
    contact.follow([event])
    assert Holding.objects.get(customer=one).contacted_at is None
    event.actor_id = company.people["agent"].pk
    contact.follow([event])
    assert Holding.objects.get(customer=one).contacted_at is not None


def test_who_was_followed_by_another_owes_nothing(one, company) -> None:
    handing.pick(actor=company.actor("agent"), obj=one)
    handing.assign_owner(actor=company.actor("leader"), obj=one, owner=company.people["colleague"])
    assert list(Holding.objects.order_by("pk").values_list("end", flat=True)) == ["moved", ""]
    with later(days=8):
        deadlines.run()
        assert Holding.objects.filter(end="fallen").get().owner == company.people["colleague"]


def test_an_owner_changed_past_the_account_is_left_alone(one, company) -> None:
    handing.pick(actor=company.actor("agent"), obj=one)
    Customer.objects.filter(pk=one.pk).update(owner=company.people["colleague"])
    with later(days=8):
        deadlines.run()
    one.refresh_from_db()
    assert one.owner == company.people["colleague"]
    assert Holding.objects.get().end == "moved"


def test_no_deadline_where_none_is_asked_for(company) -> None:
    rules(contact_days=0)
    one = pooled(company, "张三")[0]
    handing.pick(actor=company.actor("agent"), obj=one)
    with later(days=300):
        assert deadlines.run() == (0, 0)


def test_a_recorded_contact_is_known_to_the_life_cycle(one, company) -> None:
    contact.record_contact(actor=company.actor("agent"), obj=one, way="wechat", note="加了微信")
    assert known([one.pk])[one.pk].contact is not None


def test_falling_back_asks_no_more_for_more_customers(company, django_assert_max_num_queries) -> None:
    rules(picks_a_day=0)
    counted = []
    for names in (["甲", "乙"], [f"客户{n}" for n in range(20)]):
        for customer in pooled(company, *names):
            handing.pick(actor=company.actor("agent"), obj=customer)
        with later(days=8), django_assert_max_num_queries(200) as asked:
            deadlines.run()
        counted.append(len(asked))
    assert counted[1] <= counted[0]


def test_the_pool_shows_what_one_may_pick(company, django_assert_max_num_queries) -> None:
    rules()
    jinan = territory(company, "济南", unit="quality", divisions=["370100"])
    own, far, cool = pooled(company, "自家的", "外区的", "退过的")
    Customer.objects.filter(pk=far.pk).update(territory=jinan)
    handing.pick(actor=company.actor("agent"), obj=cool)
    handing.release(actor=company.actor("agent"), obj=cool, reason="联系不上")
    client = company.client("agent")
    page = client.get("/pool/").content.decode()
    assert "自家的" in page
    assert "外区的" not in page
    assert "退过的" not in page
    every = client.get("/pool/?view=all").content.decode()
    assert "外区域，不能领" in every
    assert "您刚退回过" in every
    assert company.client("outsider").get("/pool/?view=all").content.decode().count("row-link") == 0
    pooled(company, *(f"客户{n}" for n in range(24)))
    client.get("/pool/?view=all")
    with django_assert_max_num_queries(16) as many:
        client.get("/pool/?view=all")
    Customer.objects.exclude(pk=own.pk).update(owner=company.people["leader"])
    with django_assert_max_num_queries(16) as few:
        client.get("/pool/?view=all")
    assert len(many) == len(few)
    picked = client.post(f"/pool/{own.pk}/do/pick/")
    assert picked["Location"] == f"/customers/{own.pk}/"
    assert 'href="/customers/?view=mine">我的客户</a>' in client.get(picked["Location"]).content.decode()
    own.refresh_from_db()
    assert own.owner == company.people["agent"]


def test_picking_several_says_before_what_will_come_of_it(company) -> None:
    rules(picks_a_day=3)
    jinan = territory(company, "济南", unit="quality", divisions=["370100"])
    yantai = territory(company, "烟台", unit="quality", divisions=["370600"], poaching="case")
    own, far, looked, cool, more, beyond = pooled(
        company, "自家的", "外区的", "立案的", "退过的", "再一位", "超额的"
    )  # fmt: skip
    Customer.objects.filter(pk=far.pk).update(territory=jinan)
    Customer.objects.filter(pk=looked.pk).update(territory=yantai)
    handing.pick(actor=company.actor("agent"), obj=cool)
    handing.release(actor=company.actor("agent"), obj=cool, reason="联系不上")
    client = company.client("agent")
    ids = [own.pk, far.pk, looked.pk, cool.pk, more.pk, beyond.pk, 999_999]
    page = client.post("/pool/bulk/", {"verb": "pick", "pk": ids, "query": "?view=all"}).content.decode()
    assert Customer.objects.filter(owner=company.people["agent"]).count() == 0
    for words in (
        "选了 7 位，能领取 2 位", "属于“济南”，不是您的区域，不能领取", "挖墙角", "您不久前退回过", "每天领取 3 位的上限",
        "外区的", "立案的", "看不到的客户",
    ):  # fmt: skip
        assert words in page, words
    end = client.post(
        "/pool/bulk/", {"verb": "pick", "pk": ids, "query": "?view=all", "confirmed": "1"}
    ).content.decode()
    assert "2 条已完成，5 条没有做" in end
    assert 'href="/customers/?view=mine">我的客户</a>' in end
    assert set(Customer.objects.filter(owner=company.people["agent"])) == {own, looked}
    assert Violation.objects.get().customer_id == looked.pk


def test_picking_several_leads_to_ones_own_customers(company) -> None:
    rules()
    one, two = pooled(company, "甲一", "乙一")
    client = company.client("agent")
    asked = client.post("/pool/bulk/", {"verb": "pick", "everything": "1", "query": ""}).content.decode()
    assert "2 位客户，领取以后由您负责" in asked
    assert "<ul" not in asked.partition('id="dialog-part"')[2].partition("</form>")[0]
    end = client.post("/pool/bulk/", {"verb": "pick", "pk": [one.pk, two.pk], "confirmed": "1"})
    assert end["Location"] == "/customers/?view=mine"
    page = client.get(end["Location"]).content.decode()
    assert "2 条已完成" in page
    assert 'href="/holdings/?view=mine"' in page
    nothing = client.post("/pool/bulk/", {"verb": "pick", "query": "?view=all"})
    assert nothing["Location"] == "/pool/?view=all"


def test_what_is_said_before_picking_asks_no_more_for_more(company, django_assert_max_num_queries) -> None:
    rules()
    yantai = territory(company, "烟台", unit="quality", divisions=["370600"], poaching="case")
    ids = [one.pk for one in pooled(company, *(f"客户{n}" for n in range(40)))]
    Customer.objects.filter(pk__in=ids[:20]).update(territory=yantai)
    actor, counted = company.actor("agent"), []
    for some in (ids[:2], ids):
        with django_assert_max_num_queries(8) as asked:
            foreseen(actor, some)
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_rules_are_kept_in_the_browser(company) -> None:
    row = rules()
    client = company.client("manager")
    values = {
        "contact_days": 5, "warn_days": 5, "cool_days": 10, "owned_limit": 0, "picks_a_day": 3, "poaching": "case",
        "protection_days": 30, "statement_days": 2,
    }  # fmt: skip
    wrong = client.post(f"/sharing-settings/{row.pk}/edit/", values)
    assert wrong.status_code == 422
    assert "要少于" in wrong.content.decode()
    assert client.post(f"/sharing-settings/{row.pk}/edit/", {**values, "warn_days": 1}).status_code == 302
    assert SharingSettings.objects.get().contact_days == 5
    with pytest.raises(NotAllowed):
        change_settings(actor=company.actor("leader"), obj=row, contact_days=1)
    assert Event.objects.filter(verb="sharing_settings.changed").count() == 1


def test_pages_and_json_tell_whose_it_is(one, company) -> None:
    client = company.client("agent")
    assert client.get(f"/customers/{one.pk}/belonging/").status_code == 200
    handing.pick(actor=company.actor("agent"), obj=one)
    card = client.get(f"/customers/{one.pk}/belonging/").content.decode()
    assert "公海领取" in card
    assert "待首次联系" in card
    assert "没有符合条件的销售区域" in card
    assert "张三" in client.get("/holdings/").content.decode()
    answer = client.post(f"/api/customers/{one.pk}/release", {"reason": "已搬家"}, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["owner"] is None
    again = client.post(f"/api/pool/{one.pk}/pick", {}, content_type="application/json")
    assert again.status_code == 409
    assert "之后才能再领" in again.json()["message"]


def test_erased_and_merged_ones_never_come_back(one, company) -> None:
    handing.pick(actor=company.actor("agent"), obj=one)
    Customer.objects.filter(pk=one.pk).update(erased=True)
    with later(days=9):
        deadlines.run()
    one.refresh_from_db()
    assert one.owner == company.people["agent"]
    with pytest.raises(NotAllowed):
        handing.release(actor=SYSTEM, obj=one, reason="已删除")
