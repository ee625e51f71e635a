"""Keeping the folder of files equal to the table."""

from datetime import timedelta

from django.utils import timezone

from keqiao.files import storage
from keqiao.files.models import Attachment
from keqiao.runtime.jobs import every

AGE = timedelta(hours=2)  # longer than any upload's transaction
_BATCH = 500


@every("17 * * * *")
def sweep_orphans() -> int:
    """Delete files that no row names: of a crash, a rollback or a removal. Returns how many."""
    before = (timezone.now() - AGE).timestamp()
    old = [stored for stored, changed in storage.every() if changed < before]
    swept = 0
    for start in range(0, len(old), _BATCH):
        batch = old[start : start + _BATCH]
        known = set(Attachment.objects.filter(stored__in=batch).values_list("stored", flat=True))
        for stored in set(batch) - known:
            storage.full_path(stored).unlink(missing_ok=True)
            swept += 1
    return swept
