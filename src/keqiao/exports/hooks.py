"""Where this app hangs itself into the services below it."""

from django.utils.translation import gettext_lazy as _

from keqiao.approvals.registry import on_decision
from keqiao.audit import wording
from keqiao.exports.actions import APPROVAL, decided
from keqiao.notices import kinds


def declare() -> None:
    """Called when the app is ready."""
    on_decision(APPROVAL, decided)
    kinds.declare(_("审批与导出"), {"export": _("我的导出有结果")})
    wording.declare(
        {
            "export.asked": _("申请导出"),
            "export.approved": _("导出获批准"),
            "export.rejected": _("导出未获批准"),
            "export.made": _("生成导出文件"),
            "export.failed": _("导出未完成"),
            "export.downloaded": _("下载导出文件"),
            "export.discarded": _("删除导出文件"),
            "export_settings.changed": _("修改导出规则"),
        }
    )
