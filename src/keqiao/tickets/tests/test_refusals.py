"""What is refused says why at its field and changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused, WrongState
from keqiao.org.models import Employee, OrgUnit
from keqiao.tickets import actions
from keqiao.tickets.letters import actions as letters
from keqiao.tickets.letters.templates_kept import ensure_templates
from keqiao.tickets.models import Cause, Complaint, Dispatch, Evidence, Letter, LetterTemplate, Share, Ticket
from keqiao.tickets.tests.conftest import MONDAY, Desk


def refused(deed: Callable[[], Any], field: str) -> str:
    """The message of a refusal at a field."""
    with pytest.raises(Refused) as caught:
        deed()
    assert caught.value.field == field
    return caught.value.message


def test_a_closed_unit_is_not_asked(desk: Desk, company: Company) -> None:
    ticket = desk.at("assessed")
    OrgUnit.objects.filter(pk=company.units["quality"].pk).update(active=False)
    unit = OrgUnit.objects.get(pk=company.units["quality"].pk)
    assert "已停用" in refused(
        lambda: actions.dispatch(actor=company.actor("agent"), obj=ticket, units=[unit]), "units"
    )
    assert (Ticket.objects.get(pk=ticket.pk).stage, Dispatch.objects.count()) == ("assessed", 0)


@pytest.mark.parametrize("fen", [-1, 100_000_000_01])
def test_no_amount_is_no_compensation(desk: Desk, fen: int) -> None:
    ticket = desk.at("handling")
    assert "补偿金额不正确" in refused(lambda: desk.plan(ticket, fen), "compensation")
    assert Complaint.objects.get(pk=ticket.pk).plan == ""


def test_who_has_left_answers_for_nothing(desk: Desk, company: Company) -> None:
    ticket, person = desk.at("handling"), company.people["department"]
    Employee.objects.filter(pk=person.pk).update(is_active=False)
    person.refresh_from_db()
    assert "已离职" in refused(
        lambda: actions.plan(
            actor=company.actor("agent"), obj=ticket, cause=Cause.objects.get(name="来料不良"), plan="上门换新机",
            responsible_unit=company.units["quality"], responsible=person,
        ),
        "responsible",
    )  # fmt: skip
    desk.company.people["department"] = company.people["agent"]
    desk.plan(ticket)
    parts = [(company.units["quality"], person, 100)]
    assert "已离职" in refused(
        lambda: actions.divide(actor=company.actor("manager"), obj=ticket, shares=parts), "shares"
    )
    assert not Share.objects.filter(person=person).exists()


@pytest.mark.parametrize("score", [0, 6])
def test_a_score_is_one_to_five(desk: Desk, company: Company, score: int) -> None:
    told, other = desk.at("told"), desk.accept(kind="repair")
    agent = company.actor("agent")
    actions.start(actor=agent, obj=other)
    actions.resolve(actor=agent, obj=other, result="已修好")
    refused(lambda: actions.close_after_visit(actor=SYSTEM, ticket=told, satisfaction=score), "satisfaction")
    refused(lambda: actions.close(actor=agent, obj=other, satisfaction=score), "satisfaction")
    assert not Ticket.objects.filter(stage="closed").exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "photo", "title": "启动器"}, "attachments"),
        ({"kind": "statement", "title": "询问师傅", "text": "他说没有问题"}, "source"),
        ({"kind": "statement", "title": "询问师傅", "source": "王师傅"}, "text"),
        ({"kind": "paper", "title": "  "}, "title"),
        ({"kind": "rumour", "title": "听说"}, "kind"),
    ],
)
def test_evidence_says_whence_it_comes(desk: Desk, company: Company, values: dict[str, str], field: str) -> None:
    ticket = desk.at("investigating")
    refused(lambda: actions.add_evidence(actor=company.actor("agent"), obj=ticket, **values), field)
    assert not Evidence.objects.exists()


def test_an_answer_after_its_deadline_is_late(desk: Desk, company: Company) -> None:
    """To the second, and by the unit's own clock."""
    department = company.actor("department")
    with time_machine.travel(MONDAY, tick=False):
        rows = [desk.at("investigating").dispatches.get() for _one in range(2)]
        for row in rows:
            actions.dispatch_accept(actor=department, obj=row)
    for row, more, late in zip(rows, (0, 1), (False, True), strict=True):
        with time_machine.travel(row.due_at + timedelta(seconds=more), tick=False):
            assert actions.dispatch_answer(actor=department, obj=row, answer="已查明").late is late


def test_where_everything_came_back_somebody_else_is_asked_first(desk: Desk, company: Company) -> None:
    repair = desk.accept(kind="repair")
    agent = company.actor("agent")
    row = actions.dispatch(actor=agent, obj=repair, units=[company.units["quality"]])[0]
    with pytest.raises(Refused, match="还有 1 个部门没有答复"):
        actions.resolve(actor=agent, obj=repair, result="已修好")
    actions.dispatch_return(actor=company.actor("department"), obj=row, reason="应由维修部处理")
    with pytest.raises(Refused, match="派发都被退回"):
        actions.resolve(actor=agent, obj=repair, result="已修好")
    assert Ticket.objects.get(pk=repair.pk).stage == "handling"


class TestPapers:
    def test_a_template_out_of_use_begins_no_paper(self, desk: Desk, company: Company) -> None:
        ensure_templates(actor=SYSTEM)
        LetterTemplate.objects.filter(kind="receipt").update(active=False)
        template, ticket = LetterTemplate.objects.get(kind="receipt"), desk.accept()
        refused(lambda: letters.draft(actor=company.actor("agent"), ticket=ticket, template=template), "template")
        assert not Letter.objects.exists()

    def test_what_the_customer_said_is_written_down(self, desk: Desk, company: Company) -> None:
        ensure_templates(actor=SYSTEM)
        agent, ticket = company.actor("agent"), desk.accept()
        template = LetterTemplate.objects.get(kind="receipt")
        paper = letters.draft(actor=agent, ticket=ticket, template=template)
        with pytest.raises(WrongState):
            letters.answer(actor=agent, obj=paper, answer="accepts", words="同意")
        paper = letters.issue(actor=agent, obj=paper)
        refused(lambda: letters.answer(actor=agent, obj=paper, answer="objects", words=" "), "words")
        refused(lambda: letters.answer(actor=agent, obj=paper, answer="maybe", words="再想想"), "answer")
        assert letters.answer(actor=agent, obj=paper, answer="silent", words="").answer == "silent"
        ahead = timezone.now() + timedelta(minutes=1)
        refused(lambda: letters.deliver(actor=agent, obj=paper, way="posted", at=ahead), "at")
