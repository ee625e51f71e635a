"""Whatever people do, in whatever order: the engine does what a small model of it says, hangs nowhere, skips nothing.

The model knows no tables: a way is a list of stages, a stage a list of steps, a step a dictionary of seats.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from keqiao.approvals import actions, policies
from keqiao.approvals.models import Approval
from keqiao.approvals.tests.conftest import Bench, fresh, no_contradiction
from keqiao.audit.models import Event
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.org.actions import deactivate_employee
from keqiao.org.models import Employee
from keqiao.org.queries import grants

pytestmark = pytest.mark.django_db
ASKER = "agent"
PERSONS = ("leader", "department", "colleague")
ROLES = ("agent", "colleague", "leader", "department", "manager", "outsider")
STEPS = st.tuples(st.sampled_from([*PERSONS, "post"]), st.booleans(), st.booleans())  # who, all must agree, beside


@dataclass
class Part:
    """A step: its seats by whose they are (who sits there), and who has agreed."""

    who: str
    every: bool
    seats: dict[str, str] = field(default_factory=dict)
    agreed: dict[str, str] = field(default_factory=dict)
    done: bool = False


@dataclass
class Model:
    """What should be."""

    stages: list[list[Part]]
    gone: set[str] = field(default_factory=set)
    state: str = "waiting"
    at: int = 0

    def people(self, part: Part) -> list[str]:
        """Whom a step means today."""
        if part.who == "post":
            near = [one for one in ("agent", "colleague") if one not in self.gone and one != ASKER]
            return near or [one for one in ("outsider",) if one not in self.gone]
        return [part.who] if part.who not in self.gone else []

    def open(self) -> list[Part]:
        """The steps that are asked."""
        return [part for part in self.stages[self.at] if not part.done] if self.state == "waiting" else []

    def mine(self, role: str) -> list[tuple[Part, str]]:
        """The seats on which somebody sits."""
        return [(part, whose) for part in self.open() for whose, who in part.seats.items() if who == role]

    def stuck(self) -> bool:
        """Whether an open step has no seat; or the request waits for a leaver."""
        return any(not part.seats for part in self.open()) or (self.state == "returned" and ASKER in self.gone)

    def enter(self, before: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        """Ask the steps of the stage; who agreed just before agrees again."""
        for part in self.stages[self.at]:
            part.done, part.agreed = False, {}
            part.seats = {one: one for one in self.people(part)}
            for whose in [whose for whose, who in part.seats.items() if who in before]:
                part.agreed[whose] = part.seats.pop(whose)
            self.settle(part)
        self.go_on()

    def settle(self, part: Part) -> None:
        """Enough have agreed."""
        if part.agreed and not (part.every and part.seats):
            part.done, part.seats = True, {}

    def go_on(self) -> None:
        """To the next stage, or to the end."""
        if not all(part.done for part in self.stages[self.at]):
            return
        said = {who for part in self.stages[self.at] for who in part.agreed.values()}
        if self.at + 1 == len(self.stages):
            self.state = "approved"
            return
        self.at += 1
        self.enter(said)

    def agree(self, role: str) -> None:
        """Somebody's yes."""
        for part, whose in self.mine(role):
            part.agreed[whose] = part.seats.pop(whose)
        for part in self.stages[self.at]:
            if not part.done:
                self.settle(part)
        self.go_on()

    def leave(self, role: str) -> None:
        """Somebody leaves the company, and the seats follow."""
        self.gone.add(role)
        for part in self.open():
            part.seats = {
                whose: (whose if who in self.gone else who)
                for whose, who in part.seats.items()
                if whose not in self.gone
            }
            if not part.every or not (part.seats or part.agreed):
                part.seats |= {one: one for one in self.people(part) if one not in part.seats}


class Machine(RuleBasedStateMachine):
    """Random people do random things."""

    bench: ClassVar[Bench]

    def __init__(self) -> None:
        super().__init__()
        grants.cache_clear()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.bench.heard.clear()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    @initialize(steps=st.lists(STEPS, min_size=1, max_size=4))
    def begin(self, steps: list[tuple[str, bool, bool]]) -> None:
        made = []
        stages: list[list[Part]] = []
        for place, (who, every, beside) in enumerate(steps):
            more = {"every": every, "beside": beside and place > 0}
            made.append(self.bench.position("客服专员", **more) if who == "post" else self.bench.person(who, **more))
            if more["beside"]:
                stages[-1].append(Part(who, every))
            else:
                stages.append([Part(who, every)])
        self.bench.flow(*made)
        self.model = Model(stages)
        self.model.enter()
        self.approval = self.bench.ask(ASKER)

    def attempt(self, verb: str, role: str, fits: bool, **more: Any) -> bool:
        """Do it; it works if and only if the model says so, and then it is on record."""
        before = Event.objects.count()
        try:
            with transaction.atomic():
                self.bench.do(verb, role, self.approval, **more)
            worked = True
        except Refused:
            worked = False
        assert worked == fits, (verb, role, self.model)
        assert (Event.objects.count() > before) == worked
        return worked

    def here(self, role: str) -> bool:
        return role not in self.model.gone

    @rule(role=st.sampled_from(ROLES))
    def approve(self, role: str) -> None:
        if self.here(role) and self.attempt("approve", role, bool(self.model.mine(role))):
            self.model.agree(role)

    @rule(role=st.sampled_from(ROLES))
    def reject(self, role: str) -> None:
        if self.here(role) and self.attempt("reject", role, bool(self.model.mine(role))):
            self.model.state = "rejected"

    @rule(role=st.sampled_from(ROLES), start=st.sampled_from(["here", "first"]))
    def give_back(self, role: str, start: str) -> None:
        fits = bool(self.model.mine(role)) and self.here(ASKER)
        if self.here(role) and self.attempt("give_back", role, fits, start=start):
            self.model.state = "returned"
            self.model.at = 0 if start == "first" else self.model.at

    @rule(role=st.sampled_from(ROLES))
    def resubmit(self, role: str) -> None:
        fits = self.model.state == "returned" and role == ASKER
        if self.here(role) and self.attempt("resubmit", role, fits):
            self.model.state = "waiting"
            self.model.enter()

    @rule(role=st.sampled_from(ROLES))
    def withdraw(self, role: str) -> None:
        model = self.model
        helps = role == "manager" and model.state == "returned" and model.stuck()
        fits = model.state in {"waiting", "returned"} and (role == ASKER or helps)
        if self.here(role) and self.attempt("withdraw", role, fits):
            model.state = "withdrawn"

    @rule(role=st.sampled_from(ROLES), to=st.sampled_from(ROLES))
    def delegate(self, role: str, to: str) -> None:
        model, seats = self.model, self.model.mine(role)
        taken = any(to in {*part.seats.values(), *part.agreed.values()} for part, _whose in seats)
        fits = bool(seats) and to not in {ASKER, role} and self.here(to) and not taken
        person = Employee.objects.get(pk=self.bench.company.people[to].pk)
        if self.here(role) and self.attempt("delegate", role, fits, employee=person):
            for part, whose in seats:
                part.seats[whose] = to
        assert model.state == fresh(self.approval).state

    @rule(role=st.sampled_from(ROLES), to=st.sampled_from(ROLES))
    def assign(self, role: str, to: str) -> None:
        model = self.model
        empty = [part for part in model.open() if not part.seats]
        fits = bool(empty) and role == "manager" and to != ASKER and self.here(to)
        person = Employee.objects.get(pk=self.bench.company.people[to].pk)
        if self.here(role) and self.attempt("assign", role, fits, employee=person):
            for part in empty:
                part.seats[to] = to

    @rule(role=st.sampled_from(["colleague", "leader", "department", "outsider", "agent"]))
    def leave(self, role: str) -> None:
        if self.here(role):
            deactivate_employee(actor=SYSTEM, employee=self.bench.company.people[role])
            actions.refresh_all()
            self.model.leave(role)

    @rule()
    def look_around(self) -> None:
        """Looking changes nothing where nothing has changed."""
        before = Event.objects.count()
        actions.refresh_all()
        assert Event.objects.count() == before

    @invariant()
    def agrees_with_the_model(self) -> None:
        if not hasattr(self, "approval"):
            return
        no_contradiction(self.approval)
        row, model = fresh(self.approval), self.model
        assert row.state == model.state
        assert self.bench.asked(row) == {who for part in model.open() for who in part.seats.values()}
        assert row.stuck == (model.stuck() if row.state in {"waiting", "returned"} else False)
        over = row.state in {"approved", "rejected", "withdrawn"}
        assert self.bench.heard == ([row.state] if over else []), "the owner is told once, at the end"

    @invariant()
    def somebody_can_always_go_on(self) -> None:
        if not hasattr(self, "approval"):
            return
        row = fresh(self.approval)
        if row.state not in {"waiting", "returned"}:
            return
        at_work = [role for role in ROLES if self.here(role)]
        ways = {verb for verb, role in self.ways(row, at_work)}
        assert ways & {"approve", "assign", "resubmit"} or (row.stuck and "withdraw" in ways), self.model

    def ways(self, row: Approval, roles: list[str]) -> Iterator[tuple[str, str]]:
        for role in roles:
            for verb in ("approve", "assign", "resubmit", "withdraw"):
                if policies.allowed(self.bench.company.actor(role), verb, row):
                    yield verb, role


def test_any_order_of_deeds_does_what_the_model_says(bench: Bench) -> None:
    Machine.bench = bench
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=20, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_seat_that_was_handed_on_by_a_leaver_leaves_its_step_to_who_is_there(bench: Bench) -> None:
    """Found by the machine: the handed on seat counted as asked, and the step waited for nobody."""
    bench.flow(bench.position("客服专员", every=True))
    approval = bench.ask(ASKER)
    bench.do("delegate", "colleague", approval, employee=bench.company.people["leader"])
    deactivate_employee(actor=SYSTEM, employee=bench.company.people["colleague"])
    actions.refresh_all()
    assert bench.asked(approval) == {"outsider"}
    assert not fresh(approval).stuck
