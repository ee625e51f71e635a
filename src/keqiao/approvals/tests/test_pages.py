"""Approvals and deputies as people and programs see them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keqiao.approvals import actions, policies
from keqiao.approvals.models import Approval, Deputy
from keqiao.approvals.tests.conftest import Bench, fresh
from keqiao.files.registry import may_change, may_see
from keqiao.org.actions import create_token

pytestmark = pytest.mark.django_db
LISTED = 8  # queries of a page of the list, however many rows


def shows(bench: Bench, role: str, view: str) -> bool:
    return "租用冰箱" in bench.company.client(role).get(f"/approvals/?view={view}").content.decode()


def test_each_list_shows_what_its_name_says(bench: Bench) -> None:
    people = bench.company.people
    bench.flow(bench.person("leader"), bench.person("department"), copied=[people["colleague"]])
    approval = bench.ask()
    found = {
        (role, view) for role in people for view in ("waiting", "mine", "done", "copied") if shows(bench, role, view)
    }
    assert found == {("leader", "waiting"), ("agent", "mine"), ("colleague", "copied")}
    bench.do("approve", "leader", approval)
    found = {
        (role, view) for role in people for view in ("waiting", "mine", "done", "copied") if shows(bench, role, view)
    }
    assert found == {("leader", "done"), ("department", "waiting"), ("agent", "mine"), ("colleague", "copied")}


def test_seen_by_who_has_or_had_a_part_and_who_oversees(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("colleague"))
    approval = bench.ask()

    def seeing() -> set[str]:
        roles = set(bench.company.people)
        return {role for role in roles if policies.visible(bench.company.actor(role)).filter(pk=approval.pk).exists()}

    assert seeing() == {"agent", "leader", "manager"}  # the general manager oversees
    bench.do("delegate", "leader", approval, employee=bench.company.people["department"])
    assert seeing() == {"agent", "leader", "department", "manager"}
    bench.do("approve", "department", approval)
    assert seeing() == {"agent", "leader", "department", "manager", "colleague"}
    for role in ("outsider",):
        assert bench.company.client(role).get(f"/approvals/{approval.pk}/").status_code == 404
        assert bench.company.client(role).get(f"/api/approvals/{approval.pk}").status_code == 404


def test_the_page_tells_the_way_and_who_will_be_asked(bench: Bench) -> None:
    bench.flow(bench.person("leader", name="班长审核", minutes=240), bench.person("manager", name="总经理审批"))
    approval = bench.ask()
    bench.do("delegate", "leader", approval, employee=bench.company.people["department"], note="出差")
    page = bench.company.client("agent").get(f"/approvals/{approval.pk}/").content.decode()
    for told in (
        "班长审核",
        "总经理审批",
        "代许知远",
        "出差",
        "届时由 沈若谷 审批",
        "期限",
        "审批中",
        "换机期间租用冰箱",
    ):
        assert told in page, told
    assert "do/urge/" in page
    assert "do/approve/" not in page
    page = bench.company.client("department").get(f"/approvals/{approval.pk}/").content.decode()
    for verb in ("approve", "reject", "return", "delegate"):
        assert f"do/{verb}/" in page


def test_every_verb_by_its_page(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("manager"))
    approval, people = bench.ask(), bench.company.people
    url = f"/approvals/{approval.pk}/do/"
    steps: list[tuple[str, str, dict[str, Any], int]] = [
        ("agent", "urge", {}, 302), ("outsider", "approve", {"note": "x"}, 404), ("manager", "approve", {}, 403),
        ("leader", "return", {"note": "", "start": "here"}, 422), ("leader", "return", {"note": "缺发票", "start": "here"}, 302),
        ("agent", "resubmit", {"reason": ""}, 422), ("agent", "resubmit", {"reason": "发票已补"}, 302),
        ("leader", "delegate", {"employee": people["agent"].pk}, 422),
        ("leader", "delegate", {"employee": people["department"].pk, "note": "代看"}, 302),
        ("department", "approve", {"note": "可以"}, 302), ("manager", "reject", {"note": ""}, 422),
        ("manager", "approve", {"note": "同意"}, 302), ("agent", "withdraw", {}, 403),
    ]  # fmt: skip
    for role, verb, body, status in steps:
        assert bench.company.client(role).post(f"{url}{verb}/", body).status_code == status, (role, verb)
    assert fresh(approval).state == "approved"
    history = bench.company.client("agent").get(f"/history/approvals.approval/{approval.pk}/").content.decode()
    for word in ("提交审批", "催办", "退回补充", "补充后重新提交", "转交", "同意，进入下一步"):
        assert word in history, word


def test_several_are_agreed_to_at_once_and_the_rest_is_named(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    mine = [bench.ask(unit=unit) for unit in ("team", "service", "quality")]
    bench.do("withdraw", "agent", mine[2])
    client = bench.company.client("leader")
    body = {"verb": "approve", "pk": [row.pk for row in mine], "query": "?view=waiting"}
    assert "3 条记录" in client.post("/approvals/bulk/", body).content.decode()
    page = client.post("/approvals/bulk/", {**body, "confirmed": "1", "note": "都可以"}).content.decode()
    assert "权限不够，或进展已经变化" in page
    assert [fresh(row).state for row in mine] == ["approved", "approved", "withdrawn"]
    assert fresh(mine[0]).note == "都可以"


def test_the_api_lists_tells_and_does(bench: Bench) -> None:
    bench.flow(bench.person("leader"), bench.person("manager"))
    approval = bench.ask()
    token = create_token(actor=bench.company.actor("leader"), employee=bench.company.people["leader"], name="程序")
    client, head = bench.company.client("leader"), {"Authorization": f"Bearer {token}"}
    items = client.get("/api/approvals?view=waiting", headers=head).json()["items"]
    assert [(item["id"], item["waits_for"], item["state"]) for item in items] == [(approval.pk, "许知远", "待审批")]
    done = client.post(f"/api/approvals/{approval.pk}/approve", {"note": "可以"}, content_type="application/json")
    way = done.json()["way"]
    assert [(step["step"], step["state"]) for step in way] == [("许知远", "done"), ("沈若谷", "current")]
    assert way[0]["deciders"][0]["note"] == "可以"
    again = client.post(f"/api/approvals/{approval.pk}/approve", {"note": "可以"}, content_type="application/json")
    assert again.status_code == 403
    assert fresh(approval).state == "waiting"


def test_lists_cost_the_same_with_more_rows(bench: Bench) -> None:
    bench.flow(bench.position("客服专员", every=True), bench.person("manager"))
    client = bench.company.client("agent")

    def cost(view: str) -> int:
        client.get(f"/approvals/?view={view}")
        with CaptureQueriesContext(connection) as caught:
            client.get(f"/approvals/?view={view}")
        return len(caught)

    units = list(bench.company.units)
    bench.ask("leader", unit=units[0])
    few = {view: cost(view) for view in ("waiting", "mine", "done", "copied", "all")}
    for unit in units[1:]:
        bench.ask("leader", unit=unit)
    assert {view: cost(view) for view in few} == few
    assert max(few.values()) <= LISTED, few


def test_files_are_added_by_the_requester_until_the_decision(bench: Bench) -> None:
    approval = bench.ask()
    label = "approvals.approval"
    assert may_change(bench.company.actor("agent"), label, approval.pk)
    assert may_see(bench.company.actor("manager"), label, approval.pk)
    assert not may_change(bench.company.actor("manager"), label, approval.pk)
    assert not may_see(bench.company.actor("outsider"), label, approval.pk)
    bench.do("approve", "manager", approval)
    assert not may_change(bench.company.actor("agent"), label, approval.pk)


def test_a_deputy_is_named_and_taken_back_in_the_browser(bench: Bench) -> None:
    bench.flow(bench.person("leader"))
    bench.ask()
    client, today = bench.company.client("leader"), timezone.localdate()
    body = {"deputy": bench.company.people["department"].pk, "from_day": today, "until_day": today, "reason": "培训"}
    assert client.post("/deputies/new/", {**body, "until_day": today - timedelta(days=1)}).status_code == 422
    assert client.post("/deputies/new/", {**body, "employee": bench.company.people["agent"].pk}).status_code == 302
    made = Deputy.objects.get()
    assert made.employee == bench.company.people["leader"], "the field for others is not for everybody"
    assert shows(bench, "department", "waiting")
    for role, seen in (("leader", True), ("department", True), ("manager", True), ("agent", False)):
        assert ("培训" in bench.company.client(role).get("/deputies/").content.decode()) is seen
    assert bench.company.client("department").post(f"/deputies/{made.pk}/do/end/").status_code == 403
    assert bench.company.client("agent").post(f"/deputies/{made.pk}/do/end/").status_code == 404
    assert client.post(f"/deputies/{made.pk}/do/end/").status_code == 302
    assert shows(bench, "leader", "waiting")
    assert not shows(bench, "department", "waiting")


def test_who_keeps_the_organisation_names_a_deputy_for_others(bench: Bench) -> None:
    people, today = bench.company.people, timezone.localdate()
    body = {"employee": people["leader"].pk, "deputy": people["department"].pk, "from_day": today, "until_day": today}
    assert bench.company.client("manager").post("/deputies/new/", body).status_code == 302
    assert Deputy.objects.get().employee == people["leader"]


def test_one_matter_has_one_living_request_whatever_its_kind_tells(bench: Bench) -> None:
    approval = bench.ask()
    assert actions.refresh(actor=bench.company.actor("manager"), obj=approval).state == "waiting"
    assert Approval.objects.count() == 1
