"""The search box of a list: newest first, exact, also when very many match."""

import html
import re

import pytest
from django.http import QueryDict

from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.resource import get
from keqiao.kernel.resource.listing import cell, listing
from keqiao.search import actions, queries
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def found(query: str):
    return listing(get("tickets.ticket"), SYSTEM, QueryDict(query))


@pytest.fixture
def many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Eight tickets of which six speak of 漏水, with a limit that six go beyond."""
    ids = [desk.accept(body="脱水时漏水" if n < 6 else "门关不上").pk for n in range(8)]
    actions.index("tickets.ticket", Ticket.objects.select_related("customer"))
    monkeypatch.setattr(queries, "LIMIT", 5)
    return ids


def test_pages_of_a_search_are_newest_first_and_lose_nothing(many: list[int]) -> None:
    first = found("view=all&q=漏水").page(limit=2)
    second = found(f"view=all&q=漏水&after={first.next}").page(limit=2)
    third = found(f"view=all&q=漏水&after={second.next}").page(limit=2)
    walked = [row.pk for page in (first, second, third) for row in page.rows]
    assert walked == sorted(many[:6], reverse=True)
    assert third.next is None


def test_what_lies_beyond_the_newest_is_found_when_these_are_out_of_sight(many: list[int]) -> None:
    Ticket.objects.filter(pk__in=many[1:]).update(open=False)
    assert [row.pk for row in found("view=open&q=漏水").page().rows] == [many[0]]


def test_a_chosen_order_holds_in_a_search(many: list[int]) -> None:
    Ticket.objects.filter(pk=many[3]).update(due_at="2020-01-01T00:00:00Z")
    assert found("view=all&q=漏水&sort=due_at").page(limit=2).rows[0].pk == many[3]


def test_the_search_box_finds_phones_ends_of_phones_and_numbers(desk: Desk, company) -> None:
    ticket = desk.accept(contact_phone="199 0000 4321")
    actions.index("tickets.ticket", Ticket.objects.select_related("customer"))
    actions.index("customers.customer", [ticket.customer])
    for words in ("19900004321", "4321", ticket.number, ticket.number.lower()[:10]):
        labels = {group.label for group in queries.everywhere(SYSTEM, words)}
        assert "tickets.ticket" in labels, words
    assert "customers.customer" in {group.label for group in queries.everywhere(SYSTEM, "4321")}
    assert queries.everywhere(company.actor("outsider"), "4321") == []


def test_a_list_joins_only_what_its_columns_show(desk: Desk, django_assert_num_queries) -> None:
    for _n in range(3):
        desk.accept()
    tickets = get("tickets.ticket")
    listed = {column.name: column for column in tickets.every_column()}
    for names, joined in ((["subject"], set()), (["owner"], {"owner"}), (["owner", "unit"], {"owner", "unit"})):
        shown = [listed[name] for name in names]
        with django_assert_num_queries(1):
            rows = found("view=all").page(shown=shown).rows
            assert all(cell(column, row, SYSTEM) for row in rows for column in shown)
        assert {name for name in ("owner", "unit") if Ticket._meta.get_field(name).is_cached(rows[0])} == joined
    assert Ticket._meta.get_field("unit").is_cached(found("view=all").page().rows[0])


def test_what_is_not_in_the_open_tab_is_looked_for_in_all(desk: Desk, company) -> None:
    ticket = desk.accept()
    actions.index("tickets.ticket", Ticket.objects.select_related("customer"))
    Ticket.objects.update(open=False)
    client = company.client("agent")
    mine = client.get(f"/tickets/?view=mine&q={ticket.number}").content.decode()
    offered = re.search(r'href="(\?[^"]+)"[^>]*>(?:<svg.*?</svg>)?\s*(?:<span>)?在“全部”里找', mine)
    assert offered
    every = "/tickets/" + html.unescape(offered[1])
    assert ticket.subject in client.get(every).content.decode()
    assert "里找" not in client.get("/tickets/?view=all&q=TS-404").content.decode()
