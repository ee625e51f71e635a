"""Life cycle by rule and by hand, tags of the house, segments, and the analysis whose figures open their records."""

import io
import json
import re
from datetime import timedelta
from html import unescape
from importlib import import_module

import openpyxl
import pytest
import time_machine
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.customers import actions
from keqiao.customers.custom_actions import create_field
from keqiao.customers.life_cycle import actions as life
from keqiao.customers.life_cycle import staging
from keqiao.customers.life_cycle.signals import Known
from keqiao.customers.models import Customer, CustomField, Segment, StageRule, Tag
from keqiao.customers.segments import actions as deeds
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org.actions import create_token
from keqiao.runtime import jobs, worker
from keqiao.tickets.actions import accept

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _rules(db) -> None:
    """The rules of a new installation; a test with real transactions leaves the table empty."""
    if not StageRule.objects.exists():
        import_module("keqiao.customers.migrations.0001_initial").usual_stages(apps, None)


def make(company, name: str, days: int = 0, **details) -> Customer:
    return actions.create_customer(
        actor=SYSTEM,
        name=name,
        unit=company.units["service"],
        created_at=timezone.now() - timedelta(days=days),
        **details,
    )


def file_ticket(customer: Customer, kind: str = "consultation", order: str = "") -> None:
    accept(
        actor=SYSTEM, kind=kind, channel="phone", customer=customer, contact_name=customer.name,
        contact_phone="13800138000", subject="安装", body="想知道什么时候能上门安装。", order_number=order,
    )  # fmt: skip


def stages() -> dict[str, str]:
    return dict(Customer.objects.values_list("name", "life_cycle"))


@pytest.mark.parametrize(
    ("created", "contact", "deals", "stage"),
    [
        (10, None, 0, "prospect"), (10, 5, 0, "interested"), (200, 91, 0, "prospect"), (200, 90, 0, "interested"),
        (200, 100, 1, "bought"), (200, 100, 2, "repeat"), (900, 365, 1, "dormant"), (900, 364, 1, "bought"),
        (900, 730, 5, "lost"), (730, None, 0, "lost"), (729, None, 0, "prospect"),
    ],
)  # fmt: skip
def test_the_usual_rules(db, created, contact, deals, stage) -> None:
    last = None if contact is None else NOW - timedelta(days=contact)
    found = staging.stage_of(staging.rules(), NOW - timedelta(days=created), Known(deals, last), (), NOW)
    assert found == stage


@pytest.mark.django_db(transaction=True)
def test_every_night_and_when_something_happens(company) -> None:
    bought, silent = make(company, "买过"), make(company, "沉默")
    file_ticket(bought, order="SO1")
    file_ticket(bought, order="SO1")
    worker.drain()
    assert stages() == {"买过": "bought", "沉默": "prospect"}
    file_ticket(bought, order="SO2")
    worker.drain()
    assert stages()["买过"] == "repeat"
    with time_machine.travel(timezone.now() + timedelta(days=731), tick=True):
        jobs.enqueue(life.JOB, {}, key=life.JOB)
        worker.drain()
        assert stages() == {"买过": "lost", "沉默": "lost"}
    changes = Event.objects.filter(about_id=silent.pk, verb="customer.staged").values_list("data", flat=True)
    assert [one["changes"]["life_cycle"] for one in changes] == [["prospect", "lost"]]


@pytest.mark.django_db(transaction=True)
def test_what_is_set_by_hand_stays_until_handed_back(company) -> None:
    agent = company.actor("leader")
    customer = make(company, "张晓雯")
    life.set_stage(actor=agent, obj=customer, stage="lost")
    file_ticket(customer)
    worker.drain()
    assert stages() == {"张晓雯": "lost"}
    page = company.client("leader").get(reverse("customers:detail", args=[customer.pk])).content.decode()
    assert "流失（人工设定）" in page
    assert "生命周期由潜在变为流失" in page
    life.set_stage(actor=agent, obj=customer, stage="rule")
    assert stages() == {"张晓雯": "interested"}
    with pytest.raises(Refused, match="没有这个阶段"):
        life.set_stage(actor=agent, obj=customer, stage="bogus")
    with pytest.raises(NotAllowed):
        life.set_stage(actor=company.actor("outsider"), obj=customer, stage="lost")


def test_rules_are_changed_in_the_browser_and_sort_anew(company) -> None:
    customer = make(company, "老客户", tags=["样板"])
    tag, rule = Tag.objects.get(), StageRule.objects.get(stage="repeat")
    boss = company.client("manager")
    form = {"place": "1", "deals": "0", "idle_from": "9", "idle_to": "3", "tag": tag.pk, "active": "on"}
    url = reverse("stage-rules:edit", args=[rule.pk])
    assert "不能大于" in boss.post(url, form).content.decode()
    assert boss.post(url, {**form, "idle_from": "", "idle_to": ""}).status_code == 302
    worker.drain()
    assert stages() == {customer.name: "repeat"}
    assert "带有标签“样板”" in boss.get(reverse("stage-rules:list")).content.decode()
    assert company.client("leader").get(url).status_code in {403, 404}
    assert company.client("leader").post(reverse("stage-rules-run")).status_code == 403
    assert boss.post(reverse("stage-rules-run")).status_code == 302


def test_sorting_goes_on_in_chunks_and_asks_little(company, monkeypatch, django_assert_max_num_queries) -> None:
    monkeypatch.setattr(staging, "CHUNK", 2)
    for n in range(5):
        make(company, f"客户{n}", days=800)
    told: list[tuple[int, int]] = []
    assert staging.settle_all(lambda done, total: told.append((done, total))) == 5
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert staging.settle_all(lambda done, total: None) == 0
    monkeypatch.setattr(staging, "CHUNK", 1000)
    with django_assert_max_num_queries(14):
        staging.settle_all(lambda done, total: None)


def test_tags_are_renamed_coloured_and_merged(company) -> None:
    one, two = make(company, "甲", tags=["老客户"]), make(company, "乙", tags=["老客户", "老顾客"])
    old, new = Tag.objects.get(name="老顾客"), Tag.objects.get(name="老客户")
    boss = company.actor("manager")
    with pytest.raises(Refused, match="并入"):
        deeds.change_tag(actor=boss, obj=old, name="老客户")
    deeds.change_tag(actor=boss, obj=old, name="熟客", colour="success")
    deeds.merge_tag(actor=boss, obj=new, into=old)
    assert [tag.name for customer in (one, two) for tag in customer.tags.all()] == ["熟客", "熟客"]
    assert Tag.objects.count() == 1
    with pytest.raises(Refused, match="另一个标签"):
        deeds.merge_tag(actor=boss, obj=old, into=old)
    with pytest.raises(NotAllowed):
        deeds.merge_tag(actor=company.actor("leader"), obj=old, into=old)
    assert ">2<" in company.client("manager").get(reverse("tags:list")).content.decode()
    assert company.client("agent").get(reverse("tags:list")).status_code == 403


def test_segments_count_what_each_may_see(company, client) -> None:
    make(company, "甲", tier="vip")
    make(company, "乙", tier="vip")
    make(company, "丙")
    actions.create_customer(actor=SYSTEM, name="财务的", unit=company.units["finance"], tier="vip")
    leader = company.client("leader")
    form = {"name": "服务部VIP", "tier": "vip", "shared": "on", "created_after": "2020-01-01"}
    assert leader.post(reverse("segments:create"), form).status_code == 302
    assert "同名" in leader.post(reverse("segments:create"), form).content.decode()
    assert "至少选择一个条件" in leader.post(reverse("segments:create"), {"name": "空"}).content.decode()
    segment = Segment.objects.get()
    assert segment.query == "created_after=2020-01-01&tier=vip"
    page = leader.get(reverse("segments:list")).content.decode()
    assert "2 位" in page
    assert "客户等级 VIP" in page
    assert "3 位" in company.client("manager").get(reverse("segments:list")).content.decode()
    detail = unescape(leader.get(reverse("segments:detail", args=[segment.pk])).content.decode())
    url = re.search(r'href="(/customers/\?[^"]*tier=vip[^"]*)"', detail)[1]
    assert "共 2 条" in leader.get(url).content.decode()
    assert company.client("manager").get(reverse("segments:edit", args=[segment.pk])).status_code == 403
    cleared = {"name": "服务部VIP", "tier": "", "query": segment.query}
    assert "至少选择一个条件" in leader.post(reverse("segments:edit", args=[segment.pk]), cleared).content.decode()
    deeds.change_segment(actor=company.actor("leader"), obj=segment, name="我的", query=segment.query, shared=False)
    assert company.client("manager").get(reverse("segments:detail", args=[segment.pk])).status_code == 404
    token = create_token(actor=SYSTEM, employee=company.people["leader"], name="测试")
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}", "content_type": "application/json"}
    made = client.post("/api/segments", json.dumps({"name": "接口", "query": "life_cycle=prospect"}), **head)
    assert (made.status_code, made.json()["count"]) == (201, "3 位")


def test_every_figure_of_the_analysis_opens_its_records(company) -> None:
    vip = make(company, "甲", tier="vip")
    make(company, "乙", tier="vip", days=400)
    make(company, "丙", days=40)
    actions.create_customer(actor=SYSTEM, name="财务的", unit=company.units["finance"], tier="vip")
    file_ticket(vip, "complaint")
    file_ticket(vip, "complaint")
    leader = company.client("leader")
    seen = 0
    for rows, columns in (("tier", "age"), ("complaints", "satisfaction"), ("life_cycle", "source"), ("kind", "kind")):
        answer = leader.get(reverse("customer-analysis"), {"rows": rows, "columns": columns})
        table = answer.context["table"]
        assert table.total.count == 3
        for _label, cells, total in table.lines:
            for cell in (*cells, total):
                if cell.count:
                    seen += 1
                    assert f"共 {cell.count} 条" in leader.get(cell.url).content.decode(), cell.url
    assert seen > 12
    only = leader.get(reverse("customer-analysis"), {"complaints": "2"}).context["table"]
    assert only.total.count == 1


def test_own_fields_stand_beside_what_other_parts_know(company) -> None:
    boss = company.actor("manager")
    made = create_field(actor=boss, name="水质", kind="choice", options="偏硬\n偏软")
    own = f"field_{made.pk}"
    vip = make(company, "甲", tier="vip", extra={own: "偏硬"})
    make(company, "乙", tier="vip", extra={own: "偏软"})
    file_ticket(vip, "complaint")
    leader = company.client("leader")
    found = leader.get(reverse("customers:list"), {"view": "all", "complaints": "1"}).content.decode()
    assert "共 1 条" in found
    assert "投诉次数" in found
    hard = {"name": "偏硬", "complaints": "1", own: CustomField.objects.get().options[0]["id"]}
    assert leader.post(reverse("segments:create"), hard).status_code == 302
    segment = Segment.objects.get()
    page = leader.get(reverse("segments:list")).content.decode()
    assert "水质 偏硬" in page
    assert "1 位" in page
    form = leader.get(reverse("segments:edit", args=[segment.pk])).context["form"]
    changed = {"name": "改名", **{one.name: one.value() for one in form if one.name != "name" and one.value()}}
    assert leader.post(reverse("segments:edit", args=[segment.pk]), changed).status_code == 302
    assert Segment.objects.get().query == segment.query  # nothing that was chosen is lost


def test_the_analysis_as_a_file_and_of_a_segment(company) -> None:
    make(company, "甲", tier="vip")
    make(company, "乙")
    segment = deeds.create_segment(actor=company.actor("leader"), name="VIP", query="tier=vip&after=x")
    leader = company.client("leader")
    page = leader.get(reverse("customer-analysis"), {"segment": segment.pk})
    assert page.context["table"].total.count == 1
    file = leader.get(reverse("customer-analysis"), {"segment": segment.pk, "format": "xlsx", "rows": "tier"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(file.streaming_content))).active
    assert [cell.value for cell in list(sheet.rows)[-1]][-1] == 1
    assert Event.objects.filter(verb="customers.analysed").exists()
    outsider = company.client("outsider").get(reverse("customer-analysis"), {"segment": segment.pk})
    assert outsider.context["table"].total.count == 0
    assert company.client("department").get(reverse("customer-analysis")).status_code == 403
    for nonsense in ({"segment": "9" * 30}, {"rows": "x"}, {"created_after": "x"}, {"tier": "bogus"}):
        assert leader.get(reverse("customer-analysis"), nonsense).status_code == 200
