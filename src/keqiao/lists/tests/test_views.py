"""Saved views and chosen columns: kept for their owner, shared with whom they may be, never showing more."""

import json
from io import BytesIO

import openpyxl
import pytest

from keqiao.audit.models import Event
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource import resources
from keqiao.lists import actions, policies
from keqiao.lists.models import Habit, ListView
from keqiao.lists.queries import habits_of
from keqiao.org.actions import create_employee
from keqiao.org.models import Employee, Position

pytestmark = pytest.mark.django_db
LIST = "/employees/"


@pytest.fixture
def boss(company):
    return company.client("manager")


def heads(page: str) -> list[str]:
    """The labels of the first row's cells."""
    row = page[page.index("<tbody") :]
    row = row[: row.index("</tr>")]
    return [part.split('"')[0] for part in row.split('data-label="')[1:]]


def save(company, role: str = "manager", **more) -> ListView:
    given = {"resource": "employees", "name": "投诉一组", "query": f"q=周&unit={company.units['team'].pk}"}
    return actions.save_view(actor=company.actor(role), **given | more)


def test_a_view_keeps_search_filter_sort_and_tab_and_opens_them_again(company, boss) -> None:
    team = company.units["team"].pk
    answer = boss.post(
        f"/lists/employees/save/?q=周&unit={team}&sort=-name&after=x&limit=9&bogus=1", {"name": "投诉一组"}
    )
    view = ListView.objects.get()
    assert answer["Location"] == f"/employees/?saved={view.pk}&{view.query}"
    assert sorted(view.query.split("&")) == ["q=%E5%91%A8", "sort=-name", f"unit={team}"]
    page = boss.get(answer["Location"]).content.decode()
    assert "周衡" in page
    assert f"/employees/{company.people['agent'].pk}/" not in page
    assert f'tab-saved" href="?saved={view.pk}' in page
    assert Event.objects.filter(verb="list.saved", object_id=view.pk).exists()


def test_the_default_opens_the_list_and_nothing_else(company, boss) -> None:
    view = save(company, default=True)
    assert boss.get(LIST)["Location"] == f"/employees/?saved={view.pk}&{view.query}"
    assert boss.get(LIST, {"saved": "0"}).status_code == 200
    assert boss.get(LIST, {"view": "all"}).status_code == 200
    assert boss.get(LIST, headers={"HX-Request": "true"}).status_code == 200
    assert company.client("leader").get(LIST).status_code == 200
    boss.post(f"/list-views/{view.pk}/do/plain/")
    assert boss.get(LIST).status_code == 200


def test_a_removed_default_leaves_the_list_plain(company, boss) -> None:
    view = save(company, default=True)
    answer = boss.post(f"/list-views/{view.pk}/do/remove/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/list-views/"
    assert boss.get(LIST).status_code == 200
    assert Habit.objects.get().default is None


def test_a_changed_view_says_so_and_can_be_renewed(company, boss) -> None:
    view = save(company)
    page = boss.get(f"/employees/?saved={view.pk}&q=林").content.decode()
    assert "已偏离视图" in page
    assert "已偏离视图" not in boss.get(f"/employees/?saved={view.pk}&{view.query}").content.decode()
    boss.post(f"/lists/employees/save/?saved={view.pk}&q=林", {"name": "林", "renew": "on"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("林", "q=%E6%9E%97")
    assert ListView.objects.count() == 1


def test_one_name_once_per_person_and_list(company) -> None:
    save(company)
    with pytest.raises(Refused, match="同名"):
        save(company)
    save(company, "leader")
    save(company, resource="units", query="")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_savings_keep_one(company, in_parallel) -> None:
    def one(_n: int) -> object:
        try:
            return save(company).pk
        except Refused as refused:
            return refused.message

    results = in_parallel(one)
    assert ListView.objects.count() == 1
    assert sum(isinstance(result, int) for result in results) == 1


def test_sharing_reaches_the_unit_and_those_below_and_needs_the_power(company) -> None:
    view = save(company, name="客服部", unit=company.units["service"])
    assert view in policies.visible(company.actor("agent"))
    assert view in policies.visible(company.actor("leader"))
    assert view not in policies.visible(company.actor("department"))
    assert view not in policies.visible(company.actor("outsider"))
    with pytest.raises(NotAllowed):
        save(company, "agent", unit=company.units["team"])
    private = save(company, name="私有")
    assert view.pk in [one.pk for one in habits_of(company.actor("agent"), "employees").views]
    assert private not in policies.visible(company.actor("agent"))


def test_units_with_alike_numbers_do_not_share(company) -> None:
    """The path of unit 1 must not open what is shared with unit 11."""
    for unit, path in (("team", "/1/11/"), ("quality", "/1/1/")):
        type(company.units[unit]).objects.filter(pk=company.units[unit].pk).update(path=path)
    view = save(company, unit=company.units["quality"])
    assert view not in policies.visible(company.actor("agent"))
    assert view in policies.visible(company.actor("department"))


def test_a_shared_view_shows_nobody_more_than_the_list(company) -> None:
    view = save(company, resource="list-views", query="", name="全部视图", unit=company.units["head"])
    secret = save(company, name="老板的秘密")
    page = company.client("agent").get(f"/list-views/?saved={view.pk}&view=shared").content.decode()
    assert "全部视图" in page
    assert secret.name not in page


def test_others_views_open_but_cannot_be_changed(company) -> None:
    view, agent = save(company, unit=company.units["head"]), company.client("agent")
    assert agent.get(f"/employees/?saved={view.pk}&{view.query}").status_code == 200
    assert agent.post(f"/list-views/{view.pk}/do/remove/").status_code == 403
    assert agent.post(f"/list-views/{view.pk}/edit/", {"name": "x"}).status_code == 403
    agent.post(f"/list-views/{view.pk}/do/default/")
    assert agent.get(LIST).status_code == 302
    columns = agent.post(f"/lists/employees/columns/?saved={view.pk}", {"column": ["unit"]})
    assert columns.status_code == 302
    view.refresh_from_db()
    assert view.columns == []


def test_columns_are_chosen_hidden_and_ordered_by_each_for_himself(company, boss) -> None:
    usual = heads(boss.get(LIST).content.decode())
    boss.post("/lists/employees/columns/", {"column": ["phone", "unit"]})
    mine = heads(boss.get(LIST).content.decode())
    assert mine == [usual[0], "手机", "组织单元"]
    assert heads(company.client("leader").get(LIST).content.decode()) == usual
    boss.post("/lists/employees/columns/", {"usual": "1"})
    assert heads(boss.get(LIST).content.decode()) == usual


def test_a_view_brings_its_columns_and_columns_that_are_no_more_are_left_out(company, boss) -> None:
    view = save(company, query="", columns=["unit"])
    ListView.objects.update(columns=["gone", "unit"])
    assert heads(boss.get(f"/employees/?saved={view.pk}").content.decode())[1:] == ["组织单元"]


def test_the_file_has_the_columns_shown_or_all(company, boss) -> None:
    boss.post("/lists/employees/columns/", {"column": ["unit"]})
    page = boss.get(LIST).content.decode()
    assert "Excel：显示的列" in page
    narrow = first_line(boss.get("/employees/export/?columns=name,unit"))
    assert len(narrow) == 2
    assert len(first_line(boss.get("/employees/export/"))) > 4


def first_line(response) -> list[str]:
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active
    return [cell.value for cell in next(sheet.iter_rows())]


def test_views_are_put_in_order(company) -> None:
    first, second, third = (save(company, name=name) for name in "甲乙丙")
    actor = company.actor("manager")
    actions.move_up(actor=actor, obj=third)
    actions.move_down(actor=actor, obj=first)
    actions.move_up(actor=actor, obj=third)
    assert [view.name for view in habits_of(actor, "employees").views] == ["丙", "甲", "乙"]
    assert second.name == "乙"


def test_no_list_no_view_and_not_too_many(company) -> None:
    with pytest.raises(NotAllowed):
        save(company, resource="bogus")
    with pytest.raises(NotAllowed):
        actions.choose_columns(actor=SYSTEM, resource="employees", columns=["unit"])
    for number in range(actions.MOST):
        save(company, name=f"视图{number}")
    with pytest.raises(Refused, match="最多"):
        save(company)


def test_views_by_the_interface(company, boss) -> None:
    data = json.dumps({"resource": "employees", "name": "接口", "query": "q=周"})
    made = boss.post("/api/list-views", data, content_type="application/json")
    assert made.status_code in {200, 201}, made.content
    view = ListView.objects.get()
    assert view.owner_id == company.people["manager"].pk
    assert boss.post(f"/api/list-views/{view.pk}/default", "{}", content_type="application/json").status_code == 200
    assert boss.get(LIST).status_code == 302


def test_every_list_can_show_every_column(company, boss) -> None:
    """Also those that are meant for the file."""
    for resource in resources():
        if not resource.allowed(company.actor("manager"), "list", None):
            continue
        names = [column.name for column in resource.columns]
        boss.post(f"/lists/{resource.name}/columns/", {"column": names})
        assert boss.get(f"/lists/{resource.name}/columns/").status_code == 200
        assert boss.get(f"/{resource.name}/?saved=0").status_code == 200, resource.name


def test_the_statements_do_not_grow_with_views_and_rows(company, boss, django_assert_max_num_queries) -> None:
    for number in range(12):
        save(company, name=f"视图{number}", unit=company.units["head"])
    boss.get(LIST)
    with django_assert_max_num_queries(12):
        page = boss.get("/employees/?view=all").content.decode()
    assert page.count("tab-saved") == 12
    with django_assert_max_num_queries(12):
        assert boss.get("/list-views/").content.decode().count('class="row-link"') == 12


class TestBulk:
    """One verb for many, tried on views, which can be removed."""

    def many(self, company, count: int, role: str = "manager") -> list[int]:
        person = company.people[role]
        rows = [ListView(resource="employees", owner=person, name=f"{role}{n}", place=n) for n in range(count)]
        return [row.pk for row in ListView.objects.bulk_create(rows)]

    def test_everything_goes_beyond_the_page_in_steps(self, company, boss) -> None:
        self.many(company, 60)
        sent = {"verb": "remove", "everything": "1", "pk": ["1"], "query": "?view=mine"}
        asked = boss.post("/list-views/bulk/", sent)
        assert "无法恢复" in asked.content.decode()
        assert ListView.objects.count() == 60
        ids = [value for name, value in asked.context["page"]["hidden"] if name == "pk"]
        answer = boss.post("/list-views/bulk/", {"verb": "remove", "pk": ids, "query": "?view=mine", "confirmed": "1"})
        assert answer.status_code == 200
        assert ListView.objects.count() == 10
        assert "50 / 60" in answer.content.decode()
        rest = list(ListView.objects.values_list("pk", flat=True))
        sent = {"verb": "remove", "pk": rest, "done": "50", "confirmed": "1", "query": "view=mine"}
        end = boss.post("/list-views/bulk/", sent)
        assert end["Location"] == "/list-views/?view=mine"
        assert "60 条已完成" in boss.get("/list-views/").content.decode()

    def test_everything_keeps_to_the_filter(self, company, boss) -> None:
        self.many(company, 3)
        other = save(company, resource="units", query="")
        sent = {"verb": "remove", "everything": "1", "query": "resource=employees&view=mine"}
        asked = boss.post("/list-views/bulk/", sent).context["page"]["hidden"]
        ids = [value for name, value in asked if name == "pk"]
        assert set(ids) == set(ListView.objects.exclude(pk=other.pk).values_list("pk", flat=True))

    @pytest.mark.parametrize("way", ["everything", "ticked"])
    def test_no_more_than_a_hundred_in_one_go(self, company, boss, way) -> None:
        ids = self.many(company, 103)
        sent = {"everything": "1"} if way == "everything" else {"pk": ids}
        asked = boss.post("/list-views/bulk/", {"verb": "remove", "query": "?view=mine", **sent})
        assert "一次最多处理 100 条" in asked.content.decode()
        assert "100 条记录" in asked.content.decode()
        kept = [value for name, value in asked.context["page"]["hidden"] if name == "pk"]
        assert len(kept) == 100
        form = asked.content.decode().partition('id="form"')[2].partition(">")[0]
        assert "hx-post" not in form, "what comes of it is a page of its own, not a part of this one"
        end = boss.post("/list-views/bulk/", {"verb": "remove", "pk": ids, "confirmed": "1"})
        assert "50 / 100" in end.content.decode()
        boss.post("/list-views/bulk/", {"verb": "remove", "pk": end.context["page"]["rest"], "confirmed": "1"})
        assert ListView.objects.count() == 3

    def test_what_is_refused_is_named_with_its_reason_and_can_be_tried_again(self, company, boss) -> None:
        mine = self.many(company, 2)
        foreign = save(company, "leader", name="班长的视图", unit=None)
        ListView.objects.filter(pk=foreign.pk).update(unit=company.units["head"])
        confirmed = {"verb": "remove", "confirmed": "1"}
        page = boss.post("/list-views/bulk/", {**confirmed, "pk": [*mine, foreign.pk, 999_999]}).content.decode()
        assert "2 条已完成，2 条没有做" in page
        assert "班长的视图" in page
        assert f"/list-views/{foreign.pk}/" in page
        assert "一条看不到的记录" in page
        assert "没有做的再试一次" in page
        assert ListView.objects.get() == foreign

    def test_refusals_of_earlier_steps_are_not_lost(self, company, boss) -> None:
        mine = self.many(company, 1)
        sent = {"verb": "remove", "pk": mine, "done": "49", "refused": ["999999:<b>已离职</b>"], "confirmed": "1"}
        page = boss.post("/list-views/bulk/", sent).content.decode()
        assert "50 条已完成，1 条没有做" in page
        assert "&lt;b&gt;已离职&lt;/b&gt;" in page


def test_a_leaver_takes_only_own_views_along(company) -> None:
    post = Position.objects.get(name="客服专员")
    leaver = create_employee(actor=SYSTEM, username="gone", name="离人", unit=company.units["team"], positions=[post])
    save(company)
    Employee.objects.filter(pk=leaver.pk).delete()
    assert ListView.objects.count() == 1
