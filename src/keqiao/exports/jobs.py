"""What the worker does for exports."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.exports import actions, making, storage
from keqiao.exports.models import Export
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import WrongState
from keqiao.runtime import jobs
from keqiao.runtime.models import Job

AGE = timedelta(hours=1)  # longer than any file takes to make


@jobs.handler(actions.JOB)
def make_export(run: jobs.Run) -> None:
    """Make a file; one that is made, refused or deleted already stays as it is."""
    export = Export.objects.filter(pk=run.payload["export"], state=Export.State.MAKING).first()
    if export is not None:
        making.make(export, run)


@jobs.every("*/10 * * * *")
def sweep() -> int:
    """Delete files past their time, and what a crash left behind; returns how many."""
    swept = 0
    for export in Export.objects.filter(state=Export.State.MAKING, job__state=Job.State.FAILED)[:500]:
        with suppress(WrongState):  # its worker died again and again; whoever asked may ask anew
            actions.fail(export, _("生成文件的后台程序多次中断，请重新导出；仍然不行请联系系统管理员。"))
    for export in Export.objects.filter(state=Export.State.READY, expires_at__lte=timezone.now())[:500]:
        try:
            with transaction.atomic():
                actions.drop(SYSTEM, export, _("已过保留期"))
        except WrongState:  # its owner was faster
            continue
    for export in Export.objects.filter(state=Export.State.GONE).exclude(stored="")[:500]:
        storage.path_of(export.stored).unlink(missing_ok=True)
        Export.objects.filter(pk=export.pk).update(stored="")
        swept += 1
    before = (timezone.now() - AGE).timestamp()
    known = set(Export.objects.exclude(stored="").values_list("stored", flat=True))
    for path in storage.every():
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            swept += 1
    return swept
