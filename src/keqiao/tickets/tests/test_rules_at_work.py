"""What the rules do to a ticket: severity, units, limit, conditions, receipt."""

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.tickets import actions
from keqiao.tickets.letters import actions as letters
from keqiao.tickets.letters.templates_kept import ensure_templates
from keqiao.tickets.models import LetterTemplate, Ticket
from keqiao.tickets.ruling import forcing, keeping, kinds, trying
from keqiao.tickets.ruling.kinds.severities import Finding, judge
from keqiao.tickets.tests.conftest import Desk, set_rule


def test_a_deviation_from_the_suggested_severity_says_why(desk: Desk, company: Company) -> None:
    agent, category = company.actor("agent"), desk.category()
    with pytest.raises(Refused, match="涉及金额 ¥5,000.00 以上") as caught:
        actions.assess(actor=agent, obj=desk.accept(), category=category, amount_fen=600_000, severity=1)
    assert caught.value.field == "reason"
    ticket = desk.accept()
    done = actions.assess(
        actor=agent, obj=ticket, category=category, amount_fen=600_000, severity=1, reason="客户已收到退款"
    )
    assert done.severity == 1
    data = Event.objects.get(verb="ticket.assessed", object_id=ticket.pk).data
    assert (data["suggested"], data["reason"]) == (2, "客户已收到退款")


def test_the_third_complaint_in_90_days_weighs_more(desk: Desk, company: Company) -> None:
    severities = [
        actions.assess(actor=company.actor("agent"), obj=desk.accept(), category=desk.category()).severity
        for _time in range(3)
    ]
    assert severities == [1, 1, 2]


finding = st.builds(
    Finding, safety=st.booleans(), impact=st.sampled_from(["single", "several", "public"]), immediate=st.booleans(),
    complicated=st.booleans(), amount_fen=st.integers(0, 5_000_000), times=st.integers(1, 5),
)  # fmt: skip
DEFAULTS = [row.data for row in kinds.default_rows() if row.kind == "severity"]


@given(finding, st.integers(0, 3_000_000), st.integers(0, 4))
def test_more_of_anything_is_never_less_grave(found: Finding, fen: int, times: int) -> None:
    graver = Finding(True, found.impact, found.immediate, True, found.amount_fen + fen, found.times + times)
    assert judge(DEFAULTS, graver).severity >= judge(DEFAULTS, found).severity
    for drop in range(len(DEFAULTS)):
        assert judge(DEFAULTS[:drop] + DEFAULTS[drop + 1 :], found).severity <= judge(DEFAULTS, found).severity


def test_the_suggestion_follows_what_is_entered(desk: Desk, company: Company) -> None:
    ticket, client = desk.accept(), company.client("agent")
    url = f"/tickets/{ticket.pk}/severity/"
    assert "“一般”" in client.get(url).content.decode()
    assert "“紧急”" in client.get(url, {"safety": "on", "impact": "several"}).content.decode()
    assert "“一般”" in client.get(url, {"amount": "不知道", "category": "9" * 30}).content.decode()
    assert company.client("outsider").get(url).status_code == 404


def test_the_first_rule_that_fits_gives_the_units(desk: Desk, company: Company) -> None:
    quality, finance = company.units["quality"], company.units["finance"]
    set_rule("dispatch", categories=[desk.category().parent_id], units=[quality.pk])
    set_rule("dispatch", product="冰箱", units=[finance.pk])
    made = keeping.draft(actor=SYSTEM)
    first, second = made.rules.filter(kind="dispatch")
    keeping.move_rule(actor=SYSTEM, obj=second, up=True)
    assert [row.pk for row in made.rules.filter(kind="dispatch")] == [second.pk, first.pk]
    trying.try_out(actor=SYSTEM, obj=made)
    forcing.force(actor=SYSTEM, obj=made)
    ticket = desk.at("assessed")
    page = company.client("agent").get(f"/tickets/{ticket.pk}/do/dispatch/").content.decode()
    assert "已按派单规则选好（产品含“冰箱”）" in page
    assert 'name="units-seen"' in page
    emptied = company.client("agent").post(
        f"/tickets/{ticket.pk}/do/dispatch/", {"units-seen": "1", "instructions": "查"}
    )
    assert emptied.status_code == 422
    assert "请至少选择一个承办部门" in emptied.content.decode(), "whoever unticks a unit does not send the matter there"
    assert not ticket.dispatches.exists()
    assert actions.dispatch(actor=company.actor("agent"), obj=ticket)[0].unit == finance
    again = company.client("agent").get(f"/tickets/{ticket.pk}/do/dispatch/").content.decode()
    assert "已按派单规则选好" not in again, "who was asked is not suggested a second time"


def test_the_limit_depends_on_the_ticket(desk: Desk, company: Company) -> None:
    set_rule("limit", severities=[1], limit_fen=100_000)
    ticket = desk.at("handling")
    assert desk.plan(ticket, 90_000).stage == "handling"
    assert desk.plan(ticket, 110_000).stage == "approving"


def test_a_closing_that_lacks_something_says_what(desk: Desk, company: Company) -> None:
    set_rule("closing", demand="correction", kinds=["complaint"])
    ticket, agent = desk.at("handling"), company.actor("agent")
    desk.plan(ticket)
    with pytest.raises(Refused, match="已提出整改"):
        actions.resolve(actor=agent, obj=ticket, result="已换新机")
    assert "还缺" in company.client("manager").get(f"/tickets/{ticket.pk}/").content.decode()
    actions.correct(
        actor=company.actor("manager"), obj=ticket, title="复检", measure="每批复检", owner=company.people["department"],
        due_on=timezone.localdate(),
    )  # fmt: skip
    assert actions.resolve(actor=agent, obj=ticket, result="已换新机").stage == "resolved"


def test_an_unfounded_complaint_is_not_asked_for_what_makes_no_sense(desk: Desk, company: Company) -> None:
    set_rule("closing", demand="correction")
    ticket = desk.at("investigating")
    desk.answered(ticket)
    done = actions.conclude(
        actor=company.actor("agent"), obj=ticket, founded=False, findings="使用不当", explanation="请按说明书使用"
    )
    assert done.stage == "resolved"


def paper(desk: Desk, ticket: Ticket, kind: str) -> None:
    """Issue a paper of a kind."""
    agent = desk.company.actor("agent")
    template = LetterTemplate.objects.get(kind=kind)
    letters.issue(actor=agent, obj=letters.draft(actor=agent, ticket=ticket, template=template))


def test_a_founded_complaint_may_need_its_written_decision(desk: Desk, company: Company) -> None:
    """Taken up again, it needs another one."""
    ensure_templates(actor=SYSTEM)
    set_rule("closing", demand="decision")
    set_rule("closing", demand="receipt", kinds=["repair"])
    ticket, agent, client = desk.at("handling"), company.actor("agent"), company.client("agent")
    desk.plan(ticket)
    with pytest.raises(Refused, match="已出具处理决定"):
        actions.resolve(actor=agent, obj=ticket, result="已换新机")
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert f"/letters/new/?ticket={ticket.pk}" in page
    paper(desk, ticket, "decision")
    done = actions.resolve(actor=agent, obj=ticket, result="已换新机")
    told = actions.tell(actor=agent, obj=done, how="phone", customer_reply="知道了")
    actions.reopen_after_visit(actor=SYSTEM, ticket=told, satisfaction=1, reason="又坏了")
    again = Ticket.objects.get(pk=ticket.pk)
    actions.dispatch(actor=agent, obj=again, units=[company.units["quality"]])
    desk.founded(again)
    desk.plan(again)
    with pytest.raises(Refused, match="已出具处理决定"):
        actions.resolve(actor=agent, obj=again, result="再换一台")
    paper(desk, again, "decision")
    assert actions.resolve(actor=agent, obj=again, result="再换一台").stage == "resolved"


def test_an_unfounded_complaint_may_need_its_written_explanation_before_it_is_told(
    desk: Desk, company: Company
) -> None:
    ensure_templates(actor=SYSTEM)
    for demand in ("explained", "decision", "receipt"):
        set_rule("closing", demand=demand)
    ticket, agent = desk.at("investigating"), company.actor("agent")
    desk.answered(ticket)
    values = {"founded": False, "findings": "使用不当", "explanation": "请按说明书使用"}
    with pytest.raises(Refused) as caught:
        actions.conclude(actor=agent, obj=ticket, **values)
    assert "受理回执" in caught.value.message
    assert "不成立说明" not in caught.value.message
    paper(desk, ticket, "receipt")
    done = actions.conclude(actor=agent, obj=ticket, **values)
    with pytest.raises(Refused, match="已出具不成立说明"):
        actions.tell(actor=agent, obj=done, how="phone", customer_reply="知道了")
    page = company.client("agent").get(f"/tickets/{ticket.pk}/").content.decode()
    assert "告知前已出具不成立说明" in page
    assert "已出具处理决定" not in page
    paper(desk, done, "unfounded")
    assert actions.tell(actor=agent, obj=done, how="phone", customer_reply="知道了").stage == "told"


def test_the_receipt_is_worded_by_the_rules(desk: Desk, company: Company) -> None:
    assert "已受理，单号" in desk.accept().progress.get().text
    set_rule("text", kinds=["complaint"], text="{客户}，我们收到了，{单号}。")
    ticket = desk.accept()
    assert ticket.progress.get().text == f"陈美兰，我们收到了，{ticket.number}。"
