"""Reports: drafted from the figures once a period, written by people who don't overwrite each other, approved, kept."""

import json
import re
from datetime import UTC, date, datetime
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.audit.models import Event
from keqiao.badrecords.models import BadKind, BadRecord
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.notices.models import Notice, Todo
from keqiao.org.actions import create_token
from keqiao.reports import actions, policies
from keqiao.reports.models import Kind, Report, Section
from keqiao.runtime import worker
from keqiao.staffing.transfers.actions import hand_over
from keqiao.tickets.actions import accept
from keqiao.tickets.models import Category, Complaint, CorrectiveAction, Ticket

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)  # a Tuesday morning in Shanghai
OCTOBER = date(2026, 10, 15)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


def complaint(company: Company, day: date, role: str = "agent", **more: Any) -> Ticket:
    """A complaint that was accepted on a day."""
    ticket = accept(
        actor=company.actor(role), kind="complaint", channel="phone", subject="师傅迟到半天", body="等了一整天。",
        contact_name="顾念秋", contact_phone="13800138000", product="油烟机",
    )  # fmt: skip
    values: dict[str, Any] = {"accepted_on": day, "category": Category.objects.filter(parent=None).first(), **more}
    Ticket.objects.filter(pk=ticket.pk).update(**values)
    return ticket


def drafted(company: Company, kind: str = Kind.COMPLAINTS, unit: str = "service") -> Report:
    return actions.draft(actor=company.actor("leader"), kind=kind, unit=company.units[unit], day=OCTOBER)


def section(report: Report, key: str = "overview") -> Section:
    return report.sections.get(key=key)


def figure(report: Report, label: str) -> dict[str, str]:
    return next(one for part in report.data for one in part["figures"] if one["label"] == label)


def write(company: Company, report: Report, text: str, revision: int = 0, role: str = "leader") -> Section:
    return actions.write(actor=company.actor(role), obj=report, section="overview", text=text, revision=revision)


def approval_of(report: Report) -> Approval:
    return Approval.objects.get(object_id=report.pk, label=actions.LABEL)


def archived(company: Company) -> Report:
    report = actions.submit(actor=company.actor("leader"), obj=drafted(company))
    approvals.approve(actor=company.actor("manager"), obj=approval_of(report), note="同意归档")
    return Report.objects.get(pk=report.pk)


def test_a_draft_has_figures_of_its_unit_and_period_alone(company: Company) -> None:
    for n in range(3):
        complaint(company, date(2026, 10, 1 + n * 15))
    complaint(company, date(2026, 9, 30))
    complaint(company, date(2026, 11, 1))
    complaint(company, OCTOBER, "outsider")
    report = drafted(company)
    assert re.fullmatch(r"BG20261103-\d{4}", report.number)
    assert (report.first, report.last) == (date(2026, 10, 1), date(2026, 10, 31))
    assert figure(report, "受理投诉")["value"] == "3"
    assert "共受理投诉 3 件，比上期增加 2 件" in section(report).text
    assert "油烟机 3 件" in section(report, "products").text


@pytest.mark.parametrize("kind", Kind.values)
def test_every_figure_opens_exactly_its_records(company: Company, kind: str) -> None:
    for n in range(4):
        complaint(company, date(2026, 10, 12 + n), late=n == 1)
    complaint(company, OCTOBER, "outsider")
    report, client = drafted(company, kind), company.client("manager")
    links = [(one["value"], one["url"]) for part in report.data for one in part["figures"] if one["url"]]
    links += [
        (text, url)
        for part in report.data
        for table in part["tables"]
        for row in table["rows"]
        for text, url in row
        if url
    ]
    counts = [(text, url) for text, url in links if text.isdecimal()]
    assert len(counts) > 8
    for count, url in counts:
        page = client.get(url).content.decode()
        assert f"共 {count} 条" in page, (count, url)


def test_compensation_is_what_was_given_and_not_what_is_only_planned(company: Company) -> None:
    for stage, founded, fen in (("closed", True, 30_000), ("told", True, 1_250), ("handling", True, 99_900),
                                ("closed", True, 0), ("closed", False, 7_700)):  # fmt: skip
        ticket = complaint(company, OCTOBER, stage=stage)
        Complaint.objects.filter(pk=ticket.pk).update(founded=founded, compensation_fen=fen)
    report = drafted(company)
    shown = figure(report, "给予补偿")
    assert (shown["value"], shown["note"]) == ("2", "共 ¥312.50")
    assert "给予补偿 2 件，共 ¥312.50。" in section(report).text
    assert "共 2 条" in company.client("manager").get(shown["url"]).content.decode()


def test_one_report_for_a_unit_and_a_period(company: Company) -> None:
    report = drafted(company)
    with pytest.raises(Refused, match="已经有了"):
        drafted(company)
    actions.drop(actor=company.actor("leader"), obj=report)
    assert drafted(company).number > report.number
    with pytest.raises(IntegrityError):
        Report.objects.filter(pk=report.pk).update(state="draft")


def test_given_up_nobody_has_to_write_it_any_more(company: Company) -> None:
    report = drafted(company)
    todos = Todo.objects.filter(label=actions.LABEL, object_id=report.pk, done_at=None)
    assert todos.count() == 1
    actions.drop(actor=company.actor("leader"), obj=report)
    assert not todos.exists()


def test_what_is_put_right_is_counted_for_its_unit_and_period(company: Company) -> None:
    """Corrective actions by when they were due, bad records by when it happened, and those of the unit alone."""
    from_here, from_there = complaint(company, OCTOBER), complaint(company, OCTOBER, "outsider")
    due = [(from_here, OCTOBER, "effective"), (from_here, date(2026, 11, 20), "open"), (from_there, OCTOBER, "open")]
    for ticket, day, status in due:
        CorrectiveAction.objects.create(
            ticket=ticket, title="全检", measure="加工位", owner=company.people["leader"], unit=company.units["team"],
            due_on=day, status=status,
        )  # fmt: skip
    kind = BadKind.objects.order_by("pk").first() or BadKind.objects.create(name="服务态度")
    for number, day in enumerate((OCTOBER, date(2026, 9, 30), date(2026, 11, 1)), 1):
        BadRecord.objects.create(
            number=f"BL2026-{number}", what="迟到", kind=kind, happened_on=day, source="own", unit=company.units["team"],
            from_unit=company.units["team"],
        )  # fmt: skip
    report = drafted(company)
    tables = {table["title"]: table["rows"] for part in report.data for table in part["tables"]}
    assert [row[1][0] for row in tables["不良记录"]] == ["1"]
    assert {row[0][0]: row[1][0] for row in tables["本期到期的整改"]} == {
        "整改中": "0", "待验证": "0", "有效": "1", "无效": "0",
    }  # fmt: skip
    client = company.client("manager")
    for row in [*tables["不良记录"], *tables["本期到期的整改"]]:
        assert f"共 {row[1][0]} 条" in client.get(row[1][1]).content.decode()


def test_who_may_draft_what(company: Company) -> None:
    for role, unit in (("agent", "team"), ("leader", "finance"), ("leader", "head"), ("outsider", "finance")):
        with pytest.raises((NotAllowed, Refused)):
            actions.draft(actor=company.actor(role), kind=Kind.VISITS, unit=company.units[unit], day=OCTOBER)
    with pytest.raises(Refused, match="还没有开始"):
        actions.draft(
            actor=company.actor("leader"), kind=Kind.VISITS, unit=company.units["team"], day=date(2026, 12, 1)
        )
    assert not Report.objects.exists()


def test_a_reader_of_another_department_finds_no_report(company: Company) -> None:
    report = drafted(company)
    write(company, report, "只有本部门能看的话")
    assert {
        role: policies.visible(company.actor(role)).filter(pk=report.pk).exists()
        for role in ("agent", "colleague", "leader", "department", "manager", "outsider")
    } == {
        "agent": False, "colleague": False, "leader": True, "department": False, "manager": True, "outsider": False,
    }  # fmt: skip
    for role in ("agent", "department", "outsider"):
        client = company.client(role)
        for url in ("", "sections/overview/", "file/pdf/", "do/write/", "do/submit/"):
            assert client.get(f"/reports/{report.pk}/{url}").status_code in {403, 404, 405}, (role, url)
        assert report.number not in client.get("/reports/").content.decode()


def test_words_are_kept_and_two_writers_do_not_overwrite_each_other(company: Company) -> None:
    report, client = drafted(company), company.client("manager")
    url = f"/reports/{report.pk}/sections/overview/"
    assert client.get(url).status_code == 200
    write(company, report, "班长先写的一段")
    answer = client.post(url, {"section": "overview", "revision": 0, "text": "经理后写的一段"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    for words in ("经理后写的一段", "班长先写的一段", "许知远在", "改了这一节"):
        assert words in page, words
    assert section(report).text == "班长先写的一段"
    again = re.search(r'name="revision" value="(\d+)"', page)
    assert again is not None
    sent = {"section": "overview", "revision": again[1], "text": "两人的话合在一起"}
    assert client.post(url, sent).status_code == 302
    assert section(report).text == "两人的话合在一起"
    too_long = client.post(url, {**sent, "revision": 2, "text": "长" * 5001})
    assert (too_long.status_code, "长" * 5001 in too_long.content.decode()) == (422, True)
    with pytest.raises(Refused, match="最多 5000 字"):
        write(company, report, "长" * 5001, 2, "manager")
    assert section(report).text == "两人的话合在一起"


@pytest.mark.django_db(transaction=True)
def test_of_many_writers_at_once_one_is_kept_and_the_others_are_told(company: Company, in_parallel: Any) -> None:
    report, actor = drafted(company), company.actor("leader")

    def say(n: int) -> Section:
        return actions.write(actor=actor, obj=report, section="overview", text=f"第{n}人写的", revision=0)

    results = in_parallel(say, 5)
    good = [one for one in results if isinstance(one, Section)]
    assert len(good) == 1
    assert all(isinstance(one, Refused) for one in results if not isinstance(one, Section))
    assert section(report).text == good[0].text
    assert Event.objects.filter(verb="report.written").count() == 1


def test_counting_again_renews_what_nobody_changed_and_keeps_what_a_person_wrote(company: Company) -> None:
    report = drafted(company)
    write(company, report, "我自己写的总体情况")
    complaint(company, OCTOBER)
    with CaptureQueriesContext(
        connection,
    ) as few:
        report = actions.recalculate(actor=company.actor("leader"), obj=report)
    assert figure(report, "受理投诉")["value"] == "1"
    assert section(report).text == "我自己写的总体情况"
    assert "共受理投诉 1 件" in section(report).drafted
    assert "油烟机 1 件" in section(report, "products").text
    with pytest.raises(Refused, match="重新计算"):
        actions.write(actor=company.actor("leader"), obj=report, section="products", text="按旧数字写的", revision=0)
    for n in range(12):
        complaint(company, date(2026, 10, 3 + n))
    with CaptureQueriesContext(connection) as many:
        actions.recalculate(actor=company.actor("leader"), obj=report)
    assert len(many) <= len(few) + 2


def test_handed_in_it_stands_still_and_approved_it_is_kept_as_it_was(company: Company) -> None:
    complaint(company, OCTOBER)
    leader, report = company.actor("leader"), drafted(company)
    write(company, report, "十月投诉平稳。")
    report = actions.submit(actor=leader, obj=report, note="请审批")
    assert not Todo.objects.filter(label=actions.LABEL, done_at=None).exists()
    for deed in (
        lambda: write(company, report, "再改", 1),
        lambda: actions.recalculate(actor=leader, obj=report),
        lambda: actions.drop(actor=leader, obj=report),
    ):
        with pytest.raises(WrongState):
            deed()
    with pytest.raises(NotAllowed):
        approvals.approve(actor=leader, obj=approval_of(report), note="自己批")
    approvals.approve(actor=company.actor("manager"), obj=approval_of(report), note="同意归档")
    kept = Report.objects.get(pk=report.pk)
    assert (kept.state, kept.approved_by, kept.intact) == ("archived", company.people["manager"], True)
    complaint(company, OCTOBER)
    page = company.client("leader").get(f"/reports/{kept.pk}/").content.decode()
    assert figure(kept, "受理投诉")["value"] == "1"
    assert "十月投诉平稳。" in page
    assert "do/recalculate" not in page
    assert Notice.objects.filter(employee=company.people["leader"], title__contains="已批准归档").exists()
    Section.objects.filter(report=kept, key="overview").update(text="事后篡改")
    assert "校验不一致" in company.client("leader").get(f"/reports/{kept.pk}/").content.decode()


def test_refused_it_is_a_draft_again_and_sent_back_its_words_can_be_changed(company: Company) -> None:
    leader, boss = company.actor("leader"), company.actor("manager")
    report = actions.submit(actor=leader, obj=drafted(company))
    approvals.reject(actor=boss, obj=approval_of(report), note="结论太笼统")
    report.refresh_from_db()
    assert (report.state, report.returned_note) == ("draft", "结论太笼统")
    assert "结论太笼统" in company.client("leader").get(f"/reports/{report.pk}/").content.decode()
    report = actions.submit(actor=leader, obj=report)
    approval = Approval.objects.get(object_id=report.pk, state="waiting")
    approvals.give_back(actor=boss, obj=approval, note="请补充原因")
    assert write(company, report, "补充了原因").text == "补充了原因"
    with pytest.raises(WrongState):
        actions.recalculate(actor=leader, obj=report)
    approval.refresh_from_db()
    approvals.resubmit(actor=leader, obj=approval, reason="已补充")
    approvals.approve(actor=boss, obj=Approval.objects.get(pk=approval.pk), note="同意")
    report.refresh_from_db()
    assert (report.state, report.intact) == ("archived", True)


def test_a_period_that_is_not_over_is_not_handed_in(company: Company) -> None:
    report = actions.draft(
        actor=company.actor("leader"), kind=Kind.VISITS, unit=company.units["service"], day=timezone.localdate()
    )
    with pytest.raises(Refused, match="还没有结束"):
        actions.submit(actor=company.actor("leader"), obj=report)


def test_a_file_says_of_a_draft_that_it_is_one(company: Company) -> None:
    report = drafted(company)
    answer = company.client("leader").get(f"/reports/{report.pk}/file/docx/")
    content = BytesIO(b"".join(answer.streaming_content))  # type: ignore[attr-defined]  # of a file
    with ZipFile(content) as parts:
        words = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    assert "草稿，未经批准" in words


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_as_a_file_it_says_what_the_page_says_and_draws_its_charts(company: Company, kind: str) -> None:
    for n in range(3):
        complaint(company, date(2026, 10, 5 + n))
    report = archived(company)
    answer = company.client("leader").get(f"/reports/{report.pk}/file/{kind}/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # of a file
    if kind == "pdf":
        pages = PdfReader(BytesIO(content)).pages
        text = "".join(page.extract_text() for page in pages)
        fonts = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].get_object().values()]
        assert any("WenQuanYi" in font["/BaseFont"] for font in fonts)
    else:
        document = Document(BytesIO(content))
        text = "".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))
        pictures = [part for part in document.part.package.iter_parts() if "image/png" in part.content_type]
        assert len(pictures) == len([chart for part in report.data for chart in part["charts"]]) > 0
    for words in ("月度投诉分析报告", "共受理投诉 3 件", "按时办结率", "每日受理投诉", "油烟机"):
        assert words in text.replace("\n", ""), words
    assert "草稿" not in text
    assert Event.objects.filter(verb="document.printed", object_id=report.pk).exists()


def test_drafting_asks_as_much_for_many_as_for_few(company: Company) -> None:
    counts = []
    for unit in ("team", "service"):
        for n in range(8):
            complaint(company, date(2026, 10, 1 + n))
        with CaptureQueriesContext(connection) as asked:
            drafted(company, unit=unit)
        counts.append(len(asked))
    assert max(counts) <= 40
    assert counts[1] <= counts[0]  # the first also reads what the process keeps


def test_what_a_leaver_had_to_write_goes_over(company: Company) -> None:
    report = drafted(company)
    hand_over(
        actor=company.actor("manager"), giver=company.people["leader"],
        receivers={"reports": company.people["manager"], "report-plans": company.people["manager"]}, reason="leaving",
    )  # fmt: skip
    report.refresh_from_db()
    assert report.writer == company.people["manager"]


@pytest.mark.django_db(transaction=True)
def test_found_by_its_words_by_those_who_may(company: Company) -> None:
    report = drafted(company)
    write(company, report, "蝴蝶牌油烟机的投诉最集中")
    worker.drain()
    assert report.number in company.client("leader").get("/reports/", {"q": "蝴蝶牌"}).content.decode()
    assert report.number not in company.client("department").get("/search/", {"q": "蝴蝶牌"}).content.decode()


def test_programs_draft_read_write_and_hand_in(company: Company) -> None:
    token = create_token(actor=SYSTEM, employee=company.people["leader"], name="测试")
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}", "content_type": "application/json"}
    client = company.client("leader")
    body = {"kind": "complaints", "unit": company.units["service"].pk, "day": "2026-10-15"}
    made = client.post("/api/reports", json.dumps(body), **head)
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    one = client.get(f"/api/reports/{pk}", **head).json()["sections"][0]
    body = {"section": one["key"], "revision": one["revision"], "text": "程序写的一段"}
    assert client.post(f"/api/reports/{pk}/write", json.dumps(body), **head).status_code == 200
    assert client.post(f"/api/reports/{pk}/write", json.dumps(body | {"text": "又写"}), **head).status_code == 409
    assert client.post(f"/api/reports/{pk}/submit", json.dumps({}), **head).status_code == 200
    assert Report.objects.get().state == "waiting"
