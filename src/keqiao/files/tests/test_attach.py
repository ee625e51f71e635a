"""What may be stored, under which name, and what is left when something goes wrong."""

import os
import struct
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.conftest import Company
from keqiao.files import actions, detect, jobs, names, queries, storage
from keqiao.files.models import Attachment
from keqiao.kernel.errors import Refused

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\0\0\0"
JPEG = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc0\0\x11\x08" + struct.pack(">HH", 480, 640) + b"\0" * 20


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def put(company: Company, content: bytes, name: str = "a.bin") -> Attachment:
    return actions.attach(
        actor=company.actor("agent"),
        owner_label="org.employee",
        owner_id=company.people["agent"].pk,
        upload=ContentFile(content, name=name),
    )


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_a_file_is_kept_and_recorded(company: Company, media: Path) -> None:
    attachment = put(company, "投诉照片".encode(), "说明.txt")
    path = media / attachment.stored
    assert path.read_text() == "投诉照片"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "说明" not in attachment.stored
    assert (attachment.name, attachment.size, attachment.content_type) == ("说明.txt", 12, "text/plain")
    event = Event.objects.get(verb="file.attached")
    assert (event.label, event.object_id) == ("org.employee", company.people["agent"].pk)
    assert event.data["sha256"] == attachment.sha256
    assert list(queries.attachments_of("org.employee", company.people["agent"].pk)) == [attachment]
    assert not queries.attachments_of("org.employee", company.people["agent"].pk, kind="evidence")
    actions.remove(actor=company.actor("agent"), attachment=attachment)
    assert Event.objects.filter(verb="file.removed", data__file="说明.txt").count() == 1
    with pytest.raises(Refused, match="已经被删除"):
        actions.remove(actor=company.actor("agent"), attachment=attachment)


@pytest.mark.parametrize(("size", "words"), [(0, "文件是空的"), (storage.MAX_BYTES + 1, "超过 20 MB")])
def test_empty_and_too_large_leave_nothing(company: Company, media: Path, size: int, words: str) -> None:
    with pytest.raises(Refused, match=words):
        put(company, b"x" * size)
    assert not Attachment.objects.exists()
    assert files(media) == []


def test_a_record_that_is_not_there(company: Company, media: Path) -> None:
    with pytest.raises(Refused, match="记录不存在"):
        actions.attach(
            actor=company.actor("agent"), owner_label="org.employee", owner_id=0, upload=ContentFile(b"x", name="a")
        )
    assert files(media) == []


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PNG[:16] + struct.pack(">II", 30_000, 30_000), "a.png"),
        (b"\xff\xd8\xff\xc2\0\x11\x08" + struct.pack(">HH", 30_000, 30_000) + b"\0" * 9, "a.jpg"),
        (b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x2f\x75\0" * 2, "a.webp"),
        (b"GIF89a" + struct.pack("<HH", 30_000, 30_000), "a.gif"),
    ],
)
def test_huge_pictures_are_refused_without_decoding(company: Company, media: Path, content: bytes, name: str) -> None:
    with pytest.raises(Refused, match="30000 × 30000"):
        put(company, content, name)
    assert files(media) == []


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (PNG, "a.html", "image/png"),
        (JPEG, "a", "image/jpeg"),
        (JPEG[:8], "a.jpg", detect.UNKNOWN),
        (b"GIF89a" + struct.pack("<HH", 3, 3), "a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 8, 8), "a", "image/webp"),
        (b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x07\xc0\x01\0\0\0\0\0\0\0", "a", "image/webp"),
        (b"%PDF-1.7", "a.html", "application/pdf"),
        (b"PK\x03\x04", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04", "a.jar", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "application/vnd.ms-excel"),
        (b"RIFF\0\0\0\0WAVE", "a", "audio/wav"),
        (b"\0\0\0\x20ftypisom", "a", "video/mp4"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "a.svg", detect.UNKNOWN),
        (b"<html><script>1</script>", "a.png", detect.UNKNOWN),
        (b"\xef\xbb\xbf <!doctype html>", "a.txt", detect.UNKNOWN),
        (b"<?xml version='1.0'?>", "a.xhtml", detect.UNKNOWN),
        (b"plain", "a.htm", detect.UNKNOWN),
        (b"a\0b", "a.txt", detect.UNKNOWN),
        (b"MZ", "a.exe", detect.UNKNOWN),
    ],
)
def test_type_is_told_by_the_bytes(company: Company, content: bytes, name: str, expected: str) -> None:
    assert put(company, content, name).content_type == expected


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"), (".htaccess", "htaccess"),
        ("a\x00.php\x00.png", "a.php.png"),
        ("报价\u202egnp.exe", "报价gnp.exe"), ("a\r\nSet-Cookie: b", "aSet-Cookie_ b"),
        ("CON.xlsx", "_CON.xlsx"), ("com1", "_com1"), ("nul.tar.gz", "_nul.tar.gz"), ("concert.txt", "concert.txt"),
        ("", "未命名文件"), ("..", "未命名文件"), ("/", "未命名文件"), (" a . ", "a"), ('a"b<c>.txt', "a_b_c_.txt"),
        ("𠮷野家·发票.pdf", "𠮷野家·发票.pdf"),
    ],
)  # fmt: skip
def test_names_are_made_safe(given_name: str, cleaned: str) -> None:
    assert names.clean(given_name) == cleaned


@given(st.text(max_size=400))
def test_no_name_is_too_long_or_changes_twice(name: str) -> None:
    cleaned = names.clean(name)
    assert cleaned
    assert len(cleaned.encode()) <= 180
    assert not set(cleaned) & set('/\\\r\n\0\u202e"')
    assert names.clean(cleaned) == cleaned


def test_a_long_name_keeps_its_extension() -> None:
    cleaned = names.clean("客" * 100 + ".xlsx")
    assert cleaned.endswith("客.xlsx")
    assert len(cleaned.encode()) <= 180
    assert len(names.clean("a." + "b" * 300)) == 180


def test_orphans_are_swept_and_nothing_else(company: Company, media: Path) -> None:
    kept = put(company, b"kept")
    with transaction.atomic():
        rolled_back = put(company, b"rolled back")
        transaction.set_rollback(True)
    removed = put(company, b"removed")
    actions.remove(actor=company.actor("agent"), attachment=removed)
    stranger = media / "aa" / "notes.txt"
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_text("not ours")
    assert jobs.sweep_orphans() == 0  # too young: a transaction may still be open
    long_ago = time.time() - (jobs.AGE + timedelta(minutes=1)).total_seconds()
    for path in files(media):
        os.utime(path, (long_ago, long_ago))
    assert jobs.sweep_orphans() == 2
    assert set(files(media)) == {media / kept.stored, stranger}
    assert not (media / rolled_back.stored).exists()


def test_only_paths_of_our_own_making_are_opened() -> None:
    for path in ("../secret_key", "aa/../../x", "/etc/passwd", "aa/" + "b" * 31):
        with pytest.raises(ValueError):
            storage.full_path(path)
