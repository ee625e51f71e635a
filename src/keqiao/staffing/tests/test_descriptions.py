"""A position description from the first draft to the confirmation of those whom it concerns."""

import json
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.audit import readers
from keqiao.audit.models import Event
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice, Todo
from keqiao.org.actions import change_employee, change_position
from keqiao.org.models import Employee, Position
from keqiao.staffing.descriptions import actions, compare, queries
from keqiao.staffing.models import Confirmation, Duty, PositionDescription

pytestmark = pytest.mark.django_db


def post() -> Position:
    return Position.objects.get(name="客服专员")


def drafted(house: Any, **texts: str) -> PositionDescription:
    values = {"purpose": "受理客户来话，跟到客户满意。", "superior": "客服班长"} | texts
    obj = actions.draft(actor=house.actor("writer"), position=post(), **values)
    actions.add_duty(
        actor=house.actor("writer"), obj=obj, duty="受理投诉并评审严重程度", norm="当日登记，两小时内评审", kpi="及时率 98%",
        powers=["ticket.create", "ticket.assess"],
    )  # fmt: skip
    return obj


def decide(house: Any, role: str, *, agree: bool = True, note: str = "同意") -> None:
    act = approvals.approve if agree else approvals.reject
    act(actor=house.actor(role), obj=Approval.objects.get(state="waiting"), note=note)


def in_force(house: Any, obj: PositionDescription | None = None) -> PositionDescription:
    obj = obj or drafted(house)
    actions.submit(actor=house.actor("writer"), obj=obj)
    decide(house, "reviewer")
    decide(house, "manager")
    return PositionDescription.objects.get(pk=obj.pk)


def test_it_is_written_reviewed_approved_and_in_force(house) -> None:
    obj = drafted(house)
    assert (obj.version, obj.number, obj.state) == ("A/0", f"GW-{post().pk:03d}", "draft")
    actions.submit(actor=house.actor("writer"), obj=obj)
    obj.refresh_from_db()
    assert obj.state == "review"
    assert Notice.objects.filter(employee=house.people["reviewer"], kind="approval").count() == 1
    decide(house, "reviewer")
    obj.refresh_from_db()
    assert (obj.state, obj.reviewed_by) == ("approval", house.people["reviewer"])
    decide(house, "manager")
    obj.refresh_from_db()
    assert (obj.state, obj.approved_by) == ("in_force", house.people["manager"])
    assert obj.in_force_on is not None
    verbs = Event.objects.filter(label="staffing.positiondescription").values_list("verb", flat=True)
    assert [verb.partition(".")[2] for verb in verbs] == ["drafted", "changed", "submitted", "reviewed", "in_force"]


def test_a_revision_replaces_it_and_the_old_one_stays_readable(house) -> None:
    first = in_force(house)
    second = actions.revise(actor=house.actor("writer"), obj=first, change_note="提高及时率")
    assert (second.version, second.duties.count(), second.purpose) == ("A/1", 1, first.purpose)
    duty = second.duties.get()
    actions.change_duty(
        actor=house.actor("writer"), obj=second, row=duty.pk, duty=duty.duty, norm=duty.norm, kpi="及时率 99%",
        powers=duty.powers,
    )  # fmt: skip
    in_force(house, second)
    first.refresh_from_db()
    assert (first.state, first.replaced_on is not None) == ("replaced", True)
    assert first.duties.get().kpi == "及时率 98%"
    assert PositionDescription.objects.filter(state="in_force").get() == second
    client = house.client("outsider")
    assert "旧版本" in client.get(f"/position-descriptions/{first.pk}/").content.decode()
    anew = actions.revise(actor=house.actor("writer"), obj=PositionDescription.objects.get(pk=second.pk), reissue=True)
    assert anew.version == "B/0"


def test_refused_or_taken_back_it_is_a_draft_again_with_what_was_said(house) -> None:
    obj = drafted(house)
    actions.submit(actor=house.actor("writer"), obj=obj)
    decide(house, "reviewer", agree=False, note="写明时限")
    obj.refresh_from_db()
    assert (obj.state, obj.returned_note) == ("draft", "写明时限")
    assert "写明时限" in house.client("writer").get(f"/position-descriptions/{obj.pk}/").content.decode()
    actions.submit(actor=house.actor("writer"), obj=obj)
    approvals.withdraw(actor=house.actor("writer"), obj=Approval.objects.get(state="waiting"))
    actions.submit(actor=house.actor("writer"), obj=obj)
    decide(house, "reviewer")
    decide(house, "manager", agree=False, note="缺少回访职责")
    obj.refresh_from_db()
    assert (obj.state, obj.reviewed_by) == ("draft", None)


def test_who_wrote_it_neither_reviews_nor_approves_it(house) -> None:
    change_position(
        actor=SYSTEM, position=Position.objects.get(name="编小文岗"), name="编小文岗", scope="all",
        powers=["position.draft", "position.review", "position.approve"],
    )  # fmt: skip
    obj = drafted(house)
    actions.submit(actor=house.actor("writer"), obj=obj)
    with pytest.raises(NotAllowed):
        decide(house, "writer")
    decide(house, "reviewer")
    with pytest.raises(NotAllowed, match="编制人"):
        decide(house, "writer")
    obj.refresh_from_db()
    assert obj.state == "approval"


def test_without_anybody_to_review_it_says_whom_to_ask(house) -> None:
    Position.objects.filter(name="审小核岗").update(powers=[])
    obj = drafted(house)
    with pytest.raises(Refused, match="审核岗位说明书"):
        actions.submit(actor=house.actor("writer"), obj=obj)
    obj.refresh_from_db()
    assert obj.state == "draft"


def test_what_is_not_complete_is_not_handed_in(house) -> None:
    obj = actions.draft(actor=house.actor("writer"), position=post())
    with pytest.raises(Refused, match="缺少：岗位目的、直接上级、至少一条职责"):
        actions.submit(actor=house.actor("writer"), obj=obj)


def test_one_draft_at_a_time_and_one_first_version(house) -> None:
    obj = drafted(house)
    with pytest.raises(Refused, match="已有岗位说明书"):
        actions.draft(actor=house.actor("writer"), position=post())
    current = in_force(house, obj)
    actions.revise(actor=house.actor("writer"), obj=current)
    with pytest.raises(Refused, match="已有一份在编制或审批"):
        actions.revise(actor=house.actor("writer"), obj=current)


def test_a_dropped_draft_frees_its_version(house) -> None:
    current = in_force(house)
    second = actions.revise(actor=house.actor("writer"), obj=current)
    actions.drop(actor=house.actor("writer"), obj=second)
    assert actions.revise(actor=house.actor("writer"), obj=current).version == "A/1"


def test_what_is_in_force_cannot_be_written_in(house) -> None:
    obj = in_force(house)
    writer = house.actor("writer")
    for do in (
        lambda: actions.write(actor=writer, obj=obj, purpose="改"),
        lambda: actions.add_duty(actor=writer, obj=obj, duty="改"),
        lambda: actions.submit(actor=writer, obj=obj),
        lambda: actions.drop(actor=writer, obj=obj),
    ):
        with pytest.raises(WrongState):
            do()
    with pytest.raises(NotAllowed):
        actions.draft(actor=house.actor("leader"), position=Position.objects.get(name="客服班长"))


def test_a_duty_of_another_description_is_out_of_reach(house) -> None:
    obj = drafted(house)
    other = actions.draft(actor=house.actor("writer"), position=Position.objects.get(name="客服班长"))
    foreign = actions.add_duty(actor=house.actor("writer"), obj=other, duty="带班")
    with pytest.raises(Refused, match="已被删除"):
        actions.remove_duty(actor=house.actor("writer"), obj=obj, row=foreign.pk)
    assert Duty.objects.count() == 2
    with pytest.raises(Refused, match="没有这样的权限"):
        actions.add_duty(actor=house.actor("writer"), obj=obj, duty="x", powers=["ticket.nothing"])


def test_holders_confirm_reading_once_and_only_holders(house) -> None:
    obj = in_force(house)
    agent = house.people["agent"]
    asked = Todo.objects.filter(kind="position.read", done_at=None).values_list("employee__username", flat=True)
    assert sorted(asked) == ["agent", "colleague", "outsider"]
    client = house.client("agent")
    page = client.get(f"/position-descriptions/{obj.pk}/").content.decode()
    assert "确认已阅读" in page
    assert "0 / 3 人已确认" in page
    assert client.post(f"/position-descriptions/{obj.pk}/do/confirm/").status_code == 302
    assert not Todo.objects.filter(kind="position.read", employee=agent, done_at=None).exists()
    with pytest.raises(WrongState):
        actions.confirm(actor=house.actor("agent"), obj=obj)
    with pytest.raises(WrongState):
        actions.confirm(actor=house.actor("leader"), obj=obj)
    assert Confirmation.objects.count() == 1
    part = client.get(f"/position-descriptions/of-employee/{agent.pk}/").content.decode()
    assert "已确认" in part


def test_who_gets_the_position_later_is_asked_and_who_loses_it_no_more(house) -> None:
    obj = in_force(house)
    leader, colleague = house.people["leader"], house.people["colleague"]
    change_employee(actor=SYSTEM, employee=leader, positions=[post()])
    change_employee(actor=SYSTEM, employee=colleague, positions=[Position.objects.get(name="客服班长")])
    while readers.read("position-descriptions"):
        pass
    asked = Todo.objects.filter(kind="position.read", object_id=obj.pk, done_at=None)
    assert sorted(asked.values_list("employee__username", flat=True)) == ["agent", "leader", "outsider"]


def text_of_pdf(client: Any, obj: PositionDescription) -> str:
    data = b"".join(client.get(f"/position-descriptions/{obj.pk}/paper/?format=pdf").streaming_content)
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


def test_it_prints_as_a_controlled_document_with_number_version_date_and_pages(house) -> None:
    draft = drafted(house)
    client = house.client("manager")
    said = text_of_pdf(client, draft)
    assert "非受控 · 草稿" in said
    obj = in_force(house, draft)
    said = text_of_pdf(client, obj)
    assert "受控" in said
    assert "非受控" not in said
    for part in (
        obj.number,
        "A/0",
        f"生效日期：{obj.in_force_on}",
        "第 1 页",
        "当日登记",
        "及时率 98%",
        "执行权：登记工单",
    ):
        assert part in said, part
    answer = client.get(f"/position-descriptions/{obj.pk}/paper/?format=docx")
    document = Document(BytesIO(b"".join(answer.streaming_content)))
    head = document.sections[0].header.paragraphs[0].text
    assert all(part in head for part in (obj.number, "A/0", "受控"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "受理投诉并评审严重程度" in cells
    assert "编小文" in cells
    foot = document.sections[0].footer.paragraphs[0]._p.xml
    assert "NUMPAGES" in foot
    assert Event.objects.filter(verb="document.printed").count() == 3
    anew = actions.revise(actor=house.actor("writer"), obj=obj)
    in_force(house, anew)
    obj.refresh_from_db()
    assert "非受控 · 已作废" in text_of_pdf(client, obj)


def test_versions_are_compared_word_by_word_and_nothing_is_read_as_markup(house) -> None:
    first = in_force(house, drafted(house, conditions="<b>办公室</b>一间"))
    second = actions.revise(actor=house.actor("writer"), obj=first)
    actions.write(actor=house.actor("writer"), obj=second, conditions="<b>办公室</b>两间")
    duty = second.duties.get()
    actions.change_duty(
        actor=house.actor("writer"), obj=second, row=duty.pk, duty=duty.duty, norm="当日登记，一小时内评审", kpi=duty.kpi,
        powers=duty.powers,
    )  # fmt: skip
    actions.add_duty(actor=house.actor("writer"), obj=second, duty="每周汇总客户意见")
    page = house.client("writer").get(f"/position-descriptions/{second.pk}/compare/").content.decode()
    assert "&lt;b&gt;办公室&lt;/b&gt;<del>一</del><ins>两</ins>间" in page
    assert "<del>两</del><ins>一</ins>小时内评审" in page
    assert "每周汇总客户意见" in page
    lines = compare.compare(first, PositionDescription.objects.get(pk=second.pk))
    assert [line.label for line in lines if line.changed] == ["工作条件", "职责 1", "职责 2"]
    assert house.client("writer").get(f"/position-descriptions/{second.pk}/compare/?with=999").status_code == 404
    assert f"从 {first.version} 到 {second.version}" in page
    assert (
        f"从 {first.version} 到 {second.version}"
        in house.client("writer").get(f"/position-descriptions/{first.pk}/compare/").content.decode()
    )


def test_its_powers_can_be_opened_for_the_position(house) -> None:
    obj = drafted(house)
    actions.add_duty(actor=house.actor("writer"), obj=obj, duty="催办承办部门", powers=["ticket.urge"])
    in_force(house, obj)
    obj.refresh_from_db()
    client = house.client("manager")
    page = client.get(f"/position-descriptions/{obj.pk}/").content.decode()
    assert "督办权：催办" in page
    assert not house.actor("agent").can("ticket.urge")
    assert client.post(f"/position-descriptions/{obj.pk}/do/grant/").status_code == 302
    assert house.actor("agent").can("ticket.urge")
    assert client.post(f"/position-descriptions/{obj.pk}/do/grant/").status_code == 403
    assert house.client("writer").post(f"/position-descriptions/{obj.pk}/do/grant/").status_code == 403


def test_drafts_are_seen_by_those_who_have_a_part_in_them(house) -> None:
    obj = drafted(house)
    assert house.client("agent").get(f"/position-descriptions/{obj.pk}/").status_code == 404
    assert house.client("agent").get(f"/position-descriptions/{obj.pk}/paper/").status_code == 404
    assert house.client("agent").get(f"/position-descriptions/{obj.pk}/compare/").status_code == 404
    for role in ("writer", "reviewer", "manager"):
        assert house.client(role).get(f"/position-descriptions/{obj.pk}/").status_code == 200


def test_it_is_written_in_the_browser(house) -> None:
    client = house.client("writer")
    answer = client.post("/position-descriptions/new/", {"position": post().pk, "edition": "b", "purpose": "x"})
    assert answer.status_code == 422
    assert "填一个大写字母" in answer.content.decode()
    data = {"position": post().pk, "edition": "B", "purpose": "受理来话", "superior": "客服班长"}
    assert client.post("/position-descriptions/new/", data).status_code == 302
    obj = PositionDescription.objects.get()
    assert obj.version == "B/0"
    base = f"/position-descriptions/{obj.pk}/"
    duty = {"duty": "受理投诉", "norm": "当日登记", "kpi": "98%", "powers": ["ticket.create"]}
    assert client.post(f"{base}do/add-duty/", duty).status_code == 302
    row = obj.duties.get()
    page = client.get(base).content.decode()
    assert f"{base}do/change-duty/?row={row.pk}" in page
    assert page.count(">修改职责<") == 0
    form = client.get(f"{base}do/change-duty/?row={row.pk}").content.decode()
    assert "当日登记" in form
    assert client.post(f"{base}do/change-duty/", {**duty, "row": row.pk, "kpi": "99%"}).status_code == 302
    row.refresh_from_db()
    assert row.kpi == "99%"
    assert client.post(f"{base}edit/", {"purpose": "受理客户来话", "superior": "客服班长"}).status_code == 302
    assert client.post(f"{base}do/remove-duty/", {"row": row.pk}).status_code == 302
    assert not obj.duties.exists()


def test_the_api_gives_and_takes_the_same(house) -> None:
    client = house.client("writer")
    body: dict[str, Any] = {"position": post().pk, "edition": "A", "purpose": "受理来话", "superior": "客服班长"}
    answer = client.post("/api/position-descriptions", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201, answer.content
    pk = answer.json()["id"]
    body = {"duty": "受理投诉", "powers": ["ticket.create"]}
    url = f"/api/position-descriptions/{pk}/add-duty"
    answer = client.post(url, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert [one["duty"] for one in answer.json()["duties"]] == ["受理投诉"]
    assert house.client("agent").get(f"/api/position-descriptions/{pk}").status_code == 404
    body = {"purpose": "受理客户来话"}
    answer = client.patch(f"/api/position-descriptions/{pk}", json.dumps(body), content_type="application/json")
    assert answer.json()["purpose"] == "受理客户来话"
    assert answer.json()["superior"] == "客服班长"


def test_pages_cost_no_more_for_more_versions_and_people(house, django_assert_max_num_queries) -> None:
    obj = in_force(house)
    for _turn in range(4):
        obj = in_force(house, actions.revise(actor=house.actor("writer"), obj=obj))
    for person in Employee.objects.all():
        change_employee(actor=SYSTEM, employee=person, positions=[*person.positions.all(), post()])
    client = house.client("manager")
    client.get(f"/position-descriptions/{obj.pk}/")
    with django_assert_max_num_queries(22):
        client.get(f"/position-descriptions/{obj.pk}/")
    with django_assert_max_num_queries(12):
        assert "共 5 条" in client.get("/position-descriptions/?view=all").content.decode()
    assert len(queries.readers(obj)) == Employee.objects.count()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_approvals_one_puts_it_in_force(house, in_parallel) -> None:
    obj = drafted(house)
    actions.submit(actor=house.actor("writer"), obj=obj)
    decide(house, "reviewer")
    waiting, manager = Approval.objects.get(state="waiting"), house.actor("manager")
    results = in_parallel(lambda _n: approvals.approve(actor=manager, obj=waiting), 6)
    assert sum(not isinstance(one, Exception) for one in results) == 1
    assert PositionDescription.objects.filter(state="in_force").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_revisions_at_once_one_is_begun(house, in_parallel) -> None:
    current, writer = in_force(house), house.actor("writer")
    results = in_parallel(lambda _n: actions.revise(actor=writer, obj=current), 6)
    assert sum(not isinstance(one, Exception) for one in results) == 1
    assert all(isinstance(one, Refused) for one in results if isinstance(one, Exception)), results
