"""Where the bytes lie: under MEDIA_ROOT by random names that say nothing, written through to the disk."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _

from keqiao.files import detect
from keqiao.kernel.errors import Refused

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 100_000_000  # a picture that would fill a browser's memory: 30,000 × 30,000 is 900 million
_STORED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file safely on disk: its relative path, bytes, digest and detected type."""

    path: str
    size: int
    sha256: str
    content_type: str


def root() -> Path:
    """The folder of all files."""
    return Path(settings.MEDIA_ROOT)


def full_path(stored: str) -> Path:
    """Where a stored file lies. Raises ValueError for anything that is not a path that `keep` made."""
    if not _STORED.fullmatch(stored):
        raise ValueError(stored)
    return root() / stored


def keep(upload: File, name: str) -> Stored:  # type: ignore[type-arg]
    """Write an upload to disk and make sure that it is there; nothing is left behind when it is refused.

    Raises Refused when it is empty, too large, or a picture of too many pixels.
    """
    token = secrets.token_hex(16)
    path = full_path(f"{token[:2]}/{token}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            size, digest = _copy(upload, file)
            file.seek(0)
            kind = _checked(file, name)
            file.flush()
            os.fsync(file.fileno())
        for folder in (path.parent, root()):
            _sync_folder(folder)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Stored(f"{token[:2]}/{token}", size, digest, kind)


def every() -> Iterator[tuple[str, float]]:
    """All stored files as (relative path, time of last change in seconds since 1970)."""
    for path in root().glob("??/*"):
        stored = f"{path.parent.name}/{path.name}"
        if _STORED.fullmatch(stored):
            yield stored, path.stat().st_mtime


def _copy(upload: File, file: BinaryIO) -> tuple[int, str]:  # type: ignore[type-arg]
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks():
        size += len(chunk)
        if size > MAX_BYTES:
            limit = {"limit": MAX_BYTES // 1024**2}
            raise Refused(_("文件超过 %(limit)s MB，请压缩或拆分后再上传。") % limit, field="file")
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise Refused(_("文件是空的，请重新选择。"), field="file")
    return size, digest.hexdigest()


def _checked(file: BinaryIO, name: str) -> str:
    kind = detect.content_type(file.read(detect.HEAD_BYTES), name)
    if not kind.startswith("image/"):
        return kind
    measured = detect.dimensions(file, kind)
    if measured is None:
        return detect.UNKNOWN
    if measured[0] * measured[1] > MAX_PIXELS:
        raise Refused(
            _("图片的像素太多（%(width)s × %(height)s），请缩小后再上传。")
            % {"width": measured[0], "height": measured[1]},
            field="file",
        )
    return kind


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
