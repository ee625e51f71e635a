"""How this app's events read."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording


def declare() -> None:
    """Called once the apps are ready."""
    wording.declare(
        {
            "mail.failed": _("邮件没有发出"),
            "mail.unsure": _("邮件结果不明"),
            "mail.held": _("邮件过于频繁，已拦下"),
            "mail.resent": _("重新发送邮件"),
            "mail.forgotten": _("清除邮件记录"),
        }
    )
