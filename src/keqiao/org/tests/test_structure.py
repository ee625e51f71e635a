"""The tree, the unit, the person; closing a unit without losing anything that is in it."""

from typing import Any

import pytest

from keqiao.audit.models import Event
from keqiao.customers.actions import create_customer
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.org import actions, closing
from keqiao.org.models import Employee, OrgUnit
from keqiao.org.tree import tree

pytestmark = pytest.mark.django_db


def shape(nodes: list[Any]) -> list[Any]:
    return [(node.unit.name, node.people, node.total, shape(node.children)) for node in nodes]


def test_the_tree_counts_heads_and_what_is_below(company) -> None:
    assert shape(tree(OrgUnit.objects.all())) == [
        (
            "海纳电器",
            1,
            6,
            [
                ("客户服务部", 1, 3, [("投诉一组", 2, 2, [])]),
                ("质量部", 1, 1, []),
                ("财务部", 1, 1, []),
            ],
        )
    ]


def test_the_tree_costs_two_queries_however_many_units(company, django_assert_num_queries) -> None:
    for number in range(30):
        actions.create_unit(actor=SYSTEM, name=f"{number}组", kind="team", parent=company.units["service"])
    with django_assert_num_queries(2):
        assert tree(OrgUnit.objects.all())[0].children[0].children


def test_the_tree_page_leads_to_units_people_and_leaders(company) -> None:
    actions.change_unit(
        actor=SYSTEM, unit=company.units["team"], name="投诉一组", kind="team", parent=company.units["service"],
        leader=company.people["agent"],
    )  # fmt: skip
    page = company.client("agent").get("/organisation/").content.decode()
    team = company.units["team"].pk
    assert f'href="/units/{team}/"' in page
    assert f'href="/employees/?view=active&amp;unit={team}"' in page
    assert f'href="/employees/{company.people["agent"].pk}/"' in page
    assert "新增组织单元" not in page
    assert "新增组织单元" in company.client("manager").get("/organisation/").content.decode()


def test_the_list_of_a_unit_holds_everybody_below_it(company) -> None:
    page = company.client("agent").get("/employees/", {"unit": company.units["service"].pk}).content.decode()
    page = page.partition('id="table"')[2]
    assert "许知远" in page
    assert "林一诺" in page
    assert "韩建国" not in page


def test_a_unit_shows_its_people_and_what_is_below(company, django_assert_max_num_queries) -> None:
    client = company.client("agent")
    url = f"/units/{company.units['service'].pk}/"
    for number in range(5):
        actions.create_employee(
            actor=SYSTEM, username=f"n{number}", name=f"新人{number}", unit=company.units["service"],
            positions=company.people["agent"].positions.all(),
        )  # fmt: skip
    client.get(url)
    with django_assert_max_num_queries(14):
        page = client.get(url).content.decode()
    assert "许知远" in page
    assert "投诉一组" in page
    assert "海纳电器" in page


def test_a_person_shows_superior_positions_dates_and_subordinates(company) -> None:
    agent, leader = company.people["agent"], company.people["leader"]
    actions.change_employee(actor=SYSTEM, employee=agent, manager=leader)
    page = company.client("outsider").get(f"/employees/{leader.pk}/").content.decode()
    assert "直接下级" in page
    assert f'href="/employees/{agent.pk}/"' in page
    page = company.client("outsider").get(f"/employees/{agent.pk}/").content.decode()
    assert "客服专员" in page
    assert f'href="/employees/{leader.pk}/"' in page


def test_a_unit_with_people_units_or_open_matters_is_not_closed_and_says_what_to_do(company) -> None:
    with pytest.raises(Refused) as refused:
        closing.close_unit(actor=SYSTEM, unit=company.units["service"])
    assert "下级组织单元 1" in refused.value.message
    assert "员工 1" in refused.value.message
    assert "再撤销" in refused.value.message
    empty = actions.create_unit(actor=SYSTEM, name="二组", kind="team", parent=company.units["service"])
    create_customer(actor=SYSTEM, name="陈先生", phone="13800138000", unit=empty)
    with pytest.raises(Refused, match="客户 1"):
        closing.close_unit(actor=SYSTEM, unit=empty)
    assert OrgUnit.objects.get(pk=empty.pk).active


def test_a_closed_unit_takes_nobody_and_can_be_used_again(company) -> None:
    unit = actions.create_unit(actor=SYSTEM, name="二组", kind="team", parent=company.units["service"])
    manager = company.actor("manager")
    closing.close_unit(actor=manager, unit=unit)
    with pytest.raises(WrongState):
        closing.close_unit(actor=manager, unit=unit)
    for do in (
        lambda: actions.create_employee(actor=manager, username="new", name="新人", unit=unit),
        lambda: actions.change_employee(actor=manager, employee=company.people["agent"], unit=unit),
        lambda: actions.create_unit(actor=manager, name="三组", kind="team", parent=unit),
    ):
        with pytest.raises(Refused, match="已撤销"):
            do()
    assert "二组" not in company.client("agent").get("/organisation/").content.decode()
    assert "二组" in company.client("agent").get("/organisation/?closed=1").content.decode()
    closing.reopen_unit(actor=manager, unit=unit)
    actions.change_employee(actor=manager, employee=company.people["agent"], unit=unit)
    assert list(Event.objects.filter(label="org.orgunit", object_id=unit.pk).values_list("verb", flat=True)) == [
        "unit.created", "unit.closed", "unit.reopened",
    ]  # fmt: skip


def test_only_those_who_keep_the_organisation_close_units(company) -> None:
    with pytest.raises(NotAllowed):
        closing.close_unit(actor=company.actor("leader"), unit=company.units["team"])
    url = f"/units/{company.units['team'].pk}/do/close/"
    assert company.client("leader").post(url).status_code == 403
    page = company.client("manager").post(url, follow=True).content.decode()
    assert "员工 2" in page
    assert OrgUnit.objects.get(pk=company.units["team"].pk).active


def test_nobody_answers_to_oneself_or_to_one_below(company) -> None:
    agent, leader = company.people["agent"], company.people["leader"]
    actions.change_employee(actor=SYSTEM, employee=agent, manager=leader)
    for manager in (leader, Employee.objects.get(pk=agent.pk)):
        with pytest.raises(Refused, match="直接上级"):
            actions.change_employee(actor=SYSTEM, employee=leader, manager=manager)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_unit_that_is_being_closed_gets_nobody(company, in_parallel) -> None:
    unit = actions.create_unit(actor=SYSTEM, name="二组", kind="team", parent=company.units["service"])

    def both(number: int) -> Any:
        if number % 2:
            return closing.close_unit(actor=SYSTEM, unit=unit)
        return actions.create_employee(actor=SYSTEM, username=f"new{number}", name="新人", unit=unit)

    results = in_parallel(both, 8)
    assert all(isinstance(one, Refused) for one in results if isinstance(one, Exception)), results
    assert OrgUnit.objects.get(pk=unit.pk).active == Employee.objects.filter(unit=unit).exists()
