"""Imports from the command line: mapping, duplicates, refused lines, going on after a crash."""

import pytest

from keqiao.audit.models import Event
from keqiao.customers import actions
from keqiao.customers.imports import command, mapping, parse, run
from keqiao.customers.models import ContactPoint, Customer, ImportBatch, ImportRow
from keqiao.customers.tests.files import HEADER, csv_file, rows, xlsx_file
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused, WrongState
from keqiao.kernel.sheets import open_sheet

pytestmark = pytest.mark.django_db


def figures(created=0, updated=0, skipped=0, refused=0) -> dict[str, int]:
    total = created + updated + skipped + refused
    return {"rows": total, "created": created, "updated": updated, "skipped": skipped, "refused": refused}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_of_any_encoding_comes_in_once(tmp_path, company, encoding) -> None:
    path = csv_file(tmp_path, rows(1203), encoding=encoding)
    assert command.run(path) == figures(created=1203)
    assert command.run(path) == figures(skipped=1203)
    assert Customer.objects.count() == 1203
    assert len(set(Customer.objects.values_list("number", flat=True))) == 1203
    first = Customer.objects.get(external_number="C00007")
    assert (first.name, first.province, first.source, first.owner) == ("赵强7", "浙江", "import", None)
    assert first.phone_masked == "138****0007"
    assert set(first.contact_points.values_list("kind", "value", "primary")) == {
        ("phone", "13800000007", True), ("email", "u7@example.com", True),
    }  # fmt: skip
    assert [tag.name for tag in first.tags.all()] == ["老客户"]
    created = Event.objects.filter(verb="customer.created", about_id=first.pk).get()
    assert "13800000007" not in str(created.data)
    assert Event.objects.filter(verb="customer.created").count() == 1203


def test_many_lines_of_one_customer_make_one_by_number(tmp_path, company) -> None:
    header = ("订单编号", "客户 ID", "客户名称", "产品", "数量")
    lines = [[f"D{n}", f"K{n % 7}", f"同名{n % 2}", "电饭煲", n] for n in range(1100)]
    assert command.run(csv_file(tmp_path, lines, header=header)) == figures(created=7, skipped=1093)
    assert set(Customer.objects.values_list("name", flat=True)) == {"同名0", "同名1"}


def test_phone_counts_against_known_customers_not_inside_a_file(tmp_path, company) -> None:
    known = actions.create_customer(actor=SYSTEM, name="原有", phone="13800138000")
    lines = [["甲", "+86 138 0013 8000"], ["乙", "13900139001"], ["丙", "139-0013-9001"]]
    path = csv_file(tmp_path, lines, header=("姓名", "手机"))
    assert command.run(path) == figures(created=2, skipped=1)
    assert command.run(path) == figures(skipped=3)
    known.refresh_from_db()
    assert known.name == "原有"


def test_lines_with_a_name_alone_come_in_once_and_namesakes_stay_apart(tmp_path, company) -> None:
    header = ("客户名称", "城市", "微信", "生日")
    lines = [
        ["王伟", "济南", "", "1990-01-02"],
        ["王伟", "青岛", "", ""],
        ["李娜", "", "", ""],
        ["李娜", "", "lina_88", ""],
    ]
    path = csv_file(tmp_path, lines, header=header)
    assert command.run(path) == figures(created=4)
    assert command.run(path) == figures(skipped=4)
    assert command.run(path, duplicates="update") == figures(skipped=4)
    other = csv_file(tmp_path, [["王伟", "烟台", "", ""], ["李娜", "", "lina_99", ""]], header=header)
    assert command.run(other) == figures(created=2)


def test_namesakes_of_one_file_stay_apart_beyond_a_chunk(tmp_path, company) -> None:
    path = csv_file(tmp_path, [["王伟", "济南"]] * (run.CHUNK + 2), header=("客户名称", "城市"))
    assert command.run(path) == figures(created=run.CHUNK + 2)
    assert command.run(path) == figures(skipped=run.CHUNK + 2)


def test_two_numbers_of_one_source_may_share_a_phone(tmp_path, company) -> None:
    family = [["F1", "父亲", "13800138000", "", "", ""], ["F2", "母亲", "13800138000", "", "", ""]]
    assert command.run(csv_file(tmp_path, family[:1])) == figures(created=1)
    assert command.run(csv_file(tmp_path, family)) == figures(created=1, skipped=1)
    assert Customer.objects.count() == 2


def test_update_changes_what_differs_and_the_second_time_nothing(tmp_path, company) -> None:
    command.run(csv_file(tmp_path, rows(3)))
    changed = rows(3)
    changed[0][1], changed[0][2], changed[1][4] = "改名", "13911112222", ""
    path = csv_file(tmp_path, changed)
    assert command.run(path, duplicates="update") == figures(updated=1, skipped=2)
    first = Customer.objects.get(external_number="C00000")
    assert (first.name, first.initials) == ("改名", "gm")
    assert set(first.contact_points.filter(kind="phone").values_list("value", "primary")) == {
        ("13800000000", True), ("13911112222", False),
    }  # fmt: skip
    assert Customer.objects.get(external_number="C00001").province == "浙江"
    event = Event.objects.get(verb="customer.changed")
    assert event.data["changes"]["name"] == ["王伟0", "改名"]
    assert "13911112222" not in str(event.data)
    assert command.run(path, duplicates="update") == figures(skipped=3)


def test_keep_makes_a_second_customer_but_one_for_each_number(tmp_path, company) -> None:
    lines = [*rows(2), *rows(2)]
    path = csv_file(tmp_path, lines)
    assert command.run(path) == figures(created=2, skipped=2)
    assert command.run(path, duplicates="keep") == figures(created=2, skipped=2)
    assert Customer.objects.count() == 4
    assert command.run(path) == figures(skipped=4)


BAD = [
    (["1", "", "13800138000", "", "", ""], "请填写客户名称"),
    (["2", "李雷", "2345", "", "", ""], "不是有效的电话号码"),
    (["3", "李雷", "1.38E+10", "", "", ""], "科学计数"),
    (["4", "李雷", "", "not-an-address", "", ""], "不是有效的邮箱"),
    (["5", "李雷", "", "", "", "很" * 21], "标签"),
    (["9" * 81, "李雷", "", "", "", ""], "客户编号最多"),
]


def test_refused_lines_keep_their_cells_and_the_reason(tmp_path, company) -> None:
    lines = [line for line, _reason in BAD] + rows(2)
    assert command.run(xlsx_file(tmp_path, lines)) == figures(created=2, refused=len(BAD))
    kept = list(ImportRow.objects.filter(outcome="refused").order_by("row"))
    assert [row.row for row in kept] == list(range(2, 2 + len(BAD)))
    for row, (line, reason) in zip(kept, BAD, strict=True):
        assert reason in row.reason
        assert row.cells[0] == line[0]


def test_numbers_and_words_for_nothing_in_cells(tmp_path, company) -> None:
    lines = [[1001, "甲", 13800138000, "NA", "", ""], [1002, "乙", "n/a", "-", "", ""]]
    assert command.run(xlsx_file(tmp_path, lines)) == figures(created=2)
    assert set(Customer.objects.values_list("external_number", flat=True)) == {"1001", "1002"}
    assert ContactPoint.objects.get().value == "13800138000"


def test_an_owner_in_the_file_must_work_here(tmp_path, company) -> None:
    header = ("姓名", "负责人")
    lines = [["甲", "林一诺"], ["乙", "查无此人"], ["丙", "agent"]]
    assert command.run(csv_file(tmp_path, lines, header=header)) == figures(created=2, refused=1)
    assert Customer.objects.filter(owner=company.people["agent"], unit=company.units["team"]).count() == 2


def test_nothing_that_names_a_customer_is_refused(tmp_path, company) -> None:
    with pytest.raises(Refused, match="客户名称"):
        command.run(csv_file(tmp_path, [["A1", 3]], header=("物料", "库存")))
    with pytest.raises(Refused, match="没有找到文件"):
        command.run(tmp_path / "nowhere.csv")
    assert not ImportBatch.objects.exists()


def test_a_killed_import_goes_on_behind_the_last_chunk(tmp_path, company, monkeypatch) -> None:
    path = csv_file(tmp_path, rows(1300))
    with open_sheet(path, name="x.csv") as book:
        batch = command.begin(book, "x.csv", None, "skip", SYSTEM)
        calls = []

        def die(done: int) -> None:
            calls.append(done)
            if len(calls) == 2:
                raise SystemExit

        with pytest.raises(SystemExit):
            run.take_all(batch, book, SYSTEM, die)
    assert Customer.objects.count() == 1000
    again = ImportBatch.objects.get()
    with open_sheet(path, name="x.csv") as book:
        run.take_all(again, book, SYSTEM)
    assert run.figures(again) == figures(created=1300)
    assert Customer.objects.count() == 1300
    stale = ImportBatch.objects.get()
    stale.next_row = 1
    with pytest.raises(WrongState):
        run.take_in(stale, SYSTEM, 501, [], {})


def test_number_of_queries_does_not_grow_with_the_lines(tmp_path, company, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(60):
        command.run(csv_file(tmp_path, rows(500)))


@pytest.mark.parametrize(
    ("labels", "fields"),
    [
        (["客户 ID", "客户名称", "省/自治区", "地区", "细分"], ["number", "name", "province", "region", "tags"]),
        (["Name", "Mobile Phone", "E-mail"], ["name", "phone", "email"]),
        (["姓名（必填）", "手机号码*", "固话", "公司"], ["name", "phone", "other_phone", "company_name"]),
        (["编号", "姓名"], ["number", "name"]),
        (["编号", "姓名", "订单金额"], ["", "name", ""]),
        (["order_number", "phone", "name"], ["", "phone", "name"]),
    ],
)
def test_headings_are_understood(labels, fields) -> None:
    guessed = mapping.guess(labels)
    assert [guessed.get(at, "") for at in range(len(labels))] == fields


def test_a_mapping_is_remembered_for_the_same_header(tmp_path, company) -> None:
    labels = ["甲列", "乙列"]
    mapping.remember(labels, {0: "name", 1: "phone"}, "旧系统")
    assert mapping.recall(labels) == ({0: "name", 1: "phone"}, "旧系统")
    path = csv_file(tmp_path, [["王伟", "13800138000"]], header=labels)
    assert command.run(path) == figures(created=1)
    assert ContactPoint.objects.get().value == "13800138000"


def test_header_of_the_tests_is_understood() -> None:
    assert len(mapping.guess(HEADER)) == len(HEADER)
    with pytest.raises(Refused):
        parse.columns_of({"0": "phone"})
