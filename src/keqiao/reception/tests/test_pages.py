"""The register and its ledger in the browser and as JSON."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.reception import actions
from keqiao.reception.ledger import asked_of
from keqiao.reception.models import Entry, Word
from keqiao.search.actions import index
from keqiao.tickets.models import Ticket

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def day(company: Company) -> None:
    """A day of the team: four entries of one agent, one of another, one of yesterday, one void."""
    source = Word.objects.create(kind="source", name="同事介绍")
    agent, other, leader = company.actor("agent"), company.actor("colleague"), company.actor("leader")
    actions.register(actor=agent, way="call", name="甲", phone="13900000001", source=source)
    actions.register(actor=agent, way="call", phone="13900000001")
    actions.register(actor=agent, way="walk_in", phone="13900000001")
    actions.register(actor=agent, way="walk_in", name="乙", phone="13900000002", source=source)
    actions.register(actor=other, way="walk_in", name="丙", phone="13900000003")
    actions.register(actor=agent, way="call", name="丁", at=NOW - timedelta(days=1))
    actions.void(actor=leader, obj=actions.register(actor=leader, way="call", name="误"), reason="登记错了")


def test_registering_takes_one_form_and_the_same_form_twice_is_one_entry(company: Company) -> None:
    client = company.client("agent")
    page = client.get("/reception/new/").content.decode()
    key = page.split('name="form_key" value="')[1].split('"')[0]
    data = {"form_key": key, "way": "call", "phone": "139-1357-2468", "name": "顾念秋", "matter": "问价"}
    answers = [client.post("/reception/new/", data) for _turn in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Entry.objects.count() == 1


def test_a_wrong_form_comes_back_with_what_was_typed(company: Company) -> None:
    answer = company.client("agent").post("/reception/new/", {"way": "call", "phone": "1391", "matter": "想看样机"})
    assert answer.status_code == 422
    assert "不是有效的电话号码" in answer.content.decode()
    assert "想看样机" in answer.content.decode()


def test_the_end_of_a_number_with_a_chosen_customer_is_enough(company: Company) -> None:
    first = actions.register(actor=company.actor("agent"), way="call", name="顾念秋", phone="13913572468")
    data = {"way": "walk_in", "phone": "2468", "customer": first.customer_id}
    assert company.client("agent").post("/reception/new/", data).status_code == 302
    assert Entry.objects.latest("pk").customer_id == first.customer_id


def test_matches_appear_while_typing_and_the_exact_one_is_chosen(company: Company) -> None:
    first = actions.register(actor=company.actor("agent"), way="call", name="顾念秋", phone="13913572468")
    index("customers.customer", [first.customer])
    client = company.client("agent")
    part = client.get("/reception/matches/?phone=13913572468").content.decode()
    assert f'value="{first.customer_id}" checked' in part
    assert "来过 1 次" in part
    part = client.get("/reception/matches/?name=顾念").content.decode()
    assert "顾念秋" in part
    assert 'value="" checked' in part
    assert "顾念秋" not in company.client("outsider").get("/reception/matches/?phone=13913572468").content.decode()
    assert company.client("department").get("/reception/matches/?phone=1391").status_code == 403


def test_the_ledger_counts_by_person_way_and_word(company: Company) -> None:
    day(company)
    page = company.client("leader").get("/reception/ledger/")
    found = page.context["found"]
    lines = {
        line.person: [line.of(way, first) for way in ("call", "walk_in") for first in (True, False)]
        for line in found.lines
    }
    assert lines == {"林一诺": [1, 1, 1, 1], "周衡": [0, 0, 1, 0]}
    assert found.total == 5
    assert [(word, n, new) for _pk, word, n, new in found.by_source] == [("", 3, 1), ("同事介绍", 2, 2)]


def test_every_figure_of_the_ledger_opens_as_many_entries(company: Company) -> None:
    day(company)
    client = company.client("leader")
    context = client.get("/reception/ledger/?from=2026-11-22&to=2026-11-23").context
    figures = [cell for line in context["lines"] for cell in (*line["cells"], line["total"])]
    figures += [*context["sums"], context["all"]]
    figures += [cell for table in context["tables"] for _word, whole, new in table["lines"] for cell in (whole, new)]
    assert sum(1 for number, _url in figures if number) > 15
    for number, url in figures:
        listed = client.get(url).context["page"]
        assert listed.count_text == f"共 {number} 条", url


def test_the_ledger_of_an_agent_shows_only_his_own(company: Company) -> None:
    day(company)
    assert company.client("colleague").get("/reception/ledger/").context["found"].total == 1
    assert company.client("department").get("/reception/ledger/").status_code == 403


def test_the_queries_of_ledger_and_list_do_not_grow(company: Company) -> None:
    client = company.client("leader")
    day(company)

    def counted(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    for url in ("/reception/ledger/", "/reception/"):
        client.get(url)
        before = counted(url)
        for number in range(8):
            actions.register(actor=company.actor("agent"), way="call", name=f"客{number}", phone=f"1390000{number:04}")
        assert counted(url) == before


def test_the_ledger_leaves_as_sheet_and_paper_on_record(company: Company) -> None:
    day(company)
    client = company.client("leader")
    sheet = b"".join(client.get("/reception/ledger/xlsx/").streaming_content)  # type: ignore[attr-defined]
    table = [[cell.value for cell in row] for row in openpyxl.load_workbook(BytesIO(sheet)).active]
    assert table[0][:3] == ["日期", "接待人", "来电首次"]
    assert table[-1] == ["合计", None, 1, 1, 2, 1, 5]
    pdf = b"".join(client.get("/reception/ledger/pdf/").streaming_content)  # type: ignore[attr-defined]
    text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert "来电来访接待台账" in text
    assert "海纳电器" in text
    assert client.get("/reception/ledger/exe/").status_code == 404
    assert company.client("agent").get("/reception/ledger/xlsx/").status_code == 403
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"reception.ledger_exported", "document.printed"} <= verbs


@pytest.mark.parametrize(
    "query",
    [
        {"from": "gestern"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"from": "2026-12-01", "to": "2026-11-01"},
        {"unit": "x"},
    ],
)
def test_the_ledger_understands_any_address(company: Company, query: dict[str, str]) -> None:
    wanted = asked_of(query)
    assert wanted.first <= wanted.last
    assert (wanted.last - wanted.first).days < 92
    assert company.client("leader").get("/reception/ledger/", query).status_code == 200


def test_an_entry_is_made_a_ticket_in_the_browser(company: Company) -> None:
    entry = actions.register(actor=company.actor("agent"), way="walk_in", name="顾念秋", matter="冰箱不制冷")
    client = company.client("agent")
    url = f"/tickets/from-reception/{entry.pk}/"
    assert url in client.get(f"/reception/{entry.pk}/").content.decode()
    page = client.get(url).content.decode()
    assert "冰箱不制冷" in page
    data = {"kind": "repair", "channel": "counter", "body": "冰箱不制冷", "contact_name": "顾念秋", "severity": "2"}
    assert client.post(url, data).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.number in client.get(f"/reception/{entry.pk}/").content.decode()
    assert client.post(url, data).status_code == 403
    assert Ticket.objects.count() == 1
    assert company.client("outsider").get(url).status_code == 404


def test_json_registers_and_answers_twice_the_same(company: Company) -> None:
    client = company.client("agent")
    same = {"content_type": "application/json", "headers": {"Idempotency-Key": "k-1"}}
    answers = [client.post("/api/reception", {"way": "call", "phone": "13913572468"}, **same) for _turn in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    wrong = client.post("/api/reception", {"way": "call"}, content_type="application/json")
    assert wrong.status_code == 422
