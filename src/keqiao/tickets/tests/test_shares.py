"""Responsibility in percent: always 100 together, for founded complaints only."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keqiao.conftest import Company
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.org.actions import create_token
from keqiao.tickets import actions
from keqiao.tickets.actions.dividing import checked
from keqiao.tickets.models import Share, Ticket
from keqiao.tickets.tests.conftest import Desk


def planned(desk: Desk) -> Ticket:
    """A founded complaint with a plan."""
    ticket = desk.at("handling")
    desk.plan(ticket)
    return ticket


def kept(ticket: Ticket) -> list[tuple[str, str, int]]:
    """The shares as they stand."""
    rows = Share.objects.filter(complaint=ticket.pk).select_related("unit", "person")
    return [(row.unit.name, row.person.name if row.person else "", row.percent) for row in rows]


def test_a_plan_gives_all_of_it_to_the_responsible(desk: Desk) -> None:
    ticket = planned(desk)
    assert kept(ticket) == [("质量部", "韩建国", 100)]


def test_it_is_divided_and_divided_anew(desk: Desk, company: Company) -> None:
    ticket, agent = planned(desk), company.actor("agent")
    quality, service = company.units["quality"], company.units["service"]
    actions.divide(actor=agent, obj=ticket, shares=[(quality, None, 30), (service, company.people["leader"], 70)])
    assert kept(ticket) == [("客户服务部", "许知远", 70), ("质量部", "", 30)]
    fresh = Ticket.objects.select_related("complaint").get(pk=ticket.pk)
    assert fresh.complaint.responsible_unit == service
    desk.plan(ticket)  # the old responsible is among the parts by unit only, so the plan begins anew
    assert kept(ticket) == [("质量部", "韩建国", 100)]


def test_a_plan_that_names_one_of_the_parts_leaves_the_division(desk: Desk, company: Company) -> None:
    ticket, agent = planned(desk), company.actor("agent")
    person = company.people["department"]
    parts = [(company.units["quality"], person, 60), (company.units["service"], None, 40)]
    actions.divide(actor=agent, obj=ticket, shares=parts)
    desk.plan(ticket)
    assert len(kept(ticket)) == 2


def test_what_does_not_make_a_hundred_is_refused(desk: Desk, company: Company) -> None:
    ticket, agent = planned(desk), company.actor("agent")
    quality, service = company.units["quality"], company.units["service"]
    bad = (
        [], [(quality, None, 60)], [(quality, None, 60), (service, None, 50)], [(quality, None, 50), (quality, None, 50)],
        [(quality, None, 100), (service, None, 0)], [(quality, None, 110), (service, None, -10)],
    )  # fmt: skip
    for shares in bad:
        with pytest.raises(Refused):
            actions.divide(actor=agent, obj=ticket, shares=shares)
    assert kept(ticket) == [("质量部", "韩建国", 100)]


def test_only_a_founded_complaint_has_shares(desk: Desk, company: Company) -> None:
    agent, shares = company.actor("agent"), [(company.units["quality"], None, 100)]
    waiting = desk.at("investigating")
    with pytest.raises(WrongState):
        actions.divide(actor=agent, obj=waiting, shares=shares)
    with pytest.raises(NotAllowed):
        actions.divide(actor=company.actor("outsider"), obj=planned(desk), shares=shares)
    desk.answered(waiting)
    values = {"founded": False, "findings": "使用不当", "explanation": "请按说明书使用"}
    unfounded = actions.conclude(actor=agent, obj=waiting, **values)
    with pytest.raises(WrongState, match="认定成立"):
        actions.divide(actor=agent, obj=unfounded, shares=shares)
    assert kept(unfounded) == []
    told = desk.at("told")
    again = actions.reopen_after_visit(actor=agent, ticket=told, satisfaction=1, reason="不满意")
    assert kept(again) == []


def test_joined_complaints_share_alike(desk: Desk, company: Company) -> None:
    main, boss = planned(desk), company.actor("manager")
    other = actions.join(actor=boss, obj=desk.accept(contact_name="赵", contact_phone="13900139000"), main=main)
    parts = [(company.units["quality"], None, 80), (company.units["service"], None, 20)]
    actions.divide(actor=boss, obj=main, shares=parts)
    actions.resolve(actor=boss, obj=main, result="已换新")
    assert kept(other) == kept(main) == [("质量部", "", 80), ("客户服务部", "", 20)]


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_the_sum(desk: Desk, company: Company) -> None:
    ticket = planned(desk)
    more = {"complaint_id": ticket.pk, "unit": company.units["service"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Share.objects.create(**more, percent=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Share.objects.filter(complaint=ticket.pk).update(percent=101)
    with pytest.raises(IntegrityError), transaction.atomic():
        Share.objects.create(**more, percent=0)
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError), transaction.atomic():
            Share.objects.filter(complaint=ticket.pk).update(percent=99)
    assert kept(ticket) == [("质量部", "韩建国", 100)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(percents=st.lists(st.integers(-20, 120), max_size=8))
def test_exactly_what_makes_a_hundred_in_whole_parts_is_taken(company: Company, percents: list[int]) -> None:
    units = list(company.units.values())
    parts: list[Any] = [(units[at % 5], None, one) for at, one in enumerate(percents)]
    good = bool(percents) and len(percents) <= 5 and sum(percents) == 100 and all(1 <= one <= 100 for one in percents)
    try:
        assert checked(parts) == parts
        taken = True
    except Refused:
        taken = False
    assert taken == good


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(cuts=st.sets(st.integers(1, 99), max_size=4))
def test_any_division_into_whole_percents_is_stored_as_it_is(desk: Desk, company: Company, cuts: set[int]) -> None:
    ticket = Ticket.objects.filter(complaint__founded=True).first() or planned(desk)
    ends = [0, *sorted(cuts), 100]
    units = list(company.units.values())
    parts: list[Any] = [
        (units[at], None, end - begin) for at, (begin, end) in enumerate(zip(ends, ends[1:], strict=False))
    ]
    actions.divide(actor=company.actor("manager"), obj=ticket, shares=parts)
    assert sorted(percent for *_who, percent in kept(ticket)) == sorted(percent for *_who, percent in parts)
    assert sum(percent for *_who, percent in kept(ticket)) == 100


def test_page_form_and_json(desk: Desk, company: Company) -> None:
    ticket, client = planned(desk), company.client("agent")
    quality, service, leader = company.units["quality"].pk, company.units["service"].pk, company.people["leader"].pk
    url = f"/tickets/{ticket.pk}/do/divide/"
    assert f'value="{quality}" selected' in client.get(url).content.decode()
    typed = {
        "shares-0-unit": quality, "shares-0-percent": "60", "shares-1-unit": service, "shares-1-person": leader,
        "shares-1-percent": "30",
    }  # fmt: skip
    wrong = client.post(url, typed)
    assert wrong.status_code == 422
    html = wrong.content.decode()
    assert "合计是 90%" in html
    assert 'value="60"' in html
    assert client.post(url, {**typed, "shares-1-percent": ""}).status_code == 422
    assert client.post(url, {**typed, "shares-1-percent": "40"}).status_code == 302
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "<strong>40%</strong>" in page
    token = create_token(actor=company.actor("agent"), employee=company.people["agent"], name="测试")
    headers = {"Authorization": f"Bearer {token}"}
    body = json.dumps({"shares": [f"{quality}::55", f"{service}:{leader}:45"]})
    path = f"/api/tickets/{ticket.pk}/divide"
    answer = client.post(path, body, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    assert answer.json()["shares"][0] == {"unit": "质量部", "person": "", "percent": 55}
    for shares in (["x"], [f"{quality}::200"], [], ["999999:1:100"], "1::100;"):
        bad = client.post(path, json.dumps({"shares": shares}), content_type="application/json", headers=headers)
        assert bad.status_code in {409, 422}, shares
    listed = client.get(f"/api/tickets?view=all&liable_unit={service}", headers=headers).json()["items"]
    assert [one["id"] for one in listed] == [ticket.pk]
    assert (
        client.get(f"/api/tickets?view=all&liable={company.people['agent'].pk}", headers=headers).json()["items"] == []
    )
