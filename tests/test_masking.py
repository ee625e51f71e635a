"""Every list, page, history, file and JSON that the registry knows, as every role: no masked value slips out whole."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.customers import masking
from keqiao.customers.actions import change_customer
from keqiao.customers.archive.actions import add_address, add_date
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.resource import Resource, resources
from keqiao.org.actions import set_sight
from keqiao.org.models import Position
from keqiao.tickets.tests.conftest import Desk
from tests.attacks.answers import still, text_of
from tests.attacks.world import PHONE, Secret, secret, usual_choices

pytestmark = pytest.mark.django_db
STREET, BORN = "望江路88号碧水湾5幢1204", "1979-03-14"
WHOLE = (PHONE, "139 1357 2468", "1391357", "muxue@geheim.example", "88号", "碧水湾", "1979", "19790314", "E24681357")
MASKED = ("139****2468", "mu***@", "望江路***", "****-03-14")
PLACES = ("/history/customers.customer/{0}/", "/customers/{0}/service-archive/", "/customers/{0}/service-archive/pdf/",
          "/customers/{0}/service-archive/docx/", "/customers/{0}/timeline/?before=99999999", "/customers/{0}/edit/",
          "/search/?q=2468", "/search/live/?q=欧阳暮雪", "/reception/matches/?phone=2468&name=欧阳",
          "/customers/names/?field=other&other=欧阳暮雪", "/customers/{0}/merge/?q=欧阳")  # fmt: skip
# what may hold the year of birth by chance: a choice's key, and the fraction of a second of a moment
NO_VALUE = re.compile(r'value="[^"]{0,12}"|(?<=:\d\d)\.\d{3,6}')
ROLES = ("agent", "leader", "manager", "department")


@pytest.fixture
def place(desk: Desk, settings: Any, tmp_path: Any) -> Company:
    """The company with its tickets, and files in a place of their own."""
    settings.MEDIA_ROOT = tmp_path
    usual_choices()
    return desk.company


@pytest.fixture
def hidden(place: Company) -> Secret:
    """The secret matter, with a street and a birthday that were changed once, so that histories have them too."""
    found = secret(place, role="agent", unit="quality", answered_by="department")
    actor, customer = place.actor("agent"), found.customer
    change_customer(actor=actor, obj=customer, birthday="1979-03-13")
    customer.refresh_from_db()
    change_customer(actor=actor, obj=customer, birthday=BORN)
    add_address(actor=actor, obj=customer, kind="home", division="330102", detail=STREET, default=True)
    add_date(actor=actor, obj=customer, kind="birthday", date="1979-3-14", calendar="lunar")
    return found


def places(resource: Resource, hidden: Secret) -> Iterator[str]:
    """Where a resource shows its records."""
    base = f"/{resource.name}/"
    last = [preset.name for preset in resource.presets][-1:] or ["all"]
    for view in {"all", *last}:
        yield f"{base}?view={view}"
        yield f"{base}export/?view={view}&format=csv"
        yield f"/api{base}?view={view}&limit=200"
    obj = hidden.of(resource.name)
    if obj is not None:
        yield f"{base}{obj.pk}/"
        yield f"/api{base}{obj.pk}"
        yield f"/history/{resource.label}/{obj.pk}/"


def walk(client: Client, hidden: Secret) -> Iterator[tuple[str, str]]:
    """Every address that opens, and what it says."""
    urls = [url for resource in resources() for url in places(resource, hidden)]
    for url in [*urls, *(place.format(hidden.customer.pk) for place in PLACES)]:
        answer = client.get(url, follow=True)
        if answer.status_code == 200:
            yield url, NO_VALUE.sub("", still(text_of(answer)))


@pytest.mark.parametrize("role", ROLES)
def test_no_whole_value_slips_out(place: Company, hidden: Secret, role: str) -> None:
    shown = 0
    for url, text in walk(place.client(role), hidden):
        shown += "139****2468" in text
        for value in WHOLE:
            assert value not in text, (role, url, value)
    assert shown > 3 or role == "department"  # the walk did come by


def test_what_is_hidden_shows_no_mask_either(place: Company, hidden: Secret) -> None:
    levels = {field.code: "hidden" for field in masking.FIELDS}
    set_sight(actor=SYSTEM, levels={one.pk: levels for one in Position.objects.all()})
    for url, text in walk(place.client("manager"), hidden):
        for value in (*WHOLE, *MASKED):
            assert value not in text, (url, value)


def test_who_sees_all_does_so_on_the_record(place: Company, hidden: Secret) -> None:
    post = Position.objects.get(employees=place.people["leader"])
    set_sight(actor=SYSTEM, levels={post.pk: {"phone": "full", "address": "full", "identity": "full"}})
    client = place.client("leader")
    for url in ("/customers/?view=all", f"/api/customers/{hidden.customer.pk}", f"/tickets/{hidden.ticket.pk}/"):
        before = Event.objects.filter(verb="customer.shown_in_full").count()
        text = text_of(client.get(url))
        assert "139 1357 2468" in text, url
        event = Event.objects.filter(verb="customer.shown_in_full").latest("pk")
        assert Event.objects.filter(verb="customer.shown_in_full").count() == before + 1
        assert hidden.customer.pk in event.data["customers"]
    text = text_of(client.get(f"/customers/{hidden.customer.pk}/"))
    assert STREET in text
    assert BORN not in text
    assert "E24681357" not in text  # a document's number is never open


def test_an_end_of_a_number_does_not_grow_digit_by_digit(place: Company, hidden: Secret) -> None:
    client = place.client("agent")
    found = {
        q: "欧阳暮雪" in text_of(client.get(f"/customers/?view=all&q={q}"))
        for q in ("2468", "72468", "13572468", PHONE)
    }
    assert found == {"2468": True, "72468": False, "13572468": False, PHONE: True}
    tickets = {
        q: hidden.ticket.number in text_of(client.get(f"/tickets/?view=all&q={q}")) for q in ("2468", "72468", PHONE)
    }
    assert tickets == {"2468": True, "72468": False, PHONE: True}
    assert "欧阳暮雪" not in text_of(client.get("/customers/?view=all&q=碧水湾"))


def test_hidden_fields_cannot_be_asked_for(place: Company, hidden: Secret) -> None:
    post = Position.objects.get(employees=place.people["agent"], name="客服专员")
    set_sight(actor=SYSTEM, levels={post.pk: {"phone": "hidden", "address": "hidden", "birthday": "hidden"}})
    client, pk = place.client("agent"), hidden.customer.pk
    point = hidden.customer.contact_points.get(kind="phone")
    place = hidden.customer.addresses.get(detail=STREET)
    for url in (f"points/{point.pk}/reveal/", f"addresses/{place.pk}/reveal/", "birthday/reveal/"):
        answer = client.post(f"/customers/{pk}/{url}", {"reason": "回访核对"})
        assert answer.status_code in {403, 422}, url
        assert not any(value in text_of(answer) for value in WHOLE), url


def test_a_masked_street_and_birthday_open_with_a_reason(place: Company, hidden: Secret) -> None:
    client, pk = place.client("agent"), hidden.customer.pk
    place = hidden.customer.addresses.get(detail=STREET)
    assert STREET in text_of(client.post(f"/customers/{pk}/addresses/{place.pk}/reveal/", {"reason": "上门安装"}))
    assert BORN in text_of(client.post(f"/customers/{pk}/birthday/reveal/", {"reason": "核对身份"}))
    verbs = set(Event.objects.filter(about_id=pk).values_list("verb", flat=True))
    assert {"customer.address_revealed", "customer.birthday_revealed"} <= verbs


def test_the_matrix_of_positions(place: Company) -> None:
    post = Position.objects.get(name="客服班长")
    client = place.client("manager")
    page = client.get("/privacy/sight/")
    assert page.status_code == 200
    client.post(
        "/privacy/sight/",
        {f"p{post.pk}-phone": "full", f"p{post.pk}-identity": "full", f"p{post.pk}-email": "nonsense"},
    )
    post.refresh_from_db()
    assert post.sight == {"phone": "full"}  # what may not be chosen is not kept
    assert place.actor("leader").level("phone") == "full"
    assert place.client("agent").post("/privacy/sight/", {f"p{post.pk}-phone": "hidden"}).status_code == 403
