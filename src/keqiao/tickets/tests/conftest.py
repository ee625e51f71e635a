"""A complaint desk: rules in place, and a complaint that can be brought to any stage."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.tickets import actions
from keqiao.tickets.models import Category, Cause, RuleSet, Ticket
from keqiao.tickets.ruling import forcing, keeping, trying

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=ZONE)  # an ordinary working Monday
ORDER = ["accepted", "assessed", "investigating", "handling", "resolved", "told", "closed"]


def set_rule(kind: str, key: str = "", *, active: bool = True, **data: Any) -> RuleSet:
    """A version in force in which one rule says something else; without a key it is one more rule."""
    made = keeping.draft(actor=SYSTEM)
    if key:
        rule = made.rules.get(kind=kind, key=key)
        keeping.change_rule(actor=SYSTEM, obj=rule, data={**rule.data, **data}, active=active)
    else:
        keeping.add_rule(actor=SYSTEM, obj=made, kind=kind, data=data)
    trying.try_out(actor=SYSTEM, obj=made)
    return forcing.force(actor=SYSTEM, obj=made)


def set_deadline(stage: str, minutes: int, kind: str = "complaint", severity: int = 1) -> RuleSet:
    """A version in force with another deadline for one severity."""
    known = RuleSet.objects.get(state="force").rules.get(kind="deadline", key=f"{kind}.{stage}").data["minutes"]
    changed = [minutes if level == severity else old for level, old in enumerate(known, 1)]
    return set_rule("deadline", f"{kind}.{stage}", minutes=changed)


@dataclass
class Desk:
    """Brings tickets to a stage through the real actions."""

    company: Company

    def accept(self, role: str = "agent", kind: str = "complaint", **values: Any) -> Ticket:
        """A new ticket, registered by the role."""
        values = {
            "channel": "phone", "subject": "冰箱冷藏室不制冷", "body": "新买的冰箱用了三天，冷藏室不制冷，食物都坏了。",
            "contact_name": "陈美兰", "contact_phone": "+86 138-0013-8000", "product": "双开门冰箱 BCD-520",
        } | values  # fmt: skip
        return actions.accept(actor=self.company.actor(role), kind=kind, **values)

    def answered(self, ticket: Ticket) -> None:
        """Every open dispatch is accepted and answered by the department."""
        actor = self.company.actor("department")
        for row in ticket.dispatches.filter(open=True):
            actions.dispatch_accept(actor=actor, obj=row)
            actions.dispatch_answer(actor=actor, obj=row, answer="压缩机启动器批次不良。")

    def at(self, stage: str, compensation_fen: int = 0) -> Ticket:
        """A complaint that has come to the stage by the book."""
        ticket = self.accept()
        agent = self.company.actor("agent")
        steps: dict[str, Callable[[], Any]] = {
            "assessed": lambda: actions.assess(actor=agent, obj=ticket, category=self.category()),
            "investigating": lambda: actions.dispatch(
                actor=agent, obj=ticket, units=[self.company.units["quality"]], instructions="请查明不制冷的原因"
            ),
            "handling": lambda: self.founded(ticket),
            "resolved": lambda: self.handled(ticket, compensation_fen),
            "told": lambda: actions.tell(actor=agent, obj=ticket, how="phone", customer_reply="接受换货"),
            "closed": lambda: actions.close_after_visit(actor=SYSTEM, ticket=ticket, satisfaction=5),
        }
        for name in ORDER[1 : ORDER.index(stage) + 1]:
            steps[name]()
        return Ticket.objects.get(pk=ticket.pk)

    def founded(self, ticket: Ticket) -> Ticket:
        """Answers in, concluded as founded."""
        self.answered(ticket)
        return actions.conclude(
            actor=self.company.actor("agent"), obj=ticket, founded=True, findings="确认启动器批次不良"
        )

    def plan(self, ticket: Ticket, compensation_fen: int = 0) -> Ticket:
        """Cause and plan."""
        return actions.plan(
            actor=self.company.actor("agent"), obj=ticket, cause=Cause.objects.get(name="来料不良"), plan="上门换新机",
            responsible_unit=self.company.units["quality"], responsible=self.company.people["department"],
            compensation_fen=compensation_fen,
        )  # fmt: skip

    def handled(self, ticket: Ticket, compensation_fen: int = 0) -> Ticket:
        """Planned and done."""
        self.plan(ticket, compensation_fen)
        return actions.resolve(actor=self.company.actor("agent"), obj=ticket, result="已换新机并致歉")

    def category(self, name: str = "功能故障") -> Category:
        """A type by its name."""
        return Category.objects.get(name=name)


@pytest.fixture
def desk(company: Company) -> Desk:
    """The desk of the small company, with the default rules."""
    actions.ensure_defaults(actor=SYSTEM)
    return Desk(company)
