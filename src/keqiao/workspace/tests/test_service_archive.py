"""The service archive of one customer: complete for those who see all, nothing of others' matters for the rest."""

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from keqiao.audit.models import Event
from keqiao.reception import actions as reception
from keqiao.services.actions import register as deliver
from keqiao.tickets import actions as tickets
from keqiao.tickets.tests.conftest import Desk

pytestmark = pytest.mark.django_db


def matter(desk: Desk, customer: Any, subject: str, kind: str = "complaint") -> Any:
    return tickets.accept(
        actor=desk.company.actor("agent"), kind=kind, channel="phone", subject=subject, body=subject, contact_name=customer.name,
        customer=customer,
    )  # fmt: skip


@pytest.fixture
def customer(desk: Desk) -> Any:
    entry = reception.register(
        actor=desk.company.actor("agent"), way="walk_in", name="顾念秋", phone="13913572468", matter="来问保修"
    )
    matter(desk, entry.customer, "洗碗机漏水")
    matter(desk, entry.customer, "预约清洗", "repair")
    deliver(actor=desk.company.actor("agent"), kind="delivered", customer=entry.customer, product="嵌入式蒸箱")
    return entry.customer


def test_the_page_puts_everything_together(desk: Desk, customer: Any) -> None:
    client = desk.company.client("agent")
    page = client.get(f"/customers/{customer.pk}/service-archive/").content.decode()
    for words in (
        "洗碗机漏水",
        "预约清洗",
        "来问保修",
        "嵌入式蒸箱",
        "139****2468",
        "1 件，其中成立 0 件",
        "没有回访记录。",
    ):
        assert words in page
    assert "13913572468" not in page
    assert (
        f"/customers/{customer.pk}/service-archive/"
        in client.get(f"/customers/{customer.pk}/matters/").content.decode()
    )


def test_the_files_say_the_same_and_are_on_record(desk: Desk, customer: Any) -> None:
    client = desk.company.client("agent")
    pdf, docx = (
        b"".join(client.get(f"/customers/{customer.pk}/service-archive/{kind}/").streaming_content)  # type: ignore[attr-defined]
        for kind in ("pdf", "docx")
    )
    pages = PdfReader(BytesIO(pdf)).pages
    text = "".join(page.extract_text() for page in pages).replace("\n", "")
    read = "".join(node.text or "" for node in Document(BytesIO(docx)).element.body.iter(qn("w:t")))
    for words in ("客户服务档案", "顾念秋", "洗碗机漏水", "预约清洗", "来问保修", "嵌入式蒸箱"):
        assert words in text
        assert words in read
    fonts = [font.get_object() for font in pages[0]["/Resources"]["/Font"].get_object().values()]
    assert any("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts if "/FontDescriptor" in font)
    events = Event.objects.filter(verb="document.printed", about_id=customer.pk)
    assert {event.data["format"] for event in events} == {"pdf", "docx"}
    assert client.get(f"/customers/{customer.pk}/service-archive/exe/").status_code == 404


def test_a_stranger_finds_no_archive_and_who_sees_no_tickets_sees_none_in_it(desk: Desk, customer: Any) -> None:
    for kind in ("", "pdf/", "docx/"):
        assert (
            desk.company.client("outsider").get(f"/customers/{customer.pk}/service-archive/{kind}").status_code == 404
        )


def test_its_queries_do_not_grow_with_its_length(desk: Desk, customer: Any) -> None:
    client = desk.company.client("agent")

    def counted() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/customers/{customer.pk}/service-archive/").status_code == 200
        return len(found)

    counted()
    before = counted()
    for number in range(6):
        matter(desk, customer, f"第{number}次漏水")
        reception.register(actor=desk.company.actor("agent"), way="call", customer=customer)
    assert counted() == before
