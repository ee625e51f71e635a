"""Fixtures for every test: a small organisation, and one user per role that tells the permission story."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as trials

from keqiao.audit import guard, order
from keqiao.calendars.queries import forget as forget_calendars
from keqiao.customers.custom import forget_fields
from keqiao.customers.models import forget_tiers
from keqiao.kernel import powers
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.choices import forget_options
from keqiao.org.actions import create_employee, create_position, create_unit
from keqiao.org.models import Employee, OrgUnit, Scope
from keqiao.org.queries import actor_for, factor_missing, grants
from keqiao.tickets.ruling.reading import forget_rules

# a busy machine is no fault of what is tried
trials.register_profile("keqiao", deadline=None, suppress_health_check=[HealthCheck.too_slow])
trials.load_profile("keqiao")

PASSWORD = "right-horse-battery"


@dataclass
class Company:
    """Units by short name and people by role."""

    units: dict[str, OrgUnit]
    people: dict[str, Employee]

    def actor(self, role: str) -> Actor:
        """The role as an actor, with powers as they are now."""
        return actor_for(Employee.objects.get(pk=self.people[role].pk))

    def client(self, role: str) -> Client:
        """A browser in which the role is logged in."""
        client = Client()
        client.force_login(self.people[role])
        return client


AGENT = ["customer.view", "customer.create", "customer.change", "customer.reveal", "ticket.view", "ticket.create",
         "ticket.assess", "ticket.dispatch", "ticket.investigate", "ticket.plan", "ticket.tell", "visit.view", "visit.do", "survey.view",
         "reception.view", "reception.register", "service.view", "service.register",
         "care.view", "care.do", "loss.view", "loss.mark", "bad_record.view",
         "bad_record.register", "customer.pick", "violation.report",
         "suggestion.view", "suggestion.register", "suggestion.answer"]  # fmt: skip
LEADER = [
    *AGENT,
    "ticket.assign",
    "ticket.urge",
    "ticket.supervise",
    "visit.assign",
    "visit.give_up",
    "customer.import",
    "customer.export",
    "customer.merge",
    "customer.oversee",
    "customer.share",
    "violation.decide",
    "reception.manage",
    "reception.export",
    "service.manage",
    "service.export",
    "care.assign",
    "loss.win",
    "bad_record.close",
    "care.plan",
    "care.export",
    "suggestion.route",
    "summary.view",
    "summary.draft",
    "suggestion.export",
    "survey.send",
    "survey.answers",
    "survey.export",
]
DEPARTMENT = [
    "bad_record.view",
    "dispatch.answer",
    "correction.change",
    "ticket.approve",
    "rectification.view",
    "rectification.do",
    "suggestion.view",
    "suggestion.decide",
]


def known(codes: list[str]) -> list[str]:
    """Only the powers that the installed apps declare."""
    declared = {power.code for power in powers.every()}
    return [code for code in codes if code in declared]


@pytest.fixture(autouse=True, scope="session")
def _tables_can_be_emptied() -> Iterator[None]:
    """Tests that commit end by emptying all tables; only then may the audit's rows go.

    A few rows are gone sooner than PostgreSQL has made a new file for each of a thousand tables and indexes.
    """
    original = BaseDatabaseOperations.execute_sql_flush

    def flush(self: Any, sql_list: Any) -> None:
        with transaction.atomic(), guard.unlocked():
            original(self, sql_list)

    def deleting(self: Any, _style: Any, tables: list[str], **_options: bool) -> list[str]:
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608 – Django's own names

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        if connection.vendor == "postgresql":
            patch.setattr(type(connection.ops), "sql_flush", deleting)
        yield


@pytest.fixture(autouse=True)
def _own_events_settled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that lives in one transaction is the only writer: readers may pass its events before it ends."""
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction")):
        return
    monkeypatch.setattr(order, "horizon", lambda: sys.maxsize)


@pytest.fixture(autouse=True)
def _fresh_process_caches() -> None:
    """Ids start anew in each test, so what the process keeps by id must go; and so must the last reader's language."""
    translation.deactivate()
    grants.cache_clear()
    factor_missing.cache_clear()
    cache.clear()
    forget_calendars()
    forget_rules()
    forget_options()
    forget_fields()
    forget_tiers()


@pytest.fixture
def company(db: Any) -> Company:
    """客服部 with a team of two agents and a leader, 质量部, a general manager, and an outsider in 财务部."""
    head = create_unit(actor=SYSTEM, name="海纳电器", kind="company")
    service = create_unit(actor=SYSTEM, name="客户服务部", kind="department", parent=head)
    team = create_unit(actor=SYSTEM, name="投诉一组", kind="team", parent=service)
    quality = create_unit(actor=SYSTEM, name="质量部", kind="department", parent=head)
    finance = create_unit(actor=SYSTEM, name="财务部", kind="department", parent=head)
    every = [power.code for power in powers.every()]
    posts = {
        "agent": create_position(actor=SYSTEM, name="客服专员", scope=Scope.OWN, powers=known(AGENT)),
        "leader": create_position(actor=SYSTEM, name="客服班长", scope=Scope.DEPARTMENT, powers=known(LEADER)),
        "department": create_position(actor=SYSTEM, name="部门经理", scope=Scope.DEPARTMENT, powers=known(DEPARTMENT)),
        "manager": create_position(actor=SYSTEM, name="总经理", scope=Scope.ALL, powers=every),
    }
    places = {
        "agent": ("agent", "林一诺", team), "colleague": ("agent", "周衡", team), "leader": ("leader", "许知远", service),
        "department": ("department", "韩建国", quality), "manager": ("manager", "沈若谷", head),
        "outsider": ("agent", "方外", finance),
    }  # fmt: skip
    people = {
        role: create_employee(actor=SYSTEM, username=role, name=name, unit=unit, positions=[posts[post]])
        for role, (post, name, unit) in places.items()
    }
    return Company({"head": head, "service": service, "team": team, "quality": quality, "finance": finance}, people)


@pytest.fixture
def in_parallel() -> Callable[..., list[Any]]:
    """Runs a function in many threads at once, each with its own database connection; returns results or errors."""
    from keqiao.kernel.tests.parallel import in_parallel  # noqa: PLC0415 – only race tests need threads

    return in_parallel
