"""A leaver's work goes over in one step: all of it, to people who can do it, and nothing is orphaned."""

import json
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from docx import Document
from pypdf import PdfReader

from keqiao.audit.models import Event
from keqiao.customers.actions import create_customer
from keqiao.customers.models import Customer
from keqiao.customers.sharing.handing import assign_owner
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.actions import open_todo
from keqiao.notices.models import Notice, Todo
from keqiao.org import work
from keqiao.org.actions import change_employee, deactivate_employee
from keqiao.org.models import Employee, OrgUnit, Position
from keqiao.runtime.jobs import Lost, Run
from keqiao.runtime.models import Job
from keqiao.staffing.models import TransferItem, WorkTransfer
from keqiao.staffing.transfers import actions, jobs, late
from keqiao.tickets.actions import assign
from keqiao.tickets.models import CorrectiveAction, Ticket
from keqiao.visits.models import Visit

pytestmark = pytest.mark.django_db


def everything_to(company: Any, role: str) -> dict[str, Employee]:
    return {one.name: company.people[role] for one in work.every()}


def go(company: Any, role: str = "colleague", **more: Any) -> WorkTransfer:
    values = {"giver": company.people["agent"], "receivers": everything_to(company, role), "reason": "leaving"} | more
    return actions.hand_over(actor=company.actor("manager"), **values)


def held(company: Any, role: str) -> dict[str, int]:
    return {one.name: number for one, number in work.held_by(company.people[role])}


HELD = {
    "units": 1, "people": 1, "todos": 1, "customers": 2, "reception": 1, "tickets": 3, "corrections": 1, "visits": 1,
}  # fmt: skip


def test_the_page_shows_what_somebody_holds_with_ways_to_the_records(busy) -> None:
    agent = busy.people["agent"]
    assert held(busy, "agent") == HELD
    part = busy.client("manager").get(f"/work-transfers/held/{agent.pk}/").content.decode()
    assert "未办结的工单" in part
    assert f'href="/tickets/?view=open&amp;owner={agent.pk}">3<' in part
    rows = busy.client("manager").get(f"/tickets/?view=open&owner={agent.pk}").content.decode()
    assert "共 3 条" in rows
    assert busy.client("outsider").get(f"/work-transfers/held/{agent.pk}/").status_code == 403
    form = busy.client("manager").get(f"/work-transfers/new/?giver={agent.pk}").content.decode()
    empty = busy.client("manager").get("/work-transfers/new/").content.decode()
    assert 'hx-get="/work-transfers/new/"' in empty  # choosing somebody asks for this form with what was entered
    kept = (
        busy.client("manager").get(f"/work-transfers/new/?giver={agent.pk}&reason=absence&note=培训").content.decode()
    )
    assert 'value="absence" selected' in kept
    assert 'value="培训"' in kept
    assert "receiver_customers" not in empty
    assert "未办结的工单 3" in form
    assert "查看这 3 件" in form
    assert 'name="receiver_care"' not in form


def test_all_of_it_goes_over_and_the_leaver_leaves_in_one_step(busy) -> None:
    number = Ticket.objects.filter(owner=busy.people["agent"]).first()
    agent, colleague = busy.people["agent"], busy.people["colleague"]
    client = busy.client("manager")
    data = {"giver": agent.pk, "reason": "leaving", "left_on": "2026-11-23", "receiver": colleague.pk, "note": "回老家"}
    answer = client.post("/work-transfers/new/", data)
    transfer = WorkTransfer.objects.get()
    assert answer["Location"] == f"/work-transfers/{transfer.pk}/"
    assert held(busy, "agent") == {}
    agent.refresh_from_db()
    assert (agent.is_active, agent.left_on) == (False, date(2026, 11, 23))
    assert (transfer.state, transfer.moved, transfer.number) == ("done", 11, "YJ20261123-0001")
    assert Customer.objects.filter(owner=colleague).count() == 2
    assert Ticket.objects.filter(owner=colleague, open=True).count() == 3
    assert Visit.objects.get().assignee == colleague
    assert CorrectiveAction.objects.get().owner == colleague
    assert OrgUnit.objects.get(pk=busy.units["team"].pk).leader == colleague
    # who answered to the leaver does not answer to himself
    assert Employee.objects.get(pk=colleague.pk).manager is None
    assert TransferItem.objects.count() == 11
    assert TransferItem.objects.filter(label="tickets.ticket", object_id=number.pk).exists()
    page = client.get(answer["Location"]).content.decode()
    assert "林一诺的工作移交" in page
    assert "回老家" in page
    assert f'href="/tickets/{number.pk}/"' in page


def test_each_record_keeps_in_its_history_that_it_changed_hands(busy) -> None:
    transfer = go(busy)
    event = Event.objects.filter(verb="ticket.assigned").latest("pk")
    assert event.data == {"changes": {"owner": ["林一诺", "周衡"]}, "note": transfer.number}
    verbs = set(Event.objects.filter(data__note=transfer.number).values_list("verb", flat=True))
    assert {
        "customer.assigned",
        "ticket.assigned",
        "visit.assigned",
        "correction.passed_on",
        "reception.passed_on",
    } <= verbs
    assert Event.objects.filter(verb="employee.left").count() == 1


def test_todos_go_with_their_records_and_two_about_one_thing_become_one(busy) -> None:
    agent, colleague = busy.people["agent"], busy.people["colleague"]
    open_todo(
        label="customers.customer",
        object_id=9_999,
        kind="call",
        title="给供应商回电",
        url="/",
        employee_id=colleague.pk,
    )
    go(busy)
    assert not Todo.objects.filter(employee=agent, done_at=None).exists()
    assert Todo.objects.filter(employee=colleague, done_at=None, kind="call").count() == 1
    assert Todo.objects.filter(employee=colleague, done_at=None, label="visits.visit").count() == 1
    assert Todo.objects.filter(employee=colleague, done_at=None, label="tickets.correctiveaction").count() == 1


def test_the_receivers_are_told_once_each(busy) -> None:
    people = everything_to(busy, "colleague") | {"customers": busy.people["leader"]}
    transfer = go(busy, receivers=people)
    told = Notice.objects.filter(kind="transfer").values_list("employee__name", "title")
    assert sorted(told) == [("周衡", "林一诺移交给您 9 件工作"), ("许知远", "林一诺移交给您 2 件工作")]
    assert sorted(transfer.shares.values_list("kind", flat=True)) == sorted(HELD)


def test_a_receiver_who_cannot_do_the_work_is_refused_and_nothing_has_moved(busy) -> None:
    data = {"giver": busy.people["agent"].pk, "reason": "leaving", "receiver": busy.people["department"].pk}
    answer = busy.client("manager").post("/work-transfers/new/", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "韩建国没有“查看客户”的权限，不能接收客户" in page
    assert held(busy, "agent") == HELD
    assert Employee.objects.get(pk=busy.people["agent"].pk).is_active
    assert not WorkTransfer.objects.exists()


def test_a_leaver_keeps_nothing_and_nobody_hands_over_to_oneself(busy) -> None:
    with pytest.raises(Refused, match="请选择由谁接收：负责的组织单元"):
        go(busy, receivers={"customers": busy.people["colleague"]})
    with pytest.raises(Refused, match="不能是移交人自己"):
        go(busy, role="agent")
    deactivate_employee(actor=SYSTEM, employee=busy.people["outsider"])
    with pytest.raises(Refused, match="已离职"):
        go(busy, role="outsider")
    assert held(busy, "agent") == HELD


def test_leaving_without_handing_over_is_refused_with_what_is_held(busy) -> None:
    url = f"/employees/{busy.people['agent'].pk}/do/leave/"
    answer = busy.client("manager").post(url, {"left_on": ""})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "未办结的工单 3" in page
    assert "移交工作" in page
    assert Employee.objects.get(pk=busy.people["agent"].pk).is_active


def test_for_a_long_absence_some_of_it_goes_and_the_person_stays(busy) -> None:
    transfer = go(busy, reason="absence", receivers={"tickets": busy.people["colleague"]})
    assert (transfer.moved, transfer.left_on) == (3, None)
    assert held(busy, "agent") == {name: number for name, number in HELD.items() if name != "tickets"}
    assert Employee.objects.get(pk=busy.people["agent"].pk).is_active


def test_a_second_time_nothing_is_left_to_do(busy) -> None:
    go(busy)
    with pytest.raises(Refused, match="已经离职"):
        go(busy)
    with pytest.raises(Refused, match="没有需要移交的工作"):
        go(busy, reason="absence")
    assert WorkTransfer.objects.count() == 1


def test_only_those_who_keep_the_organisation_hand_over(busy) -> None:
    with pytest.raises(NotAllowed):
        actions.hand_over(
            actor=busy.actor("leader"),
            giver=busy.people["agent"],
            receivers=everything_to(busy, "leader"),
            reason="leaving",
        )
    assert busy.client("leader").get("/work-transfers/new/").status_code == 403


def test_many_records_go_in_the_background_and_a_killed_worker_goes_on(busy, monkeypatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 5)
    monkeypatch.setattr(actions, "STEP", 2)
    transfer = go(busy)
    assert transfer.state == "running"
    assert not Employee.objects.get(pk=busy.people["agent"].pk).is_active
    assert held(busy, "agent") == HELD

    class Killed(Run):
        steps = 0

        def progress(self, done: int, total: int = 0) -> None:
            self.steps += 1
            if self.steps == 4:
                raise Lost

    job = Job.objects.get(name=actions.JOB)
    with pytest.raises(Lost):
        jobs.hand_over(Killed(job))
    some = WorkTransfer.objects.get().moved
    assert 0 < some < 11
    job.state, job.attempts = "running", 1
    job.save()
    jobs.hand_over(Run(job))
    transfer.refresh_from_db()
    assert (transfer.state, transfer.moved, held(busy, "agent")) == ("done", 11, {})
    jobs.hand_over(Run(job))
    assert TransferItem.objects.count() == 11
    assert Notice.objects.filter(kind="transfer").count() == 1


def test_while_it_runs_a_second_transfer_is_refused(busy, monkeypatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 5)
    go(busy, reason="absence")
    with pytest.raises(Refused, match="正在移交"):
        go(busy, reason="absence")


def test_what_reaches_a_leaver_after_all_follows(busy) -> None:
    transfer = go(busy)
    late_one = create_customer(actor=SYSTEM, name="晚到的客户", phone="13800138009", owner=busy.people["agent"])
    assert late.catch_up() == 1
    late_one.refresh_from_db()
    assert late_one.owner == busy.people["colleague"]
    transfer.refresh_from_db()
    assert transfer.moved == 12
    assert late.catch_up() == 0


def test_late_work_goes_to_a_superior_when_the_receiver_left_too(busy) -> None:
    go(busy)
    change_employee(actor=SYSTEM, employee=busy.people["agent"], manager=busy.people["leader"])
    colleague = busy.people["colleague"]
    actions.hand_over(
        actor=busy.actor("manager"), giver=colleague, receivers=everything_to(busy, "leader"), reason="leaving"
    )
    late_one = create_customer(actor=SYSTEM, name="晚到的客户", phone="13800138009", owner=busy.people["agent"])
    assert late.catch_up() == 1
    late_one.refresh_from_db()
    assert late_one.owner == busy.people["leader"]


def test_nobody_gives_work_to_a_leaver(busy) -> None:
    stale = Employee.objects.get(pk=busy.people["agent"].pk)
    go(busy)
    manager = busy.actor("manager")
    with pytest.raises(Refused, match="已离职"):
        assign(actor=manager, obj=Ticket.objects.filter(open=True).first(), owner=stale)
    with pytest.raises(Refused, match="已离职"):
        assign_owner(actor=manager, obj=Customer.objects.first(), owner=stale)


def test_the_paper_names_every_record_and_is_on_record(busy) -> None:
    transfer = go(busy)
    client = busy.client("manager")
    url = f"/work-transfers/{transfer.pk}/paper/"
    pdf = b"".join(client.get(url).streaming_content)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    assert transfer.number in text
    assert "工作移交单" in text
    assert text.count("TS20261123") == 3
    word = Document(BytesIO(b"".join(client.get(url, {"format": "docx"}).streaming_content)))
    assert any("周衡" in cell.text for table in word.tables for row in table.rows for cell in row.cells)
    assert Event.objects.filter(verb="document.printed", label="staffing.worktransfer").count() == 2
    assert client.get(url, {"format": "exe"}).status_code == 404


def test_giver_and_receiver_see_it_and_only_what_they_may_see_of_it(busy) -> None:
    people = everything_to(busy, "colleague") | {"corrections": busy.people["outsider"]}
    transfer = go(busy, receivers=people)
    assert busy.client("colleague").get(f"/work-transfers/{transfer.pk}/").status_code == 200
    page = busy.client("outsider").get(f"/work-transfers/{transfer.pk}/").content.decode()
    assert "更换启动器" in page
    assert "陈先生" not in page
    assert "其中 2 件您无权查看" in page
    assert busy.client("leader").get(f"/work-transfers/{transfer.pk}/").status_code == 404
    assert transfer.number not in busy.client("leader").get("/work-transfers/").content.decode()


def test_the_api_does_the_same(busy) -> None:
    client = busy.client("manager")
    body = {"giver": busy.people["agent"].pk, "reason": "absence", "receiver_tickets": busy.people["colleague"].pk}
    answer = client.post("/api/work-transfers", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert (answer.json()["moved"], answer.json()["receivers"]) == (3, "周衡")
    answer = client.post("/api/work-transfers", json.dumps({"giver": 0}), content_type="application/json")
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) >= {"giver", "reason"}


def test_the_last_holder_of_a_power_does_not_leave_unnoticed(busy) -> None:
    post = Position.objects.get(name="客服班长")
    Position.objects.filter(name="总经理").update(
        powers=[code for code in Position.objects.get(name="总经理").powers if code != "ticket.urge"]
    )
    assert "ticket.urge" in post.powers
    data = {"giver": busy.people["leader"].pk, "reason": "leaving", "receiver": busy.people["colleague"].pk}
    answer = busy.client("manager").post("/work-transfers/new/", data)
    assert answer.status_code == 422
    assert "没有人再能：催办" in answer.content.decode()
    assert busy.client("manager").post("/work-transfers/new/", {**data, "understood": "on"}).status_code == 302


def test_the_list_and_the_move_cost_no_more_for_more_rows(busy, django_assert_max_num_queries) -> None:
    with CaptureQueriesContext(connection) as few:
        go(busy, reason="absence", receivers={"customers": busy.people["colleague"]})
    for number in range(40):
        create_customer(
            actor=SYSTEM, name=f"客户{number}", phone=f"139001390{number:02d}", owner=busy.people["colleague"]
        )
    with CaptureQueriesContext(connection) as many:
        go(busy, giver=busy.people["colleague"], reason="absence", receivers={"customers": busy.people["agent"]})
    assert len(many) <= len(few) + 2
    client = busy.client("manager")
    client.get("/work-transfers/")
    with django_assert_max_num_queries(12):
        assert "共 2 条" in client.get("/work-transfers/").content.decode()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_work_given_while_somebody_leaves_is_never_orphaned(busy, in_parallel) -> None:
    manager, stale = busy.actor("manager"), Employee.objects.get(pk=busy.people["agent"].pk)
    spare = [
        create_customer(actor=SYSTEM, name=f"客户{n}", phone=f"1390013900{n}", owner=busy.people["leader"])
        for n in range(7)
    ]

    def both(number: int) -> Any:
        return go(busy) if number == 3 else assign_owner(actor=manager, obj=spare[number - (number > 3)], owner=stale)

    results = in_parallel(both, 8)
    assert all(isinstance(one, Refused) for one in results if isinstance(one, Exception)), results
    assert held(busy, "agent") == {}
    assert not Employee.objects.get(pk=stale.pk).is_active


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_transfers_at_once_one_is_done(busy, in_parallel) -> None:
    results = in_parallel(lambda _number: go(busy), 6)
    done = [one for one in results if isinstance(one, WorkTransfer)]
    assert len(done) == 1, results
    assert all(isinstance(one, Refused) for one in results if one not in done), results
    assert TransferItem.objects.count() == 11


@pytest.mark.django_db(transaction=True)
def test_without_the_look_inside_the_transaction_a_leaver_would_get_work(busy) -> None:
    """The control: what the person was when the form was read is not what counts."""
    stale = Employee.objects.get(pk=busy.people["agent"].pk)
    go(busy)
    assert stale.is_active
    with transaction.atomic(), pytest.raises(Refused):
        work.take_on(stale)
