"""Fields that the department adds itself: made in the browser, used everywhere."""

import io
import json
import re
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from keqiao.audit.models import Event
from keqiao.customers import actions, custom, custom_actions
from keqiao.customers.imports import command
from keqiao.customers.imports.undo import take_all_back
from keqiao.customers.merging.actions import merge_customers
from keqiao.customers.models import Customer, CustomField, FieldValue, ImportBatch, ImportRow
from keqiao.kernel.errors import NotAllowed, Refused


@pytest.fixture
def agent(company):
    return company.actor("agent")


@pytest.fixture
def boss(company):
    return company.actor("manager")


@pytest.fixture
def client(company):
    return company.client("agent")


def field(boss, name, kind="text", **more) -> CustomField:
    return custom_actions.create_field(actor=boss, name=name, kind=kind, **more)


@pytest.fixture
def water(boss):
    return field(boss, "水质", "choice", options="偏硬\n偏软\n\n偏硬", listed=True)


@pytest.fixture
def rooms(boss):
    return field(boss, "房间", "choices", options="厨房\n客厅\n卧室")


@pytest.fixture
def floor(boss):
    return field(boss, "楼层", "number")


def new(agent, company, name="张晓雯", **extra) -> Customer:
    return actions.create_customer(actor=agent, name=name, owner=company.people["agent"], extra=extra)


class TestDefining:
    def test_in_the_browser(self, company) -> None:
        boss = company.client("manager")
        assert "客户自定义字段" in boss.get(reverse("settings")).content.decode()
        form = {"name": "安装日期", "kind": "date", "position": 5, "listed": "on"}
        assert boss.post(reverse("custom-fields:create"), form).status_code == 302
        assert "安装日期" in boss.get(reverse("custom-fields:list")).content.decode()
        assert company.client("agent").get(reverse("custom-fields:create")).status_code == 403

    @pytest.mark.parametrize(
        ("values", "at"),
        [
            ({"name": "水质"}, "name"),
            ({"name": " "}, "name"),
            ({"name": "新", "kind": "choice", "options": " \n"}, "options"),
        ],
    )
    def test_nonsense_is_refused(self, boss, water, values, at) -> None:
        with pytest.raises(Refused) as refused:
            custom_actions.create_field(**{"actor": boss, "kind": "text", **values})
        assert refused.value.field == at

    def test_not_by_agents(self, agent) -> None:
        with pytest.raises(NotAllowed):
            custom_actions.create_field(actor=agent, name="水质", kind="text")

    def test_kind_is_fixed_once_something_is_written(self, agent, boss, company, floor) -> None:
        custom_actions.change_field(actor=boss, obj=floor, name="楼层", kind="text")
        custom_actions.change_field(actor=boss, obj=floor, name="楼层", kind="number")
        new(agent, company, **{floor.code: "3"})
        with pytest.raises(Refused, match="不能再改类型"):
            custom_actions.change_field(actor=boss, obj=floor, name="楼层", kind="text")

    def test_an_option_that_is_dropped_stays_with_those_who_have_it(self, agent, boss, company, water, client) -> None:
        one = new(agent, company, **{water.code: "偏硬"})
        custom_actions.change_field(actor=boss, obj=water, name="水质", kind="choice", options="偏软\n适中")
        assert "偏硬" in client.get(reverse("customers:detail", args=[one.pk])).content.decode()
        assert "偏硬" in client.get(reverse("customers:edit", args=[one.pk])).content.decode()
        assert "偏硬" not in client.get(reverse("customers:create")).content.decode()
        ids = [option["id"] for option in CustomField.objects.get(pk=water.pk).options]
        assert len(set(ids)) == 3

    def test_retired_and_back_without_loss(self, agent, boss, company, water, client) -> None:
        one = new(agent, company, **{water.code: "偏硬"})
        custom_actions.retire_field(actor=boss, obj=water)
        assert "水质" not in client.get(reverse("customers:list")).content.decode()
        assert water.code not in client.get(f"/api/customers/{one.pk}").json()
        actions.change_customer(actor=agent, obj=one, note="改", extra={water.code: ""})
        custom_actions.restore_field(actor=boss, obj=water)
        assert client.get(f"/api/customers/{one.pk}").json()[water.code] == "偏硬"


class TestValues:
    @pytest.mark.parametrize(
        ("kind", "raw", "stored"),
        [
            ("text", " 三 楼 ", ["三 楼"]), ("number", "1,200.50", ["1200.5"]), ("number", 0, ["0"]), ("number", "-3", ["-3"]),
            ("date", "2026年8月1日", ["2026-08-01"]), ("date", 46235, ["2026-08-01"]), ("text", "", []), ("number", None, []),
        ],
    )  # fmt: skip
    def test_one_spelling(self, boss, kind, raw, stored) -> None:
        made = field(boss, "新", kind)
        assert custom.clean(made, raw) == stored
        assert custom.clean(made, stored) == stored

    @pytest.mark.parametrize(
        ("kind", "raw"),
        [("number", "三"), ("number", "1e400"), ("number", "NaN"), ("date", "2026-02-30"), ("text", "字" * 201)],
    )
    def test_wrong_values_are_refused_at_the_field(self, boss, kind, raw) -> None:
        made = field(boss, "新", kind)
        with pytest.raises(Refused, match="新") as refused:
            custom.clean(made, raw)
        assert refused.value.field == made.code

    def test_choices(self, water, rooms) -> None:
        assert custom.clean(rooms, "厨房、卧室") == ["o1", "o3"]
        assert custom.clean(rooms, ["o3", "厨房"]) == ["o1", "o3"]
        assert custom.clean(water, "偏软") == ["o2"]
        for made, raw in ((water, "很硬"), (water, ["偏软", "偏硬"]), (rooms, "厨房、车库")):
            with pytest.raises(Refused):
                custom.clean(made, raw)

    def test_history_says_it_in_words(self, agent, company, rooms, client) -> None:
        one = new(agent, company, **{rooms.code: ["厨房"]})
        actions.change_customer(actor=agent, obj=one, extra={rooms.code: ["客厅", "卧室"]})
        event = Event.objects.get(verb="customer.changed")
        assert event.data["changes"] == {rooms.code: ["厨房", "客厅、卧室"]}
        page = client.get(reverse("history", args=["customers.customer", one.pk])).content.decode()
        assert "房间" in page
        assert rooms.code not in page


class TestPages:
    def test_form_asks_and_keeps(self, client, company, boss, water, rooms, floor) -> None:
        must = field(boss, "安装日期", "date", required=True)
        form = {
            "name": "李雷",
            "kind": "person",
            "tier": "normal",
            "source": "phone",
            water.code: "o1",
            rooms.code: ["o1", "o2"],
        }
        refused = client.post(reverse("customers:create"), {**form, floor.code: "三"})
        assert refused.status_code == 422
        made = client.post(reverse("customers:create"), {**form, must.code: "2026-08-01", floor.code: "三"})
        assert "楼层要填数字" in made.content.decode()
        assert not Customer.objects.exists()
        client.post(reverse("customers:create"), {**form, must.code: "2026-08-01", floor.code: "3"})
        one = Customer.objects.get()
        page = client.get(reverse("customers:detail", args=[one.pk])).content.decode()
        for words in ("偏硬", "厨房、客厅", "2026-08-01"):
            assert words in page
        edit = client.get(reverse("customers:edit", args=[one.pk])).content.decode()
        assert 'value="2026-08-01"' in edit
        assert len(re.findall(rf'<input[^>]*name="{rooms.code}"[^>]*\bchecked', edit)) == 2

    def test_list_shows_and_narrows(self, client, agent, company, boss, water, rooms, floor) -> None:
        day = field(boss, "安装日期", "date")
        new(agent, company, "甲", **{water.code: "偏硬", rooms.code: ["厨房"], floor.code: "3", day.code: "2026-08-01"})
        new(agent, company, "乙", **{water.code: "偏软", rooms.code: ["厨房", "客厅"], day.code: "2026-08-31"})
        for query, names in (
            ({water.code: "o1"}, {"甲"}),
            ({rooms.code: "o1"}, {"甲", "乙"}),
            ({rooms.code: "o2"}, {"乙"}),
            ({floor.code: "3"}, {"甲"}),
            ({f"{day.code}_after": "2026-08-31"}, {"乙"}),
            ({f"{day.code}_before": "2026-08-30"}, {"甲"}),
        ):
            found = client.get("/api/customers", query).json()["items"]
            assert {one["name"] for one in found} == names, query
        page = client.get(reverse("customers:list")).content.decode()
        assert "水质" in page
        assert "偏软" in page

    def test_no_query_per_row(self, client, agent, company, water, rooms, django_assert_max_num_queries) -> None:
        for number in range(15):
            new(agent, company, f"客户{number}", **{water.code: "偏硬", rooms.code: ["厨房", "卧室"]})
        client.get(reverse("customers:list"))
        with django_assert_max_num_queries(8):
            page = client.get(reverse("customers:list")).content.decode()
        assert page.count("偏硬") >= 15

    def test_export_has_all_of_them(self, company, agent, water, rooms) -> None:
        new(agent, company, **{water.code: "偏硬", rooms.code: ["厨房", "卧室"]})
        answer = company.client("leader").get(reverse("customers:export"), {"format": "csv"})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert "水质" in text
        assert "厨房、卧室" in text

    def test_a_spreadsheet_reckons_with_numbers_and_days(self, company, agent, boss, floor) -> None:
        day = field(boss, "到期", "date")
        new(agent, company, **{floor.code: "12", day.code: "2026-08-01"})
        new(agent, company, "李雷", **{floor.code: "2.50"})
        answer = company.client("leader").get(reverse("customers:export"), {"format": "xlsx"})
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
        rows = list(sheet.iter_rows(min_row=3, values_only=True))
        assert [row[-2:] for row in rows] == [(2.5, None), (12, datetime(2026, 8, 1))]  # noqa: DTZ001 – no zones there


class TestJson:
    def test_in_and_out(self, client, company, agent, water, rooms) -> None:
        made = client.post(
            "/api/customers", json.dumps({"name": "李雷", "kind": "person", "tier": "normal", "source": "phone",
                                          water.code: "o1", rooms.code: ["o1", "o3"]}), content_type="application/json",
        )  # fmt: skip
        assert made.status_code == 201, made.content
        assert made.json()[rooms.code] == "厨房、卧室"
        url = f"/api/customers/{made.json()['id']}"
        client.patch(url, json.dumps({"note": "改"}), content_type="application/json")
        assert client.get(url).json()[rooms.code] == "厨房、卧室"
        changed = client.patch(url, json.dumps({rooms.code: ["o2"]}), content_type="application/json")
        assert changed.json()[rooms.code] == "客厅"
        wrong = client.patch(url, json.dumps({water.code: "o9"}), content_type="application/json")
        assert wrong.status_code == 422
        assert water.code in wrong.json()["fields"]

    def test_openapi_names_them(self, company, boss, water, floor) -> None:
        document = company.client("manager").get("/api/openapi.json").json()
        schemas = document["components"]["schemas"]
        assert schemas["customers"]["properties"][floor.code]["title"] == "楼层"
        assert schemas["customers_new"]["properties"][water.code]["enum"] == ["", "o1", "o2"]
        listed = next(path["get"] for url, path in document["paths"].items() if url.endswith("/customers"))
        assert water.code in {one["name"] for one in listed["parameters"]}


class TestImport:
    HEADER = "客户名称,手机号,水质,房间,楼层\n"

    def run(self, tmp_path, company, *lines, header=HEADER, **more):
        path = tmp_path / "台账.csv"
        path.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
        return command.run(path, actor=company.actor("leader"), **more)

    def test_columns_of_that_name_are_taken(self, tmp_path, company, water, rooms, floor) -> None:
        done = self.run(tmp_path, company, "李雷,13900139000,偏硬,厨房、卧室,12", "韩梅,13900139001,很硬,,三")
        assert (done["created"], done["refused"]) == (1, 1)
        assert sorted(FieldValue.objects.values_list("value", flat=True)) == ["12", "o1", "o1", "o3"]

    def test_update_and_its_undoing(self, tmp_path, company, water, rooms, floor) -> None:
        self.run(tmp_path, company, "李雷,13900139000,偏硬,厨房,12")
        one = Customer.objects.get()
        assert self.run(tmp_path, company, "李雷,13900139000,偏软,,15", duplicates="update")["updated"] == 1
        assert custom.initial(one) == {water.code: "o2", rooms.code: ["o1"], floor.code: "15"}
        actions.change_customer(actor=company.actor("manager"), obj=one, extra={floor.code: "16"})
        batch = ImportBatch.objects.latest("pk")
        ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.UNDOING)
        take_all_back(company.actor("leader"), batch)
        assert custom.initial(one) == {water.code: "o1", rooms.code: ["o1"], floor.code: "16"}

    def test_a_new_customer_needs_what_is_required(self, tmp_path, company, boss, water, rooms, floor) -> None:
        must = field(boss, "安装日期", "date", required=True)
        done = self.run(tmp_path, company, "李雷,13900139000,偏硬,,12", "韩梅,13900139001,,,")
        assert (done["created"], done["refused"]) == (0, 2)
        assert not Customer.objects.exists()
        assert set(ImportRow.objects.values_list("reason", flat=True)) == {"缺少必填的“安装日期”。"}
        dated = "客户名称,手机号,安装日期\n"
        lines = ("李雷,13900139000,", "李雷,13900139000,2026-08-01", "韩梅,,无")
        done = self.run(tmp_path, company, *lines, header=dated)
        assert (done["created"], done["refused"]) == (1, 2)
        done = self.run(tmp_path, company, "李雷,13900139000,", header=dated, duplicates="keep")
        assert (done["created"], done["refused"]) == (0, 1)
        lei = Customer.objects.get()
        done = self.run(tmp_path, company, "李雷,13900139000,偏软,,15", duplicates="update")
        assert (done["updated"], done["refused"]) == (1, 0)
        assert custom.initial(lei) == {
            water.code: "o2", rooms.code: [], floor.code: "15", must.code: "2026-08-01",
        }  # fmt: skip

    def test_a_known_customer_without_it_is_not_updated(self, tmp_path, company, boss, water, rooms, floor) -> None:
        self.run(tmp_path, company, "李雷,13900139000,偏硬,厨房,12")
        field(boss, "安装日期", "date", required=True)
        done = self.run(tmp_path, company, "李雷,13900139000,偏软,客厅,15", duplicates="update")
        assert (done["updated"], done["refused"]) == (0, 1)
        assert custom.initial(Customer.objects.get())[water.code] == "o1"
        assert self.run(tmp_path, company, "李雷,13900139000,偏软,客厅,15")["skipped"] == 1

    def test_the_preview_says_which_required_column_is_missing(self, tmp_path, company, boss, settings, floor) -> None:
        settings.MEDIA_ROOT = tmp_path / "media"
        actions.create_customer(
            actor=boss, name="老客户", phone="13900139009", owner=company.people["agent"], extra={floor.code: "3"}
        )
        custom_actions.change_field(actor=boss, obj=floor, name="楼层", kind="number", required=True)
        client = company.client("leader")

        def seen(text: str) -> Any:
            file = SimpleUploadedFile("名单.csv", text.encode())
            return client.get(client.post(reverse("customer-import-new"), {"file": file}).headers["Location"])

        page = seen("客户名称,手机号\n李雷,13900139000\n老客户,13900139009\n")
        assert "文件里没有必填的列：楼层" in page.content.decode()
        assert [row[2] for row in page.context["preview"].rows] == ["缺少必填的“楼层”。", ""]
        page = seen("客户名称,手机号,楼层\n李雷,13900139000,\n韩梅,13900139001,3\n")
        assert "文件里没有必填的列" not in page.content.decode()
        assert [row[2] for row in page.context["preview"].rows] == ["缺少必填的“楼层”。", ""]

    def test_merge_keeps_the_survivors_own(self, agent, company, boss, water, floor) -> None:

        one = new(agent, company, "李雷", **{water.code: "偏硬"})
        two = new(agent, company, "李 雷", **{water.code: "偏软", floor.code: "3"})
        merge_customers(actor=boss, survivor=one, other=two)
        assert custom.initial(Customer.objects.get(pk=one.pk)) == {water.code: "o1", floor.code: "3"}
