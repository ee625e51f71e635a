"""Repeated complaints: found, joined, parted; the result of the main matter, with each customer told and called back."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice
from keqiao.search.actions import index
from keqiao.tickets import actions, policies
from keqiao.tickets.letters.places import GAP, filled
from keqiao.tickets.likeness import Matter, likeness, look, pairs_of
from keqiao.tickets.models import Complaint, Progress, Ticket
from keqiao.tickets.queries import compensated
from keqiao.tickets.tests.conftest import Desk

OTHER = {"contact_name": "赵永强", "contact_phone": "13900139000"}
WORDS = {"subject": "冰箱不制冷了", "body": "新买的冰箱才用三天，冷藏室就不制冷，里面的食物都坏了，要求换货。"}


def found(company: Company, role: str, ticket: Ticket) -> list[int]:
    """What the role is shown as possibly the same."""
    return [one.ticket.pk for one in look(company.actor(role), Matter.of(ticket))]


def pair(desk: Desk, other: str = "agent") -> tuple[Ticket, Ticket]:
    """A complaint and another customer's complaint about the same."""
    return desk.accept(), desk.accept(other, **OTHER, **WORDS)


def test_it_is_found_by_customer_order_and_words(desk: Desk, company: Company) -> None:
    first = desk.accept(order_number="DD-1001")
    same_customer = desk.accept(subject="再次来电", body="还没有人联系我")
    same_order = desk.accept(**OTHER, order_number="DD-1001", subject="退款", body="请退货款", product="")
    same_words = desk.accept(**WORDS, contact_name="钱多", contact_phone="13700137000", product="")
    other = desk.accept(
        contact_name="孙丽", contact_phone="13600136000", subject="发票开错", body="公司抬头写错了，请重开", product=""
    )
    index("tickets.ticket", Ticket.objects.select_related("customer"))
    rows = {one.ticket.pk: one for one in look(company.actor("manager"), Matter.of(first))}
    assert set(rows) == {same_customer.pk, same_order.pk, same_words.pk}
    assert "同一客户" in rows[same_customer.pk].reasons
    assert "同一订单" in rows[same_order.pk].reasons
    assert any(reason.startswith("内容相似") for reason in rows[same_words.pk].reasons)
    assert found(company, "manager", other) == []


def test_what_is_out_of_sight_is_not_found(desk: Desk, company: Company) -> None:
    first = desk.accept(order_number="DD-1001")
    desk.accept("colleague", order_number="DD-1001")
    index("tickets.ticket", Ticket.objects.select_related("customer"))
    assert found(company, "agent", first) == []
    assert len(found(company, "leader", first)) == 1
    typed = {"kind": "complaint", "order_number": "DD-1001", "contact_phone": "13800138000", **WORDS}
    for role, seen in (("leader", True), ("outsider", False)):
        html = company.client(role).post("/tickets/alike/", typed).content.decode()
        assert ("可能重复" in html) == seen
        assert (first.number in html) == seen
    assert company.client("department").post("/tickets/alike/", typed).status_code == 403


def test_looking_asks_the_same_for_any_number_of_tickets(desk: Desk, company: Company) -> None:
    first, actor, counts = desk.accept(), company.actor("manager"), []
    for turn in range(2):
        for _more in range(1 + 8 * turn):
            desk.accept(**WORDS)
        index("tickets.ticket", Ticket.objects.select_related("customer"))
        with CaptureQueriesContext(connection) as caught:
            assert look(actor, Matter.of(first))
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 6


def test_the_result_of_the_main_matter_goes_to_everybody_who_is_told_apart(desk: Desk, company: Company) -> None:
    agent, colleague = company.actor("agent"), company.actor("colleague")
    main, second = pair(desk, "colleague")
    with pytest.raises(NotAllowed):
        actions.join(actor=agent, obj=second, main=main)
    actions.join(actor=company.actor("manager"), obj=second, main=main)
    assert main.pk == Ticket.objects.get(pk=second.pk).main_id
    with pytest.raises(WrongState, match="主工单"):
        actions.assess(actor=colleague, obj=second, category=desk.category())
    actions.assess(actor=agent, obj=main, category=desk.category(), impact="several")
    actions.dispatch(actor=agent, obj=main, units=[company.units["quality"]])
    desk.founded(main)
    assert Ticket.objects.get(pk=second.pk).stage == "accepted"
    desk.handled(main, compensation_fen=10_000)
    along = Ticket.objects.select_related("complaint").get(pk=second.pk)
    assert (along.stage, along.result, along.complaint.founded) == ("resolved", "已换新机并致歉", True)
    assert (along.complaint.cause.name, along.complaint.compensation_fen) == ("来料不良", 0)
    assert Ticket.objects.get(pk=main.pk).stage == "resolved"
    told = actions.tell(actor=colleague, obj=along, how="phone", customer_reply="同意")
    closed = actions.close_after_visit(actor=SYSTEM, ticket=told, satisfaction=5)
    assert (closed.stage, closed.main_id) == ("closed", main.pk)
    assert along.stages.filter(left_at=None).count() == 1
    assert Notice.objects.filter(kind="ticket.taken_along").count() == 1


@pytest.mark.parametrize("same", [True, False])
def test_the_joined_one_shows_what_the_main_one_pays_and_it_is_counted_once(
    desk: Desk, company: Company, same: bool
) -> None:
    """What had been planned for the joined one goes; its paper says what its own customer is given, and no other's."""
    agent, boss = company.actor("agent"), company.actor("manager")
    main = desk.accept()
    second = desk.accept() if same else desk.accept(**OTHER, **WORDS)
    actions.assess(actor=agent, obj=second, category=desk.category())
    actions.dispatch(actor=agent, obj=second, units=[company.units["quality"]])
    desk.founded(second)
    desk.plan(second, compensation_fen=5_000)
    actions.join(actor=boss, obj=second, main=main)
    actions.assess(actor=agent, obj=main, category=desk.category(), impact="several", severity=1, reason="已查明")
    actions.dispatch(actor=agent, obj=main, units=[company.units["quality"]])
    desk.founded(main)
    page = company.client("manager").get(f"/tickets/{second.pk}/").content.decode()
    assert "主工单的补偿" not in page
    desk.handled(main, compensation_fen=10_000)
    rows = compensated(policies.visible(boss))
    assert [row.pk for row in rows] == [main.pk]
    assert sum(row.complaint.compensation_fen for row in rows) == 10_000
    assert Complaint.objects.get(pk=second.pk).compensation_fen == 0
    page = company.client("manager").get(f"/tickets/{second.pk}/").content.decode()
    assert "主工单的补偿 ¥100.00" in page
    assert ("付给主工单的客户" in page) != same
    along = Ticket.objects.select_related("complaint", "main").get(pk=second.pk)
    told = filled("补偿：{补偿金额}", along)
    assert told == (f"补偿：¥100.00（随 {main.number} 一并支付，不重复计算）" if same else f"补偿：{GAP}")
    assert filled("{补偿金额}", Ticket.objects.get(pk=main.pk)) == "¥100.00"
    listed = company.client("manager").get("/tickets/?view=all&paid=1").content.decode()
    assert main.number in listed
    assert second.number not in listed


def test_a_paper_of_a_joined_complaint_without_money_says_so(desk: Desk, company: Company) -> None:
    main, second = pair(desk)
    actions.join(actor=company.actor("manager"), obj=second, main=main)
    agent = company.actor("agent")
    actions.assess(actor=agent, obj=main, category=desk.category(), impact="several")
    actions.dispatch(actor=agent, obj=main, units=[company.units["quality"]])
    desk.founded(main)
    desk.handled(main)
    assert filled("{补偿金额}", Ticket.objects.get(pk=second.pk)) == "本次处理不涉及补偿。"


def test_who_is_not_satisfied_at_the_visit_goes_on_alone(desk: Desk, company: Company) -> None:
    main, second = pair(desk)
    actions.join(actor=company.actor("manager"), obj=second, main=main)
    agent = company.actor("agent")
    actions.assess(actor=agent, obj=main, category=desk.category(), impact="several")
    actions.dispatch(actor=agent, obj=main, units=[company.units["quality"]])
    desk.answered(main)
    actions.conclude(
        actor=agent, obj=main, founded=False, findings="使用不当", explanation="温控旋钮没有打开，请调到三档。"
    )
    along = Ticket.objects.get(pk=second.pk)
    assert along.progress.filter(kind="explanation").count() == 1
    told = actions.tell(actor=agent, obj=along, how="phone", customer_reply="不认可")
    again = actions.reopen_after_visit(actor=SYSTEM, ticket=told, satisfaction=1, reason="不认可")
    assert (again.stage, again.main_id, again.reopened) == ("investigating", None, 1)
    assert policies.allowed(agent, "dispatch", again)


def test_parting_undoes_joining(desk: Desk, company: Company) -> None:
    boss = company.actor("manager")
    main, second = pair(desk)
    due = Ticket.objects.get(pk=second.pk).due_at
    actions.join(actor=boss, obj=second, main=main)
    waiting = Ticket.objects.get(pk=second.pk)
    assert waiting.due_at == waiting.solve_due_at > due
    actions.part(actor=boss, obj=waiting, reason="不是同一批次")
    free = Ticket.objects.get(pk=second.pk)
    assert free.main_id is None
    assert free.due_at < free.solve_due_at
    assert free.stages.get(left_at=None).due_at == free.due_at
    actions.assess(actor=boss, obj=free, category=desk.category())
    assert [event.data["main"] for event in Event.objects.filter(verb="ticket.parted")] == [main.number]
    assert Progress.objects.filter(ticket=second, visible_to_customer=True, text__contains="单独办理").count() == 1
    with pytest.raises(WrongState):
        actions.part(actor=boss, obj=free, reason="再拆一次")


def test_a_main_matter_that_is_taken_back_lets_the_others_go(desk: Desk, company: Company) -> None:
    main, second = pair(desk)
    actions.join(actor=company.actor("manager"), obj=second, main=main)
    actions.withdraw(actor=company.actor("manager"), obj=main, words="不投诉了")
    assert Ticket.objects.get(pk=second.pk).main_id is None


def test_only_what_fits_is_joined(desk: Desk, company: Company) -> None:
    boss = company.actor("manager")
    main, second = pair(desk)
    third, advice = desk.accept(), desk.accept(kind="consultation")
    for other, words in ((second, "另一张"), (advice, "同一类型")):
        with pytest.raises(Refused, match=words):
            actions.join(actor=boss, obj=second, main=other)
    actions.join(actor=boss, obj=second, main=main)
    with pytest.raises(Refused, match="它的主工单"):
        actions.join(actor=boss, obj=third, main=second)
    with pytest.raises(Refused, match="它是主工单"):
        actions.join(actor=boss, obj=main, main=third)
    asked, ended = desk.at("investigating"), desk.at("closed")
    with pytest.raises(Refused, match="请等答复"):
        actions.join(actor=boss, obj=asked, main=main)
    with pytest.raises(Refused, match="重新办理"):
        actions.join(actor=boss, obj=third, main=ended)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=third.pk).update(main=third)


def test_what_comes_late_goes_along_at_once(desk: Desk, company: Company) -> None:
    main = desk.at("told")
    late = actions.join(actor=company.actor("manager"), obj=desk.accept(**OTHER), main=main)
    assert (late.stage, late.result, late.main_id) == ("resolved", main.result, main.pk)


def test_repetition_makes_the_matter_graver_and_never_less(desk: Desk, company: Company) -> None:
    boss, main = company.actor("manager"), desk.at("investigating")
    assert (main.severity, main.complaint.impact) == (1, "single")
    before = main.solve_due_at
    other = actions.join(actor=boss, obj=desk.accept(**OTHER), main=main)
    fresh = Ticket.objects.select_related("complaint").get(pk=main.pk)
    assert (fresh.severity, fresh.complaint.impact) == (2, "several")
    assert fresh.solve_due_at < before
    actions.part(actor=boss, obj=other, reason="不是同一件事")
    assert Ticket.objects.get(pk=main.pk).severity == 2


def test_joined_ones_count_as_repetition_before_the_assessment(desk: Desk, company: Company) -> None:
    boss, main = company.actor("manager"), desk.accept()
    for number in range(2):
        actions.join(
            actor=boss, obj=desk.accept(contact_name=f"客户{number}", contact_phone=f"1350000000{number}"), main=main
        )
    with pytest.raises(Refused, match="较重"):
        actions.assess(actor=boss, obj=main, category=desk.category(), severity=1, impact="single")


def test_pages_and_json_show_it_within_sight_only(desk: Desk, company: Company, client: Any) -> None:
    main, second = pair(desk)
    index("tickets.ticket", Ticket.objects.select_related("customer"))
    manager = company.client("manager")
    card = manager.get(f"/tickets/{second.pk}/alike/").content.decode()
    assert f"/tickets/{second.pk}/do/join/?main={main.number}" in card
    assert "join" not in company.client("agent").get(f"/tickets/{second.pk}/alike/").content.decode()
    url = f"/tickets/{second.pk}/do/join/"
    form = manager.get(url, {"main": main.number})
    assert main.number in form.content.decode()
    wrong = manager.post(url, {"main": "TS1", "note": "同一批次"})
    assert wrong.status_code == 422
    assert "请核对" in wrong.content.decode()
    assert "同一批次" in wrong.content.decode()
    assert manager.post(url, {"main": main.number.lower()}).status_code == 302
    page = manager.get(f"/tickets/{main.pk}/").content.decode()
    assert "并入的工单" in page
    assert second.number in page
    assert manager.get(f"/api/tickets/{main.pk}").json()["joined"] == [second.number]
    assert manager.get(f"/api/tickets/{second.pk}").json()["main"] == main.number
    actions.assign(actor=company.actor("manager"), obj=second, owner=company.people["colleague"])
    assert second.number not in company.client("agent").get(f"/tickets/{main.pk}/").content.decode()
    actions.assign(actor=company.actor("manager"), obj=main, owner=company.people["leader"])
    assert main.number not in company.client("colleague").get(f"/tickets/{second.pk}/").content.decode()
    assert company.client("colleague").get(f"/api/tickets/{second.pk}").json()["main"] == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_a_share_and_symmetric(one: str, other: str) -> None:
    a, b = pairs_of(one), pairs_of(other)
    assert 0 <= likeness(a, b) == likeness(b, a) <= 1
    assert likeness(a, a) == (1 if a else 0)
