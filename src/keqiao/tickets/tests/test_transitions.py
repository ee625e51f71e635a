"""Every way that is not declared is shut: by the state machine, by the actions, by the pages and by the API."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from keqiao.audit import wording
from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused, WrongState
from keqiao.org.actions import create_token
from keqiao.tickets import actions, policies
from keqiao.tickets.actions.base import enter, lock
from keqiao.tickets.models import TRANSITIONS, Cause, Kind, Ticket
from keqiao.tickets.resource import TICKETS
from keqiao.tickets.tests.conftest import Desk

STAGES = Ticket.Stage.values


def put(ticket: Ticket, stage: str) -> None:
    """Set a stage behind the program's back."""
    over = stage in {"closed", "withdrawn"}
    Ticket.objects.filter(pk=ticket.pk).update(stage=stage, open=not over)
    ticket.stages.update(stage=stage)


@pytest.mark.parametrize("kind", Kind.values)
def test_every_undeclared_move_is_refused_and_every_declared_one_works(desk: Desk, kind: str) -> None:
    for source in STAGES:
        for target in STAGES:
            ticket = desk.accept(kind=kind)
            put(ticket, source)
            if target in TRANSITIONS[kind].get(source, frozenset()):
                assert move(ticket, target).stage == target
            else:
                with pytest.raises(WrongState):
                    move(ticket, target)
                assert Ticket.objects.get(pk=ticket.pk).stage == source


def move(ticket: Ticket, target: str) -> Ticket:
    """The bare move."""
    with transaction.atomic():
        return enter(SYSTEM, lock(ticket), target)


def test_every_stage_is_reached_and_none_is_a_dead_end_before_the_end() -> None:
    for kind, table in TRANSITIONS.items():
        reached, edge = {"accepted"}, ["accepted"]
        while edge:
            for following in table[edge.pop()] - reached:
                reached.add(following)
                edge.append(following)
        assert reached == set(table), kind
        assert [stage for stage in table if not table[stage]] == ["withdrawn"]


def calls(desk: Desk) -> dict[str, Callable[[Ticket], Any]]:
    """Each verb with good input."""
    boss = desk.company.actor("manager")
    quality, people = desk.company.units["quality"], desk.company.people
    return {
        "assess": lambda t: actions.assess(actor=boss, obj=t, category=desk.category()),
        "severity": lambda t: actions.change_severity(actor=boss, obj=t, severity=3, reason="影响大"),
        "dispatch": lambda t: actions.dispatch(actor=boss, obj=t, units=[quality]),
        "start": lambda t: actions.start(actor=boss, obj=t),
        "evidence": lambda t: actions.add_evidence(actor=boss, obj=t, kind="paper", title="检测单"),
        "conclude": lambda t: actions.conclude(actor=boss, obj=t, founded=True, findings="属实"),
        "plan": lambda t: actions.plan(
            actor=boss, obj=t, cause=Cause.objects.get(name="制造不良"), plan="换新", responsible_unit=quality
        ),
        "resolve": lambda t: actions.resolve(actor=boss, obj=t, result="已换新"),
        "tell": lambda t: actions.tell(actor=boss, obj=t, how="phone", customer_reply="满意"),
        "close": lambda t: actions.close(actor=boss, obj=t),
        "reopen": lambda t: actions.reopen(actor=boss, obj=t, reason="不认可"),
        "withdraw": lambda t: actions.withdraw(actor=boss, obj=t, words="不投诉了"),
        "pause": lambda t: actions.pause(actor=boss, obj=t, reason="等照片"),
        "resume": lambda t: actions.resume(actor=boss, obj=t),
        "supervise": lambda t: actions.supervise(actor=boss, obj=t, demand="速办"),
        "urge": lambda t: actions.urge(actor=boss, obj=t),
        "assign": lambda t: actions.assign(actor=boss, obj=t, owner=people["leader"]),
        "supplement": lambda t: actions.supplement(actor=boss, obj=t, text="还漏水"),
        "progress": lambda t: actions.progress(actor=boss, obj=t, text="已联系工厂"),
        "comment": lambda t: actions.comment(actor=boss, obj=t, text="注意语气"),
        "rejudge": lambda t: actions.rejudge(actor=boss, obj=t, reason="新规定"),
        "divide": lambda t: actions.divide(actor=boss, obj=t, shares=[(quality, None, 100)]),
        "join": lambda t: actions.join(actor=boss, obj=t, main=desk.accept(kind=t.kind)),
        "part": lambda t: actions.part(actor=boss, obj=t, reason="不是一件事"),
        "correct": lambda t: actions.correct(
            actor=boss, obj=t, title="全检", measure="加工位", owner=people["department"], due_on=date(2099, 1, 1)
        ),
    }


@pytest.mark.parametrize("kind", ["complaint", "repair"])
@pytest.mark.parametrize("verb", sorted(policies.STEPS))
def test_no_action_works_in_a_stage_that_is_not_its_own(desk: Desk, kind: str, verb: str) -> None:
    act = calls(desk)[verb]
    for stage in STAGES:
        ticket = desk.accept(kind=kind)
        put(ticket, stage)
        before = Ticket.objects.filter(pk=ticket.pk).values().get()
        if policies.in_time(verb, Ticket.objects.get(pk=ticket.pk)):
            continue
        with pytest.raises(WrongState):
            act(ticket)
        assert Ticket.objects.filter(pk=ticket.pk).values().get() == before


def test_the_visit_closes_nothing_that_was_not_told(desk: Desk) -> None:
    for stage in STAGES:
        ticket = desk.accept()
        put(ticket, stage)
        if stage == "told":
            continue
        with pytest.raises(WrongState):
            actions.close_after_visit(actor=SYSTEM, ticket=ticket, satisfaction=5)
        with pytest.raises(Refused):
            actions.reopen_after_visit(actor=SYSTEM, ticket=ticket, satisfaction=1, reason="不满意")


def test_every_verb_of_the_table_has_its_page_and_the_other_way_round() -> None:
    assert {verb.name for verb in TICKETS.verbs} == set(policies.STEPS)


def test_no_step_is_skipped_by_a_post_to_its_address(desk: Desk, company: Company) -> None:
    client = company.client("manager")
    ticket = desk.accept()
    words = {
        "result": "已换新", "how": "phone", "customer_reply": "满意", "founded": "1", "findings": "属实",
        "reason": "不认可", "plan": "换新", "cause": str(Cause.objects.get(name="制造不良").pk),
        "responsible_unit": str(company.units["quality"].pk),
    }  # fmt: skip
    for verb in ("conclude", "plan", "resolve", "tell", "close", "reopen", "dispatch", "start", "resume"):
        answer = client.post(f"/tickets/{ticket.pk}/do/{verb}/", words)
        assert answer.status_code == 403, verb
    assert Ticket.objects.get(pk=ticket.pk).stage == "accepted"
    assert ticket.stages.count() == 1


def test_no_step_is_skipped_by_the_api_and_no_field_is_slipped_in(desk: Desk, company: Company) -> None:
    token = create_token(actor=company.actor("manager"), employee=company.people["manager"], name="测试")
    client, headers = company.client("manager"), {"Authorization": f"Bearer {token}"}
    ticket = desk.accept()
    for verb in ("conclude", "plan", "resolve", "tell", "close", "reopen"):
        body = json.dumps({"result": "已换新", "findings": "属实", "founded": True, "reason": "再办", "how": "phone"})
        answer = client.post(f"/api/tickets/{ticket.pk}/{verb}", body, content_type="application/json", headers=headers)
        assert answer.status_code in {403, 409}, (verb, answer.content)
    body = json.dumps(
        {
            "kind": "complaint", "channel": "phone", "body": "漏水", "contact_name": "赵敏",
            "contact_phone": "13600136000",
            "owner": company.people["outsider"].pk, "owner_id": company.people["outsider"].pk, "stage": "closed",
            "number": "TS1", "created_at": "2020-01-01", "accepted_at": "2020-01-01",
            "unit": company.units["finance"].pk,
            "satisfaction": 5, "approved_fen": 1, "open": False,
        }
    )  # fmt: skip
    answer = client.post("/api/tickets", body, content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content
    made = Ticket.objects.get(pk=answer.json()["id"])
    assert (made.stage, made.open, made.satisfaction) == ("accepted", True, None)
    assert made.owner_id == company.people["manager"].pk
    assert made.accepted_at.year > 2020


def test_every_deed_has_its_words(desk: Desk, company: Company) -> None:
    """Nobody is ever shown the code of an event."""
    for kind in ("complaint", "repair"):
        for verb, act in calls(desk).items():
            for stage in STAGES:
                ticket = desk.accept(kind=kind)
                put(ticket, stage)
                if policies.in_time(verb, Ticket.objects.get(pk=ticket.pk)):
                    with suppress(Refused):
                        act(ticket)
    verbs = set(Event.objects.filter(label__in=["tickets.ticket", "approvals.approval"]).values_list("verb", flat=True))
    assert len(verbs) > 15
    assert not [verb for verb in verbs if wording.verb(verb) == verb]
