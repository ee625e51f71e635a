"""Flows are kept in the browser: drafted, put in order, tried, published; what nobody could decide is refused."""

import pytest
from django.test import Client

from keqiao.approvals import actions
from keqiao.approvals.models import Flow, FlowStep
from keqiao.approvals.tests.conftest import KIND, Bench
from keqiao.audit.models import Event
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.org.actions import create_position, deactivate_employee
from keqiao.org.models import Position

pytestmark = pytest.mark.django_db


def start(client: Client) -> Flow:
    """A draft, made in the browser."""
    assert client.post("/approval-flows/new/", {"kind": KIND}).status_code == 302
    return Flow.objects.get(kind=KIND, state="draft")


def test_from_nothing_to_a_flow_in_use_in_the_browser(bench: Bench) -> None:
    client, post = bench.company.client("manager"), Position.objects.get(name="客服班长")
    assert "试验事项" in client.get("/approval-flows/new/").content.decode()
    flow = start(client)
    assert [step.whom for step in flow.steps.all()] == ["有“审批超限额补偿”权限的人"]
    url = f"/approval-flows/{flow.pk}/"
    step = {"who": "position", "position": post.pk, "every": "0", "hours": "8", "name": "班长把关"}
    assert client.post(f"{url}steps/new/", step).status_code == 302
    person = {"who": "person", "person": bench.company.people["department"].pk, "every": "0", "from_yuan": "5,000"}
    assert client.post(f"{url}steps/new/", person).status_code == 302
    first, second, third = flow.steps.all()
    assert (second.minutes, second.name, third.from_fen) == (480, "班长把关", 500_000)
    assert client.post(f"/approval-flows/steps/{second.pk}/up/").status_code == 302
    assert client.post(f"/approval-flows/steps/{first.pk}/remove/").status_code == 302
    assert [step.title for step in flow.steps.all()] == ["班长把关", "韩建国"]
    assert client.post(f"/approval-flows/steps/{third.pk}/", {**person, "from_yuan": "3000"}).status_code == 302
    page = client.get(url).content.decode()
    assert "¥3,000.00 起" in page
    assert client.post(f"{url}do/publish/").status_code == 302
    flow.refresh_from_db()
    assert (flow.state, flow.number) == ("current", 1)
    assert bench.asked(bench.ask(amount=300_000)) == {"leader"}
    listed = client.get("/approval-flows/").content.decode()
    assert "班长把关 → 韩建国（¥3,000.00 起）" in listed
    verbs = list(Event.objects.filter(label="approvals.flow").order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "flow.drafted", "flow.step_added", "flow.step_added", "flow.step_moved", "flow.step_removed",
        "flow.step_changed", "flow.published",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("step", "field", "why"),
    [
        ({"who": "position", "every": "0"}, "position", "请选择岗位"),
        ({"who": "power", "every": "0"}, "power", "请选择权限"),
        ({"who": "person", "every": "0"}, "person", "请选择人员"),
        ({"who": "manager", "levels": "0", "every": "0"}, "levels", "大于或等于"),
        ({"who": "somebody", "every": "0"}, "who", "有效的选项"),
        ({"who": "manager", "levels": "1", "every": "0", "from_yuan": "很多"}, "from_yuan", "不是金额"),
        ({"who": "manager", "levels": "1", "every": "0", "from_yuan": "-5"}, "from_yuan", "大于零"),
        ({"who": "manager", "levels": "1", "every": "0", "hours": "0"}, "hours", "大于或等于"),
    ],
)  # fmt: skip
def test_a_step_that_says_nothing_comes_back_with_what_was_typed(
    bench: Bench, step: dict[str, str], field: str, why: str
) -> None:
    client = bench.company.client("manager")
    flow = start(client)
    answer = client.post(f"/approval-flows/{flow.pk}/steps/new/", {**step, "name": "第二关"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert why in page
    assert f"id_{field}" in page
    assert "第二关" in page
    assert flow.steps.count() == 1


def test_a_flow_that_nobody_could_decide_is_not_published(bench: Bench) -> None:
    flow = actions.draft(actor=SYSTEM, kind=KIND)
    empty = create_position(actor=SYSTEM, name="空岗", scope="all", powers=[])
    steps = [
        actions.add_step(actor=SYSTEM, obj=flow, **step)
        for step in (
            {"who": "position", "position": empty}, {"who": "power", "power": "rectification.check"},
            bench.person("outsider"), bench.person("leader", from_fen=1),
        )
    ]  # fmt: skip
    deactivate_employee(actor=SYSTEM, employee=bench.company.people["outsider"])
    with pytest.raises(Refused, match=r"第 2 步（空岗）.*第 4 步（方外）") as caught:
        actions.publish(actor=SYSTEM, obj=flow)
    assert "第 1 步" not in caught.value.message
    assert "第 3 步" not in caught.value.message, "the general manager holds every power"
    for step in (steps[0], steps[2], *FlowStep.objects.filter(flow=flow, place=1)):
        actions.remove_step(actor=SYSTEM, obj=step)
    for step in flow.steps.filter(who="power"):
        actions.remove_step(actor=SYSTEM, obj=step)
    with pytest.raises(Refused, match="适用于所有金额"):
        actions.publish(actor=SYSTEM, obj=flow)
    actions.remove_step(actor=SYSTEM, obj=flow.steps.get())
    with pytest.raises(Refused, match="还没有步骤"):
        actions.publish(actor=SYSTEM, obj=flow)
    assert not Flow.objects.filter(state="current").exists()


def test_published_flows_never_change(bench: Bench) -> None:
    flow = bench.flow(bench.person("leader"))
    step, client = flow.steps.get(), bench.company.client("manager")
    for change in (
        lambda: actions.add_step(actor=SYSTEM, obj=flow, **bench.person("manager")),
        lambda: actions.change_step(actor=SYSTEM, obj=step, **bench.person("manager")),
        lambda: actions.remove_step(actor=SYSTEM, obj=step),
        lambda: actions.move_step(actor=SYSTEM, obj=step, up=True),
        lambda: actions.keep_settings(actor=SYSTEM, obj=flow, urge_minutes=5),
        lambda: actions.publish(actor=SYSTEM, obj=flow),
        lambda: actions.drop(actor=SYSTEM, obj=flow),
    ):
        with pytest.raises(WrongState):
            change()
    for url in (f"{flow.pk}/steps/new/", f"steps/{step.pk}/", f"steps/{step.pk}/remove/", f"{flow.pk}/edit/"):
        assert client.post(f"/approval-flows/{url}", {"who": "manager", "levels": "1", "every": "0"}).status_code == 403
    draft = actions.draft(actor=SYSTEM, kind=KIND)
    assert actions.draft(actor=SYSTEM, kind=KIND) == draft
    assert [one.title for one in draft.steps.all()] == ["许知远"]
    page = client.get(f"/approval-flows/{flow.pk}/").content.decode()
    assert "打开草稿" in page
    assert client.post(f"/approval-flows/{draft.pk}/do/drop/").status_code == 302
    assert not Flow.objects.filter(state="draft").exists()


def test_a_flow_has_an_end(bench: Bench) -> None:
    made = bench.flow(bench.person("leader"))
    draft = actions.draft(actor=SYSTEM, kind=KIND)
    for _more in range(19):
        actions.add_step(actor=SYSTEM, obj=draft, **bench.person("manager"))
    with pytest.raises(Refused, match="最多 20 步"):
        actions.add_step(actor=SYSTEM, obj=draft, **bench.person("manager"))
    assert (draft.steps.count(), made.steps.count()) == (20, 1)


def test_only_those_who_keep_the_rules_see_and_keep_them(bench: Bench) -> None:
    flow = bench.flow(bench.person("leader"))
    draft = actions.draft(actor=SYSTEM, kind=KIND)
    step = draft.steps.get()
    for role in ("agent", "leader", "department", "outsider"):
        client, actor = bench.company.client(role), bench.company.actor(role)
        for url in (
            f"/approval-flows/{flow.pk}/", f"/approval-flows/{draft.pk}/steps/new/", f"/approval-flows/steps/{step.pk}/"
        ):  # fmt: skip
            assert client.get(url).status_code == 404
        assert client.get("/approval-flows/").status_code == 403
        assert client.post(f"/approval-flows/steps/{step.pk}/remove/").status_code == 404
        with pytest.raises(NotAllowed):
            actions.publish(actor=actor, obj=draft)
        with pytest.raises(NotAllowed):
            actions.draft(actor=actor, kind=KIND)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_trial_says_to_whom_it_would_go_and_asks_nobody(bench: Bench) -> None:
    flow = bench.flow(
        bench.position("客服专员", every=True), bench.person("leader"), bench.person("manager", from_fen=500_000)
    )
    client, people = bench.company.client("manager"), bench.company.people
    url = f"/approval-flows/{flow.pk}/"

    def tried(role: str, amount: str = "", **more: object) -> str:
        page = client.get(url, {"requester": people[role].pk, "amount": amount, **more}).content.decode()
        return page.split('id="tried"')[1].split("</section>")[0]

    small = tried("agent", "4999.99")
    assert "周衡" in small
    assert "林一诺" not in small, "nobody decides an own request"
    assert "沈若谷" not in small
    assert "沈若谷" in tried("agent", "5000")
    assert "无人可批" in tried("leader", "5000", unit=bench.company.units["team"].pk)
    assert "不是金额" in tried("agent", "一些")
    assert not Event.objects.filter(label="approvals.approval").exists()


def test_flows_in_the_api(bench: Bench) -> None:
    flow = bench.flow(bench.person("leader"), bench.person("manager", from_fen=500_000))
    client = bench.company.client("manager")
    data = client.get(f"/api/approval-flows/{flow.pk}").json()
    assert [(step["whom"], step["from_fen"]) for step in data["way"]] == [("许知远", None), ("沈若谷", 500_000)]
    made = client.post("/api/approval-flows", {"kind": KIND}, content_type="application/json")
    assert made.status_code == 201
    answer = client.patch(
        f"/api/approval-flows/{made.json()['id']}", {"urge_minutes": 15}, content_type="application/json"
    )
    assert answer.json()["urge_minutes"] == 15
    assert (
        client.post(f"/api/approval-flows/{made.json()['id']}/publish", content_type="application/json").status_code
        == 200
    )
    assert bench.company.client("leader").get(f"/api/approval-flows/{flow.pk}").status_code == 404
