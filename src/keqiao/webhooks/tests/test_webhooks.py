"""Who keeps subscriptions, what they may choose, the secret, and what pages and JSON show."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keqiao.audit import readers
from keqiao.conftest import Company
from keqiao.kernel import sealing
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org.actions import deactivate_employee
from keqiao.webhooks import actions, jobs, queries, topics
from keqiao.webhooks.client import Answer
from keqiao.webhooks.models import DELIVERY_STATES, STATES, Delivery, Subscription
from keqiao.webhooks.tests.conftest import Receiver, customer, drain, grant

pytestmark = pytest.mark.django_db


def test_paused_by_hand_nothing_is_collected_and_a_test_still_goes(
    company: Company, receiver: Receiver, subscribe: Any
) -> None:
    subscription, actor = subscribe(receiver.url), company.actor("manager")
    actions.pause(actor=actor, obj=subscription)
    customer(company, "停")
    actions.test(actor=actor, obj=Subscription.objects.get())
    drain()
    assert [got.data["type"] for got in receiver.got] == ["webhook.test"]
    assert receiver.got[0].uid.startswith("test_")
    with pytest.raises(NotAllowed):
        actions.pause(actor=actor, obj=Subscription.objects.get())
    actions.resume(actor=actor, obj=Subscription.objects.get())
    customer(company, "开")
    drain()
    assert {got.data["data"]["name"] for got in receiver.got[1:]} == {"开"}


def test_an_inner_address_is_a_failure_told_without_details(
    company: Company, receiver: Receiver, subscribe: Any, settings: Any
) -> None:
    settings.WEBHOOK_ALLOW = []
    subscription = subscribe(receiver.url)
    actions.test(actor=company.actor("manager"), obj=subscription)
    drain()
    page = company.client("manager").get(f"/webhook-deliveries/{Delivery.objects.get().pk}/").content.decode()
    assert "地址不允许" in page
    assert not receiver.got


def test_the_secret_is_sealed_and_shown_once(company: Company, receiver: Receiver, subscribe: Any) -> None:
    subscription = subscribe(receiver.url)
    client = company.client("manager")
    secret = queries.secret_of(subscription)
    stored = json.dumps(list(Subscription.objects.values()), default=str)
    assert secret not in stored
    assert secret.removeprefix("whsec_") not in stored
    assert subscription.sealed_by in sealing.held()
    assert "显示密钥" in client.get(f"/webhooks/{subscription.pk}/").content.decode()
    assert client.get(f"/webhooks/{subscription.pk}/secret/").status_code == 405
    shown = client.post(f"/webhooks/{subscription.pk}/secret/", {"form_key": "once"})
    assert secret in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    second = client.post(f"/webhooks/{subscription.pk}/secret/", {"form_key": "once"})
    assert secret not in second.content.decode()
    assert second.status_code == 403
    assert client.post(f"/api/webhooks/{subscription.pk}/secret").status_code == 403
    assert "显示密钥" not in client.get(f"/webhooks/{subscription.pk}/").content.decode()
    client.post(f"/webhooks/{subscription.pk}/do/renew/")
    answer = client.post(f"/api/webhooks/{subscription.pk}/secret").json()["secret"]
    assert answer == queries.secret_of(Subscription.objects.get())
    assert answer != secret


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_parallel_looks_one_sees_the_secret(
    company: Company, receiver: Receiver, subscribe: Any, in_parallel: Any
) -> None:
    subscription, actor = subscribe(receiver.url), company.actor("manager")
    seen = in_parallel(lambda _n: actions.take_secret(actor=actor, obj=subscription), 10)
    assert len([one for one in seen if isinstance(one, str)]) == 1
    assert len([one for one in seen if isinstance(one, Refused)]) == 9


def test_it_is_made_in_the_browser_in_plain_words(company: Company) -> None:
    client = company.client("manager")
    page = client.get("/webhooks/new/").content.decode()
    assert "办结" in page
    assert "全部（包括以后新增的）" in page
    assert "employee." not in page
    assert "_revealed" not in page
    typed = {"name": "ERP", "url": "https://erp.example.cn/hook", "events": ["ticket.*", "customer.created"]}
    made = client.post("/webhooks/new/", typed)
    row = Subscription.objects.get()
    assert made["Location"] == f"/webhooks/{row.pk}/"
    assert row.owner == company.people["manager"]
    assert "工单：全部" in client.get(f"/webhooks/{row.pk}/").content.decode()
    twin = client.post("/webhooks/new/", typed)
    assert twin.status_code == 422
    assert "已有同名的推送" in twin.content.decode()
    assert 'value="https://erp.example.cn/hook"' in twin.content.decode()


@pytest.mark.parametrize(
    "url", ["", "ftp://a.example/", "erp.example", "https://", "https://u:p@a.example/", "https://a.example/#x",
            "https://a.example:0/", "https://a.example:99999/", "https://a b.example/", "javascript:alert(1)", "https://[::1"],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_words(company: Company, url: str) -> None:
    answer = company.client("manager").post("/webhooks/new/", {"name": "x", "url": url, "events": ["ticket.*"]})
    assert answer.status_code == 422
    assert not Subscription.objects.exists()


def test_nobody_subscribes_to_what_the_audit_alone_knows(company: Company) -> None:
    for events in (["employee.changed"], ["customer.revealed"], ["webhook.created"], ["nothing.*"], []):
        with pytest.raises(Refused):
            actions.create(actor=company.actor("manager"), name="x", url="https://a.example/", events=events)
    codes = topics.known(company.actor("manager"))
    assert {"ticket.closed", "customer.created"} <= codes.keys() or {"customer.created"} <= codes.keys()


def test_only_who_keeps_webhooks_meets_them(company: Company, receiver: Receiver, subscribe: Any) -> None:
    subscription = subscribe(receiver.url)
    grant(company, "department")
    for role, status in (("agent", 403), ("department", 200)):
        assert company.client(role).get("/webhooks/").status_code == status
    for url in (f"/webhooks/{subscription.pk}/", f"/api/webhooks/{subscription.pk}"):
        assert company.client("department").get(url).status_code == 404
    assert company.client("department").post(f"/webhooks/{subscription.pk}/secret/").status_code == 404
    assert receiver.url not in company.client("department").get("/webhooks/").content.decode()
    with pytest.raises(NotAllowed):
        actions.create(actor=company.actor("agent"), name="x", url=receiver.url, events=["ticket.*"])


def test_the_json_makes_and_changes_them(company: Company) -> None:
    client = company.client("manager")
    body = {"name": "BI", "url": "https://bi.example.cn/in", "events": ["customer.created"]}
    made = client.post("/api/webhooks", json.dumps(body), content_type="application/json")
    assert made.status_code == 201
    pk = made.json()["id"]
    assert "sealed" not in made.content.decode()
    changed = client.patch(f"/api/webhooks/{pk}", json.dumps({"name": "报表"}), content_type="application/json").json()
    assert (changed["name"], changed["url"]) == ("报表", "https://bi.example.cn/in")
    assert client.post(f"/api/webhooks/{pk}/pause", content_type="application/json").json()["state"] == "已暂停"


def test_when_the_owner_leaves_it_stops_until_somebody_takes_over(
    company: Company, receiver: Receiver, subscribe: Any
) -> None:
    grant(company, "leader")
    subscription = subscribe(receiver.url, role="leader")
    deactivate_employee(actor=SYSTEM, employee=company.people["leader"])
    customer(company)
    drain()
    subscription.refresh_from_db()
    assert (subscription.state, receiver.got) == ("failing", [])
    client = company.client("manager")
    client.post(f"/webhooks/{subscription.pk}/do/take/")
    client.post(f"/webhooks/{subscription.pk}/do/resume/")
    customer(company, "后来")
    drain()
    assert {got.data["data"]["name"] for got in receiver.got} == {"后来"}


def test_lists_cost_the_same_for_one_and_for_many(company: Company, receiver: Receiver, subscribe: Any) -> None:
    subscription, client = subscribe(receiver.url), company.client("manager")

    def add() -> None:
        actions.test(actor=company.actor("manager"), obj=subscription)

    def cost(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    add()
    urls = ("/webhooks/", "/webhook-deliveries/", f"/webhooks/{subscription.pk}/")
    before = [cost(url) for url in urls]
    for number in range(12):
        add()
        subscribe(receiver.url, name=f"ERP {number}")
    assert [cost(url) for url in urls] == before


def test_collecting_costs_the_same_for_one_and_for_many(company: Company, receiver: Receiver, subscribe: Any) -> None:
    subscribe(receiver.url, ("customer.created",))

    def cost(count: int) -> int:
        for number in range(count):
            customer(company, f"批{count}-{number}")
        while readers.read("notices.mail"):
            pass
        with CaptureQueriesContext(connection) as captured:
            readers.read("webhooks")
        return len(captured)

    cost(1)
    assert cost(1) == cost(15)


def test_old_messages_go(company: Company, receiver: Receiver, subscribe: Any, clock: Any) -> None:
    actions.test(actor=company.actor("manager"), obj=subscribe(receiver.url))
    clock.shift(31 * 86400)
    jobs.sweep()
    assert not Delivery.objects.exists()
    assert Subscription.objects.exists()


def test_a_message_ended_meanwhile_is_not_written_to(company: Company, receiver: Receiver, subscribe: Any) -> None:
    row = actions.test(actor=company.actor("manager"), obj=subscribe(receiver.url))
    drain()
    assert not actions.undelivered(row, Answer(500, 1, "x"))
    row.refresh_from_db()
    assert row.state == "sent"


def test_every_state_has_its_ways_and_retries_last_between_a_day_and_three() -> None:
    assert set(STATES) == set(Subscription.State.values)
    assert set(DELIVERY_STATES) == set(Delivery.State.values)
    assert timedelta(hours=24) <= sum(actions.PAUSES, timedelta()) <= timedelta(hours=72)
    assert list(actions.PAUSES) == sorted(actions.PAUSES)
