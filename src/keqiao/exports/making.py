"""Making the file of an export: what the worker does."""

import json
import logging
import zlib
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.exports import actions, queries, storage
from keqiao.exports.models import TRANSITIONS, Export
from keqiao.kernel import sheets
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.kernel.errors import Refused
from keqiao.kernel.resource import Resource, choosing, get
from keqiao.kernel.resource.export import header, keys, lines
from keqiao.kernel.resource.listing import listing
from keqiao.kernel.room import lacking
from keqiao.kernel.state import move
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for
from keqiao.runtime import jobs

log = logging.getLogger(__name__)
GROWTH = 1.1  # the rows may have become so many times more since they were approved
TRIES = 3


class Withdrawn(Refused):
    """The person may not have the file any more."""


def make(export: Export, run: jobs.Run) -> None:
    """Make the file from its beginning and offer it; safe to run again. Whatever goes wrong, no half file is offered."""
    Export.objects.filter(pk=export.pk).update(started_at=timezone.now())
    part = None
    try:
        part = storage.begin(export.format)
        with translation.override(export.language):
            person, actor, resource = entitled(export)
            watermark = mark(person, export.pk)
            rows = fill(part, export, actor, resource, watermark, run)
            offer(part, export, person, rows, watermark)
    except Refused as refused:
        actions.fail(export, refused.message)
    except jobs.Lost:
        raise
    except Exception as error:  # whatever it was: it is tried again, then whoever waits is told
        if run.job.attempts < TRIES:
            raise
        log.exception("export %s failed", export.pk)
        hindrance = _("服务器写不进文件（磁盘已满或没有写入权限），请联系系统管理员。") if lacking(error) else ""
        actions.fail(export, hindrance or _("生成文件时出错，请稍后重试；仍然不行请联系系统管理员。"))
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def entitled(export: Export) -> tuple[Employee, Actor, Resource]:
    """Who asked, as an actor with today's powers, and the list; Withdrawn if that person may not have it any more."""
    person = Employee.objects.get(pk=export.requested_by_id)
    actor, resource = actor_for(person), get(export.label)
    if resource is None or not person.is_active or not resource.allowed(actor, "export", None):
        raise Withdrawn(_("申请人现在没有导出这个列表的权限。"))
    return person, actor, resource


def mark(person: Employee, number: int | None = None) -> str:
    """The watermark: who took the list away, when, and under which number it is on record; a short list has none."""
    who = {"name": person.name, "username": person.username, "at": f"{timezone.localtime():%Y-%m-%d %H:%M}"}
    if number is None:
        return _("%(name)s（%(username)s）于 %(at)s 导出，仅限内部使用") % who
    return _("%(name)s（%(username)s）于 %(at)s 导出，编号 %(number)s，仅限内部使用") % {**who, "number": number}


def fill(part: Path, export: Export, actor: Actor, resource: Resource, watermark: str, run: jobs.Run) -> int:
    """Write all rows to the unfinished file; returns how many."""
    found = listing(resource, actor, QueryDict(export.query))
    if found.errors:
        raise Refused(_("筛选条件已经失效，请回到列表重新导出。"))
    ids = keys(found)
    if export.approved_by_id is not None and len(ids) > export.total * GROWTH:
        raise Refused(
            _("批准的是 %(before)s 行，现在有 %(now)s 行，请重新申请。")
            % {"before": f"{export.total:,}", "now": f"{len(ids):,}"}
        )
    # whose data the file holds, should it ever get into the wrong hands
    Export.objects.filter(pk=export.pk).update(taken=zlib.compress(json.dumps(ids).encode()))
    columns = choosing.exported(resource, found.query)
    told = lines(resource, columns, actor, ids, lambda done: run.progress(done, len(ids)))
    return write(part, export.format, header(columns), told, watermark)


def write(target: Path, kind: str, head: list[str], rows: Iterable[list[Any]], watermark: str | None) -> int:
    """Write a sheet of that kind; returns the number of rows."""
    if kind == "xlsx":
        return sheets.write_xlsx(target, head, rows, watermark=watermark)
    with target.open("wb") as file:
        return sheets.write_csv(file, head, rows, watermark=watermark)


@transaction.atomic
def offer(part: Path, export: Export, person: Employee, rows: int, watermark: str) -> None:
    """Make the file ready for download, unless the person's powers changed while it was made."""
    now = Employee.objects.get(pk=person.pk)
    if not now.is_active or now.access_version != person.access_version:
        raise Withdrawn(_("生成文件时您的权限有变动，请重新导出。"))
    size = part.stat().st_size
    at = timezone.now()
    done = move(
        export, Export.State.READY, field="state", transitions=TRANSITIONS, stored=storage.publish(part), size=size,
        rows=rows, watermark=watermark, access_version=now.access_version, ready_at=at,
        expires_at=at + timedelta(days=queries.rules().keep_days),
    )  # fmt: skip
    record(actor_for(now), "export.made", done, {"list": done.title, "rows": rows, "watermark": watermark})
    actions.tell(SYSTEM, done, _("导出%(list)s已经生成，可以下载"))
