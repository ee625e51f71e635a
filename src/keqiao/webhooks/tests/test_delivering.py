"""Case 41: every committed event at least once, the same id, signed, in order for each record."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

import keqiao
from keqiao.audit import readers
from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers.actions import create_customer
from keqiao.kernel.actor import SYSTEM
from keqiao.notices.models import Notice
from keqiao.webhooks import actions, jobs
from keqiao.webhooks.models import Delivery, Subscription
from keqiao.webhooks.tests.conftest import PHONE, Receiver, Running, customer, drain, flow, grant, rename

pytestmark = pytest.mark.django_db


def verify() -> Any:
    """The example that the documentation gives to receivers."""
    page = Path(keqiao.__file__).resolve().parents[2] / "docs" / "webhooks.md"
    code = re.search(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert code
    space: dict[str, Any] = {}
    exec(code[1], space)  # noqa: S102 – our own documentation
    return space["verify"]


def test_an_event_arrives_signed_with_ids_and_masked_data(
    company: Company, receiver: Receiver, subscribe: Any, clock: Any
) -> None:
    subscription = subscribe(receiver.url)
    secret = actions.take_secret(actor=company.actor("manager"), obj=subscription)
    one = customer(company)
    drain()
    got = receiver.got[0]
    event = Event.objects.get(verb="customer.created")
    assert got.uid == got.data["id"] == f"evt_{event.pk}"
    assert got.data["type"] == "customer.created"
    assert got.data["object"] == {
        "type": "customers", "id": one.pk, "url": f"http://localhost:8000/customers/{one.pk}/",
    }  # fmt: skip
    assert PHONE not in got.body.decode()
    assert got.data["data"]["name"] == "王师傅"
    check = verify()
    assert check(secret, got.headers, got.body)
    assert not check(secret, got.headers, got.body.replace(b"customer", b"Customer"))
    assert not check(secret, got.headers | {"webhook-id": "evt_1"}, got.body)
    assert not check("whsec_" + "A" * 44, got.headers, got.body)
    clock.shift(301)
    assert not check(secret, got.headers, got.body)
    clock.shift(-301)
    row = Delivery.objects.get(event_id=event.pk)
    assert (row.state, row.code, row.attempts) == ("sent", 200, 1)
    assert row.took_ms is not None


def test_what_is_not_subscribed_to_or_not_seen_is_not_sent(
    company: Company, receiver: Receiver, subscribe: Any
) -> None:
    grant(company, "leader")
    subscribe(receiver.url, ("customer.created",), role="leader")
    create_customer(actor=SYSTEM, name="财务的客户", unit=company.units["finance"], owner=company.people["outsider"])
    mine = customer(company)
    rename(mine, "改")
    drain()
    assert [got.data["type"] for got in receiver.got] == ["customer.created"]
    assert receiver.got[0].data["object"]["id"] == mine.pk


def test_five_hundred_thrice_then_two_hundred(company: Company, receiver: Receiver, subscribe: Any, clock: Any) -> None:
    subscribe(receiver.url, ("customer.created",))
    answers = [500, 500, 503]
    receiver.says = lambda _got: answers.pop(0) if answers else 200
    customer(company)
    for seconds in (0, 11, 61, 301):
        clock.shift(seconds)
        drain()
    assert len(receiver.got) == 4
    assert len({got.uid for got in receiver.got}) == 1
    assert len({got.body for got in receiver.got}) == 1
    row = Delivery.objects.get()
    assert (row.state, row.attempts, [one["code"] for one in row.log]) == ("sent", 4, [500, 500, 503, 200])
    assert len({got.headers["webhook-timestamp"] for got in receiver.got}) == 4


def test_one_records_order_is_kept_while_others_go_on(
    company: Company, receiver: Receiver, subscribe: Any, clock: Any
) -> None:
    subscribe(receiver.url)
    stuck, free = customer(company, "卡住"), customer(company, "畅通")
    receiver.says = lambda got: 500 if got.data["object"]["id"] == stuck.pk and len(receiver.got) < 40 else 200
    rename(stuck, "一")
    rename(free, "一")
    rename(stuck, "二")
    rename(free, "二")
    drain()
    events = list(
        Event.objects.filter(verb__startswith="customer.", object_id=free.pk)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    assert [got.uid for got in receiver.got if got.data["object"]["id"] == free.pk] == [f"evt_{pk}" for pk in events]
    tried = [got.uid for got in receiver.got if got.data["object"]["id"] == stuck.pk]
    first = Event.objects.filter(verb__startswith="customer.", object_id=stuck.pk).order_by("pk").first()
    assert first is not None
    assert set(tried) == {f"evt_{first.pk}"}, "the later ones wait behind the first"
    receiver.says = lambda _got: 200
    clock.shift(3600)
    drain()
    order = [got.uid for got in receiver.got if got.data["object"]["id"] == stuck.pk]
    wanted = [
        f"evt_{pk}"
        for pk in Event.objects.filter(verb__startswith="customer.", object_id=stuck.pk)
        .order_by("pk")
        .values_list("pk", flat=True)
    ]
    assert list(dict.fromkeys(order)) == wanted
    assert not Delivery.objects.exclude(state="sent").exists()


def test_a_worker_killed_after_the_send_sends_the_same_again(
    company: Company, receiver: Receiver, subscribe: Any, clock: Any
) -> None:
    """The receiver has it, the worker dies before it can write that down."""
    subscribe(receiver.url, ("customer.created",))
    customer(company)
    readers.read("webhooks")

    def die(*_args: Any) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(actions, "delivered", die)
        patch.setattr(actions, "release", lambda _subscription: None)
        jobs.send_due()
    assert len(receiver.got) == 1
    drain()
    assert len(receiver.got) == 1, "the dead worker's lease still holds"
    clock.shift(31)
    drain()
    assert [got.uid for got in receiver.got] == [receiver.got[0].uid] * 2
    assert Delivery.objects.get().state == "sent"


def test_a_receiver_that_is_down_for_an_hour_gets_everything_in_order(
    company: Company, running: Running, subscribe: Any, clock: Any
) -> None:
    subscribe(running.receiver.url)
    running.stop()
    people = [customer(company, f"客户{number}") for number in range(5)]
    attempts = 0
    for minute in range(60):
        if minute % 10 == 0:
            rename(people[minute % 5], f"第{minute}分")
        attempts += flow()
        clock.shift(60)
    assert attempts < 40, "a dead receiver is tried now and then, not by every message"
    assert not running.receiver.got
    running.start()
    for _turn in range(15):
        drain()
        clock.shift(60)
    wanted = Event.objects.filter(verb__startswith="customer.").order_by("pk")
    by_object: dict[int, list[str]] = {}
    for got in running.receiver.got:
        by_object.setdefault(got.data["object"]["id"], []).append(got.uid)
    for one in people:
        assert by_object[one.pk] == [f"evt_{event.pk}" for event in wanted if event.object_id == one.pk]
    assert not Delivery.objects.exclude(state="sent").exists()


def test_what_is_rolled_back_is_told_to_nobody(company: Company, receiver: Receiver, subscribe: Any) -> None:
    subscribe(receiver.url)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        customer(company)
        raise ZeroDivisionError
    customer(company, "真的")
    drain()
    assert {got.data["data"]["name"] for got in receiver.got} == {"真的"}


def test_a_reader_that_stumbles_writes_each_message_once(
    company: Company, receiver: Receiver, subscribe: Any, clock: Any
) -> None:
    subscribe(receiver.url, ("customer.created",))
    customer(company)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "collect", broken)
        assert readers.read("webhooks") == 0
    clock.shift(60)
    drain()
    readers.Mark.objects.filter(name="webhooks").update(xid=0, event_id=0)
    drain()
    assert len(receiver.got) == 1


def broken(_events: list[Event]) -> None:
    raise RuntimeError("not today")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_parallel_workers_send_each_message_once_and_in_order(
    company: Company, receiver: Receiver, subscribe: Any, in_parallel: Any
) -> None:
    subscribe(receiver.url)
    one = customer(company)
    for number in range(6):
        rename(one, str(number))
    while readers.read("webhooks"):
        pass
    results = in_parallel(lambda _n: [jobs.send_due() for _turn in range(3)], 6)
    assert all(isinstance(result, list) for result in results), results
    drain()
    wanted = Event.objects.filter(verb__startswith="customer.", object_id=one.pk).order_by("pk")
    assert [got.uid for got in receiver.got] == [f"evt_{event.pk}" for event in wanted]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lease_parallel_workers_send_twice(
    company: Company, receiver: Receiver, subscribe: Any, in_parallel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the lease that keeps two workers apart."""
    subscribe(receiver.url, ("customer.created",))
    customer(company)
    while readers.read("webhooks"):
        pass
    monkeypatch.setattr(actions, "serve", lambda pk: Subscription.objects.get(pk=pk))
    monkeypatch.setattr(actions, "hold", lambda _one: True)
    import threading  # noqa: PLC0415 – only here

    together = threading.Barrier(2)
    receiver.then = lambda: together.wait(10) and None
    in_parallel(lambda _n: jobs.send_due(), 2)
    assert len(receiver.got) == 2


def test_after_three_days_without_success_it_pauses_with_a_notice_and_resumes_in_order(
    company: Company, running: Running, subscribe: Any, clock: Any
) -> None:
    subscription = subscribe(running.receiver.url, role="manager")
    running.stop()
    one = customer(company)
    for _hour in range(75):
        flow()
        clock.shift(3600)
    subscription.refresh_from_db()
    assert subscription.state == "failing"
    assert "一条也没有送达" in subscription.reason
    assert not Delivery.objects.filter(state="failed").exists()
    assert Notice.objects.filter(employee=company.people["manager"], kind="webhook.stopped").count() == 1
    rename(one, "停着的时候")
    assert flow() == 0
    running.start()
    actions.resume(actor=company.actor("manager"), obj=subscription)
    drain()
    wanted = Event.objects.filter(verb__startswith="customer.", object_id=one.pk).order_by("pk")
    assert [got.uid for got in running.receiver.got] == [f"evt_{event.pk}" for event in wanted]


def test_one_message_that_is_never_taken_is_given_up_and_its_line_goes_on(
    company: Company, receiver: Receiver, subscribe: Any, clock: Any
) -> None:
    subscribe(receiver.url)
    one, other = customer(company, "毒"), customer(company, "好")
    receiver.says = lambda got: (
        500 if got.data["type"] == "customer.created" and got.data["object"]["id"] == one.pk else 200
    )
    rename(one, "后来的")
    for hour in range(70):
        rename(other, str(hour))
        drain()
        clock.shift(3600)
    row = Delivery.objects.get(state="failed")
    assert (row.object_id, row.attempts) == (one.pk, len(actions.PAUSES) + 1)
    assert Subscription.objects.get().state == "active", "others arrive"
    assert Delivery.objects.filter(object_id=one.pk, verb="customer.changed").get().state == "sent"
    receiver.says = lambda _got: 200
    company.client("manager").post(f"/webhook-deliveries/{row.pk}/do/again/")
    drain()
    row.refresh_from_db()
    assert row.state == "sent"
