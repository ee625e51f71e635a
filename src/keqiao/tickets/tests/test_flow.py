"""The main job: a complaint from the customer's word to its closing."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.customers.models import Customer
from keqiao.kernel.actor import CUSTOMER, SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, TooMany, WrongState
from keqiao.notices.models import Notice, Todo
from keqiao.tickets import actions
from keqiao.tickets.models import Complaint, CorrectiveAction, Dispatch, Progress, Ticket
from keqiao.tickets.tests.conftest import Desk, set_rule


def test_a_complaint_runs_from_acceptance_to_closing(desk: Desk, company: Company) -> None:
    ticket = desk.at("closed")
    assert not ticket.open
    assert ticket.closed_at is not None
    assert ticket.satisfaction == 5
    stages = list(ticket.stages.values_list("stage", flat=True))
    assert stages == ["accepted", "assessed", "investigating", "handling", "resolved", "told", "closed"]
    assert ticket.stages.filter(left_at=None).get().stage == "closed"
    assert all(row.worked_minutes is not None and row.due_at for row in ticket.stages.exclude(left_at=None))
    verbs = list(
        Event.objects.filter(label="tickets.ticket", object_id=ticket.pk).order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == [
        "ticket.created", "ticket.assessed", "ticket.dispatched", "dispatch.accepted", "dispatch.answered",
        "ticket.concluded", "ticket.planned", "ticket.resolved", "ticket.told", "ticket.closed",
    ]  # fmt: skip
    assert set(
        Event.objects.filter(object_id=ticket.pk, label="tickets.ticket").values_list("about_id", flat=True)
    ) == {ticket.customer_id}


def test_acceptance_gives_number_receipt_and_deadlines_at_once(desk: Desk) -> None:
    ticket = desk.accept(wishes=["apology", "exchange"], wish_note="要新机器")
    assert ticket.number == f"TS{ticket.accepted_on:%Y%m%d}-0001"
    assert desk.accept(kind="repair").number == f"GD{ticket.accepted_on:%Y%m%d}-0001"
    assert ticket.complaint.wishes == ["exchange", "apology"]
    receipt = Progress.objects.get(ticket=ticket)
    assert receipt.visible_to_customer
    assert ticket.number in receipt.text
    assert ticket.accepted_at < ticket.warn_at < ticket.due_at < ticket.solve_due_at  # type: ignore[operator]
    assert ticket.phone_reversed == "00083100831"


@pytest.mark.parametrize(
    "spelling", ["13800138000", "+86 138 0013 8000", "138-0013-8000", "１３８００１３８０００", "86-13800138000"]
)
def test_the_customer_is_recognised_by_any_spelling_of_the_phone(desk: Desk, spelling: str) -> None:
    first = desk.accept()
    again = desk.accept(contact_phone=spelling, contact_name="陈女士")
    assert again.customer_id == first.customer_id
    assert Customer.objects.count() == 1
    assert desk.accept(contact_phone="13900139000", contact_name="王强").customer_id != first.customer_id


def test_of_several_customers_with_one_phone_the_one_of_that_name(desk: Desk) -> None:
    create_customer(actor=SYSTEM, name="陈大山", phone="13800138000")
    wife = create_customer(actor=SYSTEM, name="陈美兰", phone="13800138000")
    assert desk.accept().customer_id == wife.pk


def test_a_short_number_is_not_taken_for_the_end_of_a_strangers(desk: Desk) -> None:
    stranger = desk.accept(contact_phone="13900012345", contact_name="周全")
    assert desk.accept(contact_phone="12345", contact_name="市民热线").customer_id != stranger.customer_id


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"contact_phone": "138-0013-80"}, "contact_phone"), ({"body": "  "}, "body"),
        ({"contact_name": ""}, "contact_name"),
        ({"channel": "fax"}, "channel"), ({"severity": 9}, "severity"), ({"wishes": ["gold"]}, "wishes"),
    ],
)  # fmt: skip
def test_a_bad_acceptance_is_refused_and_uses_up_no_number(desk: Desk, changed: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as caught:
        desk.accept(**changed)
    assert caught.value.field == field
    assert desk.accept().number.endswith("-0001")


def test_the_public_form_needs_no_employee_and_waits_for_the_intake_unit(desk: Desk, company: Company) -> None:
    ticket = actions.accept(
        actor=CUSTOMER, kind="complaint", channel="web", subject="", body="门锁坏了\n两次上门没修好",
        contact_name="李雷", contact_phone="13700137000",
    )  # fmt: skip
    assert ticket.owner_id is None
    assert ticket.unit_id == company.units["head"].pk
    assert ticket.subject == "门锁坏了"
    assert ticket.customer.source == "web"


def test_severity_follows_from_the_assessment_and_safety_is_never_small(desk: Desk, company: Company) -> None:
    agent = company.actor("agent")
    ticket = desk.accept()
    general_due = ticket.solve_due_at
    with pytest.raises(Refused) as caught:
        actions.assess(actor=agent, obj=ticket, category=desk.category(), safety=True, severity=1)
    assert caught.value.field == "severity"
    assert Ticket.objects.get(pk=ticket.pk).stage == "accepted"
    done = actions.assess(actor=agent, obj=ticket, category=desk.category("漏水漏电"), safety=True, impact="public")
    assert done.severity == 4
    assert done.solve_due_at < general_due
    assert Ticket.objects.get(pk=ticket.pk).category.name == "漏水漏电"  # type: ignore[union-attr]


def test_dispatch_goes_where_the_rules_say(desk: Desk, company: Company) -> None:
    set_rule("dispatch", categories=[desk.category().parent_id], units=[company.units["quality"].pk])
    ticket = desk.at("assessed")
    (row,) = actions.dispatch(actor=company.actor("agent"), obj=ticket)
    assert row.unit == company.units["quality"]
    assert Todo.objects.get(unit=row.unit, done_at=None).object_id == ticket.pk


def test_several_units_answer_on_their_own_and_all_answers_must_be_in(desk: Desk, company: Company) -> None:
    agent, department = company.actor("agent"), company.actor("department")
    ticket = desk.at("assessed")
    rows = actions.dispatch(actor=agent, obj=ticket, units=[company.units["quality"], company.units["finance"]])
    with pytest.raises(Refused, match="还没有答复"):
        actions.dispatch(actor=agent, obj=ticket, units=[company.units["quality"]])
    first, second = rows
    with pytest.raises(WrongState):
        actions.dispatch_answer(actor=department, obj=first, answer="未接收就答复")
    actions.dispatch_accept(actor=department, obj=first)
    actions.dispatch_answer(actor=department, obj=first, answer="查明")
    with pytest.raises(NotAllowed):
        actions.dispatch_accept(actor=department, obj=second)
    with pytest.raises(Refused, match="1 个部门没有答复"):
        actions.conclude(actor=agent, obj=ticket, founded=True, findings="是")
    boss = company.actor("manager")
    actions.dispatch_return(actor=boss, obj=second, reason="与财务无关")
    assert actions.conclude(actor=agent, obj=ticket, founded=True, findings="是").stage == "handling"
    assert not Todo.objects.filter(done_at=None).exists()


def test_a_returned_dispatch_is_sent_again_before_anything_is_concluded(desk: Desk, company: Company) -> None:
    agent, department = company.actor("agent"), company.actor("department")
    ticket = desk.at("investigating")
    actions.dispatch_return(actor=department, obj=ticket.dispatches.get(), reason="应由研发负责")
    with pytest.raises(Refused, match="退回"):
        actions.conclude(actor=agent, obj=ticket, founded=True, findings="是")
    (again,) = actions.dispatch(actor=agent, obj=ticket, units=[company.units["quality"]], instructions="请再看")
    assert again.status == Dispatch.Status.WAITING
    assert ticket.dispatches.count() == 2


def test_unfounded_needs_reasons_and_an_explanation_and_skips_the_handling(desk: Desk, company: Company) -> None:
    agent = company.actor("agent")
    ticket = desk.at("investigating")
    desk.answered(ticket)
    for words in ({"findings": "", "explanation": "说明"}, {"findings": "使用不当", "explanation": " "}):
        with pytest.raises(Refused):
            actions.conclude(actor=agent, obj=ticket, founded=False, **words)
    done = actions.conclude(
        actor=agent,
        obj=ticket,
        founded=False,
        findings="冰箱门未关严",
        explanation="很抱歉给您带来不便，经检测机器正常。",
    )
    assert done.stage == "resolved"
    assert "经检测机器正常" in done.result


def test_compensation_above_the_limit_waits_for_approval_by_somebody_else(desk: Desk, company: Company) -> None:
    ticket = desk.at("handling")
    assert desk.plan(ticket, 50_000).stage == "handling"
    assert desk.plan(ticket, 50_001).stage == "approving"
    approval = Approval.objects.get()
    assert approval.amount_fen == 50_001
    with pytest.raises(WrongState):
        actions.resolve(actor=company.actor("agent"), obj=ticket, result="已处理")
    with pytest.raises(NotAllowed):
        approvals.approve(actor=company.actor("agent"), obj=approval)
    with pytest.raises(NotAllowed):
        approvals.approve(actor=company.actor("leader"), obj=approval)
    assert Todo.objects.filter(employee=company.people["manager"], kind="approval", done_at=None).exists()
    approvals.approve(actor=company.actor("manager"), obj=approval, note="同意")
    assert Ticket.objects.get(pk=ticket.pk).stage == "handling"
    assert not Todo.objects.filter(kind="approval", done_at=None).exists()
    assert actions.resolve(actor=company.actor("agent"), obj=ticket, result="已处理").stage == "resolved"


def test_a_rejected_compensation_returns_with_the_note_and_cannot_be_paid(desk: Desk, company: Company) -> None:
    ticket = desk.at("handling")
    desk.plan(ticket, 80_000)
    approvals.reject(actor=company.actor("manager"), obj=Approval.objects.get(), note="过高，请降到 500 元")
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert fresh.stage == "handling"
    assert "过高" in fresh.stages.get(left_at=None).note
    with pytest.raises(Refused, match="还没有批准"):
        actions.resolve(actor=company.actor("agent"), obj=ticket, result="已付")
    desk.plan(ticket, 50_000)
    assert actions.resolve(actor=company.actor("agent"), obj=ticket, result="已付 500 元").stage == "resolved"


def test_an_approval_is_for_its_amount_only(desk: Desk, company: Company) -> None:
    ticket = desk.at("handling")
    desk.plan(ticket, 80_000)
    approvals.approve(actor=company.actor("manager"), obj=Approval.objects.get())
    assert desk.plan(ticket, 80_000).stage == "handling"
    assert desk.plan(ticket, 90_000).stage == "approving"


def test_a_dissatisfied_customer_reopens_the_matter_with_new_deadlines(desk: Desk, company: Company) -> None:
    ticket = desk.at("told")
    before = ticket.solve_due_at
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        again = actions.reopen_after_visit(actor=SYSTEM, ticket=ticket, satisfaction=2, reason="换来的机器还是不制冷")
    assert (again.stage, again.reopened, again.open, again.satisfaction) == ("investigating", 1, True, 2)
    assert again.solve_due_at > before
    assert Complaint.objects.get(pk=ticket.pk).founded is None
    assert Notice.objects.filter(employee=company.people["agent"], kind="ticket.reopened").exists()
    with pytest.raises(Refused):
        actions.resolve(actor=company.actor("agent"), obj=ticket, result="跳过调查")
    desk.founded(ticket)
    with pytest.raises(Refused, match="方案"):
        actions.resolve(actor=company.actor("agent"), obj=ticket, result="旧方案不算")


def test_reopening_a_closed_one_takes_the_power_and_a_reason(desk: Desk, company: Company) -> None:
    ticket = desk.at("closed")
    with pytest.raises(NotAllowed):
        actions.reopen(actor=company.actor("agent"), obj=ticket, reason="再办")
    with pytest.raises(Refused):
        actions.reopen(actor=company.actor("manager"), obj=ticket, reason=" ")
    fresh = actions.reopen(actor=company.actor("manager"), obj=ticket, reason="客户来信不认可")
    assert (fresh.stage, fresh.open, fresh.closed_at) == ("investigating", True, None)


def test_withdrawal_keeps_the_customers_words_and_ends_it(desk: Desk, company: Company) -> None:
    ticket = desk.at("assessed")
    done = actions.withdraw(actor=company.actor("manager"), obj=ticket, words="问题已自行解决，不投诉了")
    assert (done.stage, done.open) == ("withdrawn", False)
    assert Complaint.objects.get(pk=ticket.pk).withdrawn_words.startswith("问题已自行解决")
    with pytest.raises(WrongState):
        actions.withdraw(actor=company.actor("manager"), obj=desk.at("investigating"), words="不投诉了")


def test_other_kinds_run_shorter(desk: Desk, company: Company) -> None:
    agent = company.actor("agent")
    ticket = desk.accept(kind="consultation")
    actions.start(actor=agent, obj=ticket)
    actions.resolve(actor=agent, obj=ticket, result="已告知保修期为六年")
    done = actions.close(actor=agent, obj=ticket, satisfaction=4)
    assert (done.stage, done.satisfaction, done.open) == ("closed", 4, False)
    with pytest.raises(WrongState):
        actions.assess(actor=agent, obj=ticket, category=desk.category())


def test_urging_is_a_signal_once_an_hour_for_each_person(desk: Desk, company: Company) -> None:
    ticket = desk.at("investigating")
    leader = company.actor("leader")
    actions.urge(actor=leader, obj=ticket)
    with pytest.raises(TooMany):
        actions.urge(actor=leader, obj=ticket)
    actions.urge(actor=CUSTOMER, obj=ticket)
    actions.urge(actor=company.actor("manager"), obj=ticket)
    assert ticket.urges.count() == 3
    assert Notice.objects.filter(employee=company.people["agent"], kind="ticket.urged").count() == 3


def test_supervision_lasts_until_the_matter_is_closed(desk: Desk, company: Company) -> None:
    ticket = desk.at("told")
    row = actions.supervise(actor=company.actor("leader"), obj=ticket, demand="三天内办结，并报我")
    assert Todo.objects.filter(employee=company.people["agent"], done_at=None).count() == 1
    actions.close_after_visit(actor=SYSTEM, ticket=ticket, satisfaction=5)
    row.refresh_from_db()
    assert row.ended_at is not None
    assert not Todo.objects.filter(done_at=None).exists()


def test_assigning_moves_it_to_the_owners_unit_and_sight(desk: Desk, company: Company) -> None:
    ticket = desk.accept()
    with pytest.raises(NotAllowed):
        actions.assign(actor=company.actor("agent"), obj=ticket, owner=company.people["colleague"])
    done = actions.assign(actor=company.actor("leader"), obj=ticket, owner=company.people["colleague"])
    assert done.owner_id == company.people["colleague"].pk
    more = [desk.accept() for _one in range(3)]
    assert (
        actions.share_out(actor=company.actor("leader"), tickets=[ticket, *more], owner=company.people["colleague"])
        == 3
    )
    assert Ticket.objects.filter(owner=company.people["colleague"]).count() == 4


def test_a_corrective_action_is_done_with_proof_and_checked_by_somebody_else(desk: Desk, company: Company) -> None:
    boss, department = company.actor("manager"), company.actor("department")
    today = timezone.localdate()
    ticket = desk.at("closed")
    row = actions.correct(
        actor=boss, obj=ticket, title="启动器来料全检", measure="增加上电检测工位", owner=company.people["department"],
        due_on=today + timedelta(days=10),
    )  # fmt: skip
    assert row.cause_id == ticket.complaint.cause_id
    with pytest.raises(WrongState):
        actions.check_correction(actor=boss, obj=row, effective=True, note="还没做")
    actions.finish_correction(actor=department, obj=row, proof="检测记录见附件")
    with pytest.raises(NotAllowed):
        actions.check_correction(actor=department, obj=row, effective=True, note="自己验证")
    with pytest.raises(Refused):
        actions.check_correction(actor=boss, obj=row, effective=False, note="同样原因又来了两起")
    row.refresh_from_db()
    assert row.status == CorrectiveAction.Status.DONE
    actions.check_correction(
        actor=boss,
        obj=row,
        effective=False,
        note="同样原因又来了两起",
        measure="更换供应商",
        due_on=today + timedelta(days=30),
    )
    following = CorrectiveAction.objects.get(follows=row)
    assert following.status == CorrectiveAction.Status.OPEN
    assert following.measure == "更换供应商"
