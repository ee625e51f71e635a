"""The monthly summary of special customers: whose, once a month, with what numbers, for whose eyes."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.models import Customer, CustomerTag, Tag
from keqiao.kernel.actor import SYSTEM
from keqiao.notices.models import Notice
from keqiao.tickets import actions
from keqiao.tickets.models import SpecialMonth, Ticket
from keqiao.tickets.special import actions as special
from keqiao.tickets.tests.conftest import ZONE, Desk, set_rule
from keqiao.tickets.tests.test_ladder import lead

OCTOBER = date(2026, 10, 1)
Parallel = Callable[..., list[Any]]


def taken(desk: Desk, day: int, month: int = 10, tier: str = "vip", **values: Any) -> Ticket:
    """A ticket of a customer of a tier, accepted that day of 2026."""
    with time_machine.travel(datetime(2026, month, day, 10, 0, tzinfo=ZONE), tick=False):
        phone = f"137{Ticket.objects.count():08d}"
        ticket = desk.accept(contact_phone=phone, contact_name=f"客户{day}", **values)
    Customer.objects.filter(pk=ticket.customer_id).update(tier=tier)
    return ticket


def closed(desk: Desk, ticket: Ticket, day: int, score: int, month: int = 10) -> None:
    """Close a repair that day."""
    agent = desk.company.actor("agent")
    with time_machine.travel(datetime(2026, month, day, 11, 0, tzinfo=ZONE), tick=False):
        actions.start(actor=agent, obj=ticket)
        actions.resolve(actor=agent, obj=ticket, result="已修好")
        actions.close(actor=agent, obj=ticket)
    Ticket.objects.filter(pk=ticket.pk).update(satisfaction=score)


def at(month: int, day: int, hour: int) -> Any:
    """The clock stands at a local hour of 2026."""
    return time_machine.travel(datetime(2026, month, day, hour, 20, tzinfo=ZONE), tick=False)  # type: ignore[misc]  # untyped library


def test_the_summary_counts_what_lived_in_the_month(desk: Desk, company: Company) -> None:
    lead(company)
    before = taken(desk, 28, month=9, kind="repair")
    earlier = taken(desk, 20, month=9, kind="repair")
    closed(desk, earlier, 21, 5, month=9)
    closed(desk, before, 9, 4)
    quick = taken(desk, 12, kind="repair")
    closed(desk, quick, 12, 5)
    open_ = taken(desk, 30)
    taken(desk, 15, tier="normal")
    taken(desk, 3, month=11)
    gone = taken(desk, 16)
    with at(10, 16, 11):
        actions.withdraw(actor=company.actor("manager"), obj=gone, words="客户说不必了")
    with at(11, 2, 10):
        assert special.due() == 1
    made = SpecialMonth.objects.get()
    assert set(made.tickets.all()) == {before, quick, open_, gone}
    assert (made.unit.name, made.leader, made.month) == ("客户服务部", company.people["leader"], OCTOBER)
    assert (made.customers, made.matters, made.complaints, made.closed, made.waiting) == (4, 4, 2, 2, 1)
    assert (made.closed_late, made.withdrawn, made.satisfaction) == (1, 1, 4.5)
    assert Event.objects.filter(verb="special_month.made").count() == 1
    notice = Notice.objects.get(kind="special_month")
    assert notice.employee == company.people["leader"]
    assert "4 位客户，4 张工单，月末在办 1 张" in notice.title
    page = company.client("leader").get(notice.url).content.decode()
    assert all(f"/tickets/{one.pk}/" in page for one in (before, quick, open_))
    assert f"/tickets/{earlier.pk}/" not in page
    SpecialMonth.objects.update(score_sum=8, scores=2)
    listed = company.client("leader").get("/special-months/").content.decode()
    page = company.client("leader").get(notice.url).content.decode()
    assert ">4.0<" in listed
    assert "<dd>4.0</dd>" in page, "one decimal, whatever the mean"


def test_it_is_made_once_and_not_while_people_rest(desk: Desk, company: Company) -> None:
    lead(company)
    taken(desk, 12)
    with at(11, 1, 10):  # a Sunday
        assert special.due() == 0
    with at(11, 2, 4):
        assert special.due() == 0
    with at(11, 2, 9):
        assert special.due() == 1
    with at(11, 2, 10):
        assert special.due() == 0
        assert special.make(actor=SYSTEM, month=OCTOBER) == []
    assert Notice.objects.filter(kind="special_month").count() == 1


def test_a_tag_makes_a_customer_special_too_and_each_unit_has_its_own(desk: Desk, company: Company) -> None:
    lead(company, team="colleague")
    tag = Tag.objects.create(name="媒体")
    set_rule("special", "general", tiers=[], tags=[tag.pk])
    tagged, vip = taken(desk, 12, tier="normal"), taken(desk, 13)
    CustomerTag.objects.create(customer=tagged.customer, tag=tag)
    moved = taken(desk, 14, tier="normal")
    CustomerTag.objects.create(customer=moved.customer, tag=tag)
    actions.assign(actor=company.actor("leader"), obj=moved, owner=company.people["leader"])
    special.make(actor=SYSTEM, month=OCTOBER)
    found = {one.unit.name: set(one.tickets.all()) for one in SpecialMonth.objects.all()}
    assert found == {"投诉一组": {tagged}, "客户服务部": {moved}}
    assert vip not in found["投诉一组"]


def test_only_the_line_sees_it(desk: Desk, company: Company) -> None:
    lead(company)
    ticket = taken(desk, 12)
    special.make(actor=SYSTEM, month=OCTOBER)
    made = SpecialMonth.objects.get()
    for role, seen in (
        ("leader", True),
        ("manager", True),
        ("agent", False),
        ("outsider", False),
        ("department", False),
    ):
        client = company.client(role)
        assert client.get(f"/special-months/{made.pk}/").status_code == (200 if seen else 404), role
        listed = client.get("/special-months/")
        assert (f"/special-months/{made.pk}/" in listed.content.decode()) is seen
    assert ticket.number in company.client("manager").get(f"/special-months/{made.pk}/").content.decode()


def test_the_page_asks_the_same_for_any_number_of_tickets(desk: Desk, company: Company) -> None:
    lead(company)
    client, counts = company.client("manager"), []
    for month in (9, 10):
        for day in range(1, 3 if month == 9 else 9):
            taken(desk, day, month=month)
        made = special.make(actor=SYSTEM, month=date(2026, month, 1))[0]
        client.get(f"/special-months/{made.pk}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/special-months/{made.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_workers_make_one(desk: Desk, company: Company, in_parallel: Parallel) -> None:
    lead(company)
    taken(desk, 12)
    results = in_parallel(lambda _n: special.make(actor=SYSTEM, month=OCTOBER), 6)
    assert sorted(map(len, results)) == [0, 0, 0, 0, 0, 1]
    assert SpecialMonth.objects.count() == 1
