"""Many alike complaints within a day: one alarm, growing while more come, over when it is quiet."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.notices.models import Notice
from keqiao.org.models import OrgUnit
from keqiao.tickets import actions
from keqiao.tickets.actions.waves import gather, watch
from keqiao.tickets.models import RuleSet, Ticket, Wave
from keqiao.tickets.ruling import keeping
from keqiao.tickets.tests.conftest import Desk, set_rule

Parallel = Callable[..., list[Any]]


@pytest.fixture
def led(desk: Desk, company: Company) -> Desk:
    """客服部 is led by its leader."""
    lead(company)
    return desk


def lead(company: Company) -> None:
    """客服部 is led by its leader."""
    OrgUnit.objects.filter(pk=company.units["service"].pk).update(leader=company.people["leader"])


def several(desk: Desk, number: int, role: str = "agent", **values: Any) -> list[Ticket]:
    """So many complaints of one type about one product, each of another customer."""
    values = {"category": desk.category(), **values}
    return [
        desk.accept(role, contact_name=f"客户{place}", contact_phone=f"1350000{place:04}", **values)
        for place in range(number)
    ]


def test_five_of_one_type_and_product_raise_one_alarm_with_a_link(led: Desk, company: Company) -> None:
    several(led, 4)
    assert watch() == 0
    several(led, 1, product="双开门冰箱　ＢＣＤ-520 ")
    assert watch() == 1
    assert watch() == 0
    wave = Wave.objects.get()
    assert (wave.by, wave.count, wave.unit, wave.told) == ("product", 5, company.units["team"], ["许知远"])
    notice = Notice.objects.get(kind="ticket.wave")
    assert (notice.employee, notice.url) == (company.people["leader"], f"/waves/{wave.pk}/")
    assert Event.objects.filter(verb="wave.raised").count() == 1
    assert company.client("leader").get(notice.url).status_code == 200


def test_other_products_types_kinds_and_days_do_not_count(led: Desk) -> None:
    """Four are one too few: any of the others would make them a wave."""
    several(led, 4)
    several(led, 1, product="洗衣机")
    several(led, 1, category=led.category("噪音异响"))
    several(led, 1, kind="repair")
    old, gone = several(led, 2)
    day = timezone.now() - timedelta(hours=25)
    Ticket.objects.filter(pk=old.pk).update(accepted_at=day, accepted_on=timezone.localdate(day))
    actions.withdraw(actor=SYSTEM, obj=gone, words="不投诉了")
    assert watch() == 0


def test_it_grows_without_another_alarm_and_ends_when_it_is_quiet(led: Desk) -> None:
    several(led, 5)
    watch()
    several(led, 2)
    watch()
    wave = Wave.objects.get()
    assert (wave.count, wave.tickets.count(), wave.open) == (7, 7, True)
    assert Notice.objects.filter(kind="ticket.wave").count() == 1
    assert watch(wave.last_at + timedelta(hours=25)) == 0
    wave.refresh_from_db()
    assert not wave.open
    assert wave.ended_at is not None
    assert watch() == 0  # what has had its alarm gets no other one


def test_the_limits_follow_the_rules_in_force(led: Desk) -> None:
    set_rule("wave", "product", count=3)
    several(led, 3)
    set_rule("wave", "product", on=False, count=3)
    assert watch() == 0
    set_rule("wave", "product", on=True, count=3)
    set_rule("wave", "unit", count=3)
    assert watch() == 2
    assert set(Wave.objects.values_list("by", flat=True)) == {"product", "unit"}


def test_a_version_keeps_both_limits(desk: Desk, company: Company) -> None:
    made = keeping.draft(actor=company.actor("manager"))
    client = company.client("manager")
    assert "集中投诉报警" in client.get(f"/ticket-rules/{made.pk}/?tab=waves").content.decode()
    rule = made.rules.get(kind="wave", key="product")
    assert client.post(f"/ticket-rules/rows/{rule.pk}/", {"on": "on", "count": "1", "hours": "24"}).status_code == 422
    assert client.post(f"/ticket-rules/rows/{rule.pk}/", {"on": "on", "count": "8", "hours": "48"}).status_code == 302
    rule.refresh_from_db()
    assert rule.data == {"by": "product", "on": True, "count": 8, "hours": 48}
    with pytest.raises(Refused):
        keeping.remove_rule(actor=SYSTEM, obj=rule)
    assert RuleSet.objects.get(state="force").rules.filter(kind="wave").count() == 2


def test_only_who_sees_all_of_its_tickets_sees_it(led: Desk, company: Company) -> None:
    several(led, 3)
    several(led, 2, role="outsider")
    watch()
    wave = Wave.objects.get()
    assert wave.unit == company.units["head"]
    for role, seen in (("manager", True), ("leader", False), ("agent", False), ("outsider", False)):
        client = company.client(role)
        page = client.get("/waves/")
        assert page.status_code == 200
        assert (wave.number in page.content.decode()) == seen
        assert client.get(f"/waves/{wave.pk}/").status_code == (200 if seen else 404)
        assert client.get(f"/api/waves/{wave.pk}").status_code == (200 if seen else 404)
    assert company.client("department").get("/waves/").status_code == 403


def test_the_count_opens_exactly_its_tickets(led: Desk, company: Company) -> None:
    several(led, 6)
    several(led, 2, product="洗衣机")
    watch()
    wave = Wave.objects.get()
    items = company.client("leader").get(f"/api/tickets?view=all&wave={wave.number}").json()["items"]
    assert len(items) == wave.count == 6
    assert company.client("outsider").get(f"/api/tickets?view=all&wave={wave.number}").json()["items"] == []


def test_everything_of_it_is_joined_into_the_matter_that_is_furthest(led: Desk, company: Company) -> None:
    boss, rows = company.actor("manager"), several(led, 5)
    actions.assess(actor=boss, obj=rows[2], category=led.category(), impact="several")
    actions.dispatch(actor=boss, obj=rows[2], units=[company.units["quality"]])
    watch()
    wave = Wave.objects.get()
    with pytest.raises(NotAllowed):
        gather(actor=company.actor("leader"), obj=wave)
    assert gather(actor=boss, obj=wave) == 4
    assert set(Ticket.objects.exclude(pk=rows[2].pk).values_list("main", flat=True)) == {rows[2].pk}
    with pytest.raises(Refused):
        gather(actor=boss, obj=wave)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_raise_it_once(desk: Desk, company: Company, in_parallel: Parallel) -> None:
    lead(company)
    several(desk, 5)
    assert sum(in_parallel(lambda _number: watch(), 6)) == 1
    assert Wave.objects.count() == Notice.objects.filter(kind="ticket.wave").count() == 1
    wave = Wave.objects.get()
    assert wave.number.endswith("-0001")
    with pytest.raises(IntegrityError), transaction.atomic():
        Wave.objects.create(
            number="JZ-X",
            by=wave.by,
            category=wave.category,
            key=wave.key,
            unit=wave.unit,
            count=1,
            limit=1,
            hours=1,
            began_at=wave.began_at,
            last_at=wave.last_at,
            raised_at=wave.raised_at,
        )
