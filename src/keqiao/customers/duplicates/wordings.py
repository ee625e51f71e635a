"""How decisions about duplicates read in the history, and what is not carried along by a merge."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.customers.merging.registry import stay
from keqiao.customers.models import DuplicatePair


def declare() -> None:
    """Called when the app is ready."""
    wording.declare(
        {
            "duplicates.started": _("开始全库查重"),
            "duplicates.exported": _("导出疑似重复"),
            "duplicate.different": _("认定不是同一人"),
            "duplicate.later": _("以后再核对"),
            "duplicate.reopened": _("重新核对"),
        }
    )
    for side in ("low", "high"):
        stay(DuplicatePair, side, "is about two archives, not about one customer; the next search finds what is left")
