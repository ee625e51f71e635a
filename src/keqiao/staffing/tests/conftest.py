"""Somebody who holds a little of everything, and the clock of the complaint desk."""

from typing import Any

import pytest
from django.utils import timezone

from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.kernel import powers
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.dates import today
from keqiao.notices.actions import open_todo
from keqiao.org.actions import change_employee, change_unit, create_employee, create_position
from keqiao.org.models import Position
from keqiao.reception import actions as reception
from keqiao.tickets import actions as tickets
from keqiao.tickets.tests.conftest import Desk, desk
from keqiao.visits import actions as visits
from keqiao.visits.tests.conftest import clock

__all__ = ["clock", "desk"]


@pytest.fixture
def busy(clock: Any, desk: Desk) -> Company:
    """The agent has two customers, three tickets, a visit, a correction, a caller to follow up and a to-do; leads the team."""
    company = desk.company
    agent = company.actor("agent")
    customers = [
        create_customer(actor=agent, name=name, phone=phone, owner=company.people["agent"])
        for name, phone in (("陈先生", "13800138001"), ("王女士", "13800138002"))
    ]
    for _turn in range(2):
        desk.accept()
    told = desk.at("told")
    visit = visits.plan_for_ticket(actor=SYSTEM, ticket=told)
    assert visit is not None
    visits.assign(actor=company.actor("manager"), obj=visit, assignee=company.people["agent"])
    tickets.correct(
        actor=company.actor("manager"), obj=told, title="更换启动器", measure="全部更换", owner=company.people["agent"],
        due_on=today(),
    )  # fmt: skip
    entry = reception.register(actor=agent, way="call", customer=customers[0], matter="问安装")
    reception.hand_over(actor=agent, obj=entry, follow_on=today())
    open_todo(
        label="customers.customer", object_id=9_999, kind="call", title="给供应商回电", url="/",
        employee_id=company.people["agent"].pk, due_at=timezone.now(),
    )  # fmt: skip
    change_unit(
        actor=SYSTEM, unit=company.units["team"], name="投诉一组", kind="team", parent=company.units["service"],
        leader=company.people["agent"],
    )  # fmt: skip
    change_employee(actor=SYSTEM, employee=company.people["colleague"], manager=company.people["agent"])
    return company


@pytest.fixture
def house(company: Company) -> Company:
    """With somebody who drafts and somebody who reviews position descriptions; the manager approves."""
    for role, name, code in (("writer", "编小文", "position.draft"), ("reviewer", "审小核", "position.review")):
        post = create_position(actor=SYSTEM, name=f"{name}岗", scope="all", powers=[code])
        company.people[role] = create_employee(
            actor=SYSTEM, username=role, name=name, unit=company.units["service"], positions=[post]
        )
    every = {power.code for power in powers.every()} - {"position.draft", "position.review"}
    Position.objects.filter(name="总经理").update(powers=sorted(every))
    return company
