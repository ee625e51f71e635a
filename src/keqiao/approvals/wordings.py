"""How this app's events read in the history."""

from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording


def declare() -> None:
    """Called when the app is ready."""
    wording.declare(
        {
            "approval.requested": _("提交审批"),
            "approval.approved": _("同意"),
            "approval.rejected": _("驳回"),
            "approval.withdrawn": _("撤回申请"),
        }
    )
