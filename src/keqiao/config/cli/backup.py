"""`keqiao backup`: database, attachments and signing key in one file, while everything goes on running.

Why in this order. An attachment has a random name and never changes; its file is there before its row is committed and
goes after its row is deleted. Taking the database first would miss files that are deleted before their turn comes;
taking the files first misses those that come afterwards. So: all files, then the database, then the files that are new
or have grown since (one may have been half written when first seen). What is left is an attachment that came after the
first walk and went before the second, and whose row the instant still holds: then the database is taken once more, and
the new instant no longer holds that row. Files without a row in the instant may be in the backup; they do no harm.
"""

import argparse
import errno
import os
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection

from keqiao.config import output
from keqiao.config.cli import archive, snapshot

ROUNDS = 3


class Attachments:
    """The files of the attachments, as far as they are in the archive."""

    def __init__(self, writer: archive.Writer) -> None:
        self.writer = writer
        self.root = Path(settings.MEDIA_ROOT)
        self.sizes: dict[str, int] = {}

    def add(self) -> None:
        """Add what is new or of another size than when it was added."""
        for folder, _folders, files in os.walk(self.root):
            for path in (Path(folder, file) for file in files):
                name = path.relative_to(self.root).as_posix()
                try:
                    if not path.is_symlink() and self.sizes.get(name) != path.stat().st_size:
                        self.writer.add(archive.FILES + name, path)
                        self.sizes[name] = self.writer.members[archive.FILES + name]["size"]
                except FileNotFoundError:  # deleted since the folder was read
                    continue

    def missing(self, wanted: set[str]) -> list[str]:
        """What the database refers to and the archive lacks."""
        return sorted(wanted - self.sizes.keys())


def _fill(writer: archive.Writer, scratch: Path) -> list[str]:
    """Put everything in; the attachments that are nowhere to be found."""
    attachments = Attachments(writer)
    attachments.add()
    for _round in range(ROUNDS):
        dump, wanted = snapshot.take(scratch)
        attachments.add()
        if not attachments.missing(wanted):
            break
    writer.add(dump.name, dump)
    secret = settings.DATA / "secret_key"
    if "KEQIAO_SECRET_KEY" not in os.environ:
        writer.add(archive.SECRET, secret)
    if "KEQIAO_KEYS" not in os.environ and settings.SEAL_KEYS.exists():
        writer.add(archive.KEYS, settings.SEAL_KEYS)
    lost = attachments.missing(wanted)
    writer.close(
        {
            "made_at": datetime.now(UTC).isoformat(),
            "version": version("keqiao"),
            "database": connection.vendor,
            "missing_attachments": lost,
        }
    )
    return lost


def make(target: Path) -> list[str]:
    """Make the backup under another name beside the target, then rename: there is never half a backup at `target`."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        # It holds the signing key and everybody's data: for its owner's eyes only.
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream, tempfile.TemporaryDirectory(dir=target.parent) as scratch:
            with archive.writer(stream) as writer:
                lost = _fill(writer, Path(scratch))
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    finally:
        partial.unlink(missing_ok=True)
    return lost


def run(args: argparse.Namespace) -> None:
    """Make the backup and say how large it is."""
    target = args.file.expanduser().absolute()
    if target.exists() and not args.force:
        raise output.CommandError(f"{target} 已存在。换一个文件名，或加 --force 替换它。")
    if not target.parent.is_dir():
        raise output.CommandError(f"文件夹 {target.parent} 不存在。")
    try:
        lost = make(target)
    except OSError as error:
        reason = "磁盘空间不足" if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else str(error)
        raise output.CommandError(f"备份没有完成：{reason}。没有留下不完整的文件。") from error
    if lost:
        output.warn(f"有 {len(lost)} 个附件在磁盘上已不存在，备份中没有它们：{'、'.join(lost[:5])}")
    output.say(f"备份已完成：{target}（{target.stat().st_size / 1_000_000:.1f} MB）")
