"""Counting attempts across processes and machines."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.kernel.errors import TooMany
from keqiao.runtime.models import Throttle

# One statement, so that parallel attempts are all counted; both databases know it.
HIT = (
    "INSERT INTO runtime_throttle (key, count, window_ends) VALUES (%s, 1, %s) "
    "ON CONFLICT (key) DO UPDATE SET "
    "count = CASE WHEN runtime_throttle.window_ends <= %s THEN 1 ELSE runtime_throttle.count + 1 END, "
    "window_ends = CASE WHEN runtime_throttle.window_ends <= %s THEN excluded.window_ends "
    "ELSE runtime_throttle.window_ends END RETURNING count"
)


def hit(key: str, *, limit: int, window: timedelta) -> None:
    """Count one attempt under `key`; raises TooMany once more than `limit` fall into one window."""
    if hits(key, window=window) > limit:
        raise TooMany(_("尝试次数过多，请稍后再试。"))


def hits(key: str, *, window: timedelta) -> int:
    """Count one attempt and return how many this window has seen."""
    now = timezone.now()
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(HIT, [key[:160], adapt(now + window), adapt(now), adapt(now)])
        return int(cursor.fetchone()[0])


def count(key: str) -> int:
    """How many attempts the current window has seen."""
    row = Throttle.objects.filter(key=key[:160], window_ends__gt=timezone.now()).first()
    return row.count if row else 0


def clear(key: str) -> None:
    """Forget the attempts under `key`, after a success."""
    Throttle.objects.filter(key=key[:160]).delete()


def sweep() -> int:
    """Delete windows that have ended; returns how many."""
    return Throttle.objects.filter(window_ends__lte=timezone.now()).delete()[0]
