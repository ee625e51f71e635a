"""Fixtures for every test: a small organisation, and one user per role that tells the permission story."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from keqiao.calendars.queries import forget as forget_calendars
from keqiao.kernel import powers
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.resource.listing import forget_options
from keqiao.org.actions import create_employee, create_position, create_unit
from keqiao.org.models import Employee, OrgUnit, Scope
from keqiao.org.queries import actor_for, grants
from keqiao.tickets.queries import forget_rules

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
         "ticket.assess", "ticket.dispatch", "ticket.investigate", "ticket.plan", "ticket.tell", "visit.view", "visit.do",
         "reception.view", "reception.register"]  # fmt: skip
LEADER = [
    *AGENT,
    "ticket.assign",
    "ticket.urge",
    "ticket.supervise",
    "visit.assign",
    "visit.give_up",
    "customer.import",
    "customer.export",
    "reception.manage",
    "reception.export",
