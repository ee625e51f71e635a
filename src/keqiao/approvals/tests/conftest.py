"""A kind of its own with a flow to be laid, and what the owner of the subject was told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from keqiao.approvals import actions, kinds, registry
from keqiao.approvals.models import Approval, Flow, Step
from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.notices.models import Todo
from keqiao.org.models import Position

KIND = "test.matter"


@dataclass
class Bench:
    """The company, a kind to ask for, and what came of it."""

    company: Company
    heard: list[str] = field(default_factory=list)

    def person(self, role: str, **more: Any) -> dict[str, Any]:
        """A step that one person decides."""
        return {"who": "person", "person": self.company.people[role], **more}

    def position(self, name: str, **more: Any) -> dict[str, Any]:
        """A step that whoever holds a position decides."""
        return {"who": "position", "position": Position.objects.get(name=name), **more}

    def flow(self, *steps: dict[str, Any], **more: Any) -> Flow:
        """A flow with these steps, in use."""
        made = actions.draft(actor=SYSTEM, kind=KIND)
        for step in made.steps.all():
            actions.remove_step(actor=SYSTEM, obj=step)
        for step in steps:
            actions.add_step(actor=SYSTEM, obj=made, **step)
        if more:
            actions.keep_settings(actor=SYSTEM, obj=made, **{"urge_minutes": 60, **more})
        return actions.publish(actor=SYSTEM, obj=made)

    def ask(self, role: str = "agent", amount: int | None = 80_000, unit: str = "team") -> Approval:
        """A request of that person about a unit."""
        return actions.request(
            actor=self.company.actor(role), kind=KIND, subject=self.company.units[unit], title="租用冰箱 800 元",
            power="ticket.approve", unit_id=self.company.units[unit].pk, amount_fen=amount, reason="换机期间租用冰箱",
        )  # fmt: skip

    def do(self, verb: str, role: str, approval: Approval, **more: Any) -> Any:
        """One deed by one person."""
        needs = {"reject": {"note": "金额过高"}, "give_back": {"note": "缺发票"}, "resubmit": {"reason": "已补发票"}}
        action = getattr(actions, verb)
        return action(actor=self.company.actor(role), obj=approval, **{**needs.get(verb, {}), **more})

    def steps(self, approval: Approval) -> str:
        """The states of the steps on one line."""
        return " ".join(approval.steps.order_by("place").values_list("state", flat=True))

    def asked(self, approval: Approval) -> set[str]:
        """The roles that are asked now."""
        roles = {person.pk: role for role, person in self.company.people.items()}
        open_ = approval.deciders.filter(state="open").values_list("employee_id", flat=True)
        return {roles[pk] for pk in open_}

    def todos(self, kind: str = "approval") -> set[str]:
        """The roles with an open to-do."""
        roles = {person.pk: role for role, person in self.company.people.items()}
        rows = Todo.objects.filter(label="approvals.approval", kind=kind, done_at=None)
        return {roles[pk] for pk in rows.values_list("employee_id", flat=True)}

    def verbs(self) -> list[str]:
        """What is on record about approvals, in order."""
        rows = Event.objects.filter(label="approvals.approval").order_by("pk")
        return [verb.removeprefix("approval.") for verb in rows.values_list("verb", flat=True)]


@pytest.fixture
def bench(company: Company) -> Iterator[Bench]:
    """Ready to ask."""
    made = Bench(company)
    registry.on_decision(
        KIND, lambda _actor, approval: made.heard.append(approval.state), title="试验事项", power="ticket.approve"
    )
    yield made
    registry._decisions.pop(KIND)
    kinds.forget(KIND)


def fresh(approval: Approval) -> Approval:
    """The approval as it stands now."""
    return Approval.objects.get(pk=approval.pk)


def no_contradiction(approval: Approval) -> None:
    """What holds at any moment, whatever was done before."""
    row = fresh(approval)
    steps = list(row.steps.order_by("place"))
    current = [step for step in steps if step.state == Step.State.CURRENT]
    open_ = list(row.deciders.filter(state="open"))
    if row.state == "waiting":
        assert current
        assert {step.stage for step in current} == {row.stage}
        assert all(step.state == "done" for step in steps if step.stage < row.stage)
        assert all(step.state == "coming" for step in steps if step.stage > row.stage)
        assert row.stuck == bool({step.pk for step in current} - {seat.step_id for seat in open_})
    else:
        assert not current
        assert not open_
    assert all(seat.employee_id != row.requested_by_id for seat in row.deciders.all())
    if row.state == "approved":
        assert {step.state for step in steps} == {"done"}
    for step in steps:
        if step.state == "done":
            assert step.deciders.filter(state="agreed").exists(), "a step was skipped"
    todos = set(
        Todo.objects.filter(label="approvals.approval", object_id=row.pk, kind="approval", done_at=None).values_list(
            "employee_id", flat=True
        )
    )
    assert todos == {seat.employee_id for seat in open_}
