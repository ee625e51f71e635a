"""Asking, deciding, withdrawing; what the owner of the subject hears; who may."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from keqiao.approvals import actions, policies, registry
from keqiao.approvals.models import Approval
from keqiao.approvals.queries import deciders
from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState

State = Approval.State


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What the owner of the subject was told."""
    told: list[str] = []
    registry.on_decision("test.matter", lambda actor, approval: told.append(approval.state))
    yield told
    registry._decisions.pop("test.matter")


def ask(company: Company, role: str = "agent") -> Approval:
    """A request about the team's unit."""
    return actions.request(
        actor=company.actor(role), kind="test.matter", subject=company.units["team"], title="补偿 800 元",
        power="ticket.approve", unit_id=company.units["team"].pk, amount_fen=80_000, reason="换机期间租用冰箱",
    )  # fmt: skip


def test_approved_by_who_has_the_power_and_told_to_the_owner(company: Company, heard: list[str]) -> None:
    approval = ask(company)
    done = actions.approve(actor=company.actor("manager"), obj=approval, note="同意")
    assert (done.state, done.decided_by_id, done.note) == (State.APPROVED, company.people["manager"].pk, "同意")
    assert heard == [State.APPROVED]
    verbs = Event.objects.filter(label="approvals.approval").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["approval.requested", "approval.approved"]


def test_one_waits_for_each_subject_and_the_next_may_come_after_the_decision(
    company: Company, heard: list[str]
) -> None:
    first = ask(company)
    with pytest.raises(Refused, match="等待审批"):
        ask(company, "leader")
    actions.reject(actor=company.actor("manager"), obj=first, note="金额过高")
    assert ask(company).pk != first.pk


def test_nobody_decides_an_own_request_or_without_reach(company: Company, heard: list[str]) -> None:
    approval = ask(company, "manager")
    for role in ("manager", "agent", "leader", "department", "outsider"):
        for act in (actions.approve, actions.reject):
            with pytest.raises(NotAllowed):
                act(actor=company.actor(role), obj=approval, note="好")
    approval.refresh_from_db()
    assert approval.state == State.WAITING
    assert heard == []


def test_a_rejection_says_why(company: Company, heard: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        actions.reject(actor=company.actor("manager"), obj=ask(company), note="  ")
    assert caught.value.field == "note"


def test_withdrawn_by_the_requester_only_and_then_final(company: Company, heard: list[str]) -> None:
    approval = ask(company)
    with pytest.raises(NotAllowed):
        actions.withdraw(actor=company.actor("manager"), obj=approval)
    actions.withdraw(actor=company.actor("agent"), obj=approval)
    with pytest.raises(WrongState):
        actions.approve(actor=company.actor("manager"), obj=approval)
    assert heard == [State.WITHDRAWN]


def test_what_the_owner_refuses_undoes_the_decision(company: Company) -> None:
    def refuse(actor: Actor, approval: Approval) -> None:
        raise Refused("单据已变化")

    registry.on_decision("test.matter", refuse)
    try:
        approval = ask(company)
        with pytest.raises(Refused), transaction.atomic():
            actions.approve(actor=company.actor("manager"), obj=approval)
        approval.refresh_from_db()
        assert approval.state == State.WAITING
        with pytest.raises(ValueError):
            registry.on_decision("test.matter", lambda actor, approval: None)
    finally:
        registry._decisions.pop("test.matter")


def test_seen_by_requester_and_deciders_only(company: Company, heard: list[str]) -> None:
    approval = ask(company)
    seeing = {role for role in company.people if policies.visible(company.actor(role)).exists()}
    assert seeing == {"agent", "manager"}
    assert list(policies.visible(SYSTEM)) == [approval]
    assert deciders("ticket.approve", company.units["team"].pk) == [company.people["manager"].pk]
    assert deciders("ticket.approve", company.units["team"].pk, besides=company.people["manager"].pk) == []


def test_the_page_lists_what_waits_for_me_and_the_outsider_finds_nothing(company: Company, heard: list[str]) -> None:
    approval = ask(company)
    assert "补偿 800 元" in company.client("manager").get("/approvals/").content.decode()
    assert "补偿 800 元" not in company.client("agent").get("/approvals/").content.decode()
    assert "补偿 800 元" in company.client("agent").get("/approvals/?view=mine").content.decode()
    for view in ("waiting", "mine", "all"):
        assert "补偿 800 元" not in company.client("outsider").get(f"/approvals/?view={view}").content.decode()
    url = f"/approvals/{approval.pk}/"
    assert company.client("outsider").get(url).status_code == 404
    assert company.client("agent").post(f"{url}do/approve/", {"note": "好"}).status_code == 403
    assert company.client("manager").post(f"{url}do/reject/", {"note": ""}).status_code == 422
    company.client("manager").post(f"{url}do/approve/", {"note": "同意"})
    approval.refresh_from_db()
    assert approval.state == State.APPROVED
