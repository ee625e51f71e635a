"""A department at work: complaints of several days, people and stages, answered and unanswered visits."""

from datetime import timedelta

import pytest

from keqiao.kernel.actor import CUSTOMER
from keqiao.tickets import actions as tickets
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import MONDAY, set_rule
from keqiao.visits import actions as visits
from keqiao.visits.tests.conftest import Round, clock, desk, round_

__all__ = ["clock", "desk", "round_"]


def web_complaint(name: str = "王建国", phone: str = "13900001234") -> Ticket:
    """What a customer sent in; nobody owns it yet."""
    return tickets.accept(
        actor=CUSTOMER, kind="complaint", channel="web", subject="热水器漏水", body="热水器漏水，担心漏电。",
        contact_name=name, contact_phone=phone, wishes=["refund"],
    )  # fmt: skip


@pytest.fixture
def at_work(round_: Round) -> Round:
    """Complaints of three days: closed, reopened, waiting for a visit, late, unassigned, and other kinds."""
    company = round_.company
    set_rule("intake", "general", unit=company.units["service"].pk)
    round_.to(MONDAY - timedelta(days=6))
    for score, solved in ((5, True), (4, True), (2, False)):
        visit = round_.visit()
        visits.record_result(actor=company.actor("manager"), obj=visit, satisfaction=score, solved=solved, said="说明")
    round_.desk.accept("colleague")
    round_.desk.at("investigating")
    round_.visit()
    round_.to(MONDAY - timedelta(days=1))
    round_.visit()
    round_.desk.accept("agent", "repair")
    round_.to(MONDAY)
    round_.desk.accept("agent")
    web_complaint()
    Ticket.objects.filter(open=True, due_at__lt=MONDAY).update(late=True)
    return round_
