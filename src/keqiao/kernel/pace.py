"""How long a piece of work still takes, as people are told it."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

_SURE = 2.0  # seconds of work before which a pace says nothing


def remaining(done: int, total: int, *, since: datetime | None, before: int = 0) -> str:
    """The time left for `total - done` units, of which `done - before` were done since then: "约 20 秒", "约 3 分钟".

    Empty where nothing is left or the pace is not known yet.
    """
    elapsed = (timezone.now() - since).total_seconds() if since else 0.0
    if elapsed < _SURE or done <= before or total <= done:
        return ""
    seconds = elapsed * (total - done) / (done - before)
    if seconds < 60:
        return _("约 %(n)d 秒") % {"n": max(5, -(-round(seconds) // 5) * 5)}
    return _("约 %(n)d 分钟") % {"n": -(-round(seconds) // 60)}
