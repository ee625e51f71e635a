"""What people get to see of it: only their own, marked, escaped."""

from dataclasses import replace

import pytest
from django.urls import reverse

from keqiao.kernel.actor import NOBODY, SYSTEM
from keqiao.org.actions import create_unit
from keqiao.org.models import OrgUnit
from keqiao.search import actions, queries, registry
from keqiao.search.highlight import highlight
from keqiao.search.registry import Doc
from keqiao.search.tests.conftest import LABEL


def titles(actor, query: str) -> list[str]:
    return [hit.title for group in queries.everywhere(actor, query) for hit in group.hits]


def test_only_visible_records_are_found_whatever_their_number(units, company, monkeypatch) -> None:
    monkeypatch.setattr(queries, "LIMIT", 3)  # so that the strangers' records alone are more than that
    agent = company.actor("agent")
    hidden = [create_unit(actor=SYSTEM, name=f"部门{n}", kind="team", parent=company.units["head"]) for n in range(12)]
    actions.index(LABEL, units.base.all())
    assert len(queries.ids(LABEL, "部")) == 12 + 4
    [group] = queries.everywhere(agent, "部")
    assert [str(hit.title) for hit in group.hits] == ["投诉一组", "客户服务<mark>部</mark>"]
    assert not group.more
    assert titles(agent, hidden[0].name) == []
    rows = OrgUnit.objects.filter(pk__lte=agent.unit_id)
    assert set(queries.search(rows, LABEL, "部").rows) == {company.units["service"], company.units["team"]}


def test_more_is_said_only_of_visible_records(units, company) -> None:
    actions.index(LABEL, units.base.all())
    outsider = company.actor("outsider")
    [group] = queries.everywhere(outsider, "部", limit=2)
    assert [hit.url for hit in group.hits] == [f"/units/{company.units[name].pk}/" for name in ("finance", "quality")]
    assert group.more
    assert not queries.everywhere(outsider, "部", limit=4)[0].more


def test_search_is_the_same_for_rare_and_for_common_words(units, company, monkeypatch) -> None:
    actions.index(LABEL, units.base.all())
    rows = OrgUnit.objects.order_by("-pk")
    for query in ("部", "客户服务", "投诉 一组", "组", "ts", "没有"):
        monkeypatch.setattr(queries, "LIMIT", 1001)
        rare = list(queries.search(rows, LABEL, query).rows)
        monkeypatch.setattr(queries, "LIMIT", 0)
        assert list(queries.search(rows, LABEL, query).rows) == rare
        assert [unit.pk for unit in rare] == queries.ids(LABEL, query)


def test_search_without_a_keyword_keeps_all(units, company) -> None:
    assert queries.search(OrgUnit.objects.all(), LABEL, " ,").rows.count() == OrgUnit.objects.count()


@pytest.mark.parametrize(
    ("query", "enough"),
    [("漏", True), ("𠮷", True), ("ab", True), ("07", True), ("a 漏", True)]
    + [("a", False), ("7", False), ("*-", False), ("", False)],
)
def test_what_is_enough_to_search_for(query: str, enough: bool) -> None:
    assert queries.is_enough(query) is enough


def test_two_labels_never_share_a_place(units) -> None:
    registry.register(replace(units, label="org.other"))
    with pytest.raises(ValueError):
        registry.register(units)


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("空调漏水", "漏水", "空调<mark>漏水</mark>"),
        ("<b>漏水</b>&", "漏水", "&lt;b&gt;<mark>漏水</mark>&lt;/b&gt;&amp;"),
        ("ＡＢＣ abc", "abc", "<mark>ＡＢＣ</mark> <mark>abc</mark>"),
        ("漏水水", "漏水 水水", "<mark>漏水水</mark>"),
        ("x<y", "<", "x<mark>&lt;</mark>y"),
        ("无", "漏水", "无"),
        ("", "漏水", ""),
    ],
)
def test_marks_are_placed_and_everything_is_escaped(text: str, query: str, marked: str) -> None:
    assert highlight(text, query) == marked


def test_the_page_groups_marks_and_escapes(units, company) -> None:
    actions.store(LABEL, [Doc(company.units["head"].pk, "<script>漏水", text="阳台漏水 <img src=x>")])
    html = company.client("agent").get(reverse("search"), {"q": "漏水"}).content.decode()
    assert "组织单元" in html
    assert "&lt;script&gt;<mark>漏水</mark>" in html
    assert "<img src=x>" not in html
    assert f'href="/units/{company.units["head"].pk}/"' in html


def test_the_page_says_what_to_do_when_there_is_nothing(units, company) -> None:
    client = company.client("agent")
    assert "想找什么" in client.get(reverse("search")).content.decode()
    assert "再多输入一点" in client.get(reverse("search"), {"q": "a"}).content.decode()
    assert "没有找到" in client.get(reverse("search"), {"q": "绝无此事"}).content.decode()
    hostile = client.get(reverse("search"), {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in hostile


def test_live_results_are_a_part_and_nothing_for_too_little(units, company) -> None:
    actions.index(LABEL, units.base.all())
    client = company.client("outsider")
    part = client.get(reverse("search_live"), {"q": "质量"}).content.decode()
    assert "<mark>质量</mark>部" in part
    assert "<html" not in part
    assert client.get(reverse("search_live"), {"q": "a"}).content.decode().strip() == ""
    assert client.post(reverse("search"), {"q": "质量"}).status_code == 405


def test_nobody_finds_nothing(units, company, client) -> None:
    actions.index(LABEL, units.base.all())
    assert client.get(reverse("search"), {"q": "质量"}).status_code == 302
    assert titles(NOBODY, "质量") == []
