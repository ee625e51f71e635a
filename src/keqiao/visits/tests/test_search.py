"""What stands in the index is what stands in the records, whatever is done to them."""

import pytest
from django.db import transaction

from keqiao.audit.actions import record
from keqiao.audit.readers import read
from keqiao.customers.actions import change_customer
from keqiao.kernel.actor import SYSTEM
from keqiao.runtime.models import Job
from keqiao.runtime.worker import drain
from keqiao.search import actions as index
from keqiao.search import queries, registry
from keqiao.search.models import Document
from keqiao.tickets import actions as tickets
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk, desk
from keqiao.visits import actions
from keqiao.visits.models import Visit

__all__ = ["desk"]
# events are read once their transaction has ended
pytestmark = pytest.mark.django_db(transaction=True)
LABELS = ("customers.customer", "tickets.ticket", "visits.visit")


def stale() -> list[str]:
    """Records whose document is missing or says something else than they do."""
    wrong = []
    for label in LABELS:
        searchable = registry.get(label)
        assert searchable is not None
        for doc in searchable.document(searchable.base.all()):
            fresh = index.document(label, doc)
            kept = Document.objects.filter(pk=fresh.pk).values_list("title", "subtitle", "body", "tokens").first()
            if kept != (fresh.title, fresh.subtitle, fresh.body, fresh.tokens):
                wrong.append(f"{label} {doc.object_id}")
    return wrong


def test_the_index_follows_every_step_of_a_matter(desk: Desk) -> None:
    agent, manager = desk.company.actor("agent"), desk.company.actor("manager")
    ticket = desk.at("told")
    drain()
    assert stale() == []
    visit = Visit.objects.get()
    actions.record_result(actor=manager, obj=visit, satisfaction=1, solved=False, said="根本没有修好")
    tickets.comment(actor=agent, obj=ticket, text="再看一次")
    drain()
    assert stale() == []
    assert queries.ids("visits.visit", "根本没有修好") == [visit.pk]
    other = desk.accept(kind="consultation")
    tickets.start(actor=agent, obj=other)
    tickets.resolve(actor=agent, obj=other, result="已寄说明书")
    unfounded = desk.at("investigating")
    desk.answered(unfounded)
    tickets.conclude(actor=agent, obj=unfounded, founded=False, findings="安装合规", explanation="属正常现象")
    drain()
    assert stale() == []
    assert queries.ids("tickets.ticket", "说明书") == [other.pk]
    tickets.close(actor=agent, obj=other, satisfaction=5)
    drain()
    tickets.reopen(actor=manager, obj=other, reason="又来电")
    drain()
    assert stale() == []


def test_a_customers_new_name_finds_her_tickets_and_visits_in_bounded_steps(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "BATCH", 2)
    first = desk.at("told")
    customer = first.customer
    visit = actions.plan_for_ticket(actor=SYSTEM, ticket=first)
    assert visit is not None
    mine = [first.pk, *(desk.accept(customer=customer).pk for _number in range(4))]
    assert set(Ticket.objects.filter(customer=customer).values_list("pk", flat=True)) == set(mine)
    drain()
    sizes: list[int] = []
    refresh = index.refresh
    monkeypatch.setattr(index, "refresh", lambda label, ids: (sizes.append(len(set(ids))), refresh(label, ids)))
    manager = desk.company.actor("manager")
    change_customer(actor=manager, obj=customer, note="住六楼")
    read("search")
    assert not Job.objects.filter(name="search.follow").exists()
    customer.refresh_from_db()
    change_customer(actor=manager, obj=customer, name="上官婉清")
    read("search")
    assert sizes == [1, 1], "the reader itself indexes the customer alone"
    drain()
    assert max(sizes) == 2
    assert sorted(queries.ids("tickets.ticket", "上官婉清")) == sorted(mine)
    assert queries.ids("tickets.ticket", "sgwq") != []
    assert queries.ids("visits.visit", "上官婉清") == [visit.pk]
    assert stale() == []


def test_tickets_that_a_merge_moves_are_found_by_the_new_name(desk: Desk) -> None:
    ticket, other = desk.accept(), desk.accept(contact_name="慕容复", contact_phone="13811112222").customer
    drain()
    with transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(customer=other)
        record(SYSTEM, "customer.merged", other, {"changes": {"note": ["", "甲"]}}, about=other.pk)
    drain()
    assert ticket.pk in queries.ids("tickets.ticket", "慕容复")
    assert stale() == []
