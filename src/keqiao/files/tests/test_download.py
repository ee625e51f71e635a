"""Who gets a file, and how a browser is told to treat it."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from keqiao.conftest import Company
from keqiao.files import actions, registry
from keqiao.files.models import Attachment
from keqiao.files.tests.test_attach import PNG
from keqiao.kernel.actor import Actor


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture(autouse=True)
def guarded(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The agent's record: seen by agent and colleague, changed by the agent."""
    monkeypatch.setattr(registry, "_guards", {})
    may = {company.people["agent"].pk, company.people["colleague"].pk}

    def visible(actor: Actor, owner_id: int) -> bool:
        return actor.id in may and owner_id == company.people["agent"].pk

    def change(actor: Actor, owner_id: int) -> bool:
        return actor.id == owner_id

    registry.guard("org.employee", visible, change)


def put(company: Company, content: bytes = PNG, name: str = "照片.png", label: str = "org.employee") -> Attachment:
    return actions.attach(
        actor=company.actor("agent"),
        owner_label=label,
        owner_id=company.people["agent"].pk if label == "org.employee" else company.units["team"].pk,
        upload=ContentFile(content, name=name),
    )


def url(attachment: Attachment) -> str:
    return reverse("files:download", args=[attachment.key])


def test_those_who_see_the_record_get_the_file(company: Company) -> None:
    attachment = put(company)
    for role in ("agent", "colleague"):
        response = company.client(role).get(url(attachment))
        assert response.status_code == 200
        assert b"".join(response.streaming_content) == PNG  # type: ignore[attr-defined]
    for role in ("outsider", "manager"):
        assert company.client(role).get(url(attachment)).status_code == 404
    assert Client().get(url(attachment)).status_code == 302
    assert company.client("agent").get(reverse("files:download", args=[uuid.uuid4()])).status_code == 404


def test_a_label_without_guard_is_nobodys(company: Company) -> None:
    attachment = put(company, label="org.orgunit")
    for role in company.people:
        assert company.client(role).get(url(attachment)).status_code == 404
    with pytest.raises(ValueError, match="twice"):
        registry.guard("org.employee", lambda actor, owner_id: True)


@pytest.mark.parametrize(
    ("content", "name", "sort", "shown"),
    [
        (PNG, "a.png", "image/png", "inline"),
        (b"%PDF-1.7", "a.pdf", "application/pdf", "attachment"),
        (b"<svg onload='alert(1)'/>", "a.svg", "application/octet-stream", "attachment"),
        (b"<html><script>alert(1)</script>", "a.html", "application/octet-stream", "attachment"),
        (b"<?xml version='1.0'?><x/>", "a.xml", "application/octet-stream", "attachment"),
        (b"<html>", "a.xhtml", "application/octet-stream", "attachment"),
        (b"hello", "a.txt", "text/plain", "attachment"),
    ],
)
def test_a_browser_runs_nothing(company: Company, content: bytes, name: str, sort: str, shown: str) -> None:
    response = company.client("agent").get(url(put(company, content, name)))
    b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert response["Content-Type"] == sort
    assert response["Content-Disposition"] == f'{shown}; filename="{name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("../../x.txt", 'attachment; filename="x.txt"'),
        ("a\r\nX-Evil: 1.txt", 'attachment; filename="aX-Evil_ 1.txt"'),
        ("CON.xlsx", 'attachment; filename="_CON.xlsx"'),
        ("发票\u202e.txt", "attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8.txt"),
        ("a;b%22\\c.txt", 'attachment; filename="c.txt"'),
    ],
)
def test_the_header_is_safe(company: Company, name: str, header: str) -> None:
    response = company.client("agent").get(url(put(company, b"x", name)))
    response.close()
    assert response["Content-Disposition"] == header
    assert "X-Evil" not in response.headers


def test_a_lost_file_is_a_missing_page(company: Company, media: Path) -> None:
    attachment = put(company)
    (media / attachment.stored).unlink()
    assert company.client("agent").get(url(attachment)).status_code == 404


def test_upload_and_removal_by_page(company: Company) -> None:
    client, owner = company.client("agent"), company.people["agent"].pk
    target = reverse("files:upload", args=["org.employee", owner])
    two = [SimpleUploadedFile("一.txt", b"1"), SimpleUploadedFile("二.txt", b"22", content_type="text/html")]
    page = client.post(target, {"file": two})
    assert page.status_code == 200
    assert [line.name for line in Attachment.objects.order_by("id")] == ["一.txt", "二.txt"]
    assert "一.txt" in page.content.decode()
    assert "林一诺" in page.content.decode()
    wrong = client.post(target, {"file": [SimpleUploadedFile("空.txt", b"")]})
    assert wrong.status_code == 422
    assert "空.txt：文件是空的" in wrong.content.decode()
    assert client.post(target).status_code == 422
    first = Attachment.objects.get(name="一.txt")
    drop = reverse("files:remove", args=[first.key])
    for role, expected in (("colleague", 404), ("outsider", 404), ("agent", 200), ("agent", 404)):
        assert company.client(role).post(drop).status_code == expected
    assert client.get(drop).status_code == 405


def test_nobody_uploads_to_a_strangers_record(company: Company) -> None:
    for role in ("colleague", "outsider", "manager"):
        for label, owner in (("org.employee", company.people["agent"].pk), ("org.orgunit", 1), ("no.such", 1)):
            target = reverse("files:upload", args=[label, owner])
            sent = {"file": SimpleUploadedFile("a.txt", b"1")}
            assert company.client(role).post(target, sent).status_code == 404
    assert not Attachment.objects.exists()


def test_a_script_in_a_name_is_text(company: Company) -> None:
    client, owner = company.client("agent"), company.people["agent"].pk
    target = reverse("files:upload", args=["org.employee", owner])
    page = client.post(target, {"file": SimpleUploadedFile("<img src=x onerror=alert(1)>&'.txt", b"1")})
    assert "<img" not in page.content.decode()
