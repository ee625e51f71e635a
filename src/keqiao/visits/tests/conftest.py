"""Complaints whose customer was told, so that a visit is due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
import time_machine

from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.tickets import actions as tickets
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import MONDAY, Desk, desk
from keqiao.visits import actions
from keqiao.visits.models import Visit

__all__ = ["desk"]


@dataclass
class Round:
    """A told complaint, its visit, and the clock at 09:30 of an ordinary Monday."""

    desk: Desk
    clock: time_machine.Traveller

    @property
    def company(self) -> Company:
        return self.desk.company

    def told(self) -> Ticket:
        """A complaint that waits for its visit."""
        return self.desk.at("told")

    def visit(self) -> Visit:
        """The visit of a new told complaint; made by the colleague of who handled it."""
        visit = actions.plan_for_ticket(actor=SYSTEM, ticket=self.told())
        assert visit is not None
        return visit

    def to(self, moment: datetime) -> None:
        """Move the clock."""
        self.clock.move_to(moment)

    def again(self, ticket: Ticket) -> Ticket:
        """Handle a reopened complaint anew until its customer is told."""
        agent = self.company.actor("agent")
        tickets.dispatch(actor=agent, obj=ticket, units=[self.company.units["quality"]], instructions="请再查")
        self.desk.founded(ticket)
        self.desk.handled(ticket)
        tickets.tell(actor=agent, obj=ticket, how="phone", customer_reply="这次可以")
        return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock stands at 09:30 of an ordinary Monday."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def round_(clock: time_machine.Traveller, desk: Desk) -> Round:
    """The small company on that Monday."""
    return Round(desk, clock)
