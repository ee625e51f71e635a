"""Lists taken away: at once, in the background, with approval; to the right person, for a while, marked."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.http import QueryDict
from django.utils import timezone

from keqiao.approvals import actions as approvals
from keqiao.approvals.models import Approval
from keqiao.audit.models import Event
from keqiao.customers.models import Customer
from keqiao.exports import actions, making
from keqiao.exports.jobs import sweep
from keqiao.exports.models import Export, ExportSettings
from keqiao.exports.tests.conftest import URL, stock
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource import get
from keqiao.kernel.sheets import open_sheet
from keqiao.notices.models import Notice, Todo
from keqiao.org.models import Employee
from keqiao.runtime.jobs import Run
from keqiao.runtime.models import Job

pytestmark = pytest.mark.django_db


def body(answer) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def approve(desk, export, role="manager") -> None:
    approval = Approval.objects.get(object_id=export.pk, kind="export")
    approvals.approve(actor=desk.company.actor(role), obj=approval, note="可以")


def test_a_short_list_comes_at_once(desk) -> None:
    client = desk.company.client("leader")
    Customer.objects.filter(pk__in=Customer.objects.order_by("pk").values("pk")[10:]).delete()
    data = body(client.get(URL, {"format": "csv"})).decode("utf-8-sig").splitlines()
    assert len(data) == 12
    assert data[0].startswith("【水印】许知远（leader）于 ")  # a short list says who took it, as a long one does
    assert data[2].startswith("客户9,KH20261123-00009,VIP,潜在,138****0001,许知远,")
    assert not Export.objects.exists()
    taken = Event.objects.get(verb="customers.exported").data
    assert (taken["rows"], f"【水印】{taken['watermark']}") == (10, data[0])


def test_above_the_limit_somebody_else_must_agree(desk) -> None:
    client = desk.company.client("leader")
    page = client.get(URL, {"format": "xlsx", "view": "vip"}).content.decode()
    assert "提交申请" in page
    assert "VIP" in page
    assert ">15<" in page
    assert client.post(URL + "?view=vip", {"reason": ""}).status_code == 422
    export = desk.asked(client, "?format=xlsx&view=vip")
    assert (export.state, export.total, export.reason) == ("waiting", 15, "寄中秋礼品")
    desk.work()
    assert not list(desk.folder.glob("*"))
    manager = desk.company.people["manager"]
    todo = Todo.objects.get(employee=manager, done_at=None)
    assert "15" in todo.title
    approval = Approval.objects.get()
    for told in ("寄中秋礼品", "视图：VIP", "15"):
        assert told in approval.reason
    assert approval.requested_by == desk.company.people["leader"]
    seen = desk.company.client("manager").get(todo.url).content.decode()
    for told in ("许知远", "寄中秋礼品", "VIP", "15", "同意"):
        assert told in seen
    assert "去审批" in desk.company.client("manager").get(f"/exports/{export.pk}/").content.decode()
    with pytest.raises(NotAllowed):
        approvals.approve(actor=desk.company.actor("leader"), obj=approval)
    approve(desk, export)
    assert not Todo.objects.filter(done_at=None).exists()
    desk.work()
    export.refresh_from_db()
    assert (export.state, export.rows, export.approved_by, export.note) == ("ready", 15, manager, "可以")
    assert Notice.objects.filter(employee=desk.company.people["leader"], title__contains="可以下载").count() == 1
    book = openpyxl.load_workbook(io.BytesIO(body(client.get(f"/exports/{export.pk}/file/"))))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][0].startswith("【水印】许知远（leader）于 ")
    assert rows[1][:5] == ("客户", "客户编号", "客户等级", "生命周期", "电话")
    assert [row[0] for row in rows[2:]] == [f"客户{n}" for n in range(29, 0, -2)]
    assert rows[2][rows[1].index("建档日期")].date() == timezone.localdate()
    assert f"编号 {export.pk}" in book.active.oddFooter.center.text
    assert book.active.freeze_panes == "A3"
    verbs = set(Event.objects.filter(label="exports.export").values_list("verb", flat=True))
    assert verbs == {"export.asked", "export.approved", "export.made", "export.downloaded"}
    assert Event.objects.get(verb="export.downloaded").data["watermark"] == export.watermark


@pytest.mark.parametrize(("decide", "told"), [("reject", "审批人没有同意"), ("withdraw", "申请已撤回")])
def test_what_was_not_approved_is_not_made(desk, decide, told) -> None:
    client = desk.company.client("leader")
    export = desk.asked(client)
    who = "manager" if decide == "reject" else "leader"
    getattr(approvals, decide)(actor=desk.company.actor(who), obj=Approval.objects.get(), note="用途不清")
    desk.work()
    export.refresh_from_db()
    assert export.state == "refused"
    page = client.get(f"/exports/{export.pk}/").content.decode()
    assert told in page
    assert "用途不清" in page
    assert client.get(f"/exports/{export.pk}/file/").status_code == 404
    assert desk.asked(client) != export


def test_nobody_to_approve_is_said_at_once(desk) -> None:
    client = desk.company.client("manager")
    answer = client.post(URL + "?format=xlsx", {"reason": "分析客户"})
    assert answer.status_code == 422
    assert "还没有别人有“审批大量导出”的权限" in answer.content.decode()
    assert not Export.objects.exists()


def test_the_file_is_for_the_person_who_asked_alone(desk) -> None:
    export = desk.asked(desk.company.client("leader"))
    approve(desk, export)
    desk.work()
    for role in ("manager", "agent", "outsider"):
        assert desk.company.client(role).get(f"/exports/{export.pk}/file/").status_code == 404
    assert desk.company.client("manager").get(f"/exports/{export.pk}/").status_code == 200
    for role in ("agent", "colleague", "outsider"):
        assert desk.company.client(role).get(f"/exports/{export.pk}/").status_code == 404
        assert desk.company.client(role).get(f"/exports/{export.pk}/progress/").status_code == 404
        assert f"/exports/{export.pk}/" not in desk.company.client(role).get("/exports/?view=all").content.decode()


def test_asked_twice_is_one_export(desk) -> None:
    client = desk.company.client("leader")
    first = desk.asked(client, "?format=xlsx&view=vip")
    assert desk.asked(client, "?view=vip&format=xlsx&after=x") == first
    assert desk.asked(client, "?view=vip&format=csv") != first
    assert Approval.objects.count() == 2


def test_csv_carries_the_watermark_and_no_formula(desk) -> None:
    Customer.objects.filter(name="客户7").update(name='=HYPERLINK("http://x")')
    Customer.objects.filter(name="客户8").update(name="＝1+1")
    client = desk.company.client("leader")
    export = desk.asked(client, "?format=csv")
    approve(desk, export)
    desk.work()
    answer = client.get(f"/exports/{export.pk}/file/")
    path = desk.folder / "back.csv"
    path.write_bytes(body(answer))
    raw = path.read_bytes()
    assert raw.startswith("\ufeff【水印】许知远".encode())
    assert "\"'=HYPERLINK" in raw.decode()
    assert "'＝1+1" in raw.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    with open_sheet(path, name="back.csv") as sheet:
        assert sheet.header.labels[0] == "客户"
        names = [row[0] for row in sheet.rows()]
    assert '=HYPERLINK("http://x")' in names
    assert "＝1+1" in names


def test_right_withdrawn_before_the_file_is_made(desk) -> None:
    export = desk.asked(desk.company.client("leader"))
    approve(desk, export)
    Employee.objects.filter(pk=desk.company.people["leader"].pk).update(is_active=False)
    desk.work()
    export.refresh_from_db()
    assert (export.state, export.problem) == ("failed", "申请人现在没有导出这个列表的权限。")
    assert not list(desk.folder.glob("*"))


def test_right_withdrawn_while_the_file_is_made(desk, monkeypatch) -> None:
    export = desk.asked(desk.company.client("leader"))
    approve(desk, export)
    fill = making.fill

    def slow(*args):
        rows = fill(*args)
        Employee.objects.filter(pk=desk.company.people["leader"].pk).update(access_version=99)
        return rows

    monkeypatch.setattr(making, "fill", slow)
    desk.work()
    export.refresh_from_db()
    assert (export.state, export.stored) == ("failed", "")
    assert not list(desk.folder.glob("*"))


def test_right_changed_before_the_download(desk) -> None:
    client = desk.company.client("leader")
    export = desk.asked(client)
    approve(desk, export)
    desk.work()
    Employee.objects.filter(pk=desk.company.people["leader"].pk).update(access_version=99)
    answer = client.get(f"/exports/{export.pk}/file/")
    assert answer.status_code == 302
    export.refresh_from_db()
    assert export.state == "gone"
    assert client.get(f"/exports/{export.pk}/file/").status_code == 404
    sweep()
    assert not list(desk.folder.glob("*"))


def test_the_file_goes_after_its_time(desk, time_machine) -> None:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    client = desk.company.client("leader")
    export = desk.asked(client)
    approve(desk, export)
    desk.work()
    export.refresh_from_db()
    assert export.expires_at == now + timedelta(days=3)
    assert sweep() == 0
    body(client.get(f"/exports/{export.pk}/file/"))
    time_machine.move_to(now + timedelta(days=3, seconds=1), tick=False)
    assert client.get(f"/exports/{export.pk}/file/").status_code == 404
    sweep()
    export.refresh_from_db()
    assert (export.state, export.stored, export.downloads) == ("gone", "", 1)
    assert not list(desk.folder.glob("*"))
    assert "已过保留期" in client.get(f"/exports/{export.pk}/").content.decode()


def test_its_owner_may_delete_it_before(desk) -> None:
    client = desk.company.client("leader")
    export = desk.asked(client)
    approve(desk, export)
    desk.work()
    assert desk.company.client("manager").post(f"/exports/{export.pk}/do/discard/").status_code == 403
    assert client.post(f"/exports/{export.pk}/do/discard/").status_code == 302
    sweep()
    export.refresh_from_db()
    assert export.state == "gone"
    assert not list(desk.folder.glob("*"))


def test_a_killed_worker_leaves_no_half_file_and_the_next_begins_anew(desk, monkeypatch) -> None:
    client = desk.company.client("leader")
    export = desk.asked(client)
    approve(desk, export)
    monkeypatch.setattr(making, "offer", die)
    monkeypatch.setattr("pathlib.Path.unlink", lambda *args, **kwargs: None)  # kill -9 tidies nothing up
    with pytest.raises(SystemExit):
        desk.work()
    monkeypatch.undo()
    export.refresh_from_db()
    assert (export.state, export.stored) == ("making", "")
    assert len(list(desk.folder.glob("*.part"))) == 1
    assert client.get(f"/exports/{export.pk}/file/").status_code == 404
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert "后台程序暂时没有响应" in client.get(f"/exports/{export.pk}/").content.decode()
    desk.work()
    export.refresh_from_db()
    assert (export.state, export.rows) == ("ready", 30)
    assert export.stored in {path.name for path in desk.folder.glob("*.xlsx")}


def die(*args) -> None:
    raise SystemExit


def test_what_a_crash_left_behind_is_swept(desk, time_machine) -> None:
    client = desk.company.client("leader")
    export = desk.asked(client)
    approve(desk, export)
    desk.work()
    (desk.folder / "dead.xlsx.part").write_bytes(b"half")
    assert sweep() == 0
    time_machine.move_to(timezone.now() + timedelta(hours=2), tick=False)
    assert sweep() == 1
    assert [path.suffix for path in desk.folder.glob("*")] == [".xlsx"]


def test_the_action_itself_gives_out_nothing_after_its_time(desk, time_machine) -> None:
    export = desk.asked(desk.company.client("leader"))
    approve(desk, export)
    desk.work()
    export.refresh_from_db()
    time_machine.move_to(export.expires_at, tick=False)
    with pytest.raises(Refused):
        actions.hand_out(actor=desk.company.actor("leader"), export=export, resource=get("customers.customer"))


@pytest.mark.parametrize(("limit", "state"), [(30, "making"), (29, "waiting")])
def test_the_limit_is_what_may_still_be_taken_without_asking(desk, limit, state) -> None:
    ExportSettings.objects.update(approval_rows=limit)
    actor, resource = desk.company.actor("leader"), get("customers.customer")
    export = actions.ask(actor=actor, resource=resource, query=QueryDict("view=all"), reason="寄中秋礼品")
    assert (export.total, export.state) == (30, state)


def test_a_list_that_grew_since_it_was_approved_is_asked_for_anew(desk) -> None:
    export = desk.asked(desk.company.client("leader"), "?format=xlsx&view=vip")
    approve(desk, export)
    Customer.objects.filter(tier="normal").update(tier="vip")
    desk.work()
    export.refresh_from_db()
    assert (export.state, export.problem) == ("failed", "批准的是 15 行，现在有 30 行，请重新申请。")


def test_below_the_limit_a_long_list_is_made_without_approval(desk) -> None:
    desk.rules.approval_rows = 5_000
    desk.rules.save()
    stock_more(desk)
    client = desk.company.client("leader")
    assert "开始导出" in client.get(URL, {"format": "csv"}).content.decode()
    export = desk.asked(client, "?format=csv", "")
    assert export.state == "making"
    page = client.get(f"/exports/{export.pk}/").content.decode()
    assert f"/exports/{export.pk}/progress/" in page
    desk.work()
    answer = client.get(f"/exports/{export.pk}/progress/")
    assert answer.headers["HX-Refresh"] == "true"
    part = answer.content.decode()
    assert f"/exports/{export.pk}/file/" in part
    assert "hx-get" not in part
    export.refresh_from_db()
    assert export.rows == 2_030
    job = Job.objects.get(name="exports.make")
    assert (job.done, job.total) == (2_030, 2_030)


def stock_more(desk) -> None:
    Customer.objects.update(number=Concat(Value("X"), F("number")))
    stock(desk.company, 2_000)


def test_wrong_filters_export_nothing(desk) -> None:
    client = desk.company.client("leader")
    answer = client.get("/customers/export/?format=csv&created_after=9999-99-99")
    assert answer.status_code == 302
    with pytest.raises(Refused):
        actions.ask(
            actor=desk.company.actor("leader"), resource=get("customers.customer"),
            query=QueryDict("created_after=9999-99-99"), reason="不该有",
        )  # fmt: skip


def test_without_the_power_nothing_is_asked(desk) -> None:
    client = desk.company.client("agent")
    assert client.get(URL).status_code == 403
    assert client.post(URL, {"reason": "想要"}).status_code == 403
    assert not Export.objects.exists()


def test_the_rules_are_kept_in_the_browser(desk) -> None:
    client = desk.company.client("manager")
    url = f"/export-settings/{desk.rules.pk}/edit/"
    assert client.post(url, {"approval_rows": "-1", "keep_days": "3"}).status_code == 422
    assert client.post(url, {"approval_rows": "500", "keep_days": "7"}).status_code == 302
    desk.rules.refresh_from_db()
    assert (desk.rules.approval_rows, desk.rules.keep_days) == (500, 7)
    assert Event.objects.get(verb="export_settings.changed").data["changes"] == {
        "approval_rows": [10, 500], "keep_days": [3, 7],
    }  # fmt: skip
    assert desk.company.client("leader").get("/export-settings/").status_code == 403


def test_the_list_of_exports_costs_the_same_however_long(desk, django_assert_max_num_queries) -> None:
    client = desk.company.client("leader")
    for view in ("all", "vip", "mine"):
        desk.asked(client, f"?view={view}")
    client.get("/exports/")
    with django_assert_max_num_queries(14):
        assert client.get("/exports/").content.decode().count("row-link") == 3


def test_an_error_is_retried_and_then_told(desk, monkeypatch) -> None:
    export = desk.asked(desk.company.client("leader"))
    approve(desk, export)
    monkeypatch.setattr(making, "fill", lambda *args: 1 / 0)
    job = Job.objects.get(name="exports.make")
    job.attempts = 1
    with pytest.raises(ZeroDivisionError):
        making.make(Export.objects.get(), Run(job))
    job.attempts = making.TRIES
    making.make(Export.objects.get(), Run(job))
    export.refresh_from_db()
    assert export.state == "failed"
    assert not list(desk.folder.glob("*"))
