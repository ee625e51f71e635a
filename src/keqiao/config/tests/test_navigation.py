"""The navigation: who sees what, which pages stand beside each other, and what it costs."""

import re
from typing import Any

import pytest
from django.urls import reverse

from keqiao.config import navigation, places
from keqiao.config.places import GROUPS, HANDY
from keqiao.kernel.actor import Actor, Kind, Reach
from keqiao.kernel.icons import ICONS
from keqiao.workspace.views.rules import GROUPS as RULES


def somebody(*powers: str) -> Actor:
    """Somebody with these powers."""
    return Actor(kind=Kind.EMPLOYEE, id=1, name="某人", grants=dict.fromkeys(powers, Reach()))


def entries(*powers: str) -> dict[str, list[str]]:
    """Group → what its entries are called."""
    return {
        group.key: [one.label for one in group.entries] for group in navigation.sections(frozenset(powers), "zh-hans")
    }


def test_every_page_is_there_and_has_a_drawing() -> None:
    every = [page for group in GROUPS for one in group.entries for page in one.pages]
    assert all(reverse(page.name) for page in every)
    assert len({page.name for page in every}) == len(every), "a page is in one place"
    assert {one.icon for group in GROUPS for one in group.entries} <= set(ICONS)
    assert set(HANDY) <= {page.name for page in every}


def test_one_sees_what_ones_powers_open_and_no_empty_group() -> None:
    assert entries() == {"work": ["工作台", "待办", "审批"], "organisation": ["组织架构", "员工", "岗位说明书"]}
    assert entries("customer.view")["customers"] == ["客户"]
    assert entries("reception.view", "loss.view")["customers"] == ["来电来访", "流失客户"]


def test_whoever_keeps_any_rule_finds_the_page_of_rules() -> None:
    """And nobody else: the powers named there are those of its cards."""
    assert {rule.power for _group, rules in RULES for rule in rules} == set(places.RULES)
    assert entries("care.plan")["settings"] == ["业务规则"]


def test_an_entry_leads_to_the_first_page_that_one_may_open() -> None:
    (group,) = [one for one in navigation.sections(frozenset({"customer.import"}), "zh-hans") if one.key == "customers"]
    assert [(one.label, one.url) for one in group.entries] == [("导入", reverse("customer-imports"))]


def test_what_stands_beside_a_page_is_shown_on_it_and_nowhere_else() -> None:
    actor = somebody("customer.view", "customer.import")
    shown = navigation.beside(actor, reverse("customer-imports"))
    assert re.findall(r'<a href="([^"]+)"( aria-current="page")?>', shown) == [
        (reverse("customers:list"), ""),
        (reverse("segments:list"), ""),
        (reverse("customer-analysis"), ""),
        (reverse("customer-imports"), ' aria-current="page"'),
    ]
    assert navigation.beside(actor, "/customers/5/") == ""
    assert navigation.beside(somebody("care.view"), "/customers/") == ""
    assert navigation.beside(somebody("audit.view"), reverse("events:list")) == "", "one page alone has no tabs"


@pytest.mark.parametrize("below", ["duplicates:list", "merges:list"])
def test_a_list_that_only_one_page_leads_to_keeps_the_way_back(below: str) -> None:
    shown = navigation.beside(somebody("customer.view", "customer.merge"), reverse(below))
    (marked,) = re.findall(r'<a href="([^"]+)" aria-current="page">', shown)
    assert marked == reverse("duplicates-start")
    assert reverse("customers:list") in shown
    assert navigation.beside(somebody("customer.view"), reverse(below)) == "", "not without the power for that page"


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/duplicates/", "客户"),
        ("/merges/3/", "客户"),
        ("/customers/7/edit/", "客户"),
        ("/customers/analysis/", "客户"),
        ("/reception/ledger/", "来电来访"),
        ("/nowhere/", ""),
    ],
)
def test_the_entry_is_marked_under_whose_pages_one_is(path: str, marked: str) -> None:
    drawn = navigation.navigation(somebody("customer.view", "customer.merge", "reception.view"), path)
    rail = drawn[: drawn.index("bottombar")]
    found = re.findall(r'aria-current="page">.*?<span>(.*?)</span>', rail, re.DOTALL)
    assert found == ([marked] if marked else [])


def test_every_page_of_rules_without_an_entry_leads_back_to_the_page_of_rules() -> None:
    keeper, listed = (
        somebody("settings.change"),
        {page.name for group in GROUPS for one in group.entries for page in one.pages},
    )
    ways = [reverse(rule.name) for _group, rules in RULES for rule in rules if rule.name not in listed]
    assert len(ways) > 10
    for path in [*ways, "/ticket-rules/7/", "/letter-templates/3/"]:
        assert f'href="{reverse("settings")}"' in navigation.beside(keeper, path), path
        assert 'aria-current="page"' in navigation.navigation(keeper, path), path
    assert navigation.beside(somebody("ticket.view"), "/ticket-rules/7/") == ""
    assert reverse("settings") not in navigation.beside(keeper, reverse("approval-flows:list"))
    assert navigation.beside(keeper, reverse("settings")) == ""


def test_a_long_navigation_is_folded_but_for_everyday_work_and_where_one_is() -> None:
    every = {power for group in GROUPS for one in group.entries for page in one.pages for power in page.needs}

    def open_groups(path: str, *powers: str) -> list[str]:
        drawn = navigation.navigation(somebody(*powers), path)
        rail = drawn[: drawn.index("bottombar")]
        return re.findall(r'data-fold="(\w+)" open', rail)

    assert open_groups("/", *every) == ["customers", "matters"]
    assert open_groups(reverse("events:list"), *every) == ["customers", "matters", "management"]
    assert open_groups("/", "customer.view") == ["customers", "organisation"], "a short one shows all"


def test_it_is_drawn_once_for_all_who_hold_the_same_powers(monkeypatch: Any) -> None:
    navigation.drawn.cache_clear()
    for who in range(20):
        navigation.navigation(Actor(kind=Kind.EMPLOYEE, id=who, name=str(who)), f"/customers/{who}/")
    assert navigation.drawn.cache_info().misses == 1
