"""How this app's events read, and what it tells of itself."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.notices import kinds


def declare() -> None:
    """Called once the apps are ready."""
    wording.declare({"notice.chosen": _("修改通知设置")})
    kinds.declare(_("系统"), {"mail": _("系统邮件没有送达")})
