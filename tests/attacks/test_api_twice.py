"""The same request to the JSON API twice: one effect, one answer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from keqiao.audit.models import Event
from keqiao.runtime.models import IdempotencyKey
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk
from tests.attacks.test_api import TICKET, send
from tests.attacks.world import api

pytestmark = pytest.mark.django_db
Parallel = Callable[..., list[Any]]


def test_a_repeated_verb_gets_its_first_answer(desk: Desk) -> None:
    """The answer was lost, the program asks again: it must hear what happened, not that it can no longer happen."""
    client, ticket = api(desk.company, "agent"), desk.accept()
    body = {"category": desk.category().pk}
    first = send(client, "post", f"/api/tickets/{ticket.pk}/assess", body, **{"Idempotency-Key": "once"})
    assert first.status_code == 200
    again = send(client, "post", f"/api/tickets/{ticket.pk}/assess", body, **{"Idempotency-Key": "once"})
    assert (again.status_code, again.content) == (200, first.content)
    assert (
        send(
            client,
            "post",
            f"/api/tickets/{ticket.pk}/assess",
            body | {"assessment": "x"},
            **{"Idempotency-Key": "once"},
        ).status_code
        == 422
    )
    assert send(client, "post", f"/api/tickets/{ticket.pk}/assess", body).status_code in {403, 409}
    assert Event.objects.filter(verb="ticket.assessed").count() == 1
    other = api(desk.company, "manager")
    assert send(other, "post", f"/api/tickets/{ticket.pk}/assess", body, **{"Idempotency-Key": "once"}).status_code in {
        403,
        409,
    }


def test_a_refused_request_leaves_its_key_free(desk: Desk) -> None:
    client = api(desk.company, "agent")
    assert send(
        client, "post", "/api/tickets", TICKET | {"contact_phone": "12"}, **{"Idempotency-Key": "k"}
    ).status_code in {409, 422}
    assert send(client, "post", "/api/tickets", TICKET, **{"Idempotency-Key": "k"}).status_code == 201
    for key in ("k" * 500, "\u00e9", "'; --", "{{7*7}}"):
        assert send(client, "post", "/api/tickets", TICKET, **{"Idempotency-Key": key}).status_code == 201


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_requests_with_one_key_make_one_ticket(desk: Desk, in_parallel: Parallel) -> None:
    client = api(desk.company, "agent")
    header = {"Authorization": str(client.defaults["HTTP_AUTHORIZATION"]), "Idempotency-Key": "same"}
    results = in_parallel(lambda _number: send(Client(), "post", "/api/tickets", TICKET, **header), 20)
    assert not [one for one in results if isinstance(one, Exception)], results
    assert {one.status_code for one in results} == {201}
    assert len({one.content for one in results}) == 1
    assert Ticket.objects.count() == 1
    assert IdempotencyKey.objects.filter(key="same").count() == 1
    assert Event.objects.filter(verb="ticket.created").count() == 1
