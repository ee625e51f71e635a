"""Every address × every role: a stranger to a record finds nothing of it and changes nothing of it, by any way.

The addresses come from the resolver and from the registry. One that the table below cannot fill fails the test.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django.test import Client

from keqiao.conftest import Company
from keqiao.kernel.resource import Resource, resources
from keqiao.notices.models import Todo
from keqiao.tickets.tests.conftest import Desk
from tests.attacks.addresses import OTHERS, Try, part, words
from tests.attacks.answers import patterns, still, text_of
from tests.attacks.bodies import FILLED
from tests.attacks.world import SHARED, Secret, api, chief, get_any, secret, usual_choices

pytestmark = pytest.mark.django_db

CLOSED = {401, 403, 404, 405}
OPEN = ("/p/", "/v/", "/c/", "/login/", "/language/", "/health/")  # for whoever comes
# written by looking and by being refused, not by changing anything
NOT_STATE = {
    "runtime.throttle", "runtime.idempotencykey", "org.session", "audit.event", "org.token", "notices.notice",
    # the stranger's own: saved views, asking for more readings; and lists that are for everybody to keep
    "lists.listview", "lists.habit", "notices.noticehours", "notices.noticechoice",
    "customers.reveal", "customers.revealextra", "approvals.approval", "approvals.step", "approvals.decider",
    "care.careplan", "care.lossreason", "badrecords.badkind",
}  # fmt: skip


def tries_of(route: str, name: str, hidden: Secret, looked_for: list[str]) -> list[Try]:
    """How to fill an address with the secret; fails for an address that the table does not know."""
    if name.startswith("api:"):
        return list(api_tries(route, hidden, looked_for))
    space, _colon, what = name.rpartition(":")
    resource = next((one for one in resources() if one.name == space), None)
    if resource is not None:
        return list(resource_tries(resource, what, hidden))
    if name not in OTHERS:
        pytest.fail(f"tell tests/test_matrix.py how a stranger would use {route} ({name})")
    return OTHERS[name](hidden)


def api_tries(route: str, hidden: Secret, looked_for: list[str]) -> Iterator[Try]:
    """JSON: lists by every view and word, records, verbs. What is sent to a list does not ask for its view."""
    parts = route.split("/")
    obj = hidden.of(parts[1])
    if "<int:point>" in route:
        point = hidden.customer.contact_points.first()
        yield Try(f"/api/customers/{hidden.customer.pk}/contact_points/{point.pk}/reveal", True, ({"reason": "看"},))
    elif "<int:part>" in route:
        row = part(parts[3])(hidden)
        yield Try(
            "/" + route.replace("<int:pk>", str(hidden.customer.pk)).replace("<int:part>", str(row)), True, FILLED
        )
    elif "<int:other>" in route:
        other = hidden.pair.high_id
        yield Try("/" + route.replace("<int:pk>", str(obj.pk)).replace("<int:other>", str(other)), True)
    elif "<int:pk>" in route and (obj or parts[1] in SHARED):
        pk = obj.pk if obj else get_any(parts[1])
        yield Try("/" + route.replace("<int:pk>", str(pk)), obj is not None, FILLED)
    elif "<" not in route:
        yield Try("/" + route)
        known = next((one for one in resources() if one.name == parts[1]), None)
        for preset in known.presets if known else ():
            yield Try(f"/{route}?view={preset.name}&limit=200", posts=())
        for word in looked_for if known else ():
            yield Try(f"/{route}?view=all&q={word}", posts=())
    else:
        pytest.fail(f"tell tests/test_matrix.py how a stranger would use {route}")


def resource_tries(resource: Resource, what: str, hidden: Secret) -> Iterator[Try]:
    """The seven addresses of a resource."""
    obj, base = hidden.of(resource.name), f"/{resource.name}/"
    if obj is None and resource.name not in SHARED:
        pytest.fail(f"tell tests/attacks/world.py which {resource.name} are secret")
    pk = obj.pk if obj is not None else get_any(resource.name)
    if what in {"list", "export"}:
        base += "export/" if what == "export" else ""
        views = [preset.name for preset in resource.presets] or ["all"]
        kind = "&format=csv" if what == "export" else ""
        yield Try(f"{base}?view={views[0]}{kind}")
        yield from (Try(f"{base}?view={view}{kind}", posts=()) for view in views[1:])
        # the other words are looked for by the API, which asks the same of the same rows without drawing a page
        yield Try(f"{base}?view={views[-1]}{kind}&q={words(hidden)[0]}", posts=())
    elif what == "detail":
        yield Try(f"{base}{pk}/", obj is not None)
    elif what == "edit":
        yield Try(f"{base}{pk}/edit/", obj is not None, FILLED)
    elif what == "verb":
        yield from (Try(f"{base}{pk}/do/{verb.name}/", obj is not None, FILLED) for verb in resource.verbs)
        yield Try(f"{base}{pk}/do/bogus/", True)
    elif what == "bulk":
        more = {"pk": [str(pk)], "confirmed": "1"}
        yield Try(f"{base}bulk/", posts=tuple({**FILLED[0], **more, "verb": verb.name} for verb in resource.verbs))
    elif what == "create":
        yield Try(f"{base}new/?customer={hidden.customer.pk}")
    else:
        pytest.fail(f"a resource has a new address: {what}")


def everything(hidden: Secret, looked_for: list[str]) -> list[tuple[str, Try]]:
    """Every request that a stranger would try, with the route it comes from."""
    return [(route, one) for route, name in patterns() for one in tries_of(route, name, hidden, looked_for)]


def rows_of(model: Any) -> Any:
    """All rows, without what those must do whom a stranger asks for more readings."""
    rows = model._base_manager.order_by("pk")
    return rows.exclude(label="approvals.approval") if model is Todo else rows


def state() -> dict[str, str]:
    """All rows of all tables that record what is, as text."""
    return {
        model._meta.label_lower: serialize("json", rows_of(model))
        for model in apps.get_models()
        if model._meta.label_lower not in NOT_STATE and model._meta.app_label not in {"contenttypes", "auth"}
    }


def refused(response: Any) -> bool:
    """Whether the door stayed shut."""
    status, url = response.status_code, response.get("Location", "")
    return status in CLOSED or (status == 302 and url.startswith(("/login/", "/p/")))


def sent(client: Client, one: Try) -> Iterator[tuple[str, Any]]:
    """The answers to one address, by method; a door that is shut for the fullest body is shut for the empty one."""
    yield "GET", client.get(one.url)
    for body in reversed(one.posts):
        if one.url.startswith("/api/"):
            text = json.dumps({key: value for key, value in body.items() if isinstance(value, int | str | list)})
            answers = [
                (method, client.generic(method, one.url, text, content_type="application/json"))
                for method in ("POST", "PATCH")
            ]
        else:
            answers = [("POST", client.post(one.url, body))]
            if answers[0][1].status_code not in CLOSED:
                answers.append(("POST htmx", client.post(one.url, body, headers={"HX-Request": "true"})))
        yield from answers
        if all(answer.status_code in CLOSED for _method, answer in answers):
            return


def attack(client: Client, hidden: Secret, *, only: str = "/", shut: bool = False) -> None:
    """Send everything by GET, POST and PATCH; nothing is shown, nothing that names the secret is let in.

    `shut`: nobody is logged in, so every page asks for that. Where the API alone is meant it is asked for every word;
    a login's rows there are those of the same person's token.
    """
    for route, one in everything(hidden, words(hidden) if only == "/api/" else words(hidden)[:1]):
        if not one.url.startswith(only):
            continue
        for method, answer in sent(client, one):
            assert answer.status_code < 500, (method, one.url, answer.status_code)
            assert not one.about or refused(answer), (method, one.url, answer.status_code, route)
            if shut and method == "GET" and not one.url.startswith(OPEN):
                assert answer.status_code in {302, 401, 404, 405}, (one.url, answer.status_code)
            said = text_of(answer)
            shown = [
                mark for mark in hidden.marks if mark in said and mark not in one.url and mark not in str(one.posts)
            ]
            assert not shown, (method, one.url, answer.status_code, shown)


@pytest.fixture
def place(desk: Desk, settings: Any, tmp_path: Any) -> Company:
    """The company with the head of another department, and files in a place of their own."""
    settings.MEDIA_ROOT = tmp_path
    chief(desk.company)
    usual_choices()
    return desk.company


OURS = {"role": "agent", "unit": "quality", "answered_by": "department"}
THEIRS = {"role": "chief", "unit": "finance", "answered_by": "chief"}
STRANGERS = [(OURS, "outsider"), (OURS, "chief"), (THEIRS, "agent"), (THEIRS, "leader"), (THEIRS, "department")]


def named(value: Any) -> str:
    """A parameter's name in the report."""
    return f"of-{value['role']}" if isinstance(value, dict) else str(value)


@pytest.mark.parametrize(("whose", "role"), STRANGERS, ids=named)
def test_a_stranger_finds_and_changes_nothing(place: Company, whose: dict[str, str], role: str) -> None:
    hidden, client = secret(place, **whose), place.client(role)
    before = state()
    attack(client, hidden)
    assert not changed(before), changed(before)


@pytest.mark.parametrize(("whose", "role"), STRANGERS[:2], ids=named)
def test_a_strangers_token_finds_and_changes_nothing(place: Company, whose: dict[str, str], role: str) -> None:
    hidden, client = secret(place, **whose), api(place, role)
    before = state()
    attack(client, hidden, only="/api/")
    assert not changed(before), changed(before)


def changed(before: dict[str, str]) -> list[str]:
    """The tables that hold other rows than before."""
    after = state()
    return [label for label in before if before[label] != after[label]]


def test_nobody_is_let_in_without_a_login(place: Company) -> None:
    hidden = secret(place, **OURS)
    before = state()
    attack(Client(), hidden, shut=True)
    assert state() == before


def test_the_manager_meets_it_everywhere_so_the_test_can_see(place: Company) -> None:
    """The control: with the power to see all, the same addresses do show the secret."""
    hidden = secret(place, **OURS)
    client = place.client("manager")
    for resource in resources():
        obj = hidden.of(resource.name)
        if obj is None or resource.name in {"segments", "list-views"}:  # what is not shared is its owner's alone
            continue
        views = [preset.name for preset in resource.presets] or ["all"]
        if resource.name != "approvals":
            listed = text_of(client.get(f"/{resource.name}/", {"view": "all" if "all" in views else views[-1]}))
            assert any(mark in listed for mark in hidden.marks), resource.name
        detail = client.get(f"/{resource.name}/{obj.pk}/")
        assert detail.status_code == 200
        assert any(mark in text_of(detail) for mark in hidden.marks), resource.name
    assert "洗碗机" in text_of(client.get("/search/", {"q": "洗碗机"}))
    assert "PNG" in text_of(client.get(f"/files/{hidden.file.key}/"))
    assert "林一诺" in text_of(client.get(f"/history/tickets.ticket/{hidden.ticket.pk}/"))
    with pytest.raises(AssertionError):
        attack(client, hidden, only="/tickets/")


@pytest.mark.parametrize(("whose", "role"), STRANGERS[1:4], ids=named)
def test_no_page_looks_different_because_of_it(place: Company, whose: dict[str, str], role: str) -> None:
    """The strongest form of "no count leaks": lists, figures and exports are the same, letter for letter."""
    urls = [
        "/",
        "/manager/?days=365",
        "/manager/days/?days=365",
        "/todos/",
        "/notices/",
        "/notices/bell/",
        "/share-out/",
    ]
    # /customers/check/ is the one exception: it says that a colleague has an archive alike, and nothing of it
    urls += ["/customers/imports/", "/visits/next/", "/customers/check/?phone=2468", "/search/live/?q=洗碗机"]
    urls += ["/reception/ledger/?from=2020-01-01&to=2030-01-01"]
    urls += ["/search/?q=暮雪", "/customers/new/", "/tickets/new/"]
    for resource in resources():
        if resource.name == "events":
            continue  # shows the chief's own exports, which are made on the way
        views = [preset.name for preset in resource.presets] or ["all"]
        urls += [f"{base}?view={view}" for view in views for base in (f"/{resource.name}/", f"/api/{resource.name}")]
        urls += [f"/{resource.name}/?view=all&q=2468", f"/{resource.name}/export/?format=csv&view={views[-1]}"]
    client = place.client(role)
    before = {url: still(text_of(client.get(url))) for url in urls}
    secret(place, **whose)
    for url in urls:
        assert still(text_of(client.get(url))) == before[url], url
