"""A ticket walked at random beside a model of its own: what may happen happens and is recorded, all else changes nothing.

The model below is written down by hand from the standard's loop; it shares no table with the program.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.audit.models import Event
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.models import Notice, Todo
from keqiao.tickets import actions
from keqiao.tickets.models import Cause, Complaint, Dispatch, Ticket
from keqiao.tickets.tests.conftest import Desk

FREE = 50_000  # fen that need no approval
COMPLAINT = {
    ("accepted", "assessed"), ("accepted", "withdrawn"), ("assessed", "investigating"), ("assessed", "withdrawn"),
    ("investigating", "handling"), ("investigating", "resolved"), ("handling", "approving"), ("approving", "handling"),
    ("handling", "resolved"), ("resolved", "told"), ("told", "closed"), ("told", "investigating"),
    ("closed", "investigating"),
}  # fmt: skip
SIMPLE = {
    ("accepted", "handling"), ("accepted", "withdrawn"), ("handling", "resolved"), ("handling", "withdrawn"),
    ("resolved", "closed"), ("resolved", "handling"), ("closed", "handling"),
}  # fmt: skip
DISPATCH = {
    ("", "waiting"),
    ("waiting", "accepted"),
    ("waiting", "returned"),
    ("accepted", "answered"),
    ("accepted", "returned"),
}


class Walk(RuleBasedStateMachine):
    """One ticket. Every rule may be tried at any time; the model says whether it must work."""

    desk: ClassVar[Desk]
    kind: ClassVar[str] = "complaint"
    walked: ClassVar[set[tuple[str, str]]]
    sent: ClassVar[set[tuple[str, str]]]

    def __init__(self) -> None:
        super().__init__()
        company = self.desk.company
        self.agent, self.boss = company.actor("agent"), company.actor("manager")
        self.unit, self.stranger = company.actor("department"), company.actor("outsider")
        self.ticket = self.desk.accept(kind=self.kind)
        self.complaint = self.kind == "complaint"
        self.stage, self.paused, self.severity = "accepted", False, 1
        self.sent_to: dict[str, str] = {}  # unit → status, of this round
        self.asked: list[str] = []  # every status that a dispatch of this round has ended with
        self.planned, self.amount, self.approved = False, 0, None
        self.path = ["accepted"]

    # ---- what the model knows -------------------------------------------------------------------------------------

    @property
    def owed(self) -> bool:
        """Whether a unit still owes an answer."""
        return any(status in {"waiting", "accepted"} for status in self.sent_to.values())

    @property
    def answered(self) -> bool:
        """Whether the matter may go on: nothing owed, and not everything given back."""
        return not self.owed and ("returned" not in self.asked or "answered" in self.asked)

    def go(self, stage: str) -> None:
        """The model's ticket moves."""
        self.walked.add((self.stage, stage))
        self.stage, self.paused = stage, False
        self.path.append(stage)

    def again(self, stage: str) -> None:
        """A new round begins."""
        self.sent_to, self.asked, self.planned, self.approved = {}, [], False, None
        self.go(stage)

    # ---- what the program does ------------------------------------------------------------------------------------

    def state(self) -> Any:
        """Everything that a refused call might have touched."""
        return (
            Ticket.objects.filter(pk=self.ticket.pk).values().get(),
            list(Complaint.objects.filter(pk=self.ticket.pk).values()),
            list(self.ticket.stages.values()), list(self.ticket.dispatches.values()),
            list(self.ticket.progress.values()), list(self.ticket.corrections.values()),
            list(Approval.objects.filter(object_id=self.ticket.pk).values()),
            Event.objects.count(), Notice.objects.count(), Todo.objects.count(),
        )  # fmt: skip

    def attempt(self, verb: str, call: Callable[[], Any], *, works: bool) -> bool:
        """Call it: it works and is recorded under `verb`, or is refused and leaves no trace. Returns whether it worked."""
        before, last = self.state(), Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        if works:
            call()
            verbs = Event.objects.filter(pk__gt=last, object_id=self.ticket.pk, label="tickets.ticket")
            assert verb in set(verbs.values_list("verb", flat=True)), f"{verb} is on record"
            return True
        with pytest.raises(Refused):
            call()
        assert self.state() == before, f"{verb} was refused and has changed something"
        return False

    def do(self, actor: Any, name: str, **values: Any) -> Callable[[], Any]:
        """An action on the ticket, as a call."""
        return lambda: getattr(actions, name)(actor=actor, obj=self.ticket, **values)

    # ---- the verbs ------------------------------------------------------------------------------------------------

    @rule()
    def assess(self) -> None:
        works = self.complaint and self.stage == "accepted"
        call = self.do(self.agent, "assess", category=self.desk.category(), severity=self.severity, reason="按现场情况")
        if self.attempt("ticket.assessed", call, works=works):
            self.go("assessed")

    @rule()
    def start(self) -> None:
        if self.attempt(
            "ticket.started", self.do(self.agent, "start"), works=not self.complaint and self.stage == "accepted"
        ):
            self.go("handling")

    @rule(name=st.sampled_from(["quality", "finance"]))
    def dispatch(self, name: str) -> None:
        stages = {"assessed", "investigating"} if self.complaint else {"accepted", "handling"}
        works = self.stage in stages and self.sent_to.get(name) not in {"waiting", "accepted"}
        call = self.do(self.agent, "dispatch", units=[self.desk.company.units[name]])
        if self.attempt("ticket.dispatched", call, works=works):
            self.sent_to[name] = "waiting"
            self.sent.add(("", "waiting"))
            following = "investigating" if self.complaint else "handling"
            if self.stage != following:
                self.go(following)

    @rule(name=st.sampled_from(["quality", "finance"]), verb=st.sampled_from(["accept", "answer", "return"]))
    def unit_acts(self, name: str, verb: str) -> None:
        row = self.ticket.dispatches.filter(unit=self.desk.company.units[name]).order_by("-pk").first()
        if row is None:
            return
        status = self.sent_to.get(name, "")
        ready = {"accept": {"waiting"}, "answer": {"accepted"}, "return": {"waiting", "accepted"}}[verb]
        words = {"accept": {}, "answer": {"answer": "启动器批次不良"}, "return": {"reason": "不归我部"}}[verb]
        after = {"accept": "accepted", "answer": "answered", "return": "returned"}[verb]
        actor = self.unit if name == "quality" else self.boss
        works = status in ready and self.stage not in {"closed", "withdrawn"}
        act = getattr(actions, f"dispatch_{verb}")
        if self.attempt(f"dispatch.{after}", lambda: act(actor=actor, obj=row, **words), works=works):
            self.sent.add((status, after))
            self.sent_to[name] = after
            self.asked += [after] if after != "accepted" else []

    @rule(founded=st.booleans())
    def conclude(self, founded: bool) -> None:
        call = self.do(self.agent, "conclude", founded=founded, findings="已查清", explanation="请按说明书使用")
        works = self.complaint and self.stage == "investigating" and self.answered
        if self.attempt("ticket.concluded", call, works=works):
            self.go("handling" if founded else "resolved")

    @rule(amount=st.sampled_from([0, FREE, 90_000, 120_000]))
    def plan(self, amount: int) -> None:
        call = self.do(
            self.agent, "plan", cause=Cause.objects.get(name="来料不良"), plan="换新机", compensation_fen=amount,
            responsible_unit=self.desk.company.units["quality"],
        )  # fmt: skip
        if self.attempt("ticket.planned", call, works=self.complaint and self.stage == "handling"):
            self.approved = self.approved if self.approved == amount else None
            self.planned, self.amount = True, amount
            if amount > FREE and self.approved != amount:
                self.go("approving")

    @rule(agreed=st.booleans())
    def decide(self, agreed: bool) -> None:
        approval = Approval.objects.filter(object_id=self.ticket.pk).order_by("-pk").first()
        if approval is None:
            return
        act = approvals.approve if agreed else approvals.reject
        call = lambda: act(actor=self.boss, obj=approval, note="看过了")  # noqa: E731 – named, so that it reads
        if self.attempt("ticket.compensation_decided", call, works=self.stage == "approving"):
            self.approved = self.amount if agreed else None
            self.go("handling")

    @rule()
    def resolve(self) -> None:
        paid = self.amount <= FREE or self.approved == self.amount
        works = self.stage == "handling" and self.answered and (not self.complaint or (self.planned and paid))
        if self.attempt("ticket.resolved", self.do(self.agent, "resolve", result="已换新机"), works=works):
            self.go("resolved")

    @rule()
    def tell(self) -> None:
        call = self.do(self.agent, "tell", how="phone", customer_reply="知道了")
        if self.attempt("ticket.told", call, works=self.complaint and self.stage == "resolved"):
            self.go("told")

    @rule()
    def close(self) -> None:
        works = not self.complaint and self.stage == "resolved"
        if self.attempt("ticket.closed", self.do(self.agent, "close"), works=works):
            self.go("closed")

    @rule(satisfied=st.booleans())
    def visit(self, satisfied: bool) -> None:
        works = self.stage == ("told" if self.complaint else "resolved")
        values: dict[str, Any] = {"actor": SYSTEM, "ticket": self.ticket}
        if satisfied:
            call = lambda: actions.close_after_visit(**values, satisfaction=5)  # noqa: E731 – as above
        else:
            call = lambda: actions.reopen_after_visit(**values, satisfaction=1, reason="还在漏水")  # noqa: E731 – as above
        if self.attempt("ticket.closed" if satisfied else "ticket.reopened", call, works=works):
            self.go("closed") if satisfied else self.again("investigating" if self.complaint else "handling")

    @rule()
    def reopen(self) -> None:
        call = self.do(self.boss, "reopen", reason="客户又来电")
        if self.attempt("ticket.reopened", call, works=self.stage == "closed"):
            self.again("investigating" if self.complaint else "handling")

    @rule()
    def withdraw(self) -> None:
        works = self.stage in ({"accepted", "assessed"} if self.complaint else {"accepted", "handling"})
        if self.attempt("ticket.withdrawn", self.do(self.boss, "withdraw", words="不投诉了"), works=works):
            self.sent_to = {}
            self.go("withdrawn")

    @rule()
    def wait(self) -> None:
        stages = {"assessed", "investigating", "handling"} if self.complaint else {"handling"}
        verb, name = ("ticket.resumed", "resume") if self.paused else ("ticket.paused", "pause")
        values = {} if self.paused else {"reason": "等照片"}
        if self.attempt(verb, self.do(self.agent, name, **values), works=self.stage in stages):
            self.paused = not self.paused

    @rule(level=st.integers(1, 4))
    def rate(self, level: int) -> None:
        ended = self.stage in {"closed", "withdrawn"} or (self.complaint and self.stage == "accepted")
        call = self.do(self.boss, "change_severity", severity=level, reason="影响不同")
        if self.attempt("ticket.severity_changed", call, works=not ended and level != self.severity):
            self.severity = level

    @rule(
        name=st.sampled_from(
            ["dispatch", "conclude", "resolve", "tell", "reopen", "withdraw", "plan", "pause", "start"]
        )
    )
    def a_stranger_tries(self, name: str) -> None:
        values: dict[str, dict[str, Any]] = {
            "dispatch": {"units": [self.desk.company.units["quality"]]}, "conclude": {"founded": True, "findings": "属实"},
            "resolve": {"result": "好了"}, "tell": {"how": "phone", "customer_reply": "好"}, "reopen": {"reason": "再办"},
            "withdraw": {"words": "算了"}, "pause": {"reason": "等"}, "start": {},
            "plan": {"cause": None, "plan": "换", "responsible_unit": None},
        }  # fmt: skip
        before = self.state()
        with pytest.raises(NotAllowed):
            self.do(self.stranger, name, **values[name])()
        assert self.state() == before

    # ---- what always holds ----------------------------------------------------------------------------------------

    @invariant()
    def the_program_stands_where_the_model_stands(self) -> None:
        fresh = Ticket.objects.get(pk=self.ticket.pk)
        assert (fresh.stage, fresh.paused_at is not None, fresh.severity) == (self.stage, self.paused, self.severity)
        assert fresh.open == (self.stage not in {"closed", "withdrawn"})
        rows = self.ticket.dispatches.filter(round=fresh.reopened).order_by("pk")
        latest = {row.unit.name: row.status for row in rows.select_related("unit")}
        names = {"quality": "质量部", "finance": "财务部"}
        assert {name: latest[names[name]] for name in self.sent_to} == self.sent_to
        open_ = self.ticket.dispatches.filter(open=True)
        assert set(open_.values_list("status", flat=True)) <= {"waiting", "accepted"}
        assert fresh.open or not open_.exists(), "nobody owes an answer to a matter that has ended"

    @invariant()
    def the_log_is_the_path_that_was_walked(self) -> None:
        log = list(self.ticket.stages.order_by("pk"))
        assert [row.stage for row in log] == self.path
        assert [row.left_at for row in log[:-1]] == [row.entered_at for row in log[1:]]
        assert log[-1].left_at is None
        assert set(zip(self.path, self.path[1:], strict=False)) <= (COMPLAINT if self.complaint else SIMPLE)

    def teardown(self) -> None:
        """From wherever it was left the matter can be brought to its end: there is no dead end."""
        for _step in range(20):
            if self.stage in {"closed", "withdrawn"}:
                break
            self.forward()
            self.the_program_stands_where_the_model_stands()
        assert self.stage in {"closed", "withdrawn"}, f"stuck: {self.path}"
        if self.complaint and self.stage == "closed":
            assert self.path[-3:] == ["resolved", "told", "closed"], "told and visited before it is closed"

    def forward(self) -> None:
        """One step towards the end."""
        for name, status in list(self.sent_to.items()):
            if status in {"waiting", "accepted"}:
                self.unit_acts(name, "accept" if status == "waiting" else "answer")
                return
        if self.stage in {"investigating", "handling"} and not self.answered:
            self.dispatch("quality")
        elif not self.complaint:
            {"accepted": self.start, "handling": self.resolve, "resolved": self.close}[self.stage]()
        elif self.stage == "handling" and not (self.planned and (self.amount <= FREE or self.approved == self.amount)):
            self.plan(0)
        else:
            {
                "accepted": self.assess, "assessed": lambda: self.dispatch("quality"),
                "investigating": lambda: self.conclude(True), "handling": self.resolve,
                "approving": lambda: self.decide(True), "resolved": self.tell, "told": lambda: self.visit(True),
            }[self.stage]()  # fmt: skip


def walker(desk: Desk, kind: str) -> type[Walk]:
    """A walk of that kind of ticket at this desk."""
    more = {"desk": desk, "kind": kind, "walked": set(), "sent": set()}
    return type(f"Walk{kind}", (Walk,), more)


@pytest.mark.parametrize("kind", ["complaint", "repair"])
def test_no_walk_leaves_the_way_is_lost_or_goes_unrecorded(desk: Desk, kind: str) -> None:
    run_state_machine_as_test(
        walker(desk, kind),
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_every_way_can_be_walked_by_the_actions(desk: Desk) -> None:
    """All that is drawn in docs/stages.md happens by what people do, and nothing else does."""
    of = walker(desk, "complaint")
    one = of()
    for step in (
        one.assess, lambda: one.dispatch("finance"), lambda: one.unit_acts("finance", "return"),
        lambda: one.conclude(True), lambda: one.dispatch("quality"), lambda: one.unit_acts("quality", "accept"),
        lambda: one.unit_acts("quality", "return"), one.forward, one.forward, one.forward,
        lambda: one.conclude(True), one.resolve, lambda: one.plan(90_000), lambda: one.decide(False), one.resolve,
        lambda: one.plan(90_000), lambda: one.decide(True), one.resolve, one.tell, lambda: one.visit(False),
        lambda: one.conclude(False), one.tell, lambda: one.visit(True), one.reopen, lambda: one.conclude(True),
    ):  # fmt: skip
        step()
        one.the_program_stands_where_the_model_stands()
    one.teardown()
    two, three = of(), of()
    two.withdraw()
    three.assess(), three.withdraw()
    assert of.walked == COMPLAINT
    assert of.sent == DISPATCH
    simple = walker(desk, "repair")
    four = simple()
    for step in (four.start, four.resolve, lambda: four.visit(False), four.resolve, four.close, four.reopen):
        step()
    four.dispatch("quality"), four.withdraw()
    five = simple()
    five.withdraw()
    assert simple.walked == SIMPLE
    assert not Dispatch.objects.filter(open=True).exists()
