"""A unit's to-do shows its title, and with it names and matters, only to those of the unit who see its record."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.notices import policies, queries
from keqiao.notices.actions import open_todo
from keqiao.notices.models import Todo
from keqiao.org.actions import change_employee, create_employee, create_position
from keqiao.org.models import Scope

TITLE = "请答复欧阳暮雪的投诉"


def joins(company: Company, role: str, powers: list[str], scope: str, unit: str = "quality") -> None:
    """Another member of a unit, with a position of this reach."""
    post = create_position(actor=SYSTEM, name=f"岗位{role}", scope=scope, powers=powers)
    company.people[role] = create_employee(
        actor=SYSTEM, username=role, name=f"员工{role}", unit=company.units[unit], positions=[post]
    )


@pytest.fixture
def house(company: Company) -> Company:
    """质量部 with somebody who answers for all of it, for oneself alone, and somebody without that power."""
    joins(company, "answers", ["dispatch.answer"], Scope.TEAM)
    joins(company, "own", ["dispatch.answer"], Scope.OWN)
    joins(company, "without", ["customer.view"], Scope.ALL)
    return company


def start(company: Company, **more: Any) -> None:
    details: dict[str, Any] = {
        "label": "tickets.ticket",
        "object_id": 1,
        "kind": "dispatch.1",
        "title": TITLE,
        "url": "/",
    }
    open_todo(**details | {"unit_id": company.units["quality"].pk, "power": "dispatch.answer"} | more)


def seen_by(company: Company, role: str) -> set[bool]:
    """Whether list, tab, count and API show it: one answer, since they agree."""
    actor, client = company.actor(role), company.client(role)
    pk = Todo.objects.get(title=TITLE).pk
    return {
        TITLE in client.get("/todos/").content.decode(),
        TITLE in client.get("/todos/?view=unit").content.decode(),
        any(row["title"] == TITLE for row in client.get("/api/todos").json()["items"]),
        queries.counts(actor)["todo"] == 1,
        policies.todos(actor).count() == 1,
        client.post(f"/todos/{pk}/later/").status_code != 404,
    }


def test_the_power_must_reach_the_unit(house: Company) -> None:
    start(house)
    assert seen_by(house, "answers") == {True}
    assert seen_by(house, "department") == {True}
    assert seen_by(house, "own") == {False}
    assert seen_by(house, "without") == {False}
    assert seen_by(house, "outsider") == {False}
    assert TITLE not in house.client("without").get("/", follow=True).content.decode()


def test_what_anyone_may_take_is_seen_by_all_who_hold_the_power(house: Company) -> None:
    start(house, anyone=True)
    assert seen_by(house, "own") == {True}
    assert seen_by(house, "without") == {False}


def test_it_is_seen_no_more_when_the_power_goes(house: Company) -> None:
    start(house)
    assert seen_by(house, "answers") == {True}
    change_employee(actor=SYSTEM, employee=house.people["answers"], positions=[])
    assert seen_by(house, "answers") == {False}


def test_opening_again_says_anew_who_sees_it(house: Company) -> None:
    start(house, power="customer.view")
    assert seen_by(house, "without") == {True}
    start(house)
    assert seen_by(house, "without") == {False}
    assert Todo.objects.count() == 1


def test_a_units_todo_without_a_power_is_refused(house: Company) -> None:
    with pytest.raises(ValueError, match="power"):
        start(house, power="")


def test_the_count_is_one_statement_whatever_the_powers(house: Company) -> None:
    for number in range(8):
        start(house, object_id=number)
    for role, count in (("answers", 8), ("without", 0), ("manager", 0)):
        with CaptureQueriesContext(connection) as captured:
            assert queries.counts(house.actor(role))["todo"] == count
        assert len([one for one in captured if "notices_todo" in one["sql"]]) == 1
