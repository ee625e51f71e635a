"""Bodies beyond all bounds, and characters that no keyboard has, through the forms of a ticket's verbs."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from keqiao.tickets.models import Evidence, Progress, Ticket
from keqiao.tickets.tests.conftest import Desk
from tests.attacks.payloads import STRANGE
from tests.attacks.world import PNG, api

pytestmark = pytest.mark.django_db
TEN_MB = "长" * (10 * 1024 * 1024 // 3)
FORM = "application/x-www-form-urlencoded"


def test_ten_megabytes_are_refused_in_words(desk: Desk) -> None:
    ticket, before = desk.accept(), Ticket.objects.count()
    clients = (desk.company.client("agent"), api(desk.company, "agent"), Client())
    for client in clients:
        client.raise_request_exception = False
    page, program, stranger = clients
    body = f"text={TEN_MB}"
    for client, url in (
        (page, f"/tickets/{ticket.pk}/do/comment/"),
        (page, "/tickets/new/"),
        (page, "/customers/new/"),
        (stranger, "/p/complain/"),
        (stranger, "/login/"),
    ):
        answer = client.post(url, body, content_type=FORM)
        assert answer.status_code == 413, url
        assert "内容太长" in answer.content.decode(), url
    data = json.dumps({"subject": TEN_MB}, ensure_ascii=False)
    for url in ("/api/tickets", f"/api/tickets/{ticket.pk}/comment"):
        answer = program.post(url, data, content_type="application/json")
        assert answer.status_code == 413, url
        assert "内容太长" in answer.json()["message"], url
    assert Ticket.objects.count() == before


def sound(text: str) -> bool:
    """Whether a text may stand in the database: no NUL, no half of a character."""
    return "\0" not in text and text == text.encode("utf-8", "ignore").decode()


@pytest.mark.parametrize("name", STRANGE)
def test_strange_characters_through_the_forms_of_verbs(desk: Desk, settings: Any, tmp_path: Any, name: str) -> None:
    settings.MEDIA_ROOT = tmp_path
    ticket, value = desk.at("investigating"), STRANGE[name]
    client = desk.company.client("agent")
    client.raise_request_exception = False
    # as a browser may be made to send it: the bytes of a lone surrogate are no UTF-8
    raw = "text=" + "".join(f"%{byte:02X}" for byte in value.encode("utf-8", "surrogatepass"))
    url = f"/tickets/{ticket.pk}/do/comment/"
    answers = [client.post(url, raw, content_type=FORM)]
    written = value.encode("utf-8", "replace").decode()
    fields = {"kind": "photo", "title": written, "source": written, "text": written}
    for files in ({}, {"attachments": SimpleUploadedFile("x.png", PNG, "image/png")}):
        answers.append(client.post(f"/tickets/{ticket.pk}/do/evidence/", fields | files))
    for answer in answers:
        assert answer.status_code in {302, 422}, answer.status_code
        if answer.status_code == 422:
            assert "form-errors" in answer.content.decode()
    page = client.get(f"/tickets/{ticket.pk}/")
    assert page.status_code == 200
    assert "\0" not in page.content.decode()
    if name in {"emoji", "astral", "sql", "format", "path", "override"}:  # strange, but a text: kept as it was written
        assert Evidence.objects.get().text == value
        assert Progress.objects.filter(ticket=ticket, text=value).count() == 1
    for one in Evidence.objects.all():
        assert sound(one.title + one.source + one.text)
    assert client.get(f"/history/tickets.ticket/{ticket.pk}/").status_code == 200
