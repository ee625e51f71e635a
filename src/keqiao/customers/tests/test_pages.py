"""Pages and JSON of customers, as the roles see them."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from keqiao.customers import actions
from keqiao.customers.custom_actions import create_field
from keqiao.customers.models import Customer, ImportBatch, tiers
from keqiao.customers.tests.files import HEADER, csv_file, rows
from keqiao.kernel.sheets import open_sheet
from keqiao.org.actions import create_token
from keqiao.runtime import worker

PHONE = "13800138000"


@pytest.fixture
def zhang(company):
    return actions.create_customer(
        actor=company.actor("agent"), name="张晓雯", owner=company.people["agent"], phone=PHONE, tags=["老客户"]
    )


def test_list_is_masked_and_belongs_to_the_role(zhang, company) -> None:
    page = company.client("agent").get(reverse("customers:list")).content.decode()
    assert "张晓雯" in page
    assert "138****8000" in page
    assert PHONE not in page
    assert "张晓雯" not in company.client("outsider").get(reverse("customers:list")).content.decode()


@pytest.mark.parametrize("term", ["+86 138-0013-8000", "8000", "１３８００１３８０００"])
def test_search_by_phone(zhang, company, term) -> None:
    assert "张晓雯" in company.client("agent").get(reverse("customers:list"), {"q": term}).content.decode()
    assert "张晓雯" not in company.client("outsider").get(reverse("customers:list"), {"q": term}).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("term", ["晓雯", "zxw", "张"])
def test_search_by_name_and_initials(zhang, company, term) -> None:
    worker.drain()
    assert "张晓雯" in company.client("agent").get(reverse("customers:list"), {"q": term}).content.decode()


@pytest.mark.parametrize("view", ["all", "mine", "pool", "vip"])
def test_presets(zhang, company, view) -> None:
    page = company.client("agent").get(reverse("customers:list"), {"view": view}).content.decode()
    assert ("张晓雯" in page) == (view in {"all", "mine"})


def test_detail_shows_timeline_and_masks(zhang, company, django_assert_max_num_queries) -> None:
    client = company.client("agent")
    tiers()  # kept by the process
    with django_assert_max_num_queries(11):
        page = client.get(reverse("customers:detail", args=[zhang.pk])).content.decode()
    assert "建立客户档案，来源：来电" in page
    assert "老客户" in page
    assert PHONE not in page
    assert "显示" in page


def test_create_and_edit_with_a_version(company) -> None:
    client = company.client("agent")
    form = {"name": "李雷", "kind": "person", "tier": "normal", "source": "phone", "phone": "+86 139 0013 9001"}
    made = client.post(reverse("customers:create"), form)
    assert made.status_code == 302
    customer = Customer.objects.get()
    edit = reverse("customers:edit", args=[customer.pk])
    seen = client.get(edit).context["form"]["seen"].value()
    base = {"kind": "person", "tier": "vip", "source": "phone", "seen": seen}
    assert client.post(edit, {**base, "name": "李磊"}).status_code == 302
    again = client.post(edit, {**base, "name": "李蕾"})
    assert again.status_code == 422
    assert "别人已修改" in again.content.decode()
    customer.refresh_from_db()
    assert customer.name == "李磊"


def test_bad_phone_stays_on_the_form(company) -> None:
    form = {"name": "李雷", "kind": "person", "tier": "normal", "source": "phone", "phone": "1390013"}
    answer = company.client("agent").post(reverse("customers:create"), form)
    assert answer.status_code == 422
    assert "不是有效的电话号码" in answer.content.decode()
    assert not Customer.objects.exists()


def test_check_while_typing_tells_only_what_the_actor_may_see(zhang, company) -> None:
    url = reverse("customer-check")
    known = company.client("agent").get(url, {"phone": "+86 138 0013 8000"}).content.decode()
    assert "可能已有" in known
    assert reverse("customers:detail", args=[zhang.pk]) in known
    hidden = company.client("outsider").get(url, {"phone": PHONE}).content.decode()
    assert "张晓雯" not in hidden
    assert "已有客户" not in hidden


def test_reveal_asks_why_then_shows_once(zhang, company) -> None:
    client = company.client("agent")
    url = reverse("customer-reveal", args=[zhang.pk, zhang.contact_points.get().pk])
    assert PHONE not in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    answer = client.post(url, {"reason": "回访客户"})
    assert "138 0013 8000" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    timeline = client.get(reverse("customers:detail", args=[zhang.pk])).content.decode()
    assert "查看了完整的电话 138****8000，原因：回访客户" in timeline
    for place in (url, reverse("customers:detail", args=[zhang.pk]), reverse("customer-timeline", args=[zhang.pk])):
        assert company.client("outsider").get(place).status_code == 404


def test_older_entries_come_as_a_part(zhang, company) -> None:
    agent, client = company.actor("agent"), company.client("agent")
    for n in range(25):
        actions.tag_customer(actor=agent, obj=zhang, tags=[], new_tags=f"标签{n}")
    page = client.get(reverse("customers:detail", args=[zhang.pk]))
    before = page.context["timeline"].next
    url, inside = reverse("customer-timeline", args=[zhang.pk]), {"HX-Request": "true"}
    part = client.get(url, {"before": before}, headers=inside).content.decode()
    assert "建立客户档案" in part
    assert "<html" not in part
    assert client.get(url, {"before": "x"}).status_code == 404


def test_json_shows_masked_and_reveals_with_reason(zhang, company) -> None:
    token = create_token(actor=company.actor("agent"), employee=company.people["agent"], name="测试")
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    from_client = company.client("outsider")
    from_client.logout()
    record = from_client.get(f"/api/customers/{zhang.pk}", **head).json()
    point = record["contact_points"][0]
    assert point["value"] == "138****8000"
    assert record["tags"] == ["老客户"]
    url = f"/api/customers/{zhang.pk}/contact_points/{point['id']}/reveal"
    refused = from_client.post(url, json.dumps({"reason": ""}), content_type="application/json", **head)
    assert refused.status_code == 422
    shown = from_client.post(url, json.dumps({"reason": "回访客户"}), content_type="application/json", **head)
    assert shown.json() == {"value": PHONE}
    changed = from_client.patch(
        f"/api/customers/{zhang.pk}", json.dumps({"tier": "vip"}), content_type="application/json", **head
    )
    assert changed.status_code == 200
    zhang.refresh_from_db()
    assert (zhang.tier, zhang.name) == ("vip", "张晓雯")


def test_export_and_history_are_masked(zhang, company) -> None:
    client = company.client("leader")
    export = client.get(reverse("customers:export"), {"format": "csv"})
    text = b"".join(export.streaming_content if export.streaming else [export.content]).decode("utf-8-sig")
    assert "138****8000" in text
    assert PHONE not in text
    history = client.get(reverse("history", args=["customers.customer", zhang.pk])).content.decode()
    assert PHONE not in history


def upload(client, path):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    answer = client.post(reverse("customer-import-new"), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


@pytest.mark.django_db(transaction=True)
def test_import_from_the_page(company, tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    client = company.client("leader")
    lines = [*rows(30), ["X1", "", "13800138000", "", "", ""], ["X2", "坏电话", "12", "", "", ""]]
    url = upload(client, csv_file(tmp_path, lines, encoding="gb18030"))
    page = client.get(url).content.decode()
    assert "王伟0" in page
    assert "32 行" in page
    chosen = client.get(url).context["form"]
    data = {name: chosen[name].value() or "" for name in chosen.fields}
    assert data["column_2"] == "phone"
    twice = {**data, "column_3": "phone"}
    assert client.post(url, twice).status_code == 422
    assert client.post(url, data).status_code == 302
    batch = ImportBatch.objects.get()
    assert reverse("customer-import-progress", args=[batch.pk]) in client.get(url).content.decode()
    worker.drain()
    done = client.get(url).content.decode()
    assert "已完成" in done
    assert reverse("customer-import-progress", args=[batch.pk]) not in done
    batch.refresh_from_db()
    assert (batch.rows, batch.created, batch.refused) == (32, 30, 2)
    assert not batch.file
    answer = client.get(reverse("customer-import-refused", args=[batch.pk]))
    path = tmp_path / "refused.xlsx"
    path.write_bytes(io.BytesIO(b"".join(answer.streaming_content)).getvalue())
    with open_sheet(path, name="refused.xlsx") as sheet:
        table = list(sheet.rows())
    assert table[0] == [*HEADER, "原因"]
    assert [row[0] for row in table[1:]] == ["X1", "X2"]
    assert "请填写客户名称" in table[1][-1]
    assert company.client("agent").get(url).status_code in {403, 404}
    undo = reverse("customer-import-undo", args=[batch.pk])
    assert client.get(undo).status_code == 200
    assert client.post(undo).status_code == 302
    assert "撤销中" in client.get(url).content.decode()
    worker.drain()
    assert not Customer.objects.exists()
    assert "已撤销" in client.get(url).content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_preview_speaks_in_words(company, tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    create_field(actor=company.actor("manager"), name="房间", kind="choices", options="厨房\n客厅")
    header = ("客户名称", "客户类型", "客户等级", "来源", "性别", "同意营销", "房间")
    client = company.client("leader")
    url = upload(
        client, csv_file(tmp_path, [["甲", "公司", "vip", "门店", "female", "否", "客厅；厨房"]], header=header)
    )
    assert client.get(url).context["preview"].rows[0][1:] == (
        ["甲", "企业", "VIP", "到店", "女", "不同意", "厨房、客厅"], "",
    )  # fmt: skip


def test_a_chosen_mapping_is_offered_again(company, tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    client = company.client("leader")
    path = csv_file(tmp_path, [["王伟", "13800138000", "x"]], header=("甲", "乙", "丙"))
    url = upload(client, path)
    data = {"duplicates": "skip", "source": "旧系统", "column_0": "name", "column_1": "phone", "column_2": ""}
    assert client.post(url, {**data, "column_0": ""}).status_code == 422
    assert client.post(url, data).status_code == 302
    assert client.get(upload(client, path)).context["form"]["column_1"].value() == "phone"


def test_a_file_that_is_no_table_is_refused_in_words(company, tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    client = company.client("leader")
    answer = client.post(reverse("customer-import-new"), {"file": SimpleUploadedFile("x.xlsx", b"%PDF-1.7 nothing")})
    assert answer.status_code == 422
    assert "不是表格" in answer.content.decode()
    assert not ImportBatch.objects.exists()
    assert not list((tmp_path / "media").rglob("customers*"))
    assert company.client("agent").get(reverse("customer-import-new")).status_code == 403


def test_an_empty_list_offers_what_one_may_do(company) -> None:
    agent, leader = (
        company.client(role).get(reverse("customers:list")).content.decode() for role in ("agent", "leader")
    )
    assert f'href="{reverse("customer-import-new")}"' in leader
    assert f'href="{reverse("customer-import-new")}"' not in agent
    assert 'class="empty-offers"' in agent
    other = company.client("agent").get(reverse("customers:list"), {"view": "stale"}).content.decode()
    assert "“久未核实”里现在没有记录" in other
    assert "empty-offers" in other
