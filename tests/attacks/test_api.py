"""The JSON API in foreign hands: fields that are nobody's input, bodies of any shape, the same request twice."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.serializers import serialize
from django.test import Client

from keqiao.conftest import Company
from keqiao.customers import actions as customers
from keqiao.customers.models import Customer
from keqiao.kernel.resource import resources
from keqiao.org.models import Employee
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk
from tests.attacks.answers import text_of
from tests.attacks.payloads import STRANGE
from tests.attacks.world import api

pytestmark = pytest.mark.django_db
Parallel = Callable[..., list[Any]]


def send(client: Client, method: str, url: str, body: Any, **headers: str) -> Any:
    """A JSON request; text and bytes go as they are."""
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return getattr(client, method)(url, data, content_type="application/json", headers=headers)


TICKET = {
    "kind": "complaint",
    "channel": "phone",
    "contact_name": "李四",
    "contact_phone": "13700137000",
    "subject": "异响",
    "body": "有异响",
}
CUSTOMER = {"name": "王五", "kind": "person", "phone": "13600136000", "tier": "normal", "source": "phone"}
GREEDY = {
    "id": 1,
    "pk": 1,
    "number": "TS19990101-0001",
    "stage": "closed",
    "open": False,
    "late": True,
    "unit": 1,
    "unit_id": 1,
    "owner_id": 1,
    "created_by": 1,
    "created_by_id": 1,
    "created_at": "1999-01-01T00:00:00Z",
    "accepted_at": "1999-01-01T00:00:00Z",
    "closed_at": "1999-01-01T00:00:00Z",
    "accepted_on": "1999-01-01",
    "due_at": "2099-01-01T00:00:00Z",
    "solve_due_at": "2099-01-01T00:00:00Z",
    "satisfaction": 5,
    "reopened": 9,
    "founded": True,
    "compensation_fen": 10**9,
    "approved_by": 1,
    "approved_at": "1999-01-01",
    "is_staff": True,
    "is_superuser": True,
    "is_active": True,
    "positions": [1],
    "powers": ["org.change"],
    "erased": True,
    "external_number": "1",
    "external_source": "x",
    "phone_reversed": "0",
    "status": "done",
    "must_change_password": False,
    "updated_at": "1999-01-01T00:00:00Z",
    "actor": "boss",
    "_state": {},
    "__class__": "x",
    "objects": 1,
}


def test_nobody_assigns_what_is_not_his_to_assign(desk: Desk) -> None:
    client = api(desk.company, "agent")
    made = send(client, "post", "/api/tickets", GREEDY | TICKET)
    if made.status_code == 422:  # a nested object is refused as a whole
        made = send(
            client,
            "post",
            "/api/tickets",
            {key: value for key, value in GREEDY.items() if not isinstance(value, dict)} | TICKET,
        )
    assert made.status_code == 201
    ticket = Ticket.objects.get()
    agent = desk.company.people["agent"]
    assert (ticket.stage, ticket.open, ticket.late, ticket.reopened, ticket.satisfaction) == (
        "accepted",
        True,
        False,
        0,
        None,
    )
    assert (ticket.owner_id, ticket.unit_id, ticket.created_by_id) == (agent.pk, agent.unit_id, agent.pk)
    assert ticket.accepted_at.year > 2000
    assert ticket.number.endswith("0001")
    assert ticket.number != GREEDY["number"]
    assert ticket.solve_due_at.year < 2099


def test_a_change_changes_the_fields_of_the_form_and_no_other(company: Company) -> None:
    flat = {key: value for key, value in GREEDY.items() if not isinstance(value, dict)}
    customer = customers.create_customer(
        actor=company.actor("agent"), name="甲", phone="13500135000", owner=company.people["agent"]
    )
    before = {one["pk"]: one["fields"] for one in json.loads(serialize("json", Customer.objects.all()))}[customer.pk]
    seen = customer.updated_at.isoformat()
    answer = send(
        api(company, "agent"), "patch", f"/api/customers/{customer.pk}", flat | {"note": "新的备注", "seen": seen}
    )
    assert answer.status_code == 200, answer.content
    after = {one["pk"]: one["fields"] for one in json.loads(serialize("json", Customer.objects.all()))}[customer.pk]
    assert {name for name in before if before[name] != after[name]} == {"note", "updated_at"}
    people = serialize("json", Employee.objects.all())
    for url in (f"/api/employees/{company.people['agent'].pk}", "/api/positions/1", "/api/units/1"):
        assert send(api(company, "outsider"), "patch", url, flat).status_code in {403, 404}
    assert serialize("json", Employee.objects.all()) == people


SHAPES: list[str | bytes] = [
    "",
    "null",
    "[]",
    "[1,2]",
    "1",
    '"text"',
    "true",
    "{",
    "{]",
    "nul",
    "NaN",
    '{"a":NaN}',
    '{"subject":Infinity}',
    "\ufeff{}",
    "{}{}",
    '{"subject":{"a":1}}',
    '{"subject":[["a"]]}',
    '{"body":[]}',
    '{"severity":1e400}',
    '{"severity":' + "9" * 4000 + "}",
    '{"severity":' + "9" * 5000 + "}",
    '{"customer":' + str(2**70) + "}",
    '{"customer":-1}',
    '{"customer":"1 OR 1=1"}',
    '{"customer":true}',
    '{"wishes":"x"}',
    '{"wishes":{"a":1}}',
    '{"wishes":[{}]}',
    '{"wishes":[[1]]}',
    '{"wishes":[null]}',
    '{"kind":null}',
    '{"kind":["complaint"]}',
    '{"category":[1]}',
    '{"category":1.5}',
    '{"contact_phone":13700137000}',
    '{"body":1}',
    '{"body":true}',
    '{"a":' * 100_000,
    "[" * 100_000,
    '{"body":' + "[" * 900 + "]" * 900 + "}",
    b"\xff\xfe{}",
    b'{"body":"\xff"}',
    b"\x00",
    b'{"body":"\xed\xa0\x80"}',
    '{"":1}',
    '{"subject":"a","subject":"b"}',
    b"\x1f\x8b\x08\x00",
    "a=b&c=d",
    "<xml/>",
]


def test_bodies_of_any_shape_are_refused_in_words(desk: Desk) -> None:
    client, ticket = api(desk.company, "manager"), desk.accept()
    customer = ticket.customer
    client.raise_request_exception = False
    urls = [
        ("post", "/api/tickets"),
        ("post", f"/api/tickets/{ticket.pk}/assess"),
        ("patch", f"/api/customers/{customer.pk}"),
        ("post", "/api/customers"),
    ]
    bad = []
    for method, url in urls:
        for shape in SHAPES:
            answer = send(client, method, url, shape)
            if answer.status_code >= 500 or (answer.status_code >= 400 and "message" not in words_of(answer)):
                bad.append((method, url, shape[:40], answer.status_code))
    assert bad == []


def words_of(answer: Any) -> dict[str, Any]:
    """The JSON of a refusal; ninja's own words for what is no JSON at all count as words."""
    found = json.loads(answer.content)
    return {"message": found["detail"]} if "detail" in found else found


def test_merged_onto_a_good_request_a_strange_value_is_still_refused_or_kept_as_text(desk: Desk) -> None:
    client = api(desk.company, "manager")
    client.raise_request_exception = False
    bad = []
    for good, url in ((TICKET, "/api/tickets"), (CUSTOMER, "/api/customers")):
        resource = next(one for one in resources() if f"/api/{one.name}" == url)
        for field in resource.form.base_fields:  # type: ignore[union-attr]
            for name, value in STRANGE.items():
                answer = send(client, "post", url, good | {field: value})
                if answer.status_code not in {201, 409, 422, 429}:
                    bad.append((url, field, name, answer.status_code))
    assert bad == []
    for url in (
        "/api/tickets?view=all&limit=200",
        "/api/customers?limit=200",
        "/tickets/?view=all",
        "/customers/",
        "/tickets/export/?view=all",
        "/customers/export/",
    ):
        page = desk.company.client("manager").get(url)
        assert page.status_code == 200, url
        assert text_of(page)


NUMBERS = [
    "0",
    "-1",
    str(2**31),
    str(2**63),
    str(2**70),
    "9" * 400,
    "9" * 5000,
    "1.5",
    "1e3",
    "٣",
    "0x10",
    "%00",
    "1%0a",
    "+1",
    "..%2f1",
    "NaN",
]


def test_numbers_beyond_the_database_are_nobody(desk: Desk) -> None:
    desk.accept()
    client = desk.company.client("manager")
    client.raise_request_exception = False
    bad = []
    for number in NUMBERS:
        for url in (
            f"/tickets/{number}/",
            f"/tickets/{number}/do/assess/",
            f"/customers/{number}/edit/",
            f"/history/tickets.ticket/{number}/",
            f"/api/tickets/{number}",
            f"/api/customers/{number}",
            f"/files/of/tickets.ticket/{number}/",
            f"/customers/{number}/timeline/?before={number}",
            f"/notices/{number}/read/",
            f"/visits/of-ticket/{number}/",
            f"/customers/imports/{number}/",
            f"/calendar/{number}/2026-01-01/",
            f"/calendar/?calendar={number}&year={number}",
            f"/customers/1/points/{number}/reveal/",
            f"/me/tokens/{number}/revoke/",
        ):
            for method in ("get", "post"):
                status = getattr(client, method)(url).status_code
                if status >= 500:
                    bad.append((method, url[:80], status))
    assert bad == []


def test_queries_beyond_sense_are_answered(desk: Desk) -> None:
    ticket = desk.accept()
    client = desk.company.client("manager")
    client.raise_request_exception = False
    dates = [
        "0000-00-00",
        "0000-01-01",
        "0001-01-01",
        "9999-12-31",
        "99999-01-01",
        "2026-02-30",
        "-1",
        "x",
        "\x00",
        "10000-01-01",
    ]
    values = [
        "-1",
        str(2**63),
        "9" * 5000,
        "%00",
        *dates,
        "长" * 9000,
        "'; --",
        "\u202e",
        "WyI+IiwgInBrIiwgbnVsbCwgOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTld",
    ]
    bad = []
    for resource in resources():
        names = ["q", "view", "sort", "after", "limit", *(resource.filters.base_filters if resource.filters else {})]
        spans = [name for name in names[5:] if hasattr(resource.filters.base_filters[name].field, "fields")]
        names += [f"{name}{end}" for name in spans for end in ("_after", "_before")]
        for name in names:
            for value in values if name in {"q", "after"} else values[:6] if "_" not in name else dates:
                status = client.get(f"/api/{resource.name}", {name: value}).status_code
                if status >= 500:
                    bad.append((resource.name, name, value[:30], status))
    assert client.get("/tickets/", {"due_after": "0001-01-01"}).status_code < 500
    for value in values:
        for url, name in (
            ("/search/", "q"),
            ("/search/live/", "q"),
            ("/customers/check/", "phone"),
            ("/manager/", "from"),
            ("/manager/", "to"),
            ("/manager/", "days"),
            ("/manager/days/", "from"),
            ("/manager/days/", "to"),
            ("/notices/", "after"),
            (f"/history/tickets.ticket/{ticket.pk}/", "after"),
            ("/tickets/new/", "customer"),
            ("/customers/imports/", "after"),
            ("/manager/", "period"),
            ("/manager/", "unit"),
        ):
            status = client.get(url, {name: value}).status_code
            if status >= 500:
                bad.append((url, name, value[:30], status))
    assert bad == []


def test_bulk_and_share_out_with_absurd_numbers(desk: Desk) -> None:
    ticket = desk.accept()
    client = desk.company.client("manager")
    client.raise_request_exception = False
    bad = []
    for number in NUMBERS:
        for url, body in (
            ("/tickets/bulk/", {"verb": "assign", "pk": [number], "confirmed": "1", "owner": "1"}),
            ("/tickets/bulk/", {"verb": "assign", "pk": [ticket.pk], "confirmed": "1", "owner": number}),
            ("/tickets/bulk/", {"verb": number, "pk": [number]}),
            ("/share-out/", {"give": [f"{number}:{number}", f"{number}:{desk.company.people['agent'].pk}"]}),
            ("/share-out/", {"people": [number]}),
            ("/me/sessions/", {"session": number}),
        ):
            status = client.post(url, body).status_code
            if status >= 500:
                bad.append((url, {name: str(value)[:30] for name, value in body.items()}, status))
    assert bad == []
