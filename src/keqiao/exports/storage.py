"""Where files of exports lie: beside the attachments, not among them, so that no backup carries them off."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """The folder of all files, readable by this program alone."""
    place = Path(settings.DATA) / "exports"
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def path_of(stored: str) -> Path:
    """Where a finished file lies."""
    return folder() / Path(stored).name


def begin(kind: str) -> Path:
    """A new unfinished file under a name that nobody can guess; it counts for nothing until `publish`."""
    path = folder() / f"{secrets.token_hex(16)}.{kind}.part"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def publish(part: Path) -> str:
    """Write an unfinished file through to the disk and give it its name, in one step; returns that name."""
    handle = os.open(part, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    done = part.with_suffix("")
    part.replace(done)
    return done.name


def every() -> Iterator[Path]:
    """All files, finished or not."""
    return (path for path in folder().iterdir() if path.is_file())
