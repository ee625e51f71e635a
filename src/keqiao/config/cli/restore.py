"""`keqiao restore`: put a backup in the place of database, attachments and keys.

Everything is unpacked and checked before anything is touched; what was there before is moved aside, not deleted.
"""

import argparse
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from keqiao.audit import order, sealing
from keqiao.config import output
from keqiao.config.cli import archive, snapshot
from keqiao.config.serve import runlock


def occupied() -> bool:
    """Is there anything that a restore would replace?"""
    media = Path(settings.MEDIA_ROOT)
    return snapshot.occupied() or (media.is_dir() and any(media.iterdir()))


def put_back(staged: Path, aside: Path) -> None:
    """Database, then attachments, then the file of seals, then keys."""
    snapshot.restore(staged / snapshot.member(), aside)
    media = Path(settings.MEDIA_ROOT)
    if media.exists():
        aside.mkdir(exist_ok=True)
        shutil.move(media, aside / media.name)
    if (staged / archive.FILES).is_dir():
        shutil.move(staged / archive.FILES, media)
    if sealing.journal().exists():  # it tells of seals that the restored database need not have
        aside.mkdir(exist_ok=True)
        shutil.move(sealing.journal(), aside / sealing.journal().name)
    if (staged / archive.SECRET).is_file() and "KEQIAO_SECRET_KEY" not in os.environ:
        (staged / archive.SECRET).replace(settings.DATA / "secret_key")
    if (staged / archive.KEYS).is_file() and "KEQIAO_KEYS" not in os.environ:
        if settings.SEAL_KEYS.exists():
            aside.mkdir(exist_ok=True)
            shutil.move(settings.SEAL_KEYS, aside / archive.KEYS)
        (staged / archive.KEYS).replace(settings.SEAL_KEYS)


def run(args: argparse.Namespace) -> None:
    """Check, put back, say where the former data lies."""
    with runlock.alone(), tempfile.TemporaryDirectory(dir=settings.DATA, prefix=".restore-") as folder:
        if occupied() and not args.force:
            raise output.CommandError(f"{settings.DATA} 或数据库里已有数据，没有改动。确定要以备份代替，请加 --force。")
        staged = Path(folder)
        manifest = archive.unpack(args.file, staged)
        if manifest["database"] != connection.vendor:
            raise output.CommandError(
                f"这份备份来自 {manifest['database']}，当前设置的数据库是 {connection.vendor}，不能恢复。"
            )
        snapshot.verify(staged / snapshot.member())
        aside = settings.DATA / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        put_back(staged, aside)
        order.mend()
    output.say(f"已恢复到 {manifest['made_at']} 的备份。")
    if aside.exists():
        output.note(f"原来的数据移到了 {aside}，确认无误后可以删除。")
    output.note("接着运行 keqiao migrate 或 keqiao up。")
