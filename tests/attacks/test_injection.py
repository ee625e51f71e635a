"""Texts that want to be code: on every page they stay texts."""

import csv
import html
import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from keqiao.conftest import Company
from keqiao.customers import actions as customers
from keqiao.files.actions import attach
from keqiao.files.models import Attachment
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.resource import resources
from keqiao.notices.actions import notify
from keqiao.org.actions import change_unit, create_unit
from keqiao.search.actions import index
from keqiao.tickets import actions as tickets
from keqiao.tickets.tests.conftest import Desk
from keqiao.visits import actions as visits
from tests.attacks.payloads import SCRIPTS, crimes
from tests.attacks.world import PNG

pytestmark = pytest.mark.django_db


def test_the_judge_convicts() -> None:
    """The control: written into a page as it is, nearly every payload would be seen."""
    seen = [payload for payload in SCRIPTS if crimes(f'<div title="{payload}">{payload}</div>')]
    assert len(SCRIPTS) >= 60
    assert len(seen) > len(SCRIPTS) * 0.75
    assert not [
        payload for payload in SCRIPTS if crimes(f'<div title="{html.escape(payload)}">{html.escape(payload)}</div>')
    ]


@pytest.fixture
def poisoned(desk: Desk, settings: Any, tmp_path: Any) -> list[str]:
    """Every payload in every text that people write; gives the addresses where it is shown."""
    settings.MEDIA_ROOT = tmp_path
    agent, boss, everything = desk.company.actor("agent"), desk.company.actor("manager"), " ".join(SCRIPTS)
    pages = [
        "/",
        "/search/?q=XSS",
        "/search/live/?q=XSS",
        "/notices/",
        "/notices/bell/",
        "/todos/",
        "/units/",
        "/employees/",
        "/manager/",
        "/share-out/",
    ]
    for start in range(0, len(SCRIPTS), 12):
        some = SCRIPTS[start : start + 12]
        customer = customers.create_customer(
            actor=boss,
            name=some[0][:60],
            kind="person",
            phone=f"1380013{start:04d}",
            note=" ".join(some),
            city=some[1][:30],
            address=" ".join(some)[:200],
            company_name=some[2][:60],
            source="phone",
            owner=desk.company.people["agent"],
        )
        ticket = tickets.accept(
            actor=agent,
            kind="complaint",
            channel="phone",
            subject=some[3][:120],
            body=" ".join(some),
            contact_name=some[4][:80],
            contact_phone=f"1380013{start:04d}",
            customer=customer,
            product=some[5][:80],
            order_number=some[6][:40],
            wish_note=" ".join(some)[:500],
        )
        tickets.assess(actor=agent, obj=ticket, category=desk.category())
        tickets.dispatch(actor=agent, obj=ticket, units=[desk.company.units["quality"]], instructions=" ".join(some))
        tickets.comment(actor=agent, obj=ticket, text=" ".join(some))
        tickets.add_evidence(
            actor=agent,
            obj=ticket,
            kind="photo",
            title=some[7][:120],
            source=some[8][:120],
            text=" ".join(some),
            files=[SimpleUploadedFile(some[9] + ".png", PNG, content_type="image/png")],
        )
        index("tickets.ticket", [ticket])
        index("customers.customer", [customer])
        pages += [
            f"/customers/{customer.pk}/",
            f"/customers/{customer.pk}/edit/",
            f"/customers/{customer.pk}/matters/",
            f"/tickets/{ticket.pk}/",
        ]
        pages += [
            f"/history/tickets.ticket/{ticket.pk}/",
            f"/history/customers.customer/{customer.pk}/",
            f"/tickets/{ticket.pk}/do/comment/",
        ]
    for payload in SCRIPTS:
        customers.tag_customer(actor=boss, obj=customer, tags=[], new_tags=payload.replace(" ", "")[:20])
        notify(actor=SYSTEM, to=[desk.company.people["manager"].pk], title=payload, url="/", kind="x", key=payload)
        attach(
            actor=agent,
            owner_label="tickets.ticket",
            owner_id=ticket.pk,
            upload=SimpleUploadedFile("x.png", PNG),
            name=payload + ".png",
        )
    change_unit(
        actor=boss,
        unit=desk.company.units["finance"],
        name=SCRIPTS[0][:80],
        kind="department",
        parent=desk.company.units["head"],
    )
    create_unit(actor=boss, name=SCRIPTS[3][:80], kind="team", parent=desk.company.units["head"])
    told = desk.at("told")
    visit = visits.plan_for_ticket(actor=SYSTEM, ticket=told)
    assert visit is not None
    visits.record_result(actor=boss, obj=visit, satisfaction=2, solved=False, said=everything[:500])
    pages += [f"/visits/{visit.pk}/", f"/history/visits.visit/{visit.pk}/", f"/tickets/{told.pk}/"]
    pages += [f"/{resource.name}/?view={view.name}" for resource in resources() for view in resource.presets]
    return pages


def test_no_payload_runs_on_any_page(poisoned: list[str], company: Company) -> None:
    client = company.client("manager")
    shown = 0
    for url in poisoned:
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        page = answer.content.decode()
        assert crimes(page) == [], url
        shown += "XSS" in page
    assert shown > 20, "the payloads were hardly shown at all"


def test_what_a_query_or_a_wrong_form_echoes_is_text(desk: Desk) -> None:
    client = desk.company.client("manager")
    for payload in SCRIPTS[::6]:
        for answer in echoes(client, payload):
            assert answer.status_code < 500, answer.request["PATH_INFO"]
            assert crimes(answer.content.decode()) == [], answer.request["PATH_INFO"]


def echoes(client: Client, payload: str) -> list[Any]:
    """Pages that repeat what was sent to them."""
    return [
        client.get(
            "/tickets/",
            {"q": payload, "view": payload, "sort": payload, "after": payload, "stage": payload, payload: payload},
        ),
        client.get("/customers/", {"q": payload, "created_at_after": payload}),
        client.get("/search/", {"q": payload}),
        client.get("/customers/check/", {"phone": payload}),
        client.get("/manager/", {"from": payload, "to": payload, "days": payload}),
        client.get("/customers/new/", {"name": payload, "phone": payload, "note": payload}),
        client.post("/customers/new/", {"name": "", "phone": payload, "note": payload, "email": payload}),
        client.post("/tickets/new/", {"kind": payload, "subject": payload, "contact_phone": payload}),
        client.get("/calendar/", {"year": payload}),
        client.get(f"/{payload.replace('/', '')}/"),
        Client().get("/login/", {"next": payload}),
        Client().post("/login/", {"username": payload[:40], "password": payload}),
        Client().post("/p/", {"number": payload, "tail": payload}),
        Client().post("/p/complain/", {"name": payload, "phone": payload, "text": payload}),
        Client().get(f"/v/{payload.replace('/', '')}/"),
    ]


FORMULAS = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    '=HYPERLINK("http://evil.example","x")',
    "\n=1",
    " =1",
]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_formulas_leave_as_text(desk: Desk, kind: str) -> None:
    for number, formula in enumerate(FORMULAS):
        tickets.accept(
            actor=desk.company.actor("manager"),
            kind="complaint",
            channel="phone",
            subject=formula,
            body=formula or "x",
            contact_name=f"甲{formula}",
            contact_phone=f"1390013{number:04d}",
            product=formula,
        )
    answer = desk.company.client("manager").get(f"/tickets/export/?view=all&format={kind}")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    if kind == "xlsx":
        cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
        return
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        assert not [cell for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))], row


def dangerous() -> list[tuple[str, bytes]]:
    """Files that a browser would run as a page."""
    page = b"<html><script>alert('XSS')</script></html>"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    return [
        ("x.html", page),
        ("x.htm", page),
        ("x.xhtml", page),
        ("x.svg", svg),
        ("x.xml", b"<?xml version='1.0'?>" + svg),
        ("x.png", page),
        ("x.txt", page),
        ("x.pdf.html", page),
        ("x.js", b"alert(1)"),
        ("x.css", b"*{}"),
        ("x.mhtml", page),
        ("x.gif", b"GIF89a" + page),
    ]


@pytest.mark.parametrize(("name", "content"), dangerous(), ids=[name for name, _content in dangerous()])
def test_pages_in_disguise_are_never_shown(desk: Desk, settings: Any, tmp_path: Any, name: str, content: bytes) -> None:
    settings.MEDIA_ROOT = tmp_path
    ticket, client = desk.accept(), desk.company.client("agent")
    answer = client.post(
        f"/files/of/tickets.ticket/{ticket.pk}/", {"file": SimpleUploadedFile(name, content, "text/html")}
    )
    assert answer.status_code in {200, 422}
    for file in Attachment.objects.all():
        got = client.get(f"/files/{file.key}/")
        list(got.streaming_content)  # type: ignore[attr-defined]
        assert got["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in got["Content-Security-Policy"]
        kind = got["Content-Type"].split(";")[0]
        assert kind not in {
            "text/html",
            "image/svg+xml",
            "application/xhtml+xml",
            "text/xml",
            "application/xml",
            "text/javascript",
        }
        assert kind.startswith("image/") or got["Content-Disposition"].startswith("attachment")
