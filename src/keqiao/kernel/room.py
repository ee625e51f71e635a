"""Telling a full disk and a folder that cannot be written to from other errors, so that people hear what to do."""

import errno
from collections.abc import Iterator

from django.utils.translation import gettext as _

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
FULL_BASE = {"SQLITE_FULL", "53100"}  # SQLite's name, PostgreSQL's SQLSTATE
CLOSED_BASE = {"SQLITE_READONLY", "SQLITE_CANTOPEN", "25006"}


def lacking(error: BaseException) -> str:
    """What hinders writing, as a sentence; empty for every other error."""
    for one in causes(error):
        number = one.errno if isinstance(one, OSError) else None
        # SQLite's extended names begin with the plain one: SQLITE_READONLY_DIRECTORY
        name = str(getattr(one, "sqlite_errorname", "") or getattr(one, "sqlstate", "") or "")
        if number in FULL or name in FULL_BASE:
            return _("服务器的磁盘空间不足，这次没有保存。请告诉系统管理员腾出空间，然后再提交一次。")
        if number in CLOSED or any(name.startswith(known) for known in CLOSED_BASE):
            return _("服务器的数据文件夹不能写入，这次没有保存。请告诉系统管理员检查权限，然后再提交一次。")
    return ""


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
